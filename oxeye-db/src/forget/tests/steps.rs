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
use crate::testing::{join, leave, player, server_name};

/// The names of one account.
const NAMES: [&str; 2] = ["Xylophonist", "Yodeler"];
/// Number of stays under each of them.
const STAYS: usize = 850;

impl Site {
    /// Adds a person with two names and a long history. Each name is online as well.
    async fn with_a_long_history(self) -> Self {
        self.with_stays([STAYS, STAYS]).await
    }

    /// Adds a person with two names and so many imported stays under each. Each name is online as well.
    async fn with_stays(self, counts: [usize; 2]) -> Self {
        for (name, count) in NAMES.into_iter().zip(counts) {
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
            let stays = (0..).take(count).map(stay).collect();
            self.database.import(stays, None, NOW).await.unwrap();
        }
        self
    }

    /// Both names leave. Each has one stay more then.
    async fn offline(self) -> Self {
        for name in NAMES {
            let left = self.database.player_leave(self.server, leave(name), NOW);
            left.await.unwrap();
        }
        self
    }

    /// Forgets the player while the store closes, which it does after one write.
    async fn forget_one_in_one_write(&self) -> Result<Option<Forgotten>, StoreError> {
        let store = &self.database.inner.store;
        // Hold the writer until both are queued.
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let hold = store.write(move |_| Ok(wait.recv()), |_, _| ());
        let (_, forgotten, ..) = tokio::join!(hold, self.forget_one(), store.close(), async {
            go.send(())
        });
        forgotten
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

    let interrupted = site.forget_one_in_one_write().await;

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
async fn a_clean_up_between_two_steps_leaves_the_name_by_which_the_rest_is_found() {
    // Few stays have the name that is asked for.
    let site = Site::new().await.with_stays([STAYS, 10]).await;
    let mut site = site.offline().await;
    let interrupted = site.forget_one_in_one_write().await;
    interrupted.expect_err("the store closed");
    site.database = site.database.restarted(NOW).await;

    // Nothing is too old, but not everything is kept.
    let edge = UnixSeconds(NOW.0 - 1_000_000);
    let expired = site.database.expire_sessions(edge, NOW).await.unwrap();

    assert_eq!((expired.sessions, expired.players), (0, 0));
    let rest = site.forget_one().await.unwrap().unwrap();
    assert_eq!(rest.names, NAMES.map(player));
    assert_eq!(rest.sessions, STAYS + 10 + 2 - STAYS_AT_ONCE);
    assert_eq!(site.session_count().await, 3, "of Alex and Steve");
}

#[tokio::test]
async fn whoever_has_as_many_stays_as_one_step_takes_is_forgotten_in_that_step() {
    let site = Site::new().await.with_stays([STAYS_AT_ONCE - 12, 10]).await;
    let site = site.offline().await;

    let forgotten = site.forget_one_in_one_write().await;

    let forgotten = forgotten.unwrap().expect("the player was known");
    assert_eq!(forgotten.sessions, STAYS_AT_ONCE);
    assert_eq!(forgotten.names, NAMES.map(player));
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
