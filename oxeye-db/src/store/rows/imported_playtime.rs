//! Playtime from before Oxeye, per player and server.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{Rows, accounts, player_name, run};
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::persons::Share;
use crate::players::PlayerId;
use crate::record::ImportedPlaytime;

/// Sets a player's imported playtime on a server, and the account that it belongs to: `None` if it belongs to the name.
pub(crate) fn set(
    file: &Connection,
    (server, player): (ServerId, PlayerId),
    seconds: u32,
    account: Option<AccountId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO imported_playtime (server_id, player_id, seconds, imported_at, account)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET seconds = ?3, imported_at = ?4, account = ?5",
        params![
            server.0,
            player.0,
            seconds,
            now.0,
            account.map(|account| account.0)
        ],
    )
}

/// Returns the imported playtime under a name on a server.
pub(crate) fn one(
    file: &Connection,
    server: ServerId,
    player: PlayerId,
) -> rusqlite::Result<Option<ImportedPlaytime>> {
    file.prepare_cached(
        "SELECT player_id, account, seconds FROM imported_playtime
         WHERE server_id = ?1 AND player_id = ?2",
    )?
    .query_row(params![server.0, player.0], playtime)
    .optional()
}

/// Returns the imported playtime of a server's players.
pub(crate) fn for_server(
    file: &Connection,
    server: ServerId,
) -> rusqlite::Result<Vec<ImportedPlaytime>> {
    file.prepare_cached(
        "SELECT player_id, account, seconds FROM imported_playtime WHERE server_id = ?1",
    )?
    .query_map([server.0], playtime)?
    .collect()
}

/// Returns the imported playtime of accounts on a server, under whatever name.
fn of_accounts(
    file: &Connection,
    server: ServerId,
    accounts: &[AccountId],
) -> rusqlite::Result<Vec<ImportedPlaytime>> {
    let mut all = Vec::new();
    let mut of_account = file.prepare_cached(
        "SELECT player_id, account, seconds FROM imported_playtime
         WHERE server_id = ?1 AND account = ?2",
    )?;
    for account in accounts {
        let rows = of_account.query_map(params![server.0, account.0], playtime)?;
        all.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(all)
}

/// Returns the imported playtime on a server under some names, and that of some accounts. What is both may come twice.
pub(crate) fn of_persons(
    file: &Connection,
    server: ServerId,
    names: &[PlayerId],
    accounts: &[AccountId],
) -> rusqlite::Result<Vec<ImportedPlaytime>> {
    let mut all = of_accounts(file, server, accounts)?;
    for name in names {
        all.extend(one(file, server, *name)?);
    }
    Ok(all)
}

/// Whether a player has imported playtime on any server.
pub(crate) fn is_of(file: &Connection, player: PlayerId) -> rusqlite::Result<bool> {
    file.prepare_cached("SELECT 1 FROM imported_playtime WHERE player_id = ?1")?
        .exists([player.0])
}

/// Returns the players with imported playtime, each once.
pub(crate) fn players(file: &Connection) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached("SELECT DISTINCT player_id FROM imported_playtime")?
        .query_map([], |row| row.get(0).map(PlayerId))?
        .collect()
}

/// Returns the players under whose names playtime of an account was imported for servers of a guild, each once.
pub(crate) fn players_of(
    file: &Connection,
    guild: GuildId,
    account: AccountId,
) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached(
        "SELECT DISTINCT player_id FROM imported_playtime JOIN servers ON servers.id = server_id
         WHERE account = ?1 AND guild_id = ?2",
    )?
    .query_map(params![account.0, guild.to_sql()], |row| {
        row.get(0).map(PlayerId)
    })?
    .collect()
}

/// Imported playtime with the name of the player, in seconds.
pub(crate) struct WithName {
    pub(crate) server: ServerId,
    pub(crate) player: PlayerName,
    pub(crate) seconds: u64,
    /// Whose it is: the account that is known, else the only one that ever had the name in the guild.
    pub(crate) account: Option<Uuid>,
}

/// Returns all imported playtime, with the names of the players.
pub(crate) fn with_names(file: &Connection) -> rusqlite::Result<Rows<'_, WithName>> {
    const SQL: &str = "SELECT server_id, players.name, seconds, ifnull(
             (SELECT uuid FROM accounts WHERE id = imported.account),
             (SELECT max(uuid) FROM player_uuids AS used JOIN accounts USING (uuid)
              WHERE used.player_id = imported.player_id AND used.guild_id = servers.guild_id
              HAVING count(*) = 1))
         FROM imported_playtime AS imported CROSS JOIN players ON players.id = player_id
             JOIN servers ON servers.id = server_id";
    Rows::new(file, SQL, |row| {
        let account: Option<[u8; 16]> = row.get(3)?;
        Ok(WithName {
            server: ServerId(row.get(0)?),
            player: player_name(row, 1)?,
            seconds: row.get(2).map(i64::cast_unsigned)?,
            account: account.map(Uuid::from_bytes),
        })
    })
}

/// Deletes a server's imported playtime.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute(
        "DELETE FROM imported_playtime WHERE server_id = ?1",
        [server.0],
    )?;
    Ok(())
}

/// Deletes a share of a player's imported playtime in one guild, or in all guilds. Returns the account of each that there
/// was, as far as it was known.
pub(crate) fn delete_for_player(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
    share: Share,
) -> rusqlite::Result<Vec<Option<AccountId>>> {
    let of_player = params![
        player.0,
        only.map(GuildId::to_sql),
        share.is_whole(),
        share.account().map(|account| account.0)
    ];
    file.prepare_cached(
        "DELETE FROM imported_playtime WHERE player_id = ?1
             AND (?2 IS NULL OR server_id IN (SELECT id FROM servers WHERE guild_id = ?2))
             AND (?3 OR account IS ?4)
         RETURNING account",
    )?
    .query_map(of_player, |row| accounts::optional_id(row, 0))?
    .collect()
}

fn playtime(row: &Row<'_>) -> rusqlite::Result<ImportedPlaytime> {
    // The table allows no negative numbers.
    let seconds = row.get(2).map(i64::cast_unsigned)?;
    Ok(ImportedPlaytime {
        player: PlayerId(row.get(0)?),
        account: accounts::optional_id(row, 1)?,
        playtime: Duration::from_secs(seconds),
    })
}
