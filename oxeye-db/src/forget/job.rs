//! Forgetting on its way through the writer: memory and file forget together, or neither.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::{Connection, params};
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

use super::{Forgotten, names};
use crate::database::Database;
use crate::ids::ServerId;
use crate::players::PlayerId;
use crate::server_state::{ServerState, Traces};
use crate::session_rows;
use crate::skins;
use crate::store::{Job, StoreError, empty_log};

/// Where the answer goes.
type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) struct ForgetJob {
    database: Database,
    name: PlayerName,
    now: UnixSeconds,
    /// The player's number while there is one.
    player: Option<PlayerId>,
    /// Servers whose memory has changed.
    changed: Vec<ServerId>,
    forgotten: Option<Forgotten>,
    answer: Answer<Option<Forgotten>>,
}

impl ForgetJob {
    pub(super) fn new(
        database: Database,
        name: PlayerName,
        now: UnixSeconds,
        answer: Answer<Option<Forgotten>>,
    ) -> Self {
        Self {
            database,
            name,
            now,
            player: None,
            changed: Vec::new(),
            forgotten: None,
            answer,
        }
    }

    /// Forgets in memory; what each server knew.
    fn forget_in_memory(&mut self) -> Vec<(ServerId, Traces)> {
        let inner = &self.database.inner;
        self.player = inner.players.id(&self.name);
        let mut found = Vec::new();
        for server in inner.cache.ids(None) {
            let forget = |state: &mut ServerState| state.forget_player(&self.name, self.player);
            let traces = inner.cache.with(server, forget);
            if let Some(traces) = traces.filter(|traces| traces.any) {
                inner.pictures.forget(server);
                self.changed.push(server);
                found.push((server, traces));
            }
        }
        if let Some(player) = self.player {
            inner.players.remove(player);
        }
        found
    }
}

/// Deletes what the file knows; on how many servers playtime was imported.
fn delete(file: &Connection, player: PlayerId) -> rusqlite::Result<usize> {
    file.execute("DELETE FROM sessions WHERE player_id = ?1", [player.0])?;
    file.execute("DELETE FROM loose_ends WHERE player_id = ?1", [player.0])?;
    let imported = file.execute(
        "DELETE FROM imported_playtime WHERE player_id = ?1",
        params![player.0],
    )?;
    names::delete(file, player)?;
    Ok(imported)
}

impl Job for ForgetJob {
    fn run(&mut self, file: &Connection) -> rusqlite::Result<()> {
        let found = self.forget_in_memory();
        if found.is_empty() && self.player.is_none() {
            return Ok(());
        }
        let imported_playtimes = match self.player {
            Some(player) => delete(file, player)?,
            None => 0,
        };
        for (server, traces) in &found {
            skins::delete_textures(file, *server, &traces.textures)?;
        }
        self.forgotten = Some(Forgotten {
            sessions: found.iter().map(|(_, traces)| traces.sessions).sum(),
            servers: found.len(),
            imported_playtimes,
            is_wiped: false,
        });
        Ok(())
    }

    fn undo(&mut self, file: &Connection, failure: u64) {
        let inner = &self.database.inner;
        if let Some(player) = self.player {
            inner.players.load(player, self.name.clone());
        }
        // Whoever has read a server back before did not know the name.
        for server in self.changed.drain(..) {
            let restore = |state: &mut ServerState| state.must_be_read_back(failure);
            inner.cache.with(server, restore);
            let read = session_rows::read_back(&self.database, file, server, self.now);
            if let Err(error) = read {
                tracing::error!(%error, %server, "a server's sessions could not be read back");
            }
        }
    }

    fn after_commit(&mut self, file: &Connection) {
        if let Some(forgotten) = &mut self.forgotten {
            forgotten.is_wiped = wipe(&self.database, file);
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        let Self {
            forgotten, answer, ..
        } = *self;
        // The caller may have gone; what is forgotten is forgotten.
        let _ = answer.send(commit.map(|()| forgotten));
    }
}

/// Empties the log, or sees to it that somebody tries again.
pub(crate) fn wipe(database: &Database, file: &Connection) -> bool {
    let emptied = empty_log(file).unwrap_or_else(|error| {
        tracing::warn!(%error, "the store's log could not be emptied");
        false
    });
    let pending = &database.inner.log_is_to_be_emptied;
    pending.store(!emptied, Ordering::Relaxed);
    emptied
}

/// Tries again.
pub(super) struct EmptyLogJob {
    database: Database,
    answer: Answer<()>,
}

impl EmptyLogJob {
    pub(super) fn new(database: Database, answer: Answer<()>) -> Self {
        Self { database, answer }
    }
}

impl Job for EmptyLogJob {
    fn run(&mut self, _file: &Connection) -> rusqlite::Result<()> {
        Ok(())
    }

    fn undo(&mut self, _file: &Connection, _failure: u64) {}

    fn after_commit(&mut self, file: &Connection) {
        wipe(&self.database, file);
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        // Nobody has to wait for that.
        let _ = self.answer.send(commit);
    }
}
