//! Deleting sessions that are older than operators want to keep.

use oxeye_db::{
    Expired, HeartbeatEvent, Place, PortablePlaytime, PortableRecord, PortableStay, SessionEnd,
    Span, UnixSeconds,
};
use oxeye_plugin_proto::GameServerState;

use crate::members::MODERATOR;
use crate::namesakes::FIRST;
use crate::site::{DAY, GUILD, NOW, Site, player, server_name};

/// Returns a stay of one minute that ended this many seconds ago.
fn ended_before_now(name: &str, seconds: i64) -> PortableRecord {
    let place = Place {
        guild: GUILD,
        server: server_name("survival"),
    };
    let left_at = UnixSeconds(NOW.0 - seconds);
    let stay = PortableStay {
        account: None,
        joined_at: UnixSeconds(left_at.0 - 60),
        seen_at: left_at,
        end: Some((left_at, SessionEnd::Left)),
    };
    PortableRecord::Session(place, player(name), stay)
}

impl Site {
    async fn import(&self, records: impl IntoIterator<Item = PortableRecord>) {
        let records: Vec<_> = records.into_iter().collect();
        for chunk in records.chunks(500) {
            let imported = self.database.import(chunk.to_vec(), None, NOW).await;
            assert_eq!(imported.unwrap().skipped, 0);
        }
    }

    /// Deletes the sessions that are older than this many days.
    async fn expire(&self, days: i64) -> Expired {
        let edge = UnixSeconds(NOW.0 - days * DAY);
        self.database.expire_sessions(edge, NOW).await.unwrap()
    }

    /// Returns the number of sessions of each player in the file.
    async fn sessions(&self) -> std::collections::BTreeMap<String, usize> {
        let mut sessions = std::collections::BTreeMap::new();
        let mut export = self.database.export();
        while let Some(chunk) = export.next_chunk().await {
            for record in chunk.unwrap() {
                if let PortableRecord::Session(_, player, _) = record {
                    *sessions.entry(player.as_str().to_owned()).or_default() += 1;
                }
            }
        }
        sessions
    }
}

fn expired(sessions: usize, players: usize) -> Expired {
    Expired { sessions, players }
}

#[tokio::test]
async fn sessions_that_ended_too_long_ago_are_deleted_from_memory_and_file() {
    let site = Site::new();
    let old = (0..2_500).map(|number| ended_before_now("Alex", 31 * DAY + 100 * number));
    site.import(old).await;
    site.import([
        ended_before_now("Alex", 30 * DAY),
        ended_before_now("Steve", 30 * DAY + 1),
    ])
    .await;

    assert_eq!(site.expire(30).await, expired(2_501, 1));

    assert_eq!(site.expire(30).await, expired(0, 0));
    assert_eq!(site.sessions().await, [("Alex".to_owned(), 1)].into());
    // A session that was deleted can be imported again.
    let again = ended_before_now("Steve", 30 * DAY + 1);
    site.import([again]).await;
    let site = site.restarted().await;
    assert_eq!(site.expire(30).await, expired(1, 1));
}

#[tokio::test]
async fn a_player_with_other_data_is_not_forgotten() {
    let site = Site::new();
    site.import(
        ["Online", "Seen", "Imported", "Gone"].map(|name| ended_before_now(name, 40 * DAY)),
    )
    .await;
    let server = site.linked("survival").await;
    site.join(server, "Online", NOW.0).await;
    // A leave without a join is evidence as well.
    site.leave(server, "Seen", NOW.0).await;
    let place = Place {
        guild: GUILD,
        server: server_name("survival"),
    };
    let playtime = PortablePlaytime {
        seconds: 60,
        account: None,
    };
    let playtime = PortableRecord::ImportedPlaytime(place, player("Imported"), playtime);
    site.import([playtime]).await;

    assert_eq!(site.expire(30).await, expired(4, 1));

    for (name, is_known) in [
        ("Online", true),
        ("Seen", true),
        ("Imported", true),
        ("Gone", false),
    ] {
        let forgotten = site.database.forget_player(player(name), NOW).await;
        assert_eq!(forgotten.unwrap().is_some(), is_known, "{name}");
    }
}

