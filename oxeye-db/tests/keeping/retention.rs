//! Sessions that are older than they are to be kept.

use oxeye_db::{Expired, Place, PortableRecord, PortableStay, SessionEnd, UnixSeconds};

use crate::site::{DAY, GUILD, NOW, Site, player, server_name};

/// A stay of a minute that ended so many seconds ago.
fn ended_before_now(name: &str, seconds: i64) -> PortableRecord {
    let place = Place {
        guild: GUILD,
        server: server_name("survival"),
    };
    let left_at = UnixSeconds(NOW.0 - seconds);
    let stay = PortableStay {
        joined_at: UnixSeconds(left_at.0 - 60),
        seen_at: left_at,
        end: Some((left_at, SessionEnd::Left)),
    };
    PortableRecord::Session(place, player(name), stay)
}

impl Site {
    async fn told(&self, records: impl IntoIterator<Item = PortableRecord>) {
        let records: Vec<_> = records.into_iter().collect();
        for portion in records.chunks(500) {
            let imported = self.database.import(portion.to_vec(), None, NOW).await;
            assert_eq!(imported.unwrap().skipped, 0);
        }
    }

    /// Keeps sessions for so many days.
    async fn expire(&self, days: i64) -> Expired {
        let edge = UnixSeconds(NOW.0 - days * DAY);
        self.database.expire_sessions(edge, NOW).await.unwrap()
    }

    /// How many sessions there are of each player, in the file.
    async fn sessions(&self) -> std::collections::BTreeMap<String, usize> {
        let mut sessions = std::collections::BTreeMap::new();
        let mut export = self.database.export();
        while let Some(portion) = export.portion().await {
            for record in portion.unwrap() {
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
async fn what_ended_too_long_ago_goes_from_memory_and_file() {
    let site = Site::new();
    let old = (0..2_500).map(|number| ended_before_now("Alex", 31 * DAY + 100 * number));
    site.told(old).await;
    site.told([
        ended_before_now("Alex", 30 * DAY),
        ended_before_now("Steve", 30 * DAY + 1),
    ])
    .await;

    assert_eq!(site.expire(30).await, expired(2_501, 1));

    assert_eq!(site.expire(30).await, expired(0, 0));
    assert_eq!(site.sessions().await, [("Alex".to_owned(), 1)].into());
    // What memory does not know any more can be told again.
    let again = ended_before_now("Steve", 30 * DAY + 1);
    site.told([again]).await;
    let site = site.restarted().await;
    assert_eq!(site.expire(30).await, expired(1, 1));
}

#[tokio::test]
async fn who_is_known_otherwise_keeps_the_name() {
    let site = Site::new();
    site.told(["Online", "Seen", "Imported", "Gone"].map(|name| ended_before_now(name, 40 * DAY)))
        .await;
    let server = site.linked("survival").await;
    site.join(server, "Online", NOW.0).await;
    // A leave without a join is evidence, too.
    site.leave(server, "Seen", NOW.0).await;
    let place = Place {
        guild: GUILD,
        server: server_name("survival"),
    };
    let playtime = PortableRecord::ImportedPlaytime(place, player("Imported"), 60);
    site.told([playtime]).await;

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
async fn an_open_session_stays_however_long_it_has_been() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0 - 400 * DAY).await;

    assert_eq!(site.expire(1).await, expired(0, 0));

    assert_eq!(site.online(server), ["Alex"]);
}

#[tokio::test]
async fn many_players_without_a_session_go() {
    let site = Site::new();
    site.told((0..3_000).map(|number| ended_before_now(&format!("Player{number}"), 2 * DAY)))
        .await;

    assert_eq!(site.expire(1).await, expired(3_000, 3_000));
}

#[tokio::test]
async fn whoever_was_last_seen_before_the_edge_is_not_shown_any_more() {
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
