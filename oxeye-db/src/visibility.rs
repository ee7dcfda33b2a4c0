//! Which players the members of a guild see: all but those who hide there.
//!
//! Whatever names players of a server to members takes a [`Visible`], so that somebody who hides is left out
//! in one place. Operators see everybody.

use std::collections::HashSet;
use std::sync::Arc;

use hashbrown::HashMap;
use oxeye_plugin_proto::PlayerName;
use parking_lot::RwLock;

use crate::ids::GuildId;
use crate::store::WriterThread;

/// The players who hide, by guild. A guild without any has no entry.
#[derive(Debug, Default)]
pub(crate) struct HiddenPlayers(RwLock<HashMap<GuildId, Arc<HashSet<PlayerName>>>>);

/// The players whom somebody may see.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visible {
    hidden: Option<Arc<HashSet<PlayerName>>>,
}

impl HiddenPlayers {
    /// Returns whom the members of a guild see.
    pub(crate) fn visible_to_members(&self, guild: GuildId) -> Visible {
        let hidden = self.0.read().get(&guild).map(Arc::clone);
        Visible { hidden }
    }

    /// Forgets a player in one guild, or in all guilds.
    pub(crate) fn forget(&self, _: &WriterThread, only: Option<GuildId>, player: &PlayerName) {
        let mut guilds = self.0.write();
        guilds.retain(|guild, hidden| {
            if only.is_none_or(|only| only == *guild) && hidden.contains(player) {
                Arc::make_mut(hidden).remove(player);
            }
            !hidden.is_empty()
        });
    }

    /// Replaces the players of a guild who hide. Returns those who hid before and do not now, or the other
    /// way round.
    pub(crate) fn replace(&self, guild: GuildId, hidden: HashSet<PlayerName>) -> Vec<PlayerName> {
        let mut guilds = self.0.write();
        let before = guilds.get(&guild).map(Arc::clone).unwrap_or_default();
        let changed = before.symmetric_difference(&hidden).cloned().collect();
        if hidden.is_empty() {
            guilds.remove(&guild);
        } else {
            guilds.insert(guild, Arc::new(hidden));
        }
        changed
    }
}

impl Visible {
    /// Everybody, for operators.
    pub(crate) fn everybody() -> Self {
        Self::default()
    }

    /// Whether a player may be shown.
    pub(crate) fn shows(&self, player: &PlayerName) -> bool {
        let hidden = self.hidden.as_ref();
        hidden.is_none_or(|hidden| !hidden.contains(player))
    }

    /// Returns the players who may not be shown.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = &PlayerName> {
        self.hidden.iter().flat_map(|hidden| hidden.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::player;

    const GUILD: GuildId = GuildId(7);

    #[test]
    fn a_player_hides_in_one_guild_only() {
        let hidden = HiddenPlayers::default();

        let changed = hidden.replace(GUILD, [player("Alex")].into());

        assert_eq!(changed, [player("Alex")]);
        let shows = |guild, name| hidden.visible_to_members(guild).shows(&player(name));
        assert!(!shows(GUILD, "Alex"));
        assert!(shows(GUILD, "alex"));
        assert!(shows(GuildId(8), "Alex"));
        assert_eq!(hidden.replace(GUILD, HashSet::new()), [player("Alex")]);
        assert!(shows(GUILD, "Alex"));
    }
}
