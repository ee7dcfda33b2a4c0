//! What guilds have set for themselves.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::guild_settings::{GuildSettings, ShownToMembers};
use crate::ids::GuildId;

/// Returns the settings of a guild, if it has any.
pub(crate) fn of(file: &Connection, guild: GuildId) -> rusqlite::Result<Option<GuildSettings>> {
    file.query_row(
        "SELECT time_zone, language, last_seen_secs, retention_days, shown
         FROM guild_settings WHERE guild_id = ?1",
        [guild.to_sql()],
        |row| settings(row, 0),
    )
    .optional()
}

/// Returns the settings of all guilds that have any.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Vec<(GuildId, GuildSettings)>> {
    file.prepare(
        "SELECT guild_id, time_zone, language, last_seen_secs, retention_days, shown
         FROM guild_settings",
    )?
    .query_map([], |row| {
        Ok((GuildId::from_sql(row.get(0)?), settings(row, 1)?))
    })?
    .collect()
}

/// Replaces the settings of a guild.
pub(crate) fn set(
    file: &Connection,
    guild: GuildId,
    settings: &GuildSettings,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT OR REPLACE INTO guild_settings
             (guild_id, time_zone, language, last_seen_secs, retention_days, shown)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            guild.to_sql(),
            settings.time_zone.map(|zone| zone.to_string()),
            settings.language,
            settings
                .last_seen
                .map(|window| window.as_secs().cast_signed()),
            settings.retention_days,
            bits(settings.shown),
        ],
    )?;
    Ok(())
}

/// Deletes the settings of a guild.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    file.execute(
        "DELETE FROM guild_settings WHERE guild_id = ?1",
        [guild.to_sql()],
    )?;
    Ok(())
}

fn settings(row: &Row<'_>, first: usize) -> rusqlite::Result<GuildSettings> {
    let zone: Option<String> = row.get(first)?;
    let last_seen: Option<u32> = row.get(first + 2)?;
    Ok(GuildSettings {
        // A later version of the time zone database may lack one: then the operator's counts.
        time_zone: zone.and_then(|zone| zone.parse().ok()),
        language: row.get(first + 1)?,
        last_seen: last_seen.map(|secs| Duration::from_secs(secs.into())),
        retention_days: row.get(first + 3)?,
        shown: shown(row.get(first + 4)?),
    })
}

const HEADS: u8 = 1;
const PLAYTIME: u8 = 2;
const RANKINGS: u8 = 4;
const HISTORY: u8 = 8;

fn bits(shown: ShownToMembers) -> u8 {
    let bit = |is_shown, bit| if is_shown { bit } else { 0 };
    bit(shown.heads, HEADS)
        | bit(shown.playtime, PLAYTIME)
        | bit(shown.rankings, RANKINGS)
        | bit(shown.history, HISTORY)
}

fn shown(bits: u8) -> ShownToMembers {
    ShownToMembers {
        heads: bits & HEADS != 0,
        playtime: bits & PLAYTIME != 0,
        rankings: bits & RANKINGS != 0,
        history: bits & HISTORY != 0,
    }
}
