//! The address at which Oxeye itself asks whether the server answers, and what its polls have shown.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::silence::MISSED_HEARTBEATS;
use super::{ServerState, latest};
use crate::watched_address::{Edition, POLL_INTERVAL, ServerAddress, WatchedAs};

/// Time without a poll after which nothing is known from polls any more.
pub(super) const POLL_SILENCE: Duration = POLL_INTERVAL.saturating_mul(MISSED_HEARTBEATS);

/// The address of a server.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    pub(crate) address: ServerAddress,
    pub(crate) watched_as: WatchedAs,
    /// The edition in which the server last answered.
    pub(crate) edition: Option<Edition>,
    pub(crate) added_at: UnixSeconds,
    /// The last answer.
    pub(crate) answered_at: Option<UnixSeconds>,
    /// The last poll that says whether the server is up: an answer, or the second failure in a row or a
    /// later one.
    pub(super) known_at: Option<UnixSeconds>,
    /// The last poll, since the file was read.
    pub(super) polled_at: Option<UnixSeconds>,
    /// The first of the failed polls since the last answer.
    pub(super) failing_since: Option<UnixSeconds>,
    /// When the file was last given the times above.
    pub(super) written_at: Option<UnixSeconds>,
}

impl Watch {
    /// Returns an address that was not asked since the file was read.
    pub(crate) fn new(
        address: ServerAddress,
        watched_as: WatchedAs,
        added_at: UnixSeconds,
    ) -> Self {
        Self {
            address,
            watched_as,
            edition: None,
            added_at,
            answered_at: None,
            known_at: None,
            polled_at: None,
            failing_since: None,
            written_at: None,
        }
    }

    /// Returns an address that answered last as the file says.
    pub(crate) fn last_answered(
        self,
        edition: Option<Edition>,
        answered_at: Option<UnixSeconds>,
    ) -> Self {
        Self {
            edition,
            answered_at,
            known_at: answered_at,
            ..self
        }
    }

    pub(super) fn is_alone(&self) -> bool {
        self.watched_as == WatchedAs::Alone
    }
}

impl ServerState {
    /// The address of the server, if it is watched.
    pub(crate) fn watch(&self) -> Option<&Watch> {
        self.watch.as_ref()
    }

    /// Watches an address from now on, or as the file says.
    pub(crate) fn set_watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// How the server is watched, if it is.
    pub(crate) fn watched_as(&self) -> Option<WatchedAs> {
        self.watch.as_ref().map(|watch| watch.watched_as)
    }

    /// Whether no plugin reports for the server, only Oxeye itself.
    pub(crate) fn is_watched_alone(&self) -> bool {
        self.watch.as_ref().is_some_and(Watch::is_alone)
    }

    /// Notes that a plugin reports for the server from now on.
    pub(super) fn watch_beside_plugin(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.watched_as = WatchedAs::Beside;
        }
        self.forget_failures();
    }

    /// Notes that the server has been heard from: polls that failed before that do not count any more.
    pub(super) fn forget_failures(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.failing_since = None;
        }
    }

    /// When Oxeye last asked a server that nothing else reports for. While it asks, the server is not
    /// silent, whether or not it answers.
    pub(super) fn polled_alone_at(&self) -> Option<UnixSeconds> {
        let alone = self.watch.as_ref().filter(|watch| watch.is_alone());
        alone?.polled_at
    }

    /// Whether the address was asked so recently that what the polls show is still known.
    pub(super) fn is_polled(&self, now: UnixSeconds) -> bool {
        let polled_at = self.watch.as_ref().and_then(|watch| watch.polled_at);
        polled_at.is_some_and(|at| now.saturating_since(at) < POLL_SILENCE)
    }

    /// Whether the address was asked recently, or might still be: Oxeye has just started to listen.
    pub(super) fn may_be_polled(&self, now: UnixSeconds) -> bool {
        self.is_polled(now) || now.saturating_since(self.listening_since) < POLL_SILENCE
    }

    /// Whether the answers of a server that nothing else reports for tell how many players are on, and
    /// not who they are.
    pub(super) fn is_counted_by_polls(&self) -> bool {
        self.is_watched_alone() && self.reported_count.is_some()
    }

    /// Whether polls tell how long the server stays up: it has answered, and is asked again and again.
    pub(super) fn is_known_by_polls(&self, now: UnixSeconds) -> bool {
        let answered_at = self.watch.as_ref().and_then(|watch| watch.answered_at);
        answered_at.is_some() && self.is_polled(now)
    }

    /// Returns how long the address may not be asked while the last state that polls showed counts as
    /// known; `None` if they have shown nothing.
    pub(super) fn longest_without_poll(&self) -> Option<Duration> {
        let answered_at = self.watch.as_ref().and_then(|watch| watch.answered_at);
        answered_at.map(|_| POLL_SILENCE)
    }

    /// Returns the later of the given evidence and the last poll that says whether the server is up.
    pub(super) fn or_last_poll(
        &self,
        evidence: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Option<UnixSeconds> {
        let polled = self.watch.as_ref().and_then(|watch| watch.known_at);
        evidence.max(polled.filter(|at| *at <= latest(now)))
    }

    /// Notes that until now the address could not be asked, or that the clock was set.
    pub(super) fn poll_from(&mut self, now: UnixSeconds) {
        if let Some(watch) = &mut self.watch {
            watch.polled_at = watch.polled_at.map(|at| at.min(now));
        }
        self.forget_failures();
    }
}
