//! What people see of a server, as far as it takes to notice that it has changed.

use oxeye_plugin_proto::UnixSeconds;
use std::time::Duration;

use super::{LinkState, ServerState};

/// Two servers that look alike are equal; counters stand for what is long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    state: LinkState,
    is_listed: bool,
    reported_count: Option<usize>,
    /// Name, roster and faces.
    picture: u64,
    /// Additions to last seen, and new times in it.
    last_seen: u64,
    /// How often an entry of last seen left the window.
    left_window: u64,
}

/// What was published last.
#[derive(Debug)]
pub(super) struct Published {
    shown: Option<Shown>,
    revision: u64,
    /// The latest time that the rules were told.
    now: UnixSeconds,
    /// The window's edge at that time.
    edge: UnixSeconds,
    left_window: u64,
}

impl Published {
    pub(super) fn new(now: UnixSeconds, window: Duration) -> Self {
        Self {
            shown: None,
            revision: 0,
            now,
            edge: now.minus(window),
            left_window: 0,
        }
    }
}

impl ServerState {
    /// Time has passed. Every report and every check begins with this, before what has left the
    /// window is dropped from memory.
    pub(crate) fn advance_to(&mut self, now: UnixSeconds) {
        if now == self.published.now {
            return;
        }
        if self.has_left_window(now) {
            self.published.left_window += 1;
        }
        self.published.edge = self.window_edge(now);
        self.published.now = now;
    }

    /// Whether people see something else now than was published last.
    pub(crate) fn looks_different(&self, now: UnixSeconds) -> bool {
        self.has_left_window(now) || self.published.shown != Some(self.shown(now))
    }

    /// The new revision, if people see something else than was published last.
    pub(crate) fn publish(&mut self) -> Option<u64> {
        let shown = Some(self.shown(self.published.now));
        if self.published.shown == shown {
            return None;
        }
        self.published.shown = shown;
        self.published.revision += 1;
        Some(self.published.revision)
    }

    /// The revision that was published last.
    pub(crate) fn published_revision(&self) -> u64 {
        self.published.revision
    }

    /// Retention dropped entries of last seen before they left the window.
    pub(super) fn note_dropped(&mut self) {
        self.published.left_window += 1;
    }

    fn shown(&self, now: UnixSeconds) -> Shown {
        Shown {
            state: self.link_state(now),
            is_listed: self.is_listed(now),
            reported_count: self.reported_count(now),
            picture: self.revision,
            last_seen: self.last_seen.version(),
            left_window: self.published.left_window,
        }
    }

    /// Whether an entry of last seen has left the window since, or is in it again because the clock
    /// was set back.
    fn has_left_window(&self, now: UnixSeconds) -> bool {
        let (before, edge) = (self.published.edge, self.window_edge(now));
        self.last_seen
            .any_between(before.min(edge), before.max(edge))
    }
}
