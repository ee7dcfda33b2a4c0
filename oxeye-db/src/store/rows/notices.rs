//! The members who want to be told when a player comes on.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{accounts, discord_id, optional_discord_id, optional_server, player_name, time};
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::notice::{NewNotice, Notice, NoticeId, NoticeOutcome};
use crate::players::PlayerId;

/// The columns of a notice, with the name of the player.
const COLUMNS: &str =
    "notices.id, guild_id, user_id, name, channel_id, locale, created_at, sent_at,
    pending_server, refused_at, refusals, account FROM notices JOIN players ON players.id = player_id";

/// The same of a notice that is being deleted.
const DELETED: &str = "id, guild_id, user_id,
    (SELECT name FROM players WHERE players.id = player_id), channel_id, locale, created_at, sent_at,
    pending_server, refused_at, refusals, account";

/// Adds a notice about a name or, if one is given, an account, and returns its id.
pub(crate) fn insert(
    file: &Connection,
    new: &NewNotice,
    (player, account): (PlayerId, Option<AccountId>),
    now: UnixSeconds,
) -> rusqlite::Result<NoticeId> {
    file.query_row(
        "INSERT INTO notices (guild_id, user_id, player_id, account, channel_id, locale, created_at)
         VALUES (?1, ?2, ?3, (SELECT id FROM accounts WHERE id = ?7), ?4, ?5, ?6) RETURNING id",
        params![
            new.guild.to_sql(),
            new.user.cast_signed(),
            player.0,
            new.channel.map(u64::cast_signed),
            new.locale,
            now.0,
            account.map(|account| account.0)
        ],
        |row| row.get(0).map(NoticeId),
    )
}

/// Returns one notice.
pub(crate) fn one(file: &Connection, id: NoticeId) -> rusqlite::Result<Option<Notice>> {
    file.prepare_cached(&format!("SELECT {COLUMNS} WHERE notices.id = ?1"))?
        .query_row([id.0], notice)
        .optional()
}

/// Returns all notices, in the order in which they were added.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Vec<Notice>> {
    file.prepare_cached(&format!("SELECT {COLUMNS} ORDER BY notices.id"))?
        .query_map([], notice)?
        .collect()
}

/// Returns the notices of a guild, in the order in which they were added.
pub(crate) fn of_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<Vec<Notice>> {
    file.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE guild_id = ?1 ORDER BY notices.id"
    ))?
    .query_map([guild.to_sql()], notice)?
    .collect()
}

/// Returns the notices of a member in a guild, in the order in which they were added.
pub(crate) fn of_member(
    file: &Connection,
    guild: GuildId,
    user: u64,
) -> rusqlite::Result<Vec<Notice>> {
    file.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE guild_id = ?1 AND user_id = ?2 ORDER BY notices.id"
    ))?
    .query_map([guild.to_sql(), user.cast_signed()], notice)?
    .collect()
}

/// Returns the number of notices of a guild, and of all guilds.
pub(crate) fn counts(file: &Connection, guild: GuildId) -> rusqlite::Result<(usize, usize)> {
    file.prepare_cached(
        "SELECT (SELECT count(*) FROM notices WHERE guild_id = ?1), (SELECT count(*) FROM notices)",
    )?
    .query_row([guild.to_sql()], |row| {
        let count = |column: usize| {
            let count: u32 = row.get(column)?;
            Ok::<_, rusqlite::Error>(count as usize)
        };
        Ok((count(0)?, count(1)?))
    })
}

/// Gives a notice another language and, if one is chosen, another channel, and turns it on again if it is off.
pub(crate) fn renew(file: &Connection, id: NoticeId, new: &NewNotice) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE notices SET channel_id = ifnull(?2, channel_id), locale = ?3, refused_at = NULL, refusals = 0 WHERE id = ?1",
        params![id.0, new.channel.map(u64::cast_signed), new.locale],
    )?;
    Ok(())
}

/// Notes the account that a notice is about, unless the member has another notice about it.
pub(crate) fn set_account(
    file: &Connection,
    id: NoticeId,
    account: AccountId,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE OR IGNORE notices SET account = (SELECT id FROM accounts WHERE id = ?2)
         WHERE id = ?1 AND account IS NULL",
        params![id.0, account.0],
    )?;
    Ok(())
}

/// Takes into account that a UUID was reported under a name: notices about whoever has the name are about the account from
/// now on, unless the member has another notice about it. Returns how many these are.
pub(crate) fn follow(
    file: &Connection,
    server: ServerId,
    player: PlayerId,
    uuid: Uuid,
) -> rusqlite::Result<usize> {
    file.prepare_cached(
        "UPDATE OR IGNORE notices SET account = proven.id
         FROM (SELECT id FROM accounts WHERE uuid = ?3) AS proven
         WHERE player_id = ?1 AND account IS NULL
             AND guild_id = (SELECT guild_id FROM servers WHERE id = ?2)",
    )?
    .execute(params![player.0, server.0, uuid.as_bytes()])
}

