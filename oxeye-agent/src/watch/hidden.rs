//! Staff who are on but do not want to be seen.
//!
//! Plugins that hide somebody print the line of a leave into the log, while the server's own list
//! still has them. Whoever has left by the log stays gone, whatever a list says, until the log
//! tells of a join or the list loses them too.

use std::collections::BTreeSet;

use oxeye_plugin_proto::PlayerName;

use super::Watch;
use crate::happening::{Happening, Seen};
use crate::news::SourceKind;
use crate::presence::Presence;

/// Those who left since the server started are kept for the day when another source is believed;
/// no server has more in one run.
const MAX_GONE: usize = 20_000;

impl Watch {
    /// These hid when an earlier run of the agent last saw them. To be told before anything else.
    pub fn remember_hiding(&mut self, hiding: BTreeSet<PlayerName>) {
        self.hidden.remember(hiding);
    }

    /// Those who hide from a list: to be remembered over a restart.
    #[must_use]
    pub fn hiding(&self) -> &BTreeSet<PlayerName> {
        self.hidden.names()
    }

    /// Whether the log tells of somebody who hides from now on, or no more, although the list that is
    /// believed has them all the time.
    pub(super) fn log_told(&mut self, seen: &Seen) -> bool {
        let list = self.believed.filter(|source| *source != SourceKind::Log);
        let listed = list.map(|source| self.views.presence(source));
        self.hidden.log_told(&seen.what, listed)
    }

    /// Whether the log, told as a whole, has somebody on who hid until now.
    pub(super) fn log_unveils(&mut self) -> bool {
        self.hidden.log_lists(self.views.presence(SourceKind::Log))
    }

    /// Everybody who is on by this source and may be shown.
    pub(super) fn shown(&mut self, source: SourceKind) -> Presence {
        let presence = self.views.presence(source);
        if source == SourceKind::Log {
            presence.clone()
        } else {
            self.hidden.shown(presence)
        }
    }
}

/// Who must not be shown although a source has them.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Left by the log, and did not come back by it.
    gone: BTreeSet<PlayerName>,
    /// Of these, those who are on by the list that is believed, or was when one last was.
    hidden: BTreeSet<PlayerName>,
}

impl Hidden {
    /// These hid when an earlier run of the agent last saw them.
    pub(super) fn remember(&mut self, hiding: BTreeSet<PlayerName>) {
        self.gone.extend(hiding.iter().cloned());
        self.hidden = hiding;
    }

    /// Those who hide from a list.
    pub(super) fn names(&self) -> &BTreeSet<PlayerName> {
        &self.hidden
    }

    /// The log has told of something; `listed` are those on by the list that is believed, if it is
    /// not the log itself. Whether it is a leave or a join that only the log tells.
    pub(super) fn log_told(&mut self, what: &Happening, listed: Option<&Presence>) -> bool {
        match what {
            Happening::Leave { player } => {
                if self.gone.len() < MAX_GONE {
                    self.gone.insert(player.clone());
                }
                let is_listed = listed.is_some_and(|listed| listed.get(player).is_some());
                is_listed && self.hidden.insert(player.clone())
            }
            Happening::Join { player, .. } => {
                self.gone.remove(player);
                self.hidden.remove(player)
            }
            Happening::Boot | Happening::Stop | Happening::Crash => {
                self.gone.clear();
                self.hidden.clear();
                false
            }
            Happening::Start | Happening::Switch { .. } => false,
        }
    }

    /// These are on by the log. Whether any of them hid until now.
    pub(super) fn log_lists(&mut self, players: &Presence) -> bool {
        let hid = self.hidden.len();
        for present in players.iter() {
            self.gone.remove(&present.player);
            self.hidden.remove(&present.player);
        }
        self.hidden.len() < hid
    }

    /// A list is believed from now on, and these are on by it.
    pub(super) fn believe(&mut self, listed: &Presence) {
        let is_listed = |player: &&PlayerName| listed.get(player).is_some();
        self.hidden = self.gone.iter().filter(is_listed).cloned().collect();
    }

    /// Those on by the list that may be shown. Whoever the list has lost is hidden no more.
    pub(super) fn shown(&mut self, listed: &Presence) -> Presence {
        let is_lost = |player: &PlayerName| listed.get(player).is_none();
        for player in self.hidden.extract_if(.., is_lost) {
            self.gone.remove(&player);
        }
        let shown = listed.iter();
        let shown = shown.filter(|present| !self.hidden.contains(&present.player));
        shown.cloned().collect()
    }

    /// The list that is believed has told of something that may be shown.
    pub(super) fn may_show(&mut self, what: &Happening) -> bool {
        match what {
            Happening::Join { player, .. } => !self.hidden.contains(player),
            Happening::Leave { player } => {
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
