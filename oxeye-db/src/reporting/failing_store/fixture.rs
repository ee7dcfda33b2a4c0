//! A store in a directory of its own with one linked server, and what memory holds about it.

use oxeye_plugin_proto::{PlayerName, TextureHash};
use rusqlite::Connection;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::super::*;
use crate::ids::{GuildId, ServerId, SkinId};
use crate::ledger::LooseEnd;
use crate::memory::Memory;
use crate::server_state::{Lately, OfflinePlayerInfo, OnlinePlayer};
use crate::session::ClosedSession;
use crate::skins::NewSkin;
use crate::testing::{self, TestStore, options, player};
use crate::visibility::Visible;

pub(super) const NOW: UnixSeconds = UnixSeconds(1_000_000);
const TEXTURE: TextureHash = TextureHash([7; 32]);

/// A store in a directory of its own with one linked server.
pub(super) struct Fixture {
    pub(super) database: TestStore,
    pub(super) server: ServerId,
}

/// What memory holds about the server.
#[derive(Debug, PartialEq)]
pub(super) struct Snapshot {
    pub(super) linked: bool,
    pub(super) online: Vec<OnlinePlayer>,
    pub(super) last_seen: Vec<OfflinePlayerInfo>,
    pub(super) sessions: Vec<ClosedSession>,
    pub(super) loose_ends: Vec<LooseEnd>,
    /// Each name with the UUIDs of its accounts, the latest first.
    pub(super) accounts: Vec<(PlayerName, Vec<Uuid>)>,
}

impl Fixture {
    pub(super) async fn new() -> Self {
        let database = TestStore::new(NOW);
        let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
        Self { database, server }
    }

    /// Changes the file without memory knowing, or the connection that writes it.
    pub(super) async fn run_sql(&self, sql: &'static str) {
        let run = |file: &Connection| file.execute_batch(sql);
        self.database
            .inner
            .store
            .write(run, |(), _| ())
            .await
            .unwrap();
    }

    pub(super) async fn join(&self, player: &str) -> Result<SkinAnswer, EventError> {
        join(&self.database, self.server, player).await
    }

    pub(super) async fn leave(&self, player: &str) -> Result<(), EventError> {
        let event = testing::leave(player);
        self.database.player_leave(self.server, event, NOW).await
    }

    /// Lets Alex join in the skin of these tests.
    pub(super) async fn join_in_skin(&self, now: UnixSeconds) {
        let join = JoinEvent {
            texture_hash: Some(TEXTURE),
            ..testing::join("Alex")
        };
        self.database
            .player_join(self.server, join, now)
            .await
            .unwrap();
    }

    /// Sends the skin that Alex wears.
    pub(super) async fn send_skin(&self, now: UnixSeconds) {
        let skin = NewSkin {
            id: SkinId([1; 32]),
            png: vec![1],
            head: [1; 192],
        };
        let (database, alex) = (&self.database, player("Alex"));
        let sent = database.store_skin(self.server, &alex, TEXTURE, skin, now);
        sent.await.unwrap();
    }

    /// Makes many players join at once. Returns how many joins were accepted.
    pub(super) async fn join_many(&self, word: &str, players: usize) -> usize {
        let mut joining = JoinSet::new();
        for number in 0..players {
            let (database, server) = (self.database.clone(), self.server);
            let player = format!("{word}{number:0>24}");
            joining.spawn(async move { join(&database, server, &player).await });
        }
        let joined = joining.join_all().await;
        let is_store_failure =
            |error: &EventError| matches!(error, EventError::Store(StoreError::Failed(_)));
        assert!(
            joined
                .iter()
                .flat_map(|join| join.as_ref().err())
                .all(is_store_failure)
        );
        joined.iter().filter(|join| join.is_ok()).count()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        snapshot(&self.database, self.server)
    }

    /// Asserts that opening a copy of the file gives the same memory.
    pub(super) fn assert_memory_matches_file(&self) {
        let copy = tempfile::tempdir().unwrap();
        for file in ["oxeye.db", "oxeye.db-wal"] {
            std::fs::copy(self.database.folder().join(file), copy.path().join(file)).unwrap();
        }
        let read = Database::open(&options(copy.path().join("oxeye.db")), NOW).unwrap();
        assert_eq!(self.snapshot(), snapshot(&read, self.server));
    }
}

async fn join(
    database: &Database,
    server: ServerId,
    player: &str,
) -> Result<SkinAnswer, EventError> {
    let event = testing::join(player);
    let joined = database.player_join(server, event, NOW).await;
    joined.map_err(|error| match error {
        JoinError::Event(error) => error,
        JoinError::TooManyNewPlayers(_) => unreachable!("there is no limit"),
    })
}

fn snapshot(database: &Database, server: ServerId) -> Snapshot {
    let memory = &database.inner.memory;
    let look = |state: &ServerState, everybody: &Visible| {
        let mut sessions: Vec<_> = state.history().iter().collect();
        sessions.sort_by_key(|session| session.id);
        Snapshot {
            linked: state.is_linked(),
            online: state.online(everybody),
            last_seen: Vec::new(),
            sessions,
            loose_ends: state.loose_ends(),
            accounts: Vec::new(),
        }
    };
    let ask = |lately: &Lately<'_>| lately.get_recently_offline(usize::MAX);
    let (snapshot, mut last_seen) = memory
        .read_with_lately(server, Visible::everybody, NOW, look, ask)
        .unwrap();
    last_seen.sort_by(|a, b| a.player_name.cmp(&b.player_name));
    Snapshot {
        accounts: accounts(memory),
        last_seen,
        ..snapshot
    }
}

fn accounts(memory: &Memory) -> Vec<(PlayerName, Vec<Uuid>)> {
    let persons = memory.persons.of(GuildId::LOCAL);
    let names = memory.players.unknown(|_| false).into_iter();
    let accounts = names.map(|(player, name)| {
        let accounts = persons.accounts_of(player);
        let uuids = accounts.map(|account| memory.accounts.uuid(account).unwrap());
        (name, uuids.collect())
    });
    let mut accounts: Vec<_> = accounts.collect();
    accounts.sort();
    accounts
}
