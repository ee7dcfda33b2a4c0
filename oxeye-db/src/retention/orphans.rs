//! Forgets players of whom only the name is left.

use std::sync::Arc;

use oxeye_plugin_proto::PlayerName;
use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::accounts::AccountId;
use crate::database::Database;
use crate::ids::GuildId;
use crate::loading;
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::store::rows::{
    accounts, imported_playtime, linked_members, notices, player_uuids, players, rewriting,
};
use crate::store::{Job, StoreError, WriterThread};

/// Maximum number of players per write.
const CHUNK: usize = 1000;

impl Database {
    /// Forgets the players who have no session, no loose end, no imported playtime and no linked member, unless a guild
    /// that keeps everything knows an account under their name. Returns how many there were. `forgot_names` says whether
    /// there may be accounts without names already.
    pub(crate) async fn forget_unknown_players(
        &self,
        keeps: impl Fn(GuildId) -> bool + Clone + Send + 'static,
        forgot_names: bool,
    ) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        let mut deleted_notices = 0;
        loop {
            let (answer, answered) = oneshot::channel();
            let job = OrphansJob {
                memory: Arc::clone(&self.inner.memory),
                keeps: Box::new(keeps.clone()),
                gone: Vec::new(),
                accounts: Vec::new(),
                used: Vec::new(),
                notices: deleted_notices,
                forgot_before: forgot_names || forgotten > 0,
                answer,
            };
            self.inner.store.enqueue(Box::new(job))?;
            let chunk = answered.await.map_err(|_| StoreError::Closed)??;
            forgotten += chunk.players;
            deleted_notices = chunk.notices;
            if chunk.players < CHUNK {
                break;
            }
        }
        if deleted_notices > 0 {
            self.inner.wal_truncation.require();
            self.truncate_wal().await?;
        }
        Ok(forgotten)
    }
}

/// What one write has deleted.
struct Chunk {
    players: usize,
    /// Number of notices that the same clean-up has deleted so far.
    notices: usize,
}

/// Finds and deletes the players on the writer's thread, so that one who joins afterwards is a new
/// player.
struct OrphansJob {
    memory: Arc<Memory>,
    /// Whether a guild keeps everything.
    keeps: Box<dyn Fn(GuildId) -> bool + Send>,
    gone: Vec<(PlayerId, PlayerName)>,
    /// Accounts that no guild has any more.
    accounts: Vec<(AccountId, Uuid)>,
    /// Guilds with names under which they knew accounts.
    used: Vec<(GuildId, PlayerId)>,
    /// Number of notices that the same clean-up has deleted so far.
    notices: usize,
    /// Whether the same clean-up has forgotten players or names before.
    forgot_before: bool,
    answer: oneshot::Sender<Result<Chunk, StoreError>>,
}

impl OrphansJob {
    fn find(&self, file: &Connection) -> rusqlite::Result<Vec<(PlayerId, PlayerName)>> {
        let memory = &self.memory;
        let mut names = memory.players.all();
        for server in memory.cache.ids(None) {
            memory.cache.read(server, |state| {
                state
                    .known_players()
                    .for_each(|player| names.remove(player));
            });
        }
        for player in imported_playtime::players(file)? {
            names.remove(player);
        }
        // A player who hides is still hidden when they come back after years, and under all names.
        for player in linked_members::players(file)? {
            names.remove(player);
        }
        for (guild, player) in player_uuids::players_by_guild(file)? {
            if (self.keeps)(guild) {
                names.remove(player);
            }
        }
        Ok(names.remaining().take(CHUNK).collect())
    }
}

impl Job for OrphansJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        for (player, name) in self.find(file)? {
            player_uuids::delete_for_player(file, None, player)?;
            self.notices += notices::delete_for_player(file, None, player)?;
            players::delete(file, player)?;
            self.memory.players.remove(player);
            let guilds = self.memory.persons.forget_name(None, player);
            self.used
                .extend(guilds.into_iter().map(|guild| (guild, player)));
            self.gone.push((player, name));
        }
        let players = self.gone.iter().map(|(player, _)| *player).collect();
        self.memory.uuids.forget_players(&players);
        // Only once per clean-up, because it reads all accounts.
        let is_last = self.gone.len() < CHUNK;
        if is_last && (self.forgot_before || !self.gone.is_empty()) {
            self.accounts = accounts::delete_unreported(file)?;
            self.memory.accounts.remove_all(&self.accounts);
        }
        if is_last && self.notices > 0 {
            rewriting::rewrite_notices(file)?;
        }
        Ok(())
    }

    fn undo(&mut self, file: &Connection, _failure: u64, _: &WriterThread) {
        for (player, name) in self.gone.drain(..) {
            self.memory.players.load(player, name);
        }
        self.memory.accounts.restore(self.accounts.drain(..));
        loading::read_back_persons(&self.memory, file, self.used.drain(..));
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        let Self {
            memory,
            gone,
            notices,
            answer,
            ..
        } = *self;
        if commit.is_ok() && !gone.is_empty() {
            memory.pictures.drawn.clear();
        }
        // Once per clean-up, because it reads all sessions.
        if commit.is_ok() && gone.len() < CHUNK {
            for guild in memory.directory.guilds() {
                memory.prune_directory(writer, guild);
            }
        }
        // The players are forgotten even if the caller no longer waits.
        let _ = answer.send(commit.map(|()| Chunk {
            players: gone.len(),
            notices,
        }));
    }
}
