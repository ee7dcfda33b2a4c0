//! The alerts: channels in which the bot says that a server is down.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, Row, params};

use super::{
    alert_messages, alert_phases, alert_records, discord_id, optional_discord_id, optional_server,
    stopped, time,
};
use crate::alert::{Alert, AlertId, AlertTopics, AlertUpdate, NewAlert};
use crate::ids::{GuildId, ServerId};

/// Adds an alert.
pub(crate) fn insert(
    file: &Connection,
    new: &NewAlert,
    now: UnixSeconds,
) -> rusqlite::Result<Alert> {
    file.query_row(
        "INSERT INTO alerts (guild_id, channel_id, server_id, role_id, locale, set_by, set_at,
             visits, records, newcomers)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING *",
        params![
            new.servers.guild().to_sql(),
            new.channel.cast_signed(),
            new.servers.server().map(|server| server.0),
            new.role.map(u64::cast_signed),
            new.locale,
            new.set_by.map(u64::cast_signed),
            now.0,
            new.topics.visits,
            new.topics.records,
            new.topics.newcomers
        ],
        alert,
    )
}

/// Gives an alert other options. Whatever was wrong with it is tried again.
pub(crate) fn replace(
    file: &Connection,
    id: AlertId,
    new: &NewAlert,
    now: UnixSeconds,
) -> rusqlite::Result<Alert> {
    file.query_row(
        "UPDATE alerts SET role_id = ?2, locale = ?3, set_by = ?4, set_at = ?5, blocked_since = NULL,
             blocked_code = NULL, told_at = NULL, stopped_at = NULL, stopped_reason = NULL, visits = ?6, records = ?7,
             newcomers = ?8
         WHERE id = ?1 RETURNING *",
        params![
            id.0,
            new.role.map(u64::cast_signed),
            new.locale,
            new.set_by.map(u64::cast_signed),
            now.0,
            new.topics.visits,
            new.topics.records,
            new.topics.newcomers
        ],
        alert,
    )
}

/// Returns the alerts of one guild, or all alerts, in the order in which they were set.
pub(crate) fn all(file: &Connection, only: Option<GuildId>) -> rusqlite::Result<Vec<Alert>> {
    file.prepare_cached("SELECT * FROM alerts WHERE ?1 IS NULL OR guild_id = ?1 ORDER BY id")?
        .query_map([only.map(GuildId::to_sql)], alert)?
        .collect()
}

/// Whether an alert and a server exist, in the same guild.
pub(crate) fn may_name(file: &Connection, id: AlertId, server: ServerId) -> rusqlite::Result<bool> {
    file.prepare_cached(
        "SELECT 1 FROM alerts JOIN servers USING (guild_id) WHERE alerts.id = ?1 AND servers.id = ?2",
    )?
    .exists([id.0, server.0])
}

/// Changes an alert. Returns whether it exists.
pub(crate) fn update(
    file: &Connection,
    id: AlertId,
    update: AlertUpdate,
) -> rusqlite::Result<bool> {
    let changed = match update {
        AlertUpdate::Accepted => file.execute(
            "UPDATE alerts SET blocked_since = NULL, blocked_code = NULL, told_at = NULL,
                 stopped_at = NULL, stopped_reason = NULL
             WHERE id = ?1",
            [id.0],
        )?,
        AlertUpdate::Blocked(since, code) => file.execute(
            "UPDATE alerts SET blocked_since = ?2, blocked_code = ?3 WHERE id = ?1",
            params![id.0, since.0, code],
        )?,
        AlertUpdate::Told(at) => file.execute(
            "UPDATE alerts SET told_at = ?2 WHERE id = ?1",
            params![id.0, at.0],
        )?,
        AlertUpdate::Stopped(stopped) => file.execute(
            "UPDATE alerts SET stopped_at = ?2, stopped_reason = ?3 WHERE id = ?1",
            params![id.0, stopped.at.0, stopped.reason.as_str()],
        )?,
    };
    Ok(changed > 0)
}

/// Deletes an alert of a guild, with what it has said and is about to say. Returns whether it existed.
pub(crate) fn delete(file: &Connection, guild: GuildId, id: AlertId) -> rusqlite::Result<bool> {
    let mut of_guild =
        file.prepare_cached("SELECT 1 FROM alerts WHERE id = ?1 AND guild_id = ?2")?;
    if !of_guild.exists(params![id.0, guild.to_sql()])? {
        return Ok(false);
    }
    alert_messages::delete_for_alert(file, id)?;
    alert_phases::delete_for_alert(file, id)?;
    alert_records::delete_for_alert(file, id)?;
    file.execute("DELETE FROM alerts WHERE id = ?1", [id.0])?;
    Ok(true)
}

/// Deletes the alerts of a server, and what the others have to do with it.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    for alert in all(file, None)? {
        if alert.server == Some(server) {
            delete(file, alert.guild, alert.id)?;
        }
    }
    alert_messages::delete_for_server(file, server)?;
    alert_records::delete_for_server(file, server)?;
    alert_phases::delete_for_server(file, server)
}

/// Deletes the alerts of a guild.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    for alert in all(file, Some(guild))? {
        delete(file, guild, alert.id)?;
    }
    Ok(())
}

/// Reads a row with all columns, in the order of the migration.
fn alert(row: &Row<'_>) -> rusqlite::Result<Alert> {
    Ok(Alert {
        id: AlertId(row.get(0)?),
        guild: GuildId::from_sql(row.get(1)?),
        channel: discord_id(row, 2)?,
        server: optional_server(row, 3)?,
        role: optional_discord_id(row, 4)?,
        locale: row.get(5)?,
        set_by: optional_discord_id(row, 6)?,
        set_at: UnixSeconds(row.get(7)?),
        blocked_since: time(row, 8)?,
        told_at: time(row, 9)?,
        stopped: stopped(row, 10)?,
        topics: AlertTopics {
            visits: row.get(12)?,
            records: row.get(13)?,
            newcomers: row.get(14)?,
        },
        blocked_code: row.get::<_, Option<u32>>(15)?.unwrap_or_default(),
    })
}
