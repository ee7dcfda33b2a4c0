//! The skins that Mojang names for accounts.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use uuid::Uuid;

use super::rows::looked_up_skins::{self, KeepLookedUp, LookedUp};
use super::rows::rewriting::Table;
use super::rows::{player_uuids, rewriting, skins};
use super::{Store, StoreError, WriterThread};
use crate::ids::{GuildId, SkinId};
use crate::players::PlayerId;
use crate::skins::NewSkin;

/// Returns when these accounts were looked up; `None` for those that never were.
pub(crate) async fn looked_up_at(
    store: &Store,
    accounts: Vec<Uuid>,
) -> Result<Vec<Option<UnixSeconds>>, StoreError> {
    let select = move |file: &Connection| {
        let found = accounts.iter().map(|account| {
            let looked_up = looked_up_skins::find(file, *account)?;
            Ok(looked_up.map(|looked_up| looked_up.at))
        });
        found.collect()
    };
    store.read(select).await
}

/// What became of something that Mojang said about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It was not stored, because the account is not known under the player's name.
    Unknown,
    /// The account has the same skin as before, or none as before.
    Same,
    /// The account has another skin than before.
    Changed,
}

/// Stores what Mojang said about an account, unless it is no longer known under this player's name.
pub(crate) async fn keep(
    store: &Store,
    (guild, player, account): (GuildId, PlayerId, Uuid),
    skin: Option<NewSkin>,
    now: UnixSeconds,
) -> Result<Kept, StoreError> {
    let keep = move |file: &Connection| {
        // The player may have been forgotten in the meantime.
        if !player_uuids::is_reported(file, guild, player, account)? {
            return Ok(Kept::Unknown);
        }
        let before = looked_up_skins::find(file, account)?;
        let before = before.and_then(|looked_up| looked_up.skin);
        if let Some(skin) = &skin {
            skins::ensure(file, skin.id, &skin.png, &skin.head, now)?;
        }
        let skin = skin.map(|skin| skin.id);
        looked_up_skins::set(file, account, LookedUp { skin, at: now })?;
        if before == skin {
            return Ok(Kept::Same);
        }
        delete_unused(file, &[before])?;
        Ok(Kept::Changed)
    };
    store.write(keep, |kept, _: &WriterThread| kept).await
}

/// Deletes rows that are not to be kept, up to twice `limit`, and the skins that nothing else leads to.
/// Returns how many rows were deleted.
pub(crate) async fn prune(
    store: &Store,
    keep: KeepLookedUp,
    limit: usize,
) -> Result<usize, StoreError> {
    let delete = move |file: &Connection| {
        let deleted = looked_up_skins::delete_more_than(file, keep, limit)?;
        delete_unused(file, &deleted)?;
        Ok(deleted.len())
    };
    store
        .write(delete, |deleted, _: &WriterThread| deleted)
        .await
}

/// Returns the accounts that no guild has under any name.
pub(crate) async fn unreported(store: &Store) -> Result<Vec<Uuid>, StoreError> {
    store.read(looked_up_skins::unreported).await
}

/// Deletes these accounts, and the skins that nothing else leads to.
pub(crate) async fn delete(store: &Store, accounts: Vec<Uuid>) -> Result<(), StoreError> {
    let delete = move |file: &Connection| {
        let deleted = looked_up_skins::delete(file, &accounts)?;
        delete_unused(file, &deleted)
    };
    store.write(delete, |(), _: &WriterThread| ()).await
}

/// Deletes those of these accounts that no guild has under any name, with the skins that nothing else
/// leads to. Copies of their UUIDs may be left until the table is rewritten.
pub(crate) fn forget_unreported(file: &Connection, accounts: &[Uuid]) -> rusqlite::Result<()> {
    let deleted = looked_up_skins::delete_unreported(file, accounts)?;
    if deleted.is_empty() {
        return Ok(());
    }
    rewriting::require(file, Table::LookedUpSkins)?;
    delete_unused(file, &deleted)
}

fn delete_unused(file: &Connection, ids: &[Option<SkinId>]) -> rusqlite::Result<()> {
    let mut ids = ids.iter().flatten();
    ids.try_for_each(|skin| skins::delete_unless_used(file, *skin))
}
