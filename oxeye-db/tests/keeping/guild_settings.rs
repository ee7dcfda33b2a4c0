//! What a guild sets for itself, and what comes of it.

use std::time::Duration;

use oxeye_db::testing::{join_at, leave_at};
use oxeye_db::{
    ChangeSettingsError, GuildId, GuildSettings, PageStart, PortableRecord, SettingChange,
    ShownToMembers, UnixSeconds, Uuid,
};

use crate::site::{DAY, GUILD, NOW, Site, of_guild};

const HOUR: i64 = 3_600;

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds(NOW.0 + seconds)
}

fn hours(hours: u64) -> SettingChange {
    SettingChange::LastSeen(Some(Duration::from_secs(hours * 3_600)))
}

impl Site {
    pub(crate) async fn sets(&self, change: SettingChange) {
        let changed = self
            .database
            .change_guild_settings(GUILD, vec![change], NOW);
        changed.await.unwrap();
    }
}

#[tokio::test]
async fn settings_last_over_a_restart_and_each_can_be_left_to_the_operator_again() {
    let site = Site::new();
    let shown = ShownToMembers {
        heads: false,
        ..ShownToMembers::default()
    };
    let zone = "Europe/Berlin".parse().ok();
    for change in [
        SettingChange::TimeZone(zone),
        SettingChange::Language(Some("de".to_owned())),
        hours(12),
        SettingChange::RetentionDays(Some(90)),
        SettingChange::Shown(shown),
    ] {
        site.sets(change).await;
    }
    let expected = GuildSettings {
        time_zone: zone,
        language: Some("de".to_owned()),
        last_seen: Some(Duration::from_secs(12 * 3_600)),
        retention_days: Some(90),
        shown,
    };
    assert_eq!(*site.database.guild_settings(GUILD), expected);

    let site = site.restarted().await;
    assert_eq!(*site.database.guild_settings(GUILD), expected);
    assert_eq!(
        *site.database.guild_settings(GuildId(8)),
        GuildSettings::default()
    );
    site.sets(SettingChange::TimeZone(None)).await;
    let again = GuildSettings {
        time_zone: None,
        ..expected
    };
    assert_eq!(
        *site.restarted().await.database.guild_settings(GUILD),
        again
    );
}

#[tokio::test]
async fn members_see_whom_the_guilds_window_has_and_operators_everybody() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for (name, ago) in [
        ("Alex", HOUR),
        ("Steve", 12 * HOUR),
        ("jeb_", 12 * HOUR + 1),
    ] {
        let (joined, left) = (at(-ago - 60), at(-ago));
        let joins = site
            .database
            .player_join(server, join_at(name, joined), NOW);
        joins.await.unwrap();
        let leaves = site
            .database
            .player_leave(server, leave_at(name, left), NOW);
        leaves.await.unwrap();
    }
    let seen = |site: &Site| {
        let server = of_guild(&site.database, server);
        let status = site.database.status(server, 9, NOW).unwrap();
        let page = site
            .database
            .last_seen_page(server, PageStart::default(), 9, NOW);
        let whole = site.database.whole_status(server, 9, NOW).unwrap();
        let page = page.unwrap();
        assert_eq!(page.total, status.last_seen_total);
        assert_eq!(page.window, status.window);
        assert_eq!(status.last_seen.len(), status.last_seen_total);
        assert_eq!((whole.last_seen_total, whole.window.as_secs()), (3, 86_400));
        (status.last_seen_total, status.window.as_secs() / 3_600)
    };
    assert_eq!(seen(&site), (3, 24));

    site.sets(hours(12)).await;
    assert_eq!(
        seen(&site),
        (2, 12),
        "who is exactly at the edge is still in"
    );
    let site = site.restarted().await;
    assert_eq!(seen(&site), (2, 12));
    site.sets(hours(48)).await;
    assert_eq!(seen(&site), (3, 24), "the operator allows a day");
}

