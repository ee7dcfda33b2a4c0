//! A store that does not take what it is given: nothing is believed that is not in the file.

use std::num::NonZeroU32;
use std::path::Path;
use tokio::task::JoinSet;

use super::*;
use crate::database::DatabaseOptions;
use crate::ids::GuildId;
use crate::ledger::LooseEnd;
use crate::server_state::{OfflinePlayerInfo, OnlinePlayer, Patience};
use crate::session::ClosedSession;

const NOW: UnixSeconds = UnixSeconds(1_000_000);
const TIMEOUT: Duration = Duration::from_secs(300);

fn open(path: &Path) -> Database {
    let options = DatabaseOptions {
        path: path.to_owned(),
        recent_window: Duration::from_secs(24 * 3600),
        event_quota: governor::Quota::per_second(NonZeroU32::MIN),
        patience: Patience {
            timeout: TIMEOUT,
            grace: Duration::from_secs(120),
        },
        readers: 2,
    };
    Database::open(&options, NOW).unwrap()
}

/// A store in a folder of its own, with one linked server.
struct Stage {
    folder: tempfile::TempDir,
    database: Database,
    server: ServerId,
}

/// What memory says of the server.
#[derive(Debug, PartialEq)]
struct Believed {
    linked: bool,
    online: Vec<OnlinePlayer>,
    last_seen: Vec<OfflinePlayerInfo>,
    sessions: Vec<ClosedSession>,
    loose_ends: Vec<LooseEnd>,
}

impl Stage {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder.path().join("oxeye.db"));
        let name = "survival".to_owned().try_into().unwrap();
        let issued = database.issue_link_code(GuildId::LOCAL, name, NOW).await;
        let key = database.redeem_link_code(&issued.unwrap().code, NOW).await;
        let server = database.authenticate(&key.unwrap()).unwrap().id;
        Self {
            folder,
            database,
            server,
        }
    }

    /// Changes the file behind memory's back, or the connection that writes it.
    async fn file(&self, sql: &'static str) {
        let run = |file: &Connection| file.execute_batch(sql);
        self.database.inner.store.write(run, |()| ()).await.unwrap();
    }

    async fn join(&self, player: &str) -> Result<SkinAnswer, EventError> {
        join(&self.database, self.server, name(player)).await
    }

    async fn leave(&self, player: &str) -> Result<(), EventError> {
        let (player, at) = (name(player), None);
        let event = LeaveEvent { player, at };
        self.database.player_leave(self.server, event, NOW).await
    }

    /// Many players join at once; answers how many were taken.
    async fn rush(&self, word: &str, players: usize) -> usize {
        let mut joining = JoinSet::new();
        for number in 0..players {
            let (database, server) = (self.database.clone(), self.server);
            let player = name(&format!("{word}{number:0>24}"));
            joining.spawn(async move { join(&database, server, player).await });
        }
        let joined = joining.join_all().await;
        let honest = |error: &EventError| matches!(error, EventError::Store(StoreError::Failed(_)));
        assert!(
            joined
                .iter()
                .flat_map(|join| join.as_ref().err())
                .all(honest)
        );
        joined.iter().filter(|join| join.is_ok()).count()
    }

    fn believed(&self) -> Believed {
        believed(&self.database, self.server)
    }

    /// Who opens a copy of the file believes the same.
    fn assert_memory_is_the_file(&self) {
        let copy = tempfile::tempdir().unwrap();
        for file in ["oxeye.db", "oxeye.db-wal"] {
            std::fs::copy(self.folder.path().join(file), copy.path().join(file)).unwrap();
        }
        let read = open(&copy.path().join("oxeye.db"));
        assert_eq!(self.believed(), believed(&read, self.server));
    }
}

async fn join(
    database: &Database,
    server: ServerId,
    player: PlayerName,
) -> Result<SkinAnswer, EventError> {
    let event = JoinEvent {
        player,
        texture_hash: None,
        at: None,
    };
    database.player_join(server, event, NOW).await
}

