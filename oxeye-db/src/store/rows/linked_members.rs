//! Which member of a guild is which player.
//!
//! | module     | subject                                                       |
//! |------------|---------------------------------------------------------------|
//! | `owners`   | which account a member owns, and which of its names they have |
//! | `hiding`   | which players hide                                            |
//! | `deleting` | links that are deleted, alone or with a name                  |

mod deleting;
mod hiding;
mod owners;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{discord_id, optional_discord_id, player_name, time};
use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::linked_member::LinkedMember;
use crate::players::PlayerId;

pub(crate) use deleting::{DeletedLink, delete, delete_alone, delete_some_of_guild, take_name};
pub(crate) use hiding::{guilds_with_hidden, hiding, set_hidden};
pub(crate) use owners::{
    account_of, follow, holder, holder_at, is_of_member, is_of_owner, possible_holders,
    set_newest_name,
};

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

/// The columns of a member, with the name of the player and the account.
const COLUMNS: &str =
    "linked_members.guild_id, user_id, name, linked_at, confirmed_by, hidden_at, uuid
    FROM linked_members JOIN players ON players.id = player_id
    LEFT JOIN accounts ON accounts.id = account";

/// The account that used a name last in a guild.
const HOLDER: &str = "(SELECT accounts.id FROM player_uuids JOIN accounts USING (uuid)
     WHERE player_id = ?1 AND guild_id = ?2
     ORDER BY last_reported_at DESC, accounts.id DESC LIMIT 1)";

const IS_ALONE: &str = "SELECT 1 FROM linked_members WHERE player_id = ?1 AND account IS NULL";

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

/// Returns the linked members of one guild, or of all guilds, sorted by guild and player.
pub(crate) fn all(file: &Connection, only: Option<GuildId>) -> rusqlite::Result<Vec<LinkedMember>> {
    file.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE ?1 IS NULL OR linked_members.guild_id = ?1
         ORDER BY linked_members.guild_id, name, account IS NULL, user_id"
    ))?
    .query_map([only.map(GuildId::to_sql)], member)?
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

/// Returns the names in a guild that members are linked to without any account.
pub(crate) fn names_alone(file: &Connection, guild: GuildId) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached(
        "SELECT player_id FROM linked_members WHERE guild_id = ?1 AND account IS NULL",
    )?
    .query_map([guild.to_sql()], |row| row.get(0).map(PlayerId))?
    .collect()
}

/// Whether a member of any guild is linked to a name without any account.
pub(crate) fn is_alone(file: &Connection, player: PlayerId) -> rusqlite::Result<bool> {
    file.prepare_cached(IS_ALONE)?.exists([player.0])
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
