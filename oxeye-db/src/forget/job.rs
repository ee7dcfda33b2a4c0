//! The writer's job that forgets a player: memory and file both forget, or neither does.

use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::Forgotten;
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::loading;
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::server_state::{ServerState, Traces};
use crate::store::rows::{
    accounts, imported_playtime, linked_members, loose_ends, player_uuids, players, rewriting,
    sessions,
};
use crate::store::{Job, StoreError, WriterThread, looked_up_skins, skins};
use crate::visibility::HiddenMember;
use crate::wal_truncation::WalTruncation;

/// Sends the answer to the caller.
type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) struct ForgetJob {
    memory: Arc<Memory>,
    wal: Arc<WalTruncation>,
    /// The only guild that forgets the player; `None` if all do.
    only: Option<GuildId>,
    name: PlayerName,
    now: UnixSeconds,
    /// The player's id, if one is known.
    player: Option<PlayerId>,
    /// Accounts that no guild has any more.
    accounts: Vec<(AccountId, Uuid)>,
    /// The players who hide afterwards in each guild in which any do.
    hidden: Vec<(GuildId, Vec<HiddenMember>)>,
    /// Guilds that knew accounts under the name.
    used: Vec<GuildId>,
    /// Servers that have changed in memory.
    changed: Vec<ServerId>,
    forgotten: Option<Forgotten>,
    answer: Answer<Option<Forgotten>>,
}

impl ForgetJob {
    pub(super) fn new(
        memory: Arc<Memory>,
        wal: Arc<WalTruncation>,
        (only, name): (Option<GuildId>, PlayerName),
        now: UnixSeconds,
        answer: Answer<Option<Forgotten>>,
    ) -> Self {
        Self {
            memory,
            wal,
            only,
            name,
            now,
            player: None,
            accounts: Vec::new(),
            used: Vec::new(),
            hidden: Vec::new(),
            changed: Vec::new(),
            forgotten: None,
            answer,
        }
    }

    /// Forgets the player in memory and returns what each server knew.
    fn forget_in_memory(&mut self, writer: &WriterThread) -> Vec<(ServerId, Traces)> {
        let memory = &self.memory;
        self.player = memory.players.id(&self.name);
        let mut found = Vec::new();
        for server in memory.cache.ids(self.only) {
            let forget = |state: &mut ServerState| state.forget_player(&self.name, self.player);
            let traces = memory.cache.change(writer, server, forget);
            if let Some(traces) = traces.filter(|traces| traces.any) {
                memory.pictures.forget(server);
                self.changed.push(server);
                found.push((server, traces));
            }
        }
        if let Some(player) = self.player {
            memory.uuids.forget_player(player);
            self.used = memory.persons.forget_name(self.only, player);
        }
        found
    }

    /// Deletes what the file knows and returns on how many servers playtime had been imported. The name goes with
    /// the last guild that knows the player.
    fn delete(&mut self, file: &Connection, player: PlayerId) -> rusqlite::Result<usize> {
        let only = self.only;
        sessions::delete_for_player(file, only, player)?;
        loose_ends::delete_for_player(file, only, player)?;
        let imported = imported_playtime::delete_for_player(file, only, player)?;
        let links = linked_members::delete_for_player(file, only, player)?;
        if links > 0 {
            rewriting::rewrite_linked_members(file)?;
        }
        let uuids = player_uuids::accounts(file, only, player)?;
        if !uuids.is_empty() {
            player_uuids::delete_for_player(file, only, player)?;
            rewriting::rewrite_player_uuids(file)?;
            looked_up_skins::forget_unreported(file, &uuids)?;
        }
        if links > 0 || !uuids.is_empty() {
            self.accounts = accounts::delete_unreported(file)?;
            if !self.accounts.is_empty() {
                rewriting::rewrite_accounts(file)?;
            }
            self.memory.accounts.remove_all(&self.accounts);
        }
        if only.is_none() || !players::is_used(file, player)? {
            self.memory.players.remove(player);
            players::delete(file, player)?;
            rewriting::rewrite_players(file)?;
        }
        Ok(imported)
    }
}

impl Job for ForgetJob {
    fn run(&mut self, file: &Connection, writer: &WriterThread) -> rusqlite::Result<()> {
        let found = self.forget_in_memory(writer);
        if found.is_empty() && self.player.is_none() {
            return Ok(());
        }
        let imported_playtimes = match self.player {
            Some(player) => self.delete(file, player)?,
            None => 0,
        };
        self.hidden.clear();
        for guild in self.memory.hidden.guilds() {
            let hidden = linked_members::hidden(file, guild)?;
            self.hidden.push((guild, hidden));
        }
        for (server, traces) in &found {
            skins::delete_textures(file, *server, &traces.textures)?;
        }
        self.forgotten = Some(Forgotten {
            sessions: found.iter().map(|(_, traces)| traces.sessions).sum(),
            servers: found.len(),
            imported_playtimes,
            is_wiped: false,
            ..Forgotten::default()
        });
        Ok(())
    }

    fn undo(&mut self, file: &Connection, failure: u64, writer: &WriterThread) {
        let memory = &self.memory;
        if let Some(player) = self.player {
            memory.players.load(player, self.name.clone());
        }
        memory.accounts.restore(self.accounts.drain(..));
        if let Some(player) = self.player {
            let used = self.used.drain(..).map(|guild| (guild, player));
            loading::read_back_persons(memory, file, used);
        }
        // A job that failed with this one may have read a server back while the name was unknown.
        for server in self.changed.drain(..) {
            let restore = |state: &mut ServerState| state.mark_out_of_date(failure);
            memory.cache.change(writer, server, restore);
            let read = loading::read_back(memory, writer, file, server, self.now);
            if let Err(error) = read {
                tracing::error!(%error, %server, "could not read a server's sessions back from the file");
            }
        }
    }

    fn after_commit(&mut self, file: &Connection) {
        if let Some(forgotten) = &mut self.forgotten {
            forgotten.is_wiped = self.wal.truncate(file);
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        if commit.is_ok() {
            if let Some(player) = self.player {
                let directory = &self.memory.directory;
                directory.forget(self.only, player, &self.name);
            }
            for (guild, hidden) in &self.hidden {
                self.memory.set_hidden(writer, *guild, hidden);
            }
        }
        let Self {
            forgotten, answer, ..
        } = *self;
        // The player is forgotten even if the caller no longer waits.
        let _ = answer.send(commit.map(|()| forgotten));
    }
}

/// Truncates the log after an earlier attempt failed.
pub(super) struct TruncateJob {
    wal: Arc<WalTruncation>,
    answer: Answer<()>,
}

impl TruncateJob {
    pub(super) fn new(wal: Arc<WalTruncation>, answer: Answer<()>) -> Self {
        Self { wal, answer }
    }
}

impl Job for TruncateJob {
    fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn after_commit(&mut self, file: &Connection) {
        self.wal.truncate(file);
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        // The log is truncated even if the caller no longer waits.
        let _ = self.answer.send(commit);
    }
}
