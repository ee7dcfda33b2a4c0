//! The settings of guilds in exports and imports.

use std::time::Duration;

use oxeye_db::{
    GuildId, GuildSettings, Imported, Place, PortableRecord, RetentionLeftOut, SettingChange,
    ShownToMembers, UnixSeconds,
};

use crate::portable::{counts, exported, import, session};
use crate::site::{DAY, GUILD, NOW, Site, server_name};

/// Settings of which none is left to the operator.
fn all_set() -> GuildSettings {
    GuildSettings {
        time_zone: "Europe/Berlin".parse().ok(),
        language: Some("de".to_owned()),
        last_seen: Some(Duration::from_secs(12 * 3_600)),
        retention_days: Some(90),
        shown: ShownToMembers {
            heads: false,
            ..ShownToMembers::default()
        },
    }
}

fn server() -> PortableRecord {
    PortableRecord::Server(Place {
        guild: GUILD,
        server: server_name("survival"),
    })
}

fn settings(settings: GuildSettings) -> PortableRecord {
    PortableRecord::GuildSettings(GUILD, settings)
}

fn days(days: u16) -> PortableRecord {
    settings(GuildSettings {
        retention_days: Some(days),
        ..GuildSettings::default()
    })
}

/// Returns a session that ended this many days ago.
fn ended(days: i64) -> PortableRecord {
    let left_at = NOW.0 - days * DAY;
    session("Alex", left_at - 60, left_at)
}

/// Returns the outcome of an import that left the retention of the guild out.
fn left_out(days: u16, added: u64, skipped: u64) -> Imported {
    Imported {
        retentions_left_out: vec![RetentionLeftOut { guild: GUILD, days }],
        ..counts(added, skipped, 0)
    }
}

#[tokio::test]
async fn what_a_guild_has_set_moves_along_and_counts_only_once() {
    let site = Site::new();
    site.linked("survival").await;
    let other_guild = GuildId(8);
    site.database.link(other_guild, "survival", NOW).await;
    for change in [
        SettingChange::TimeZone(all_set().time_zone),
        SettingChange::Language(all_set().language),
        SettingChange::LastSeen(all_set().last_seen),
        SettingChange::RetentionDays(all_set().retention_days),
        SettingChange::Shown(all_set().shown),
    ] {
        site.sets(change).await;
    }
    let nothing = site
        .database
        .change_guild_settings(other_guild, Vec::new(), NOW);
    nothing.await.unwrap();
    let records = exported(&site.database).await;
    assert!(records.contains(&settings(all_set())), "{records:?}");
    let elsewhere = Site::new();

    let first = import(&elsewhere.database, records.clone()).await;
    let again = import(&elsewhere.database, records).await;

    assert_eq!([first, again], [counts(1, 0, 2), counts(0, 1, 0)]);
    assert_eq!(*elsewhere.database.guild_settings(GUILD), all_set());
    let elsewhere = elsewhere.restarted().await;
    assert_eq!(*elsewhere.database.guild_settings(GUILD), all_set());
}

#[tokio::test]
async fn what_a_guild_has_set_here_stays_and_the_rest_is_taken() {
    let here = [
        SettingChange::TimeZone("Asia/Tokyo".parse().ok()),
        SettingChange::Language(Some("en".to_owned())),
        SettingChange::LastSeen(Some(Duration::from_secs(3_600))),
        SettingChange::RetentionDays(Some(7)),
        SettingChange::Shown(ShownToMembers {
            history: false,
            ..ShownToMembers::default()
        }),
    ];
    for change in here {
        let site = Site::new();
        site.sets(change.clone()).await;

        let imported = import(&site.database, vec![server(), settings(all_set())]).await;

        let mut expected = all_set();
        expected.take(change);
        assert_eq!(*site.database.guild_settings(GUILD), expected);
        assert_eq!(imported, counts(1, 0, 1));
    }
}

#[tokio::test]
async fn retention_that_would_delete_what_was_here_is_left_out_and_named() {
    let site = Site::new();
    import(&site.database, vec![ended(100)]).await;

    let kept = import(&site.database, vec![server(), settings(all_set())]).await;
    let again = import(&site.database, vec![server(), days(99)]).await;
    let longer = import(&site.database, vec![server(), days(101)]).await;

    assert_eq!(kept, left_out(90, 1, 0));
    assert_eq!(again, left_out(99, 0, 1));
    assert_eq!(longer, counts(1, 0, 0));
    let expected = GuildSettings {
        retention_days: Some(101),
        ..all_set()
    };
    assert_eq!(*site.database.guild_settings(GUILD), expected);
    let never = UnixSeconds(i64::MIN);
    let expired = site.database.expire_sessions(never, NOW).await.unwrap();
    assert_eq!(expired.sessions, 0);
}

#[tokio::test]
async fn retention_is_taken_whatever_comes_beside_it() {
    let site = Site::new();

    let imported = import(&site.database, vec![days(90), ended(91), ended(1)]).await;

    assert_eq!(imported, counts(3, 0, 1));
    let never = UnixSeconds(i64::MIN);
    let expired = site.database.expire_sessions(never, NOW).await.unwrap();
    assert_eq!(expired.sessions, 1, "as where the file is from");
}

#[tokio::test]
async fn settings_of_a_guild_without_servers_or_without_the_bot_are_skipped() {
    let site = Site::new();
    let alone = import(&site.database, vec![settings(all_set())]).await;
    site.linked("survival").await;
    site.database.guild_removed(GUILD, NOW).await.unwrap();
    let removed = import(&site.database, vec![settings(all_set())]).await;

    assert_eq!([alone, removed], [counts(0, 1, 0), counts(0, 1, 0)]);
    assert_eq!(
        *site.database.guild_settings(GUILD),
        GuildSettings::default()
    );
}
