//! The kinds to which each member agreed.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use crate::ids::{GuildId, UserId};
use crate::presence::kinds::{PresenceKind, PresenceKinds};

/// A member of a guild, a kind, and since when the member agrees to it.
type Row = (GuildId, UserId, PresenceKind, UnixSeconds);

/// Returns those of all members. Leaves out kinds of a newer version.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Vec<Row>> {
    file.prepare_cached("SELECT guild_id, user_id, kind, agreed_at FROM member_kinds")?
        .query_map([], |row| {
            let guild = GuildId::from_sql(row.get(0)?);
            let user = UserId::from_sql(row.get(1)?);
            let kind = PresenceKind::from_sql(row.get(2)?);
            let agreed_at = UnixSeconds(row.get(3)?);
            Ok(kind.map(|kind| (guild, user, kind, agreed_at)))
        })?
        .filter_map(Result::transpose)
        .collect()
}

/// Adds kinds to which a member agrees now.
pub(crate) fn add(
    file: &Connection,
    guild: GuildId,
    user: UserId,
    kinds: PresenceKinds,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let mut insert = file.prepare_cached(
        "INSERT INTO member_kinds (guild_id, user_id, kind, agreed_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
    )?;
    for kind in kinds.iter() {
        insert.execute(params![guild.to_sql(), user.to_sql(), kind.to_sql(), now.0])?;
    }
    Ok(())
}

/// Deletes those of a member.
pub(crate) fn delete(file: &Connection, guild: GuildId, user: UserId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM member_kinds WHERE guild_id = ?1 AND user_id = ?2")?
        .execute([guild.to_sql(), user.to_sql()])?;
    Ok(())
}
