//! The writer's job that deletes a guild once it has no servers.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::ids::GuildId;
use crate::memory::Memory;
use crate::store::rows::rewriting;
use crate::store::{Job, StoreError, WriterThread, guilds};
use crate::wal_truncation::WalTruncation;

pub(super) struct DeleteJob {
    memory: Arc<Memory>,
    wal: Arc<WalTruncation>,
    guild: GuildId,
    /// The time by which the guild has to have removed the bot.
    edge: UnixSeconds,
    is_deleted: bool,
    answer: oneshot::Sender<Result<bool, StoreError>>,
}

impl DeleteJob {
    pub(super) fn new(
        memory: Arc<Memory>,
        wal: Arc<WalTruncation>,
        guild: GuildId,
        edge: UnixSeconds,
        answer: oneshot::Sender<Result<bool, StoreError>>,
    ) -> Self {
        Self {
            memory,
            wal,
            guild,
            edge,
            is_deleted: false,
            answer,
        }
    }
}

impl Job for DeleteJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        self.is_deleted = guilds::delete(file, self.guild, self.edge)?;
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        self.is_deleted = false;
    }

    fn after_commit(&mut self, file: &Connection) {
        if !self.is_deleted {
            return;
        }
        // Link codes name servers, too.
        if let Err(error) = rewriting::rewrite_servers(file) {
            tracing::warn!(%error, "could not rewrite the pages with servers' names");
        }
        self.wal.require();
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        if commit.is_ok() && self.is_deleted {
            self.memory.settings.remove(writer, self.guild);
        }
        // The guild is deleted even if the caller no longer waits.
        let _ = self.answer.send(commit.map(|()| self.is_deleted));
    }
}
