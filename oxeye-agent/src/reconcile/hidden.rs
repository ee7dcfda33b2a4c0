//! Staff who are on but do not want to be seen.
//!
//! Plugins that hide a player print a leave into the log, while the server's own list still names the
//! player. Whoever has left according to the log stays gone, whatever a list says, until the log
//! reports a join or the list drops them too.

use std::collections::BTreeSet;

use oxeye_plugin_proto::PlayerName;

use super::Reconciler;
use crate::game_event::{GameEvent, TimedEvent};
use crate::roster::Roster;
use crate::source_update::SourceKind;

/// The most players remembered who left since the server started, in case another source is believed
/// later. No server has more in one run.
const MAX_GONE: usize = 20_000;

impl Reconciler {
    /// Sets who was hiding when an earlier run of the agent ended; to be called before anything else.
    pub fn remember_hiding(&mut self, hiding: BTreeSet<PlayerName>) {
        self.hidden.remember(hiding);
    }

    /// Returns who is hiding from a list, to be remembered across restarts.
    #[must_use]
    pub fn hiding(&self) -> &BTreeSet<PlayerName> {
        self.hidden.names()
    }

    /// Takes in an event from the log. Returns whether somebody hides from now on, or no longer,
    /// although the believed list names them all the time.
    pub(super) fn log_told(&mut self, event: &TimedEvent) -> bool {
        let list = self.believed.filter(|source| *source != SourceKind::Log);
        let listed = list.map(|source| self.views.roster(source));
        self.hidden.log_told(&event.what, listed)
    }

    /// Takes in the roster of the log. Returns whether it names somebody who was hiding until now.
    pub(super) fn log_reveals(&mut self) -> bool {
        self.hidden.log_lists(self.views.roster(SourceKind::Log))
    }

    /// Returns everybody on the roster of this source who may be shown.
    pub(super) fn shown(&mut self, source: SourceKind) -> Roster {
        let roster = self.views.roster(source);
        if source == SourceKind::Log {
            roster.clone()
        } else {
            self.hidden.shown(roster)
        }
    }
}

/// Who must not be shown although a source names them.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Left according to the log, and not back since.
    gone: BTreeSet<PlayerName>,
    /// Those of them whom the believed list names, or the last one that was believed.
    hidden: BTreeSet<PlayerName>,
}

impl Hidden {
    /// Sets who was hiding when an earlier run of the agent ended.
    pub(super) fn remember(&mut self, hiding: BTreeSet<PlayerName>) {
        self.gone.extend(hiding.iter().cloned());
        self.hidden = hiding;
    }

    /// Returns who is hiding from a list.
    pub(super) fn names(&self) -> &BTreeSet<PlayerName> {
        &self.hidden
    }

    /// Takes in an event from the log; `listed` is the roster of the believed list, if the log
    /// itself is not believed. Returns whether the event is a leave or a join that only the log
    /// reports.
    pub(super) fn log_told(&mut self, what: &GameEvent, listed: Option<&Roster>) -> bool {
        match what {
            GameEvent::Leave { player } => {
                if self.gone.len() < MAX_GONE {
                    self.gone.insert(player.clone());
                }
                let is_listed = listed.is_some_and(|listed| listed.get(player).is_some());
                if is_listed {
                    return self.hidden.insert(player.clone());
                }
                false
            }
            GameEvent::Join { player, .. } => {
                self.gone.remove(player);
                self.hidden.remove(player)
            }
            GameEvent::Boot | GameEvent::Stop | GameEvent::Crash => {
                self.gone.clear();
                self.hidden.clear();
                false
            }
            GameEvent::Start | GameEvent::Switch { .. } => false,
        }
    }

    /// Takes in the roster of the log. Returns whether any of them was hiding until now.
    pub(super) fn log_lists(&mut self, players: &Roster) -> bool {
        let hid = self.hidden.len();
        for entry in players.iter() {
            self.gone.remove(&entry.player);
            self.hidden.remove(&entry.player);
        }
        self.hidden.len() < hid
    }

    /// Notes that a list with this roster is believed from now on.
    pub(super) fn believe(&mut self, listed: &Roster) {
        let is_listed = |player: &&PlayerName| listed.get(player).is_some();
        self.hidden = self.gone.iter().filter(is_listed).cloned().collect();
    }

    /// Returns who of this list may be shown. Whoever the list has dropped is no longer hiding.
    pub(super) fn shown(&mut self, listed: &Roster) -> Roster {
        let is_lost = |player: &PlayerName| listed.get(player).is_none();
        for player in self.hidden.extract_if(.., is_lost) {
            self.gone.remove(&player);
        }
        let shown = listed.iter();
        let shown = shown.filter(|entry| !self.hidden.contains(&entry.player));
        shown.cloned().collect()
    }

    /// Takes in an event from the believed list. Returns whether it may be shown.
    pub(super) fn may_show(&mut self, what: &GameEvent) -> bool {
        match what {
            GameEvent::Join { player, .. } => !self.hidden.contains(player),
            GameEvent::Leave { player } => {
                let hid = self.hidden.remove(player);
                if hid {
                    self.gone.remove(player);
                }
                !hid
            }
            _ => true,
        }
    }
}
