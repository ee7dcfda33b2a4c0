//! A long history is forgotten in steps. Whoever asks again after an interruption forgets the rest.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use uuid::Uuid;

use super::{NOW, Site};
use crate::events::JoinEvent;
use crate::forget::Forgotten;
use crate::forget::stays::STAYS_AT_ONCE;
use crate::ids::GuildId;
use crate::portable::{Place, PortableRecord, PortableStay};
use crate::session::SessionEnd;
use crate::store::StoreError;
use crate::store::watcher::watch;
use crate::testing::{join, player, server_name};

/// The names of one account.
const NAMES: [&str; 2] = ["Xylophonist", "Yodeler"];
/// Number of stays under each of them.
const STAYS: usize = 850;

impl Site {
    /// Adds a person with two names and a long history. Each name is online as well.
    async fn with_a_long_history(self) -> Self {
        for name in NAMES {
            let event = JoinEvent {
                uuid: Some(Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6)),
                ..join(name)
            };
            let joined = self.database.player_join(self.server, event, NOW);
            joined.await.unwrap();
            let stay = |number: i64| {
                let joined_at = UnixSeconds(NOW.0 - 100 * (number + 1));
                let seen_at = UnixSeconds(joined_at.0 + 50);
                let place = Place {
                    guild: GuildId::LOCAL,
                    server: server_name("survival"),
                };
                let stay = PortableStay {
                    account: None,
                    joined_at,
                    seen_at,
                    end: Some((seen_at, SessionEnd::Left)),
                };
                PortableRecord::Session(place, player(name), stay)
            };
            let stays = (0..).take(STAYS).map(stay).collect();
            self.database.import(stays, None, NOW).await.unwrap();
        }
        self
    }

    async fn forget_one(&self) -> Result<Option<Forgotten>, StoreError> {
        self.database.forget_player(player(NAMES[1]), NOW).await
    }

    async fn session_count(&self) -> usize {
        let store = &self.database.inner.store;
        let count = |file: &Connection| {
            file.query_row("SELECT count(*) FROM sessions", [], |row| {
                row.get::<_, u32>(0)
            })
        };
        store.read(count).await.unwrap() as usize
    }
}

#[tokio::test]
async fn others_write_after_every_few_hundred_sessions_that_are_forgotten() {
    let site = Site::new().await.with_a_long_history().await;
    let all = site.session_count().await;
    let store = &site.database.inner.store;
    // Hold the writer until both are queued.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let hold = store.write(move |_| Ok(wait.recv()), |_, _| ());

    let (_, forgotten, counts, ..) = tokio::join!(
        hold,
        site.forget_one(),
        async { watch(store, "sessions", 3).await.unwrap() },
        async { go.send(()) },
    );

    let forgotten = forgotten.unwrap().unwrap();
    assert_eq!(forgotten.sessions, 2 * STAYS + 2);
    assert_eq!(forgotten.names, NAMES.map(player));
    // What others did stays.
    let [first, second, third] = [1, 2, 3].map(|steps| all - steps * STAYS_AT_ONCE);
    assert_eq!(counts, [first, second, third, 3]);
    assert_eq!(all - forgotten.sessions, 3);
    assert_eq!(site.known().0, ["Alex", "Steve"]);
}

#[tokio::test]
async fn whoever_is_forgotten_while_the_store_closes_is_known_by_all_names_until_asked_again() {
    let mut site = Site::new().await.with_a_long_history().await;
    let all = site.session_count().await;
    let store = &site.database.inner.store;
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let hold = store.write(move |_| Ok(wait.recv()), |_, _| ());

    let (_, interrupted, ..) = tokio::join!(hold, site.forget_one(), store.close(), async {
        go.send(())
    });

    let error = interrupted.expect_err("the store closed");
    assert!(matches!(error, StoreError::Closed), "{error}");
    site.database = site.database.restarted(NOW).await;
    assert_eq!(site.session_count().await, all - STAYS_AT_ONCE);
    let players = &site.database.inner.memory.players;
    assert!(NAMES.iter().all(|name| players.id(&player(name)).is_some()));
    let rest = site.forget_one().await.unwrap().unwrap();
    assert_eq!(rest.sessions, 2 * STAYS + 2 - STAYS_AT_ONCE);
    assert_eq!(rest.names, NAMES.map(player));
    assert!(rest.is_wiped);
    let bytes = std::fs::read(site.database.file()).unwrap();
    for name in NAMES {
        let mut windows = bytes.windows(name.len());
        assert!(!windows.any(|window| window == name.as_bytes()), "{name}");
    }
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_rest_of_the_history_and_memory_knows_it() {
    let site = Site::new().await.with_a_long_history().await;
    let all = site.session_count().await;
    // The second step meets a session that cannot be deleted.
    let store = &site.database.inner.store;
    let sql = "CREATE TRIGGER refuses BEFORE DELETE ON sessions
         WHEN (SELECT count(*) FROM sessions) < 1000 BEGIN SELECT RAISE(ABORT, 'no'); END";
    let created = store.write(move |file| file.execute_batch(sql), |(), _| ());
    created.await.unwrap();

    site.forget_one().await.expect_err("the file refuses");

    assert_eq!(site.session_count().await, all - STAYS_AT_ONCE);
    let (online, over) = site.known();
    assert_eq!(online.len() + over, all - STAYS_AT_ONCE);
    site.allow_deletions().await;
    let rest = site.forget_one().await.unwrap().unwrap();
    assert_eq!(rest.names, NAMES.map(player));
    assert_eq!(
        site.session_count().await,
        all - rest.sessions - STAYS_AT_ONCE
    );
}
