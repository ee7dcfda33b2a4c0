//! Which players hide.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use super::guild;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::store::rows::accounts;
use crate::visibility::LinkedPlayer;

/// Returns the players of a guild's linked members, and which of them hide.
pub(crate) fn hiding(file: &Connection, guild: GuildId) -> rusqlite::Result<Vec<LinkedPlayer>> {
    file.prepare_cached(
        "SELECT player_id, account, hidden_at IS NOT NULL FROM linked_members WHERE guild_id = ?1",
    )?
    .query_map([guild.to_sql()], |row| {
        Ok(LinkedPlayer {
            player: PlayerId(row.get(0)?),
            account: accounts::optional_id(row, 1)?,
            is_hidden: row.get(2)?,
        })
    })?
    .collect()
}

/// Returns the guilds in which players hide.
pub(crate) fn guilds_with_hidden(file: &Connection) -> rusqlite::Result<Vec<GuildId>> {
    file.prepare("SELECT DISTINCT guild_id FROM linked_members WHERE hidden_at IS NOT NULL")?
        .query_map([], guild)?
        .collect()
}

/// Hides a member's player since a time, or shows the player again. Returns whether the member is linked.
pub(crate) fn set_hidden(
    file: &Connection,
    guild: GuildId,
    user: u64,
    since: Option<UnixSeconds>,
) -> rusqlite::Result<bool> {
    let changed = file
        .prepare_cached(
            "UPDATE linked_members SET hidden_at = iif(?3 IS NULL, NULL, ifnull(hidden_at, ?3))
             WHERE guild_id = ?1 AND user_id = ?2",
        )?
        .execute(params![
            guild.to_sql(),
            user.cast_signed(),
            since.map(|at| at.0)
        ])?;
    Ok(changed > 0)
}
