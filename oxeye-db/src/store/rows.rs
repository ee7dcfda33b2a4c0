//! The rows of the file: plain functions over a connection, one file per table. All SQL that knows
//! our tables is here and in the migrations.
//!
//! A function does what its name says to the rows it is given, in whatever transaction is open. Which
//! rows those are, and what follows in memory, is decided by its callers.
//!
//! | module        | table                                                             |
//! |---------------|-------------------------------------------------------------------|
//! | `api_keys`    | hashes of the keys that speak for servers                         |
//! | `guilds`      | guilds that ever had a server or a link code                      |
//! | `link_codes`  | hashes of the codes that may still be redeemed                    |
//! | `servers`     | servers, linked or not, and what is kept of each                  |

pub(crate) mod api_keys;
pub(crate) mod guilds;
pub(crate) mod link_codes;
pub(crate) mod servers;

use oxeye_plugin_proto::ServerName;
use rusqlite::Row;
use rusqlite::types::Type;

/// A server's name as it is in the file.
fn server_name(row: &Row<'_>, column: usize) -> rusqlite::Result<ServerName> {
    let text: String = row.get(column)?;
    ServerName::try_from(text).map_err(|error| corrupt(column, error))
}

/// The error for a value that Oxeye never writes.
fn corrupt(
    column: usize,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
