//! A server that says nothing: quiet after three missed heartbeats, stale after the timeout.

use oxeye_plugin_proto::UnixSeconds;
use std::time::Duration;

use super::{Ledger, ServerState, SessionEnd};

/// Heartbeats that may be missed before a server is called quiet.
const MISSED_HEARTBEATS: u32 = 3;

/// How silence is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SilenceLimits {
    /// Silent for this long, a server that promised heartbeats is stale.
    pub timeout: Duration,
    /// Added to the last evidence when the end of a stay is estimated.
    pub grace: Duration,
}

impl ServerState {
    /// For how long nothing was heard while we were there to hear it.
    #[must_use]
    pub fn silent_for(&self, now: UnixSeconds) -> Duration {
        let heard = self.heard_at.unwrap_or(self.listening_since);
        now.saturating_since(heard.max(self.listening_since))
    }

    /// Until now nobody could be heard, or the clock said something else: silence begins anew.
    pub(crate) fn listen_from(&mut self, now: UnixSeconds) {
        self.advance_to(now);
        self.listening_since = now;
        self.reported_count = None;
        self.heard_at = self.heard_at.map(|heard| heard.min(now));
    }

    /// Whether it has missed the heartbeats that it promised. A server that promised none is never
    /// quiet.
    #[must_use]
    pub fn is_quiet(&self, now: UnixSeconds) -> bool {
        let promised = self.facts.heartbeat.filter(|_| self.linked);
        promised.is_some_and(|every| self.silent_for(now) >= every * MISSED_HEARTBEATS)
    }

    /// Until when it is known who was on: the present, while the server speaks and has told its
    /// whole roster; else the last evidence.
    #[must_use]
    pub fn known_until(&self, now: UnixSeconds) -> UnixSeconds {
        let is_told = self.linked && self.synced_since_boot && !self.stale && !self.is_quiet(now);
        if is_told {
            now
        } else {
            self.latest_evidence().min(now)
        }
    }

    /// Whether its sessions are to be closed for its silence.
    #[must_use]
    pub fn is_overdue(&self, timeout: Duration, now: UnixSeconds) -> bool {
        self.linked
            && !self.stale
            && self
                .facts
                .heartbeat
                .is_some_and(|every| self.silent_for(now) >= timeout.max(every * MISSED_HEARTBEATS))
    }

    /// Closes all sessions of a silent server; answers how many. The last evidence stays what it
    /// was; the ends are estimated.
    pub fn close_stale_sessions(
        &mut self,
        grace: Duration,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> usize {
        self.advance_to(now);
        let evidence = self.latest_evidence().min(now);
        let end = evidence.plus(grace).min(now);
        let names: Vec<_> = self.players.keys().cloned().collect();
        for name in &names {
            self.go_offline(name, end, evidence, SessionEnd::Stale, now, ledger);
        }
        self.stale = true;
        self.await_sync();
        self.revision += 1;
        names.len()
    }
}
