//! A server that stops reporting: quiet after three missed heartbeats, stale after the timeout.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::{Ledger, ServerState, SessionEnd, latest};

/// Number of missed heartbeats after which a server is quiet.
pub(super) const MISSED_HEARTBEATS: u32 = 3;

/// How long a server may be silent, and what its silence means for open sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SilenceLimits {
    /// Silence after which a server that promised heartbeats is stale.
    pub timeout: Duration,
    /// Time added to the last evidence to estimate the end of a session.
    pub grace: Duration,
}

impl ServerState {
    /// Returns how long the server has been silent while we were able to hear it.
    #[must_use]
    pub(crate) fn silent_for(&self, now: UnixSeconds) -> Duration {
        let heard = self.heard_at.max(self.polled_alone_at());
        let heard = heard.unwrap_or(self.listening_since);
        now.saturating_since(heard.max(self.listening_since))
    }

    /// Restarts the measurement of silence: until now the server could not be heard, or the clock
    /// was set.
    pub(crate) fn listen_from(&mut self, now: UnixSeconds) {
        self.advance_to(now);
        self.listening_since = now;
        self.reported_count = None;
        self.heard_at = self.heard_at.map(|heard| heard.min(now));
        self.facts.at = self.facts.at.map(|at| at.min(latest(now)));
        self.poll_from(now);
    }

    /// Whether the server has missed the heartbeats it promised. A server that promised none is
    /// never quiet.
    #[must_use]
    pub(crate) fn is_quiet(&self, now: UnixSeconds) -> bool {
        let promised = self.facts.heartbeat.filter(|_| self.linked);
        promised.is_some_and(|every| self.silent_for(now) >= every * MISSED_HEARTBEATS)
    }

    /// Returns the time until which we know who was online: the present while the server reports
    /// and has sent its whole roster, otherwise the time of the last evidence.
    #[must_use]
    pub(crate) fn known_until(&self, now: UnixSeconds) -> UnixSeconds {
        let is_current =
            self.linked && self.synced_since_boot && !self.stale && !self.is_quiet(now);
        if is_current {
            now
        } else {
            self.latest_evidence().min(now)
        }
    }

    /// Whether the server has been silent for so long that its sessions must be closed.
    #[must_use]
    pub(crate) fn is_overdue(&self, timeout: Duration, now: UnixSeconds) -> bool {
        self.linked
            && !self.stale
            && self
                .facts
                .heartbeat
                .is_some_and(|every| self.silent_for(now) >= timeout.max(every * MISSED_HEARTBEATS))
    }

    /// Closes all sessions of a silent server with estimated ends. Returns how many. The last
    /// evidence does not change.
    pub(crate) fn close_stale_sessions(
        &mut self,
        grace: Duration,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> usize {
        self.advance_to(now);
        let evidence = self.latest_evidence().min(now);
        let end = evidence.plus(grace).min(now);
        let names = self.names_online(|_, _| true);
        for name in &names {
            self.go_offline(name, end, evidence, SessionEnd::Stale, now, ledger);
        }
        self.stale = true;
        self.await_sync();
        self.revision += 1;
        names.len()
    }
}
