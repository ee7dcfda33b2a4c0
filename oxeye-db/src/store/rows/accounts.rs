//! The accounts that Mojang authenticated, each once.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{Rows, last_worn, notices, player_uuids, run};
use crate::accounts::AccountId;

/// Adds an account.
pub(crate) fn insert(file: &Connection, id: AccountId, uuid: Uuid) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO accounts (id, uuid) VALUES (?1, ?2)",
        params![id.0, uuid.as_bytes()],
    )
}

/// Returns all accounts.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Rows<'_, (AccountId, Uuid)>> {
    Rows::new(file, "SELECT id, uuid FROM accounts", read)
}

/// The accounts that were deleted.
#[derive(Debug, Default)]
pub(crate) struct Unreported {
    pub(crate) accounts: Vec<(AccountId, Uuid)>,
    /// Number of notices that went with them.
    pub(crate) notices: usize,
}

/// Returns the accounts that no guild has under any name, that have no imported playtime, and of which no member is the owner.
/// Looks at all accounts.
pub(crate) fn unreported(file: &Connection) -> rusqlite::Result<Vec<AccountId>> {
    // The subquery scans its table once, because there is no index on UUIDs alone.
    file.prepare_cached(
        "SELECT id FROM accounts
         WHERE uuid NOT IN (SELECT uuid FROM player_uuids)
             AND id NOT IN (SELECT account FROM linked_members WHERE account IS NOT NULL)
             AND id NOT IN (SELECT account FROM imported_playtime WHERE account IS NOT NULL)",
    )?
    .query_map([], |row| row.get(0).map(AccountId::from_number))?
    .filter_map(Result::transpose)
    .collect()
}

/// Deletes those of some accounts that no guild has under any name, that have no imported playtime, and of which no member is
/// the owner, and returns them. Looks at each guild for each of them, and at no other accounts.
pub(crate) fn delete_unreported(
    file: &Connection,
    some: impl IntoIterator<Item = AccountId>,
) -> rusqlite::Result<Unreported> {
    let mut deleted = Unreported::default();
    let is_reported = player_uuids::is_in_any_guild("accounts.uuid");
    let mut delete = file.prepare_cached(&format!(
        "DELETE FROM accounts WHERE id = ?1 AND NOT {is_reported}
             AND NOT EXISTS (
                 SELECT 1 FROM guilds CROSS JOIN linked_members AS member
                     ON member.guild_id = guilds.id AND member.account = ?1)
             AND NOT EXISTS (SELECT 1 FROM imported_playtime WHERE account = ?1)
         RETURNING id, uuid",
    ))?;
    for account in some {
        let gone = delete.query_row([account.0], read).optional()?;
        let Some(gone) = gone else {
            continue;
        };
        deleted.accounts.push(gone);
        last_worn::delete_for_account(file, account)?;
        deleted.notices += notices::delete_for_account(file, None, account)?;
    }
    Ok(deleted)
}

/// Reads the id of an account that may be missing.
pub(super) fn optional_id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<AccountId>> {
    row.get(column).map(AccountId::from_number)
}

fn read(row: &Row<'_>) -> rusqlite::Result<(AccountId, Uuid)> {
    let id = optional_id(row, 0)?;
    let id = id.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, 0))?;
    Ok((id, Uuid::from_bytes(row.get(1)?)))
}
