//! The tables of the file: plain functions over a connection, one file per table. All SQL that knows our
//! tables is here and in the migrations.
//!
//! The functions run in whatever transaction is open. Their callers decide which rows to change, and
//! change memory accordingly.
//!
//! | module              | rows                                                                |
//! |---------------------|---------------------------------------------------------------------|
//! | `accounts`          | the accounts that Mojang authenticated, each once                   |
//! | `alert_messages`    | messages of alerts that Discord does not have yet                   |
//! | `alert_phases`      | what alerts have said of servers                                    |
//! | `alert_records`     | the last record of each server that alerts have said                |
//! | `alerts`            | channels in which the bot says that servers are down                |
//! | `api_keys`          | hashes of the keys that speak for servers                           |
//! | `boards`            | messages in Discord that stay up to date                            |
//! | `clock`             | what is recorded of the clock                                       |
//! | `counters`          | Discord channels that show a number                                 |
//! | `event_ranges`      | which numbered events of which epoch have been taken                |
//! | `guild_settings`    | what guilds have set for themselves                                 |
//! | `guilds`            | guilds, and whether the bot is in them                              |
//! | `imported_playtime` | playtime from before Oxeye                                          |
//! | `last_worn`         | the texture that a player of a server wore last                     |
//! | `link_codes`        | hashes of codes that can still be redeemed                          |
//! | `linked_members`    | which member of a guild is which player, and who hides              |
//! | `looked_up_skins`   | the skins that Mojang names for accounts                            |
//! | `loose_ends`        | joins and leaves that belong to no session yet                      |
//! | `notices`           | the members who want to be told when a player comes on              |
//! | `player_uuids`      | which account went under which name, per guild                      |
//! | `players`           | each player's name once                                             |
//! | `rewriting`         | rewrites pages so that no deleted name is left in them              |
//! | `server_about`      | what servers say about themselves                                   |
//! | `server_states`     | when servers were up, down or unknown                               |
//! | `servers`           | servers, linked or not                                              |
//! | `sessions`          | sessions, open and closed                                           |
//! | `shares`            | deletes a share of what is known under a name                       |
//! | `skin_textures`     | which texture led to which skin, per server                         |
//! | `skins`             | skins, once for each set of pixels                                  |
//! | `watched_addresses` | addresses at which Oxeye itself asks                                |

pub(crate) mod accounts;
pub(crate) mod alert_messages;
pub(crate) mod alert_phases;
pub(crate) mod alert_records;
pub(crate) mod alerts;
pub(crate) mod api_keys;
pub(crate) mod boards;
pub(crate) mod clock;
pub(crate) mod counters;
pub(crate) mod event_ranges;
pub(crate) mod guild_settings;
pub(crate) mod guilds;
pub(crate) mod imported_playtime;
pub(crate) mod last_worn;
pub(crate) mod link_codes;
pub(crate) mod linked_members;
pub(crate) mod looked_up_skins;
pub(crate) mod loose_ends;
pub(crate) mod notices;
pub(crate) mod player_uuids;
pub(crate) mod players;
pub(crate) mod rewriting;
pub(crate) mod server_about;
pub(crate) mod server_states;
pub(crate) mod servers;
pub(crate) mod sessions;
mod shares;
pub(crate) mod skin_textures;
pub(crate) mod skins;
pub(crate) mod watched_addresses;

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, Row, ToSql};

use crate::board::{StopReason, Stopped};
use crate::ids::ServerId;

/// Turns a row into a value.
type Read<T> = fn(&Row<'_>) -> rusqlite::Result<T>;

/// The rows of a query, read one by one because there may be a million of them.
pub(crate) struct Rows<'file, T> {
    statement: CachedStatement<'file>,
    read: Read<T>,
}

impl<'file, T> Rows<'file, T> {
    /// Prepares a query without parameters.
    fn new(file: &'file Connection, sql: &str, read: Read<T>) -> rusqlite::Result<Self> {
        let statement = file.prepare_cached(sql)?;
        Ok(Self { statement, read })
    }

    /// Prepares a query whose parameter is a server, or NULL for all servers.
    fn for_server(
        file: &'file Connection,
        sql: &str,
        only: Option<ServerId>,
        read: Read<T>,
    ) -> rusqlite::Result<Self> {
        let mut rows = Self::new(file, sql, read)?;
        let only = only.map(|server| server.0);
        rows.statement.raw_bind_parameter(1, only)?;
        Ok(rows)
    }

    /// Prepares a query whose parameter is a time.
    fn since(
        file: &'file Connection,
        sql: &str,
        edge: UnixSeconds,
        read: Read<T>,
    ) -> rusqlite::Result<Self> {
        let mut rows = Self::new(file, sql, read)?;
        rows.statement.raw_bind_parameter(1, edge.0)?;
        Ok(rows)
    }

    /// Runs the query and reads its rows.
    pub(crate) fn read(&mut self) -> impl Iterator<Item = rusqlite::Result<T>> {
        self.statement.raw_query().mapped(self.read)
    }
}

/// Runs a statement whose result does not matter, and keeps it prepared.
fn run(file: &Connection, sql: &str, values: &[&dyn ToSql]) -> rusqlite::Result<()> {
    file.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Returns a count as a number of SQLite.
fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Reads a server's name.
fn server_name(row: &Row<'_>, column: usize) -> rusqlite::Result<ServerName> {
    let name: String = row.get(column)?;
    ServerName::try_from(name).map_err(|error| corrupt(column, error))
}

/// Reads a time that may be missing.
fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<UnixSeconds>> {
    let seconds: Option<i64> = row.get(column)?;
    Ok(seconds.map(UnixSeconds))
}

/// Reads an id of Discord.
fn discord_id(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get(column).map(i64::cast_unsigned)
}

/// Reads an id of Discord that may be missing.
fn optional_discord_id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    let id: Option<i64> = row.get(column)?;
    Ok(id.map(i64::cast_unsigned))
}

/// Reads a server that may be missing.
fn optional_server(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<ServerId>> {
    let id: Option<i64> = row.get(column)?;
    Ok(id.map(ServerId))
}

/// Reads why a board or counter was stopped from two columns: when, and the reason.
fn stopped(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Stopped>> {
    let Some(at) = time(row, column)? else {
        return Ok(None);
    };
    let word: String = row.get(column + 1)?;
    let reason = StopReason::from_word(&word);
    let reason = reason.ok_or_else(|| corrupt(column + 1, "not a reason to stop"))?;
    Ok(Some(Stopped { at, reason }))
}

/// Reads a player's name.
pub(crate) fn player_name(row: &Row<'_>, column: usize) -> rusqlite::Result<PlayerName> {
    let name = row.get_ref(column)?.as_str()?;
    PlayerName::try_from(name).map_err(|error| corrupt(column, error))
}

/// Returns the error for a value that Oxeye never writes.
fn corrupt(
    column: usize,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