/// Returns the notices about accounts that are kept under a name, in any guild.
pub(crate) fn with_account(
    file: &Connection,
    player: PlayerId,
) -> rusqlite::Result<Vec<(NoticeId, GuildId, AccountId)>> {
    let rows: Vec<_> = file
        .prepare_cached(
            "SELECT id, guild_id, account FROM notices
             WHERE player_id = ?1 AND account IS NOT NULL",
        )?
        .query_map([player.0], |row| {
            let (id, guild) = (NoticeId(row.get(0)?), GuildId::from_sql(row.get(1)?));
            Ok((id, guild, accounts::optional_id(row, 2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|(id, guild, account)| Some((id, guild, account?)))
        .collect())
}

/// Keeps a notice about an account under a name if the name is known, and is not that of another notice about whoever has
/// it.
pub(crate) fn keep_name(file: &Connection, id: NoticeId, player: PlayerId) -> rusqlite::Result<()> {
    file.prepare_cached(
        "UPDATE OR IGNORE notices SET player_id = ?2
         WHERE id = ?1 AND EXISTS (SELECT 1 FROM players WHERE id = ?2)",
    )?
    .execute(params![id.0, player.0])?;
    Ok(())
}

/// Keeps a notice about an account under another of its names.
pub(crate) fn set_player(
    file: &Connection,
    id: NoticeId,
    player: PlayerId,
) -> rusqlite::Result<()> {
    file.prepare_cached("UPDATE notices SET player_id = ?2 WHERE id = ?1")?
        .execute(params![id.0, player.0])?;
    Ok(())
}

/// Notes that the member is about to be told.
pub(crate) fn begin(
    file: &Connection,
    id: NoticeId,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE notices SET sent_at = ?2, pending_server = ?3 WHERE id = ?1",
        params![id.0, now.0, server.0],
    )?;
    Ok(())
}

/// Notes what became of a message to the member.
pub(crate) fn settle(
    file: &Connection,
    id: NoticeId,
    outcome: NoticeOutcome,
) -> rusqlite::Result<()> {
    match outcome {
        NoticeOutcome::Told => file.execute(
            "UPDATE notices SET pending_server = NULL, refused_at = NULL, refusals = 0 WHERE id = ?1",
            [id.0],
        ),
        NoticeOutcome::Refused(at) => file.execute(
            "UPDATE notices SET pending_server = NULL, refused_at = ?2, refusals = refusals + 1
             WHERE id = ?1",
            [id.0, at.0],
        ),
        NoticeOutcome::Dropped => file.execute(
            "UPDATE notices SET pending_server = NULL, sent_at = NULL WHERE id = ?1",
            [id.0],
        ),
    }?;
    Ok(())
}

/// Deletes the notices of one member, of one guild if it is named, and that of one id if it is named. Returns them.
pub(crate) fn delete_of_member(
    file: &Connection,
    user: u64,
    only: Option<GuildId>,
    id: Option<NoticeId>,
) -> rusqlite::Result<Vec<Notice>> {
    file.prepare_cached(&format!(
        "DELETE FROM notices WHERE user_id = ?1 AND (?2 IS NULL OR guild_id = ?2)
             AND (?3 IS NULL OR id = ?3)
         RETURNING {DELETED}"
    ))?
    .query_map(
        params![
            user.cast_signed(),
            only.map(GuildId::to_sql),
            id.map(|id| id.0)
        ],
        notice,
    )?
    .collect()
}

/// Deletes a notice of a guild, and returns it if it existed.
pub(crate) fn delete(
    file: &Connection,
    guild: GuildId,
    id: NoticeId,
) -> rusqlite::Result<Option<Notice>> {
    file.prepare_cached(&format!(
        "DELETE FROM notices WHERE id = ?1 AND guild_id = ?2 RETURNING {DELETED}"
    ))?
    .query_row(params![id.0, guild.to_sql()], notice)
    .optional()
}

/// Deletes the notices about a name in one guild, or in all guilds, but for those about accounts that are known under the
/// name. Returns how many there were.
pub(crate) fn delete_for_player(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
) -> rusqlite::Result<usize> {
    file.prepare_cached(
        "DELETE FROM notices WHERE player_id = ?1 AND (?2 IS NULL OR guild_id = ?2)
             AND NOT EXISTS (
                 SELECT 1 FROM player_uuids AS used JOIN accounts ON accounts.uuid = used.uuid
                 WHERE accounts.id = account AND used.player_id = notices.player_id
                     AND used.guild_id = notices.guild_id)",
    )?
    .execute(params![player.0, only.map(GuildId::to_sql)])
}

/// Deletes the notices about an account in one guild, or in all guilds. Returns how many there were.
pub(crate) fn delete_for_account(
    file: &Connection,
    only: Option<GuildId>,
    account: AccountId,
) -> rusqlite::Result<usize> {
    file.prepare_cached("DELETE FROM notices WHERE account = ?1 AND (?2 IS NULL OR guild_id = ?2)")?
        .execute(params![account.0, only.map(GuildId::to_sql)])
}

/// Deletes the notices of a guild. Returns how many there were.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<usize> {
    file.execute("DELETE FROM notices WHERE guild_id = ?1", [guild.to_sql()])
}

fn notice(row: &Row<'_>) -> rusqlite::Result<Notice> {
    Ok(Notice {
        id: NoticeId(row.get(0)?),
        guild: GuildId::from_sql(row.get(1)?),
        user: discord_id(row, 2)?,
        player: player_name(row, 3)?,
        channel: optional_discord_id(row, 4)?,
        locale: row.get(5)?,
        created_at: UnixSeconds(row.get(6)?),
        sent_at: time(row, 7)?,
        pending: optional_server(row, 8)?,
        refused_at: time(row, 9)?,
        refusals: row.get(10)?,
        account: accounts::optional_id(row, 11)?,
    })
}
