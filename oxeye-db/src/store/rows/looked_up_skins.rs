//! The skins that Mojang names for accounts.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{player_uuids, signed};
use crate::ids::SkinId;

/// What Mojang said about an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LookedUp {
    /// `None` if the account has no skin that can be used.
    pub(crate) skin: Option<SkinId>,
    /// When we asked.
    pub(crate) at: UnixSeconds,
}

/// Which rows are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeepLookedUp {
    /// Accounts that were looked up before this time are not kept.
    pub(crate) since: UnixSeconds,
    /// Of the others, this many are kept: those that were looked up last.
    pub(crate) newest: usize,
}

/// Returns what Mojang said about an account.
pub(crate) fn find(file: &Connection, account: Uuid) -> rusqlite::Result<Option<LookedUp>> {
    file.prepare_cached("SELECT skin_id, looked_up_at FROM looked_up_skins WHERE uuid = ?1")?
        .query_row([account.as_bytes()], |row| {
            let (skin, at) = (skin(row)?, UnixSeconds(row.get(1)?));
            Ok(LookedUp { skin, at })
        })
        .optional()
}

/// Returns the pixels of the head of an account.
pub(crate) fn head(file: &Connection, account: Uuid) -> rusqlite::Result<Option<Vec<u8>>> {
    file.prepare_cached(
        "SELECT head FROM looked_up_skins JOIN skins ON skins.id = skin_id WHERE uuid = ?1",
    )?
    .query_row([account.as_bytes()], |row| row.get(0))
    .optional()
}

/// Sets what Mojang said about an account.
pub(crate) fn set(file: &Connection, account: Uuid, looked_up: LookedUp) -> rusqlite::Result<()> {
    file.prepare_cached(
        "INSERT INTO looked_up_skins (uuid, skin_id, looked_up_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET
             skin_id = excluded.skin_id, looked_up_at = excluded.looked_up_at",
    )?
    .execute(params![
        account.as_bytes(),
        looked_up.skin.map(|skin| skin.0),
        looked_up.at.0
    ])?;
    Ok(())
}

/// Deletes those of these accounts that no guild has under any name, and returns the skins that they had. Looks at each
/// guild for each of them.
pub(crate) fn delete_unreported(
    file: &Connection,
    accounts: &[Uuid],
) -> rusqlite::Result<Vec<Option<SkinId>>> {
    let is_reported = player_uuids::is_in_any_guild("?1");
    let mut delete = file.prepare_cached(&format!(
        "DELETE FROM looked_up_skins WHERE uuid = ?1 AND NOT {is_reported} RETURNING skin_id"
    ))?;
    let mut skins = Vec::new();
    for account in accounts {
        for deleted in delete.query_map([account.as_bytes()], skin)? {
            skins.push(deleted?);
        }
    }
    Ok(skins)
}

/// Returns the accounts that no guild has under any name.
pub(crate) fn unreported(file: &Connection) -> rusqlite::Result<Vec<Uuid>> {
    // The inner query scans its table once and keeps only what the outer one asks for.
    file.prepare_cached(
        "SELECT uuid FROM looked_up_skins WHERE uuid NOT IN (
             SELECT uuid FROM player_uuids
             WHERE uuid IN (SELECT uuid FROM looked_up_skins))",
    )?
    .query_map([], |row| row.get(0).map(Uuid::from_bytes))?
    .collect()
}

/// Deletes these accounts and returns the skins that they had.
pub(crate) fn delete(
    file: &Connection,
    accounts: &[Uuid],
) -> rusqlite::Result<Vec<Option<SkinId>>> {
    let mut delete =
        file.prepare_cached("DELETE FROM looked_up_skins WHERE uuid = ?1 RETURNING skin_id")?;
    let mut skins = Vec::new();
    for account in accounts {
        for deleted in delete.query_map([account.as_bytes()], skin)? {
            skins.push(deleted?);
        }
    }
    Ok(skins)
}

/// Deletes rows that are not to be kept: up to `limit` old ones, and up to `limit` beyond the maximum
/// number. Returns the skins that the accounts had.
pub(crate) fn delete_more_than(
    file: &Connection,
    keep: KeepLookedUp,
    limit: usize,
) -> rusqlite::Result<Vec<Option<SkinId>>> {
    file.prepare_cached(
        "DELETE FROM looked_up_skins WHERE uuid IN (
             SELECT * FROM (SELECT uuid FROM looked_up_skins WHERE looked_up_at < ?1 LIMIT ?3)
             UNION
             SELECT * FROM (SELECT uuid FROM looked_up_skins
                 ORDER BY looked_up_at DESC LIMIT ?3 OFFSET ?2))
         RETURNING skin_id",
    )?
    .query_map([keep.since.0, signed(keep.newest), signed(limit)], skin)?
    .collect()
}

fn skin(row: &Row<'_>) -> rusqlite::Result<Option<SkinId>> {
    let id: Option<[u8; 32]> = row.get(0)?;
    Ok(id.map(SkinId))
}