#[tokio::test]
async fn an_open_session_is_kept_however_old_it_is() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0 - 400 * DAY).await;

    assert_eq!(site.expire(1).await, expired(0, 0));

    assert_eq!(site.online(server), ["Alex"]);
}

#[tokio::test]
async fn many_players_without_a_session_are_forgotten() {
    let site = Site::new();
    site.import((0..3_000).map(|number| ended_before_now(&format!("Player{number}"), 2 * DAY)))
        .await;

    assert_eq!(site.expire(1).await, expired(3_000, 3_000));
}

#[tokio::test]
async fn a_player_last_seen_before_the_edge_is_no_longer_shown() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for number in 0..50 {
        let (from, to) = (NOW.0 - 8_000, NOW.0 - 7_200);
        site.stay(server, &format!("Player{number}"), from, to)
            .await;
    }
    site.stay(server, "Alex", NOW.0 - 8_000, NOW.0 - 60).await;
    let edge = UnixSeconds(NOW.0 - 3_600);

    let gone = site.database.expire_sessions(edge, NOW).await.unwrap();

    assert_eq!(gone, expired(50, 50));
    let shown = site.database.guild_server(GUILD, server).unwrap();
    let status = site.database.status(shown, 100, NOW).unwrap();
    assert_eq!(status.last_seen_total, 1);
    assert_eq!(status.last_seen[0].player_name, player("Alex"));
}

#[tokio::test]
async fn periods_that_ended_too_long_ago_are_deleted_from_memory_and_file() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for (state, days) in [
        (GameServerState::Up, 42),
        (GameServerState::Down, 40),
        (GameServerState::Up, 20),
        (GameServerState::Down, 10),
    ] {
        let beat = HeartbeatEvent {
            server: Some(state),
            heartbeat: Some(std::time::Duration::from_secs(3_600)),
            ..HeartbeatEvent::default()
        };
        for hours in 0..2 {
            let at = UnixSeconds(NOW.0 - days * DAY + hours * 3_600);
            site.database.heartbeat(server, beat, at).await.unwrap();
        }
    }
    let outages = |site: &Site| {
        let of_guild = site.database.guild_server(GUILD, server).unwrap();
        let uptime = site.database.uptime(of_guild, Span::ALL, 10, NOW).unwrap();
        uptime.outage_count
    };
    assert_eq!(outages(&site), 2);

    site.expire(30).await;

    assert_eq!(outages(&site), 1);
    let site = site.restarted().await;
    assert_eq!(outages(&site), 1);
}

#[tokio::test]
async fn of_a_notice_about_a_player_whom_retention_forgets_no_byte_of_the_member_is_left() {
    let site = Site::new();
    site.linked("survival").await;
    site.import([ended_before_now("Alex", 2 * DAY)]).await;
    site.has_told(MODERATOR, "Alex").await;
    assert!(site.copies_of_id(MODERATOR) > 0);

    let edge = UnixSeconds(NOW.0 - DAY);
    let expired = site.database.expire_sessions(edge, NOW).await.unwrap();

    assert_eq!(expired.players, 1);
    assert_eq!(site.database.notices(None).await.unwrap(), []);
    assert_eq!(site.copies_of_id(MODERATOR), 0);
}

#[tokio::test]
async fn a_notice_outlives_the_name_by_which_the_member_asked() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Alex", FIRST, NOW.0 - 900).await;
    site.has_told(MODERATOR, "Alex").await;
    site.stay_as(server, "Robin", FIRST, NOW.0 - 100).await;

    let edge = UnixSeconds(NOW.0 - 500);
    let expired = site.database.expire_sessions(edge, NOW).await.unwrap();

    assert_eq!(expired.players, 1);
    let site = site.restarted().await;
    let kept = site.database.notices(None).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|notice| notice.player.as_str()).collect();
    assert_eq!(kept, ["Robin"]);
}
