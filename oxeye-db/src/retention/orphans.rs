//! Forgets players of whom only the name is left.

use std::sync::Arc;

use oxeye_plugin_proto::PlayerName;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::database::Database;
use crate::ids::GuildId;
use crate::loading;
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::store::notices::leave_name;
use crate::store::rows::rewriting::Table;
use crate::store::rows::{
    imported_playtime, linked_members, notices, player_uuids, players, rewriting,
};
use crate::store::{self, Job, StoreError, WriterThread, keeping};

/// Maximum number of players per write, so that events do not wait long.
const CHUNK: usize = 500;

/// Says whether a guild keeps everything.
type Keeps = dyn Fn(GuildId) -> bool + Send + Sync;

impl Database {
    /// Forgets the players who have no session, no loose end, no imported playtime and no linked member, unless a guild
    /// that keeps everything knows an account under their name. Returns how many there were. `forgot_names` says whether
    /// there may be accounts without names already.
    ///
    /// They are looked for beside the writer, which looks again at each before it forgets them.
    pub(crate) async fn forget_unknown_players(
        &self,
        keeps: impl Fn(GuildId) -> bool + Send + Sync + 'static,
        forgot_names: bool,
    ) -> Result<usize, StoreError> {
        let keeps: Arc<Keeps> = Arc::new(keeps);
        let unknown = self.unknown_players(Arc::clone(&keeps)).await?;
        let mut forgotten = Forgotten::default();
        for chunk in unknown.chunks(CHUNK) {
            let chunk = self.forget_unknown(chunk, &keeps).await?;
            forgotten.players += chunk.players;
            forgotten.notices += chunk.notices;
        }
        if forgot_names || forgotten.players > 0 {
            forgotten.notices += self.forget_accounts_without_names().await?;
        }
        if forgotten.notices > 0 {
            self.inner.wal_truncation.require();
            self.truncate_wal().await?;
        }
        for guild in self.inner.memory.directory.guilds() {
            self.prune_directory(guild).await?;
        }
        Ok(forgotten.players)
    }

    /// Returns the players of whom nothing is known, in memory or in the file.
    async fn unknown_players(
        &self,
        keeps: Arc<Keeps>,
    ) -> Result<Vec<(PlayerId, PlayerName)>, StoreError> {
        let kept = keeping::kept_players(&self.inner.store, move |guild| keeps(guild)).await?;
        self.compute(move |database| database.inner.memory.unknown_players(kept))
            .await
    }

    async fn forget_unknown(
        &self,
        players: &[(PlayerId, PlayerName)],
        keeps: &Arc<Keeps>,
    ) -> Result<Forgotten, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = OrphansJob {
            memory: Arc::clone(&self.inner.memory),
            players: players.to_vec(),
            keeps: Arc::clone(keeps),
            gone: Vec::new(),
            used: Vec::new(),
            notices: 0,
            answer,
        };
        self.inner.store.enqueue(Box::new(job))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Removes the players of whom nothing is known any more from the directory of a guild. They are looked for beside
    /// the writer.
    pub(crate) async fn prune_directory(&self, guild: GuildId) -> Result<(), StoreError> {
        let outdated =
            self.compute(move |database| database.inner.memory.outdated_in_directory(guild));
        for chunk in outdated.await?.chunks(CHUNK) {
            let (memory, chunk) = (Arc::clone(&self.inner.memory), chunk.to_vec());
            let prune = move |writer: &WriterThread| {
                for entry in &chunk {
                    memory.prune_entry(writer, guild, entry);
                }
            };
            store::in_turn(&self.inner.store, prune).await?;
        }
        Ok(())
    }
}

/// What one clean-up has deleted so far.
#[derive(Debug, Clone, Copy, Default)]
struct Forgotten {
    players: usize,
    notices: usize,
}

/// Deletes those of some players of whom nothing is known on the writer's thread, so that one who joins afterwards is a
/// new player.
struct OrphansJob {
    memory: Arc<Memory>,
    players: Vec<(PlayerId, PlayerName)>,
    keeps: Arc<Keeps>,
    gone: Vec<(PlayerId, PlayerName)>,
    /// Guilds with names under which they knew accounts.
    used: Vec<(GuildId, PlayerId)>,
    /// Number of notices that were deleted.
    notices: usize,
    answer: oneshot::Sender<Result<Forgotten, StoreError>>,
}

impl OrphansJob {
    /// Returns the players of whom still nothing is known.
    fn find(&self, file: &Connection) -> rusqlite::Result<Vec<(PlayerId, PlayerName)>> {
        let mut found = Vec::new();
        for (player, name) in &self.players {
            let is_forgotten = self.memory.players.id(name) != Some(*player);
            let is_kept = is_forgotten
                || self.memory.knows(None, *player)
                || linked_members::is_alone(file, *player)?
                || imported_playtime::is_of(file, *player)?
                || linked_members::is_of_owner(file, *player)?
                || player_uuids::guilds_of(file, *player)?
                    .into_iter()
                    .any(|guild| (self.keeps)(guild));
            if !is_kept {
                found.push((*player, name.clone()));
            }
        }
        Ok(found)
    }
}

impl Job for OrphansJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        for (player, name) in self.find(file)? {
            player_uuids::delete_for_player(file, None, player)?;
            leave_name(file, player, &self.memory)?;
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
        if self.notices > 0 {
            rewriting::require(file, Table::Notices)?;
        }
        Ok(())
    }

    fn work(&self) -> usize {
        self.gone.len().max(1)
    }

    fn undo(&mut self, file: &Connection, _failure: u64, _: &WriterThread) {
        for (player, name) in self.gone.drain(..) {
            self.memory.players.load(player, name);
        }
        self.notices = 0;
        loading::read_back_persons(&self.memory, file, self.used.drain(..));
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
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
        // The players are forgotten even if the caller no longer waits.
        let _ = answer.send(commit.map(|()| Forgotten {
            players: gone.len(),
            notices,
        }));
    }
}
