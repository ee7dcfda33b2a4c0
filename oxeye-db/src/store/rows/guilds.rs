//! The guilds that have ever had a server or a link code.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use crate::ids::GuildId;

/// Adds a guild unless it exists.
pub(crate) fn ensure(file: &Connection, guild: GuildId, now: UnixSeconds) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO guilds (id, created_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![guild.to_sql(), now.0],
    )?;
    Ok(())
}
