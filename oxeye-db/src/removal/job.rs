//! The writer's job that deletes a server once nothing else is known of it.

use std::sync::Arc;

use oxeye_plugin_proto::ServerName;
use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::memory::Memory;
use crate::store::rows::rewriting::Table;
use crate::store::rows::{
    accounts, alerts, api_keys, boards, counters, event_ranges, imported_playtime, last_worn,
    link_codes, player_uuids, rewriting, server_about, server_states, servers, watched_addresses,
};
use crate::store::{Job, StoreError, WriterThread};
use crate::wal_truncation::WalTruncation;

/// The outcome of the job.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    /// The server has been deleted. `is_rewritten`: its name is in no unused part of a page.
    Removed { is_rewritten: bool },
    /// Something was reported or imported for the server meanwhile.
    NotEmpty,
}

pub(super) struct RemoveJob {
    memory: Arc<Memory>,
    wal: Arc<WalTruncation>,
    guild: GuildId,
    server: ServerId,
    /// Accounts that no guild has any more.
    accounts: Vec<(AccountId, Uuid)>,
    outcome: Outcome,
    answer: oneshot::Sender<Result<Outcome, StoreError>>,
}

impl RemoveJob {
    pub(super) fn new(
        memory: Arc<Memory>,
        wal: Arc<WalTruncation>,
        guild: GuildId,
        server: ServerId,
        answer: oneshot::Sender<Result<Outcome, StoreError>>,
    ) -> Self {
        Self {
            memory,
            wal,
            guild,
            server,
            accounts: Vec::new(),
            outcome: Outcome::NotEmpty,
            answer,
        }
    }
}

impl Job for RemoveJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        let cache = &self.memory.cache;
        if cache.read(self.server, |state| state.is_blank()) == Some(false) {
            return Ok(());
        }
        if let Some(name) = servers::name_of(file, self.guild, self.server)? {
            let uuids = delete(file, self.guild, self.server, &name)?;
            let reported = uuids
                .iter()
                .filter_map(|uuid| self.memory.accounts.id(*uuid));
            self.accounts = accounts::delete_unreported(file, reported)?.accounts;
            self.memory.accounts.remove_all(&self.accounts);
            // What was deleted before was in these, too.
            for table in [
                Table::PlayerUuids,
                Table::Accounts,
                Table::Notices,
                Table::LookedUpSkins,
                Table::Players,
            ] {
                rewriting::require(file, table)?;
            }
        }
        self.outcome = Outcome::Removed {
            is_rewritten: false,
        };
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        // Memory forgets the server only after the commit.
        self.memory.accounts.restore(self.accounts.drain(..));
        self.outcome = Outcome::NotEmpty;
    }

    fn after_commit(&mut self, file: &Connection) {
        if let Outcome::Removed { is_rewritten } = &mut self.outcome {
            let rewritten = rewriting::rewrite_servers(file);
            if let Err(error) = &rewritten {
                tracing::warn!(%error, "could not rewrite the pages with servers' names and addresses");
            }
            self.wal.require();
            *is_rewritten = rewritten.is_ok();
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        let Self {
            memory,
            guild,
            server,
            outcome,
            answer,
            ..
        } = *self;
        if commit.is_ok() && matches!(outcome, Outcome::Removed { .. }) {
            memory.cache.remove(writer, server);
            memory.pictures.forget(server);
            memory.kept_figures.drop_of(Some(guild));
            memory.uuids.clear();
            if !memory.cache.has_servers(guild) {
                memory.persons.forget_guild(guild);
            }
            memory.board_changes.send_replace(());
            memory.forget_address(writer, server);
        }
        // The server is removed even if the caller no longer waits.
        let _ = answer.send(commit.map(|()| outcome));
    }
}

/// Deletes a server and, if it was the last one of its guild, the UUIDs that the guild knew, which it returns.
fn delete(
    file: &Connection,
    guild: GuildId,
    server: ServerId,
    name: &ServerName,
) -> rusqlite::Result<Vec<Uuid>> {
    for code in link_codes::for_name(file, guild, name)? {
        link_codes::delete(file, &code)?;
    }
    link_codes::delete_rotations_of(file, server)?;
    api_keys::delete_for_server(file, server)?;
    event_ranges::delete_for_server(file, server)?;
    server_states::delete_for_server(file, server)?;
    imported_playtime::delete_for_server(file, server)?;
    last_worn::delete_for_server(file, server)?;
    server_about::delete_for_server(file, server)?;
    boards::delete_for_server(file, server)?;
    counters::delete_for_server(file, server)?;
    alerts::delete_for_server(file, server)?;
    watched_addresses::delete_for_server(file, server)?;
    servers::delete(file, server)?;
    player_uuids::delete_without_servers(file, guild)
}
