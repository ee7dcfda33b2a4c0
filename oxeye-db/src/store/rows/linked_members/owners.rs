//! Which account a member owns, and which of its names they have.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::HOLDER;
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::players::PlayerId;
use crate::store::rows::{accounts, run};

/// Returns the account that used a name last in a guild.
pub(crate) fn holder(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
) -> rusqlite::Result<Option<AccountId>> {
    file.prepare_cached(&format!("SELECT {HOLDER}"))?
        .query_row(params![player.0, guild.to_sql()], |row| {
            accounts::optional_id(row, 0)
        })
}

/// Returns the account that had a name in a guild at a time, as far as no member owns it: the last one that began to
/// use it until then, or else the first one after that.
pub(crate) fn holder_at(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
    at: UnixSeconds,
) -> rusqlite::Result<Option<AccountId>> {
    let found = file
        .prepare_cached(
            "SELECT accounts.id FROM player_uuids AS used JOIN accounts USING (uuid)
             WHERE used.player_id = ?1 AND used.guild_id = ?2 AND NOT EXISTS (
                 SELECT 1 FROM linked_members
                 WHERE guild_id = ?2 AND linked_members.account = accounts.id)
             ORDER BY first_reported_at <= ?3 DESC, abs(?3 - first_reported_at) LIMIT 1",
        )?
        .query_row(params![player.0, guild.to_sql(), at.0], |row| {
            accounts::optional_id(row, 0)
        })
        .optional()?;
    Ok(found.flatten())
}

/// Returns how many accounts had a name in a guild that no member owns.
pub(crate) fn possible_holders(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
) -> rusqlite::Result<u32> {
    file.prepare_cached(
        "SELECT count(*) FROM player_uuids AS used JOIN accounts USING (uuid)
         WHERE used.player_id = ?1 AND used.guild_id = ?2 AND NOT EXISTS (
             SELECT 1 FROM linked_members
             WHERE guild_id = ?2 AND linked_members.account = accounts.id)",
    )?
    .query_row(params![player.0, guild.to_sql()], |row| row.get(0))
}

/// Gives the owner of an account its newest name.
const TAKE_NEWEST: &str = "UPDATE linked_members SET player_id = (
         SELECT player_id FROM player_uuids AS used
         WHERE used.guild_id = linked_members.guild_id AND used.uuid = ?2
         ORDER BY last_reported_at DESC, player_id DESC LIMIT 1)
     WHERE guild_id = (SELECT guild_id FROM servers WHERE id = ?1)
         AND account = (SELECT id FROM accounts WHERE uuid = ?2)";

/// Gives the owner of an account a name if it is newer than the one that they have, without looking at the other names
/// of the account.
const TAKE_NEWER: &str = "UPDATE linked_members SET player_id = ?2
     WHERE guild_id = (SELECT guild_id FROM servers WHERE id = ?1)
         AND account = (SELECT id FROM accounts WHERE uuid = ?3) AND player_id <> ?2
         AND EXISTS (
             SELECT 1 FROM player_uuids AS new
             WHERE new.player_id = ?2 AND new.guild_id = linked_members.guild_id AND new.uuid = ?3
                 AND NOT EXISTS (
                     SELECT 1 FROM player_uuids AS had
                     WHERE had.player_id = linked_members.player_id
                         AND had.guild_id = linked_members.guild_id AND had.uuid = ?3
                         AND (had.last_reported_at, had.player_id)
                             > (new.last_reported_at, new.player_id)))";

/// Takes into account that a UUID was reported under a name: a member of whose player no account was known is its
/// owner, and the name of a member who owns it is the newest one.
pub(crate) fn follow(
    file: &Connection,
    server: ServerId,
    player: PlayerId,
    uuid: Uuid,
) -> rusqlite::Result<()> {
    let owned = file
        .prepare_cached(
            "UPDATE OR IGNORE linked_members SET account = (SELECT id FROM accounts WHERE uuid = ?3)
             WHERE guild_id = (SELECT guild_id FROM servers WHERE id = ?2)
                 AND account IS NULL AND player_id = ?1",
        )?
        .execute(params![player.0, server.0, uuid.as_bytes()])?;
    if owned > 0 {
        return run(file, TAKE_NEWEST, params![server.0, uuid.as_bytes()]);
    }
    run(
        file,
        TAKE_NEWER,
        params![server.0, player.0, uuid.as_bytes()],
    )
}

/// Gives the owner of an account its newest name in the guild, if any is known.
pub(crate) fn set_newest_name(
    file: &Connection,
    guild: GuildId,
    account: AccountId,
) -> rusqlite::Result<()> {
    run(
        file,
        "UPDATE linked_members SET player_id = newest.player_id FROM (
             SELECT player_id FROM player_uuids JOIN accounts USING (uuid)
             WHERE guild_id = ?1 AND accounts.id = ?2
             ORDER BY last_reported_at DESC, player_id DESC LIMIT 1) AS newest
         WHERE guild_id = ?1 AND account = ?2",
        params![guild.to_sql(), account.0],
    )
}

/// The members who own accounts that were reported in their guild under a name.
const OWNERS_OF_NAME: &str = "FROM player_uuids AS used
         CROSS JOIN accounts ON accounts.uuid = used.uuid
         CROSS JOIN linked_members AS member
             ON member.guild_id = used.guild_id AND member.account = accounts.id
     WHERE used.player_id = ?1";

/// Whether a member of a guild is linked to a name under which a UUID was reported, or owns that account.
pub(crate) fn is_of_member(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
    uuid: Uuid,
) -> rusqlite::Result<bool> {
    file.prepare_cached(&format!(
        "SELECT 1 FROM linked_members
             WHERE guild_id = ?2 AND player_id = ?1 AND account IS NULL
         UNION ALL
         SELECT 1 {OWNERS_OF_NAME}
             AND used.guild_id = ?2 AND (used.uuid = ?3 OR member.player_id = ?1)"
    ))?
    .exists(params![player.0, guild.to_sql(), uuid.as_bytes()])
}

/// Whether a member of any guild owns an account that was reported there under a player's name.
pub(crate) fn is_of_owner(file: &Connection, player: PlayerId) -> rusqlite::Result<bool> {
    file.prepare_cached(&format!("SELECT 1 {OWNERS_OF_NAME}"))?
        .exists([player.0])
}

/// Returns the account whose owner a member is.
pub(crate) fn account_of(
    file: &Connection,
    guild: GuildId,
    user: u64,
) -> rusqlite::Result<Option<AccountId>> {
    let account = file
        .prepare_cached("SELECT account FROM linked_members WHERE guild_id = ?1 AND user_id = ?2")?
        .query_row(params![guild.to_sql(), user.cast_signed()], |row| {
            accounts::optional_id(row, 0)
        })
        .optional()?;
    Ok(account.flatten())
}

#[cfg(test)]
mod tests;
