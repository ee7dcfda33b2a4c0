//! What people see of a server, reduced to what is needed to notice a change.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::{LinkState, ServerState};
use crate::watched_address::WatchedAs;

/// What people see of a server. Counters stand for lists, so that it is cheap to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    state: LinkState,
    /// Since when the game server has not been up.
    not_up_since: Option<UnixSeconds>,
    is_listed: bool,
    reported_count: Option<usize>,
    watched_as: Option<WatchedAs>,
    /// Counts changes of what the server says about itself.
    about: u64,
    /// Counts changes of name, roster, skins and who hides.
    picture: u64,
    /// Counts additions to last seen and new times in it.
    last_seen: u64,
    /// Counts how often an entry of last seen left the window, or may have become another person's.
    left_window: u64,
}

/// What was last published.
#[derive(Debug)]
pub(super) struct Published {
    shown: Option<Shown>,
    revision: u64,
    /// The latest time that the rules were given.
    now: UnixSeconds,
    /// The edge of the window at that time.
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
    /// Notes the time. Every report and every check begins with this, before entries that have left
    /// the window are dropped from memory.
    pub(crate) fn advance_to(&mut self, now: UnixSeconds) {
        if now == self.published.now {
            return;
        }
        if self.has_left_window(now) {
            self.published.left_window += 1;
        }
        self.published.edge = self.shown_edge(now);
        self.published.now = now;
    }

    /// Whether people now see something other than what was last published.
    pub(crate) fn looks_different(&self, now: UnixSeconds) -> bool {
        self.has_left_window(now) || self.published.shown != Some(self.shown(now))
    }

    /// Returns a new revision if people see something other than what was last published.
    pub(crate) fn publish(&mut self) -> Option<u64> {
        let shown = Some(self.shown(self.published.now));
        if self.published.shown == shown {
            return None;
        }
        self.published.shown = shown;
        self.published.revision += 1;
        Some(self.published.revision)
    }

    /// Returns the revision that was last published.
    pub(crate) fn published_revision(&self) -> u64 {
        self.published.revision
    }

    /// Notes that retention dropped entries of last seen before they left the window.
    pub(super) fn note_dropped(&mut self) {
        self.published.left_window += 1;
    }

    /// Notes that some players hide from members now, or are shown again.
    pub(crate) fn note_visibility(&mut self, changed: &[PlayerName]) {
        let is_seen = changed.iter().any(|player| self.remembers(player));
        self.revision += u64::from(is_seen);
    }

    /// Notes that some players have other names now, so that those who were on lately may be others.
    pub(crate) fn note_renamed(&mut self, names: &[PlayerName]) {
        let is_seen = names.iter().any(|name| self.last_seen.get(name).is_some());
        self.published.left_window += u64::from(is_seen);
    }

    /// Notes that the guild has changed its settings, and how long its members see players in last seen now.
    pub(crate) fn note_settings(&mut self, window: Duration) {
        self.shown_window = window;
        self.published.edge = self.shown_edge(self.published.now);
        self.revision += 1;
    }

    /// Sets how long members see players in last seen, when the server is loaded or linked.
    pub(crate) fn set_shown_window(&mut self, window: Duration) {
        self.shown_window = window;
        self.published.edge = self.shown_edge(self.published.now);
    }

    fn shown(&self, now: UnixSeconds) -> Shown {
        Shown {
            state: self.link_state(now),
            not_up_since: self.game_server_if_not_up(now).map(|game| game.since),
            is_listed: self.is_listed(now),
            reported_count: self.reported_count(now),
            watched_as: self.watched_as(),
            about: self.about.version,
            picture: self.revision,
            last_seen: self.last_seen.version(),
            left_window: self.published.left_window,
        }
    }

    /// Whether an entry of last seen has left the window since the last report, or is in it again
    /// because the clock was set back.
    fn has_left_window(&self, now: UnixSeconds) -> bool {
        let (before, edge) = (self.published.edge, self.shown_edge(now));
        self.last_seen
            .any_between(before.min(edge), before.max(edge))
    }
}
