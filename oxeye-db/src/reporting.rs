//! Takes reports. This is the only way in: everything that changes who is online goes through
//! `Database::report`, which answers once the change is on disk.
//!
//! The rules are in [`ServerState`]. They run on the writer's thread in the order of the writes,
//! and what they change is written in the same transaction. If that fails, the server's memory is
//! read back from the file.

#[cfg(test)]
mod failing_store;
mod job;
mod queued;
mod step;

use std::sync::Arc;

use oxeye_plugin_proto::{MissingSkin, SkippedPlayer, UnixSeconds, limits};

use crate::database::Database;
use crate::events::{DisconnectedBy, HeartbeatEvent, JoinEvent, LeaveEvent, SkinAnswer, SyncEvent};
use crate::guild_server::GuildServer;
use crate::ledger::{Ledger, StoreChange};
use crate::rate_limits::{Admitted, TooManyNewPlayers};
use crate::reporter::Reporter;
use crate::server_about::{ABOUT_COST, AboutEvent};
use crate::server_state::ServerState;
use crate::store::rotation::ServerKeys;
use crate::store::{StoreError, WriterThread};
use job::ReportJob;
pub(crate) use queued::Queued;
pub(crate) use step::{InMemory, Progress, Step};

/// Why an event was refused.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The server was disconnected, perhaps just now.
    #[error("this server is not linked")]
    NotLinked,
    /// The store cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a join was refused.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The player is new, and the server has reported too many new players.
    #[error(transparent)]
    TooManyNewPlayers(#[from] TooManyNewPlayers),
    /// An error that any event can have.
    #[error(transparent)]
    Event(#[from] EventError),
}

/// The answer to a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncAnswer {
    /// The players whose skins are wanted.
    pub missing: Vec<MissingSkin>,
    /// The players who were left out, and why.
    pub skipped: Vec<SkippedPlayer>,
}

impl Database {
    /// Records a join. Returns whether the skin is wanted.
    ///
    /// # Errors
    /// When the player is new and exceeds the limit on new players, the server is no longer linked,
    /// or the store cannot be written.
    pub async fn player_join(
        &self,
        server: impl Into<Reporter>,
        mut event: JoinEvent,
        now: UnixSeconds,
    ) -> Result<SkinAnswer, JoinError> {
        event.at = event.at.map(|at| limit_age(at, now));
        let server = server.into();
        let limits = self.inner.memory.limiters.of(server.server());
        let join = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            limits.admit(state, &event.player, now)?;
            ledger.limit_accounts(&limits, now);
            Ok(state.player_join(&event, now, ledger))
        };
        let queued = self.report(server, now, join);
        let taken: Result<_, TooManyNewPlayers> = queued.map_err(EventError::from)?.done().await?;
        Ok(taken?)
    }

    /// Records a leave, whether or not the player was online.
    ///
    /// # Errors
    /// When the server is no longer linked, or the store cannot be written.
    pub async fn player_leave(
        &self,
        server: impl Into<Reporter>,
        mut event: LeaveEvent,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        event.at = event.at.map(|at| limit_age(at, now));
        let server = server.into();
        let limits = self.inner.memory.limiters.of(server.server());
        let leave = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            let admission = limits.admit(state, &event.player, now);
            // A leave of a player who was never admitted has no meaning, but is no error.
            if admission.is_ok() {
                state.player_leave(&event, now, ledger);
            }
        };
        self.report(server, now, leave)?.done().await
    }

    /// Records the whole roster of a server. Returns the players whose skins are wanted and the ones
    /// who were left out.
    ///
    /// # Errors
    /// When the server is no longer linked, or the store cannot be written.
    pub async fn sync_players(
        &self,
        server: impl Into<Reporter>,
        event: impl Into<SyncEvent>,
        now: UnixSeconds,
    ) -> Result<SyncAnswer, EventError> {
        let event = event.into();
        let server = server.into();
        let limits = self.inner.memory.limiters.of(server.server());
        let sync = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            let Admitted { sync, skipped } = limits.admit_roster(state, &event, now);
            ledger.limit_accounts(&limits, now);
            let missing = state.sync_players(&sync, now, ledger);
            limits.charge(ledger.cost_after(0), now);
            SyncAnswer { missing, skipped }
        };
        self.report(server, now, sync)?.done().await
    }

    /// Records a heartbeat: whatever reports for the server is alive. The roster has not changed,
    /// unless the game server is not up. Returns whether a full sync is wanted.
    ///
    /// # Errors
    /// When the server is no longer linked, or the store cannot be written.
    pub async fn heartbeat(
        &self,
        server: impl Into<Reporter>,
        event: HeartbeatEvent,
        now: UnixSeconds,
    ) -> Result<bool, EventError> {
        let server = server.into();
        let limits = self.inner.memory.limiters.of(server.server());
        let beat = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            let resync = state.heartbeat(&event, now, ledger);
            limits.charge(ledger.cost_after(0), now);
            resync
        };
        self.report(server, now, beat)?.done().await
    }

    /// Records what a server says about itself.
    ///
    /// # Errors
    /// When the server is no longer linked, or the store cannot be written.
    pub async fn take_about(
        &self,
        server: impl Into<Reporter>,
        event: AboutEvent,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        let server = server.into();
        let limits = self.inner.memory.limiters.of(server.server());
        let take = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            if state.take_about(&event, now, ledger) {
                limits.charge(ABOUT_COST, now);
            }
        };
        self.report(server, now, take)?.done().await
    }

    /// Disconnects a guild's server: its key is revoked, its address is no longer watched, and its players
    /// move to last seen, where they stay visible until they leave the window.
    ///
    /// # Errors
    /// When the server is not linked, or the store cannot be written.
    pub async fn disconnect(
        &self,
        server: GuildServer,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        let server = Reporter::from(server.id());
        self.unlink(server, DisconnectedBy::Operator, now).await
    }

    /// Disconnects a server at the request of its plugin.
    ///
    /// # Errors
    /// When the server is not linked, or the store cannot be written.
    pub async fn disconnect_by_plugin(
        &self,
        reporter: Reporter,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        self.unlink(reporter, DisconnectedBy::Plugin, now).await
    }

    pub(crate) async fn unlink(
        &self,
        reporter: Reporter,
        by: DisconnectedBy,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        let server = reporter.server();
        let memory = Arc::clone(&self.inner.memory);
        let leave = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            state.disconnect(by, now, ledger);
            ledger.note(StoreChange::ServerDisconnected(now));
            ledger.note(StoreChange::KeysRevoked);
            // Memory may not know yet that it has one.
            ledger.note(StoreChange::AddressRemoved);
        };
        let forget = move |(), writer: &WriterThread| {
            memory.cache.keep_keys_of(writer, &ServerKeys::none(server));
            memory.forget_address(writer, server);
            memory.pictures.forget(server);
        };
        let queued = self.report_and_then(reporter, now, InMemory::of(leave), forget);
        queued?.done().await
    }
}

/// Limits the age of a single event; events of a batch may be older.
fn limit_age(at: UnixSeconds, now: UnixSeconds) -> UnixSeconds {
    at.max(now.minus(limits::LATE_EVENT_LIMIT))
}
