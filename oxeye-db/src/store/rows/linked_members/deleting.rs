//! Links that are deleted, alone or with a name.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::guild;
use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::store::rows::accounts;

/// A link that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeletedLink {
    pub(crate) guild: GuildId,
    pub(crate) account: Option<AccountId>,
}

/// Deletes a member's link, and returns it.
pub(crate) fn delete(
    file: &Connection,
    guild: GuildId,
    user: u64,
) -> rusqlite::Result<Option<DeletedLink>> {
    file.prepare_cached(
        "DELETE FROM linked_members WHERE guild_id = ?1 AND user_id = ?2
         RETURNING guild_id, account",
    )?
    .query_row(params![guild.to_sql(), user.cast_signed()], deleted)
    .optional()
}

/// Deletes the links to a name of which no account is known, in one guild or in all guilds, and returns them.
pub(crate) fn delete_alone(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
) -> rusqlite::Result<Vec<DeletedLink>> {
    file.prepare_cached(
        "DELETE FROM linked_members
         WHERE player_id = ?1 AND (?2 IS NULL OR guild_id = ?2) AND account IS NULL
         RETURNING guild_id, account",
    )?
    .query_map(params![player.0, only.map(GuildId::to_sql)], deleted)?
    .collect()
}

/// Gives the owners of accounts that a name was forgotten of, of one account or of all, the newest of their other
/// names, and deletes the links of those who have none. Returns these.
pub(crate) fn take_name(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
    account: Option<AccountId>,
) -> rusqlite::Result<Vec<DeletedLink>> {
    const USES: &str = "FROM player_uuids AS used JOIN accounts USING (uuid)
         WHERE used.guild_id = linked_members.guild_id AND accounts.id = linked_members.account";
    const OWNERS: &str = "player_id = ?1 AND (?2 IS NULL OR guild_id = ?2)
         AND iif(?3 IS NULL, account IS NOT NULL, account = ?3)";
    let owners = params![
        player.0,
        only.map(GuildId::to_sql),
        account.map(|account| account.0)
    ];
    let nameless = file
        .prepare_cached(&format!(
            "DELETE FROM linked_members WHERE {OWNERS} AND NOT EXISTS (SELECT 1 {USES})
             RETURNING guild_id, account"
        ))?
        .query_map(owners, deleted)?
        .collect::<rusqlite::Result<_>>()?;
    file.prepare_cached(&format!(
        "UPDATE linked_members SET player_id = (
             SELECT used.player_id {USES} ORDER BY last_reported_at DESC, used.player_id DESC LIMIT 1)
         WHERE {OWNERS}"
    ))?
    .execute(owners)?;
    Ok(nameless)
}

/// Deletes the links of a guild. Returns how many there were.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<usize> {
    file.prepare_cached("DELETE FROM linked_members WHERE guild_id = ?1")?
        .execute([guild.to_sql()])
}

fn deleted(row: &Row<'_>) -> rusqlite::Result<DeletedLink> {
    Ok(DeletedLink {
        guild: guild(row)?,
        account: accounts::optional_id(row, 1)?,
    })
}
