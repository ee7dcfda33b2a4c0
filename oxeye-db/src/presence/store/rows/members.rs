//! The members who joined.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use crate::ids::{GuildId, UserId};
use crate::presence::consents::{Agreed, Member};

/// Returns all members of all guilds, as if they had agreed to no kind.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Vec<(GuildId, UserId, Member)>> {
    file.prepare_cached("SELECT guild_id, user_id, joined_at, seen_at, hidden_at FROM members")?
        .query_map([], |row| {
            let member = Member {
                joined_at: UnixSeconds(row.get(2)?),
                seen_at: UnixSeconds(row.get(3)?),
                hidden_since: row.get::<_, Option<i64>>(4)?.map(UnixSeconds),
                agreed: Agreed::default(),
            };
            let (guild, user) = (row.get(0)?, row.get(1)?);
            Ok((GuildId::from_sql(guild), UserId::from_sql(user), member))
        })?
        .collect()
}

/// Adds a member who joins now.
pub(crate) fn add(
    file: &Connection,
    guild: GuildId,
    user: UserId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.prepare_cached(
        "INSERT INTO members (guild_id, user_id, joined_at, seen_at) VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![guild.to_sql(), user.to_sql(), now.0])?;
    Ok(())
}

/// Notes when a guild last told anything of a member.
pub(crate) fn set_seen(
    file: &Connection,
    guild: GuildId,
    user: UserId,
    seen_at: UnixSeconds,
) -> rusqlite::Result<()> {
    file.prepare_cached("UPDATE members SET seen_at = ?3 WHERE guild_id = ?1 AND user_id = ?2")?
        .execute(params![guild.to_sql(), user.to_sql(), seen_at.0])?;
    Ok(())
}

/// Notes since when a member hides; `None` if they are shown.
pub(crate) fn set_hidden(
    file: &Connection,
    guild: GuildId,
    user: UserId,
    since: Option<UnixSeconds>,
) -> rusqlite::Result<()> {
    file.prepare_cached("UPDATE members SET hidden_at = ?3 WHERE guild_id = ?1 AND user_id = ?2")?
        .execute(params![
            guild.to_sql(),
            user.to_sql(),
            since.map(|since| since.0)
        ])?;
    Ok(())
}

/// Deletes a member.
pub(crate) fn delete(file: &Connection, guild: GuildId, user: UserId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM members WHERE guild_id = ?1 AND user_id = ?2")?
        .execute([guild.to_sql(), user.to_sql()])?;
    Ok(())
}

/// Deletes all members of a guild.
pub(crate) fn delete_all(file: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM members WHERE guild_id = ?1")?
        .execute([guild.to_sql()])?;
    Ok(())
}