fn believed(database: &Database, server: ServerId) -> Believed {
    let look = |state: &mut ServerState| {
        let mut sessions: Vec<_> = state.history.iter().collect();
        sessions.sort_by_key(|session| session.id);
        let mut last_seen = state.get_recently_offline(usize::MAX, NOW);
        last_seen.sort_by(|a, b| a.player_name.cmp(&b.player_name));
        Believed {
            linked: state.linked,
            online: state.online(),
            last_seen,
            sessions,
            loose_ends: state.loose_ends(),
        }
    };
    database.inner.cache.with(server, look).unwrap()
}

fn name(player: &str) -> PlayerName {
    PlayerName::try_from(player.to_owned()).unwrap()
}

/// The file may not grow any more: SQLite says that the disk is full.
const FULL: &str = "PRAGMA max_page_count = 1";
const ROOM: &str = "PRAGMA max_page_count = 1000000";

#[tokio::test]
async fn on_a_full_disk_nothing_is_half_done_and_all_goes_on_when_there_is_room() {
    let stage = Stage::new().await;
    assert_eq!(stage.rush("early", 50).await, 50);
    stage.leave("early000000000000000000000007").await.unwrap();
    stage.file(FULL).await;

    let taken = stage.rush("late", 600).await;

    assert!(taken < 600, "the disk was to be full");
    assert_eq!(stage.believed().online.len(), 49 + taken);
    stage.assert_memory_is_the_file();

    stage.file(ROOM).await;
    let retried = stage.rush("late", 600).await;
    assert_eq!(retried, 600);
    assert_eq!(stage.believed().online.len(), 49 + 600);
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn what_cannot_be_written_is_not_believed() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("PRAGMA query_only = ON").await;
    let before = stage.believed();

    stage.join("Steve").await.unwrap_err();
    stage.leave("Alex").await.unwrap_err();
    let (database, server) = (&stage.database, stage.server);
    let goodbye = database.disconnect(server, Farewell::ByPlugin, NOW).await;
    goodbye.unwrap_err();

    assert_eq!(stage.believed(), before);
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_disconnect_that_failed_leaves_the_server_linked() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("ALTER TABLE api_keys RENAME TO hidden").await;
    let (database, server) = (&stage.database, stage.server);

    let goodbye = database.disconnect(server, Farewell::ByPlugin, NOW).await;

    goodbye.unwrap_err();
    assert!(stage.believed().linked);
    stage.file("ALTER TABLE hidden RENAME TO api_keys").await;
    stage.join("Steve").await.unwrap();
}

#[tokio::test]
async fn sessions_of_a_silent_server_that_could_not_be_closed_are_closed_the_next_time() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    let heartbeat = HeartbeatEvent {
        heartbeat: Some(Duration::from_secs(15)),
        ..HeartbeatEvent::default()
    };
    let (database, server) = (&stage.database, stage.server);
    database.heartbeat(server, heartbeat, NOW).await.unwrap();
    let later = NOW.plus(TIMEOUT);
    stage.file("ALTER TABLE sessions RENAME TO hidden").await;
    database.close_stale_sessions(later).await.unwrap_err();

    stage.file("ALTER TABLE hidden RENAME TO sessions").await;
    let done = database.close_stale_sessions(later).await.unwrap();

    assert_eq!((done.servers, done.sessions), (1, 1));
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn nothing_is_taken_while_memory_cannot_be_read_back() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("ALTER TABLE sessions RENAME TO hidden").await;
    stage.join("Steve").await.unwrap_err();
    // To a memory that is empty this is a stray leave, which needs no session.
    stage.leave("Alex").await.unwrap_err();
    stage.file("ALTER TABLE hidden RENAME TO sessions").await;

    stage.leave("Alex").await.unwrap();

    let believed = stage.believed();
    assert_eq!(believed.sessions.len(), 1);
    assert!(believed.online.is_empty() && believed.loose_ends.is_empty());
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_name_first_heard_in_a_report_that_panicked_is_heard_again() {
    let stage = Stage::new().await;
    let panics = |_: &Connection, _: &mut ServerState, ledger: &mut Ledger<'_>| {
        ledger.player(&name("Alex"));
        panic!("on purpose")
    };
    let report = stage.database.report(stage.server, NOW, panics, |()| ());
    report.unwrap().done().await.unwrap_err();

    stage.join("Alex").await.unwrap();

    stage.assert_memory_is_the_file();
}
