//! The rows about a player, except for stays, and the bytes that they leave behind.

use std::collections::BTreeSet;

use rusqlite::Connection;
use uuid::Uuid;

use super::targets::Target;
use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::memory::Memory;
use crate::persons::Share;
use crate::players::PlayerId;
use crate::store::looked_up_skins;
use crate::store::notices::leave_name;
use crate::store::rows::linked_members::DeletedLink;
use crate::store::rows::rewriting::Table;
use crate::store::rows::{
    accounts, imported_playtime, last_worn, linked_members, loose_ends, notices, player_uuids,
    players, rewriting,
};

/// What was deleted. Pages that may hold copies of it have to be written again.
#[derive(Debug, Default)]
pub(super) struct Deleted {
    pub(super) imported: usize,
    /// The accounts of imported playtime. Servers may not have reported them under any name.
    imported_accounts: Vec<AccountId>,
    uuids: Vec<Uuid>,
    pub(super) links: Vec<DeletedLink>,
    notices: usize,
    names: bool,
}

impl Deleted {
    /// Deletes the notices about accounts, whatever their names.
    pub(super) fn delete_notices(
        &mut self,
        file: &Connection,
        accounts: &[(GuildId, AccountId)],
    ) -> rusqlite::Result<()> {
        for (guild, account) in accounts {
            self.notices += notices::delete_for_account(file, Some(*guild), *account)?;
        }
        Ok(())
    }

    /// Deletes what the file knows of a target. Its stays and loose ends are gone from memory, and its stays from the file.
    pub(super) fn delete(
        &mut self,
        file: &Connection,
        memory: &Memory,
        (target, player): (&Target, PlayerId),
    ) -> rusqlite::Result<()> {
        let (only, share) = (target.only, target.share);
        loose_ends::delete_for_player(file, only, player, share)?;
        last_worn::delete_for_player(file, only, player, share)?;
        let imported = imported_playtime::delete_for_player(file, only, player, share)?;
        self.imported += imported.len();
        self.imported_accounts
            .extend(imported.into_iter().flatten());
        let mut uuids = player_uuids::accounts(file, only, player)?;
        uuids.retain(|uuid| share.has(memory.accounts.id(*uuid)));
        for uuid in &uuids {
            player_uuids::delete_for_account(file, only, player, *uuid)?;
        }
        self.uuids.extend(uuids);
        // A notice without an account is about whoever has the name now.
        if share.is_whole() || target.has_name {
            leave_name(file, player, memory)?;
            self.notices += notices::delete_for_player(file, only, player)?;
        }
        if share == Share::Unproven {
            return Ok(());
        }
        let nameless = linked_members::take_name(file, only, player, share.account())?;
        self.links.extend(nameless);
        if share.is_whole() {
            let links = linked_members::delete_alone(file, only, player)?;
            self.links.extend(links);
        }
        // The name goes with the last guild that knows the player, and with the last account.
        let may_be_used = only.is_some() || !share.is_whole();
        let is_used =
            may_be_used && (memory.knows(None, player) || players::is_used(file, player)?);
        if !is_used {
            memory.players.remove(player);
            players::delete(file, player)?;
            self.names = true;
        }
        Ok(())
    }

    /// Deletes the accounts that no guild has any more, and notes which pages may hold copies of what was deleted. Returns
    /// these accounts.
    pub(super) fn finish(
        &self,
        file: &Connection,
        memory: &Memory,
    ) -> rusqlite::Result<Vec<(AccountId, Uuid)>> {
        if !self.uuids.is_empty() {
            looked_up_skins::forget_unreported(file, &self.uuids)?;
        }
        let reported = self.uuids.iter().map(|uuid| memory.accounts.id(*uuid));
        let owned = self.links.iter().map(|link| link.account);
        let mut accounts: BTreeSet<_> = reported.chain(owned).flatten().collect();
        accounts.extend(&self.imported_accounts);
        let deleted = accounts::delete_unreported(file, accounts)?;
        for (table, is_concerned) in [
            (Table::LinkedMembers, !self.links.is_empty()),
            (Table::PlayerUuids, !self.uuids.is_empty()),
            (Table::Accounts, !deleted.accounts.is_empty()),
            (Table::Notices, self.notices + deleted.notices > 0),
            (Table::Players, self.names),
        ] {
            if is_concerned {
                rewriting::require(file, table)?;
            }
        }
        memory.accounts.remove_all(&deleted.accounts);
        Ok(deleted.accounts)
    }
}
