//! Whom the members of a guild see of those who did something: not those who hide, under any name.
//!
//! What a player did knows an account if a UUID was sent with it. Otherwise it is hidden if somebody who hides has ever
//! had the name.

use std::sync::Arc;

use oxeye_plugin_proto::PlayerName;

use super::figures::ActivityPlayer;
use crate::accounts::AccountId;
use crate::database::Database;
use crate::ids::GuildId;
use crate::memory::Memory;
use crate::visibility::Visible;

/// Whom the members of a guild see.
pub(super) struct Seen {
    visible: Visible,
    memory: Arc<Memory>,
}

impl Database {
    /// Returns whom the members of a guild see now.
    pub(super) fn seen_in(&self, guild: GuildId) -> Seen {
        Seen {
            visible: self.inner.memory.hidden.visible_to_members(guild),
            memory: Arc::clone(&self.inner.memory),
        }
    }
}

impl Seen {
    /// Whether a player may be shown, given the account that is known of what they did.
    pub(super) fn shows(&self, player: &ActivityPlayer) -> bool {
        let account = player.uuid.and_then(|uuid| self.memory.accounts.id(uuid));
        self.visible.shows_stay(&player.name, account)
    }

    /// The same for a stay, given the account that it knows.
    pub(super) fn shows_stay(&self, name: &PlayerName, account: Option<AccountId>) -> bool {
        self.visible.shows_stay(name, account)
    }

    /// Whether everybody may be shown.
    pub(super) fn is_everybody(&self) -> bool {
        self.visible.hidden().next().is_none()
    }
}
