//! The accounts that Mojang authenticated, each once.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{Rows, last_worn, notices, rewriting, run};
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
#[derive(Debug)]
pub(crate) struct Unreported {
    pub(crate) accounts: Vec<(AccountId, Uuid)>,
    /// Number of notices that went with them.
    pub(crate) notices: usize,
}

/// Deletes the accounts that no guild has under any name and of whom no member is the owner, and returns them.
pub(crate) fn delete_unreported(file: &Connection) -> rusqlite::Result<Unreported> {
    // The subquery scans its table once, because there is no index on UUIDs alone.
    let deleted: Vec<_> = file
        .prepare_cached(
            "DELETE FROM accounts
         WHERE uuid NOT IN (SELECT uuid FROM player_uuids)
             AND id NOT IN (SELECT account FROM linked_members WHERE account IS NOT NULL)
         RETURNING id, uuid",
        )?
        .query_map([], read)?
        .collect::<rusqlite::Result<_>>()?;
    let mut notices = 0;
    if !deleted.is_empty() {
        last_worn::delete_without_account(file)?;
        notices = notices::delete_without_account(file)?;
        if notices > 0 {
            rewriting::rewrite_notices(file)?;
        }
    }
    Ok(Unreported {
        accounts: deleted,
        notices,
    })
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
