//! Leaves out staff who are online but hidden.
//!
//! Plugins that hide a player print a leave to the log, while the server's own list still names the
//! player. Players who have left according to the log stay hidden, whatever a list says, until the log
//! reports a join or the list drops them too.

use std::collections::BTreeSet;

use oxeye_plugin_proto::PlayerName;

use super::Reconciler;
use crate::game_event::{GameEvent, TimedEvent};
use crate::roster::Roster;
use crate::source_update::SourceKind;

/// How many players are remembered who have left since the server started, in case another source is
/// believed later. No server has more in one run.
const MAX_GONE: usize = 20_000;

impl Reconciler {
    /// Sets who was hiding when an earlier run of the agent ended. Must be called before anything else.
    pub(crate) fn remember_hiding(&mut self, hiding: BTreeSet<PlayerName>) {
        self.hidden.remember(hiding);
    }

    /// Returns who is named by a list but hidden, which must be remembered across restarts.
    #[must_use]
    pub(crate) fn hiding(&self) -> &BTreeSet<PlayerName> {
        self.hidden.names()
    }

    /// Takes in an event from the log. Returns whether a player whom the believed list names all the
    /// time is hidden from now on, or no longer hidden.
    pub(super) fn note_hiding_in_log(&mut self, event: &TimedEvent) -> bool {
        let list = self.believed.filter(|source| *source != SourceKind::Log);
        let listed = list.map(|source| self.views.roster(source));
        self.hidden.note_log_event(&event.what, listed)
    }

    /// Takes in the roster of the log. Returns whether it names a player who was hidden until now.
    pub(super) fn reveal_from_log(&mut self) -> bool {
        self.hidden
            .note_log_roster(self.views.roster(SourceKind::Log))
    }

    /// Returns everyone on the roster of this source who may be shown.
    pub(super) fn shown(&mut self, source: SourceKind) -> Roster {
        let roster = self.views.roster(source);
        if source == SourceKind::Log {
            roster.clone()
        } else {
            self.hidden.shown(roster)
        }
    }
}

/// The players who must not be shown although a source names them.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Players who have left according to the log and not come back.
    gone: BTreeSet<PlayerName>,
    /// Those of them whom the believed list names, or named when one was last believed.
    hidden: BTreeSet<PlayerName>,
}

impl Hidden {
    /// Sets who was hiding when an earlier run of the agent ended.
    pub(super) fn remember(&mut self, hiding: BTreeSet<PlayerName>) {
        self.gone.extend(hiding.iter().cloned());
        self.hidden = hiding;
    }

    /// Returns who is named by a list but hidden.
    pub(super) fn names(&self) -> &BTreeSet<PlayerName> {
        &self.hidden
    }

    /// Takes in an event from the log. `listed` is the roster of the believed list, if the log itself
    /// is not believed. Returns whether the event is a join or a leave that only the log reports.
    pub(super) fn note_log_event(&mut self, what: &GameEvent, listed: Option<&Roster>) -> bool {
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
            GameEvent::Start | GameEvent::Switch { .. } | GameEvent::Activity(_) => false,
        }
    }

    /// Takes in the roster of the log. Returns whether any of the players was hidden until now.
    pub(super) fn note_log_roster(&mut self, players: &Roster) -> bool {
        let before = self.hidden.len();
        for entry in players.iter() {
            self.gone.remove(&entry.player);
            self.hidden.remove(&entry.player);
        }
        self.hidden.len() < before
    }

    /// Notes that a list with this roster is believed from now on.
    pub(super) fn believe(&mut self, listed: &Roster) {
        let is_listed = |player: &&PlayerName| listed.get(player).is_some();
        self.hidden = self.gone.iter().filter(is_listed).cloned().collect();
    }

    /// Returns which players on this list may be shown. Players whom the list has dropped are no longer
    /// hidden.
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
                let was_hidden = self.hidden.remove(player);
                if was_hidden {
                    self.gone.remove(player);
                }
                !was_hidden
            }
            _ => true,
        }
    }
}
