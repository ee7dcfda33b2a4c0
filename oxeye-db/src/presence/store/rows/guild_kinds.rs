//! The kinds that each guild keeps.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use crate::ids::GuildId;
use crate::presence::kinds::{PresenceKind, PresenceKinds};

/// Returns the kinds of all guilds, and since when each is kept. Leaves out kinds of a newer version.
pub(crate) fn all(
    file: &Connection,
) -> rusqlite::Result<Vec<(GuildId, PresenceKind, UnixSeconds)>> {
    file.prepare_cached("SELECT guild_id, kind, since FROM guild_kinds")?
        .query_map([], |row| {
            let guild = GuildId::from_sql(row.get(0)?);
            let kind = PresenceKind::from_sql(row.get(1)?);
            let since = UnixSeconds(row.get(2)?);
            Ok(kind.map(|kind| (guild, kind, since)))
        })?
        .filter_map(Result::transpose)
        .collect()
}

/// Sets the kinds that a guild keeps. Those that are new are kept since now. What a member agreed to ends with the kind.
pub(crate) fn set(
    file: &Connection,
    guild: GuildId,
    kinds: PresenceKinds,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    for kind in PresenceKind::ALL {
        let sql = match kinds.contains(kind) {
            true => {
                "INSERT INTO guild_kinds (guild_id, kind, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
            }
            false => "DELETE FROM guild_kinds WHERE guild_id = ?1 AND kind = ?2 AND ?3 = ?3",
        };
        let changed =
            file.prepare_cached(sql)?
                .execute(params![guild.to_sql(), kind.to_sql(), now.0])?;
        if changed > 0 {
            file.prepare_cached("DELETE FROM member_kinds WHERE guild_id = ?1 AND kind = ?2")?
                .execute([guild.to_sql(), kind.to_sql()])?;
        }
    }
    Ok(())
}
