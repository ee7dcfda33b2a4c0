//! Whom the members of a guild see of those who did something: not those who hide, under any name.
//!
//! What a player did knows an account if a UUID was sent with it. Otherwise it is hidden if somebody who hides has ever
//! had the name.

use std::sync::Arc;

use hashbrown::HashSet;
use oxeye_plugin_proto::PlayerName;
use rusqlite::Connection;
use uuid::Uuid;

use super::figures::ActivityPlayer;
use super::store::rows::players::{self, GuildPlayerId};
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
        self.shows_account(&player.name, player.uuid)
    }

    /// The same for a stay, given the account that it knows.
    pub(super) fn shows_stay(&self, name: &PlayerName, account: Option<AccountId>) -> bool {
        self.visible.shows_stay(name, account)
    }

    fn shows_account(&self, name: &PlayerName, uuid: Option<Uuid>) -> bool {
        let account = uuid.and_then(|uuid| self.memory.accounts.id(uuid));
        self.visible.shows_stay(name, account)
    }

    /// Whether everybody may be shown.
    pub(super) fn is_everybody(&self) -> bool {
        self.visible.hidden().next().is_none()
    }

    /// Returns the players in the file who may not be shown.
    pub(super) fn hidden(
        &self,
        file: &Connection,
        guild: GuildId,
    ) -> rusqlite::Result<HashSet<GuildPlayerId>> {
        let mut hidden = HashSet::new();
        for name in self.visible.hidden() {
            let found = players::find(file, guild, name)?;
            let found = found.filter(|player| !self.shows_account(name, player.uuid));
            hidden.extend(found.map(|player| player.id));
        }
        // They may have done something under a name under which they never joined.
        for account in self.visible.hidden_accounts() {
            if let Some(uuid) = self.memory.accounts.uuid(account) {
                let names = players::of_uuid(file, guild, uuid)?.into_iter();
                hidden.extend(names.map(|((_, id), _)| id));
            }
        }
        Ok(hidden)
    }
}
