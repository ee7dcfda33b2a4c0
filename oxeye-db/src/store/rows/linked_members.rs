//! Which member of a guild is which player, and which players hide.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{accounts, discord_id, optional_discord_id, player_name, run, time};
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::linked_member::LinkedMember;
use crate::players::PlayerId;
use crate::visibility::LinkedPlayer;

/// A member with the id of their player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MemberRow {
    pub(crate) guild: GuildId,
    pub(crate) user: u64,
    pub(crate) player: PlayerId,
    pub(crate) linked_at: UnixSeconds,
    pub(crate) confirmed_by: Option<u64>,
    pub(crate) hidden_since: Option<UnixSeconds>,
}

/// A link that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeletedLink {
    pub(crate) guild: GuildId,
    pub(crate) account: Option<AccountId>,
}

/// The columns of a member, with the name of the player and the account.
const COLUMNS: &str =
    "linked_members.guild_id, user_id, name, linked_at, confirmed_by, hidden_at, uuid
    FROM linked_members JOIN players ON players.id = player_id
    LEFT JOIN accounts ON accounts.id = account";

/// The account that used a name last in a guild.
const HOLDER: &str = "(SELECT accounts.id FROM player_uuids JOIN accounts USING (uuid)
     WHERE player_id = ?1 AND guild_id = ?2
     ORDER BY last_reported_at DESC, accounts.id DESC LIMIT 1)";

/// Adds a member as the owner of an account, or of a name of which none is known, unless the member, the account or
/// such a name is linked. Returns whether it was added.
pub(crate) fn insert(
    file: &Connection,
    member: &MemberRow,
    account: Option<AccountId>,
) -> rusqlite::Result<bool> {
    let added = file
        .prepare_cached(
            "INSERT INTO linked_members
                 (player_id, guild_id, user_id, linked_at, confirmed_by, hidden_at, account)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            member.player.0,
            member.guild.to_sql(),
            member.user.cast_signed(),
            member.linked_at.0,
            member.confirmed_by.map(u64::cast_signed),
            member.hidden_since.map(|at| at.0),
            account.map(|account| account.0),
        ])?;
    Ok(added > 0)
}

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

/// Returns a member if they are linked.
pub(crate) fn of_user(
    file: &Connection,
    guild: GuildId,
    user: u64,
) -> rusqlite::Result<Option<LinkedMember>> {
    file.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE linked_members.guild_id = ?1 AND user_id = ?2"
    ))?
    .query_row(params![guild.to_sql(), user.cast_signed()], member)
    .optional()
}

/// Returns the member who is linked to the player who has a name now.
pub(crate) fn of_player(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
) -> rusqlite::Result<Option<LinkedMember>> {
    file.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE linked_members.guild_id = ?2
             AND (account = {HOLDER} OR (account IS NULL AND linked_members.player_id = ?1))
         ORDER BY account IS NULL LIMIT 1",
    ))?
    .query_row(params![player.0, guild.to_sql()], member)
    .optional()
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

/// Returns the linked members of one guild, or of all guilds, sorted by guild and player.
pub(crate) fn all(file: &Connection, only: Option<GuildId>) -> rusqlite::Result<Vec<LinkedMember>> {
    file.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE ?1 IS NULL OR linked_members.guild_id = ?1
         ORDER BY linked_members.guild_id, name, account IS NULL, user_id"
    ))?
    .query_map([only.map(GuildId::to_sql)], member)?
    .collect()
}

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

/// Returns the players who are linked in any guild, and the other names of the accounts that members own.
pub(crate) fn players(file: &Connection) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached(
        "SELECT player_id FROM linked_members
         UNION
         SELECT used.player_id FROM linked_members AS member
             JOIN accounts ON accounts.id = member.account
             JOIN player_uuids AS used
                 ON used.guild_id = member.guild_id AND used.uuid = accounts.uuid",
    )?
    .query_map([], |row| row.get(0).map(PlayerId))?
    .collect()
}

/// Whether a member of a guild is linked to a name under which a UUID was reported, or owns that account.
pub(crate) fn is_of_member(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
    uuid: Uuid,
) -> rusqlite::Result<bool> {
    file.prepare_cached(
        "SELECT 1 FROM linked_members
             WHERE guild_id = ?1 AND player_id = ?2 AND account IS NULL
         UNION ALL
         SELECT 1 FROM player_uuids AS used
             CROSS JOIN accounts ON accounts.uuid = used.uuid
             CROSS JOIN linked_members AS member
                 ON member.guild_id = ?1 AND member.account = accounts.id
             WHERE used.player_id = ?2 AND used.guild_id = ?1
                 AND (used.uuid = ?3 OR member.player_id = ?2)",
    )?
    .exists(params![guild.to_sql(), player.0, uuid.as_bytes()])
}

/// Whether a member of any guild owns an account that was reported there under a player's name.
pub(crate) fn is_of_owner(file: &Connection, player: PlayerId) -> rusqlite::Result<bool> {
    file.prepare_cached(
        "SELECT 1 FROM player_uuids AS used
             CROSS JOIN accounts ON accounts.uuid = used.uuid
             CROSS JOIN linked_members AS member
                 ON member.guild_id = used.guild_id AND member.account = accounts.id
             WHERE used.player_id = ?1",
    )?
    .exists([player.0])
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

/// Returns the names in a guild that members are linked to without any account.
pub(crate) fn names_alone(file: &Connection, guild: GuildId) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached(
        "SELECT player_id FROM linked_members WHERE guild_id = ?1 AND account IS NULL",
    )?
    .query_map([guild.to_sql()], |row| row.get(0).map(PlayerId))?
    .collect()
}

/// Returns the names that members of any guild are linked to without any account.
pub(crate) fn all_names_alone(file: &Connection) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached("SELECT player_id FROM linked_members WHERE account IS NULL")?
        .query_map([], |row| row.get(0).map(PlayerId))?
        .collect()
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

fn guild(row: &Row<'_>) -> rusqlite::Result<GuildId> {
    row.get(0).map(GuildId::from_sql)
}

fn member(row: &Row<'_>) -> rusqlite::Result<LinkedMember> {
    Ok(LinkedMember {
        guild: GuildId::from_sql(row.get(0)?),
        user: discord_id(row, 1)?,
        player: player_name(row, 2)?,
        linked_at: UnixSeconds(row.get(3)?),
        confirmed_by: optional_discord_id(row, 4)?,
        hidden_since: time(row, 5)?,
        account: row.get::<_, Option<[u8; 16]>>(6)?.map(Uuid::from_bytes),
    })
}

#[cfg(test)]
mod tests;