#[tokio::test]
async fn a_change_and_a_player_who_leaves_the_shorter_window_are_published() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0 - 60).await;
    site.leave(server, "Alex", NOW.0).await;
    let mut changes = site.database.changes();
    let mut next = async || tokio::time::timeout(Duration::from_secs(10), changes.next()).await;

    site.sets(hours(1)).await;
    next().await.unwrap().unwrap();
    site.database.publish_time_changes(at(HOUR)).await.unwrap();
    site.database
        .publish_time_changes(at(HOUR + 1))
        .await
        .unwrap();
    next().await.unwrap().unwrap();

    let status = site
        .database
        .status(of_guild(&site.database, server), 9, at(HOUR + 1));
    assert_eq!(status.unwrap().last_seen_total, 0);
}

#[tokio::test]
async fn a_guild_that_keeps_less_loses_only_its_own_older_sessions() {
    let site = Site::new();
    let mine = site.linked("survival").await;
    let (theirs, _) = site.database.link(GuildId(8), "survival", NOW).await;
    for server in [mine, theirs] {
        for days in [400, 30, 1] {
            let from = NOW.0 - days * DAY;
            site.stay(server, "Alex", from, from + 60).await;
        }
    }
    let database = &site.database;
    assert!(!database.any_guild_deletes_sessions());
    let older = async |days| {
        database
            .sessions_older_than(GUILD, days, NOW)
            .await
            .unwrap()
    };
    assert_eq!(
        [older(1).await, older(29).await, older(500).await],
        [2, 2, 0]
    );

    site.sets(SettingChange::RetentionDays(Some(90))).await;
    assert!(database.any_guild_deletes_sessions());
    let expired = database
        .expire_sessions(UnixSeconds(i64::MIN), NOW)
        .await
        .unwrap();
    assert_eq!(expired.sessions, 1);
    // What the operator keeps at most counts for everybody.
    let edge = UnixSeconds(NOW.0 - 20 * DAY);
    let expired = database.expire_sessions(edge, NOW).await.unwrap();
    assert_eq!(expired.sessions, 1 + 2);
}

#[tokio::test]
async fn what_a_guild_keeps_less_long_are_also_its_uuids_and_no_other_guild_loses_any() {
    let site = Site::new();
    let mine = site.linked("survival").await;
    let (theirs, _) = site.database.link(GuildId(8), "survival", NOW).await;
    let old = NOW.0 - 100 * DAY;
    // One account with two names each; nothing else is known of the older one.
    for (server, uuid, names) in [
        (
            mine,
            Uuid::from_u128(0x1_4000_8000_0000_0000_0001),
            ["Alex", "Al"],
        ),
        (
            theirs,
            Uuid::from_u128(0x2_4000_8000_0000_0000_0002),
            ["Eve", "Ev"],
        ),
    ] {
        site.join_as(server, names[0], uuid, old).await;
        site.leave(server, names[0], old + 60).await;
        site.join_as(server, names[1], uuid, NOW.0 - DAY).await;
    }
    let names = async || {
        let uuids = site.exported_uuids().await.into_iter();
        let names = uuids.filter_map(|record| match record {
            PortableRecord::PlayerUuid(_, name, _) => Some(name.to_string()),
            _ => None,
        });
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    assert_eq!(names().await, ["Al", "Alex", "Ev", "Eve"]);

    site.sets(SettingChange::RetentionDays(Some(30))).await;
    let never = UnixSeconds(i64::MIN);
    let expired = site.database.expire_sessions(never, NOW).await.unwrap();

    assert_eq!(expired.sessions, 1);
    assert_eq!(names().await, ["Al", "Ev", "Eve"]);
}

#[tokio::test]
async fn the_settings_of_a_guild_go_with_it_and_are_not_changed_once_it_removed_the_bot() {
    let site = Site::new();
    site.sets(SettingChange::Language(Some("de".to_owned())))
        .await;
    site.database.guild_removed(GUILD, NOW).await.unwrap();

    let refused = site
        .database
        .change_guild_settings(GUILD, Vec::new(), NOW)
        .await;
    assert!(matches!(refused, Err(ChangeSettingsError::BotRemoved)));
    assert!(site.database.guild_settings(GUILD).language.is_some());
    let deleted = site.database.delete_removed_guilds(at(30 * DAY)).await;
    assert_eq!(deleted.unwrap(), [GUILD]);
    assert_eq!(
        *site.database.guild_settings(GUILD),
        GuildSettings::default()
    );
    let site = site.restarted().await;
    assert_eq!(
        *site.database.guild_settings(GUILD),
        GuildSettings::default()
    );
}
