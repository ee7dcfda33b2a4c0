//! What servers say about themselves: at most one row per server.

use std::sync::Arc;

use oxeye_plugin_proto::{AboutText, UnixSeconds};
use oxeye_render::Icon;
use rusqlite::{Connection, Row, params};

use super::{Rows, run};
use crate::ids::ServerId;
use crate::server_about::ServerAbout;

/// Returns what one server said, or all servers, and when.
pub(crate) fn all(
    file: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<Rows<'_, (ServerId, Arc<ServerAbout>, UnixSeconds)>> {
    const SQL: &str =
        "SELECT server_id, version, software, motd, max_players, address, icon, said_at
         FROM server_about WHERE ?1 IS NULL OR server_id = ?1";
    Rows::for_server(file, SQL, only, |row| {
        let about = ServerAbout {
            version: text(row, 1)?,
            software: text(row, 2)?,
            motd: text(row, 3)?,
            max_players: row.get(4)?,
            address: text(row, 5)?,
            icon: row.get_ref(6)?.as_blob_or_null()?.map(Icon::from_own_png),
        };
        let said_at = UnixSeconds(row.get(7)?);
        Ok((ServerId(row.get(0)?), Arc::new(about), said_at))
    })
}

/// Replaces what a server said.
pub(crate) fn set(
    file: &Connection,
    server: ServerId,
    about: &ServerAbout,
    at: UnixSeconds,
) -> rusqlite::Result<()> {
    let icon = about.icon.as_ref().map(|icon| &icon.png()[..]);
    run(
        file,
        "INSERT OR REPLACE INTO server_about
         (server_id, version, software, motd, max_players, address, icon, said_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            server.0,
            about.version.as_ref().map(AboutText::as_str),
            about.software.as_ref().map(AboutText::as_str),
            about.motd.as_ref().map(AboutText::as_str),
            about.max_players,
            about.address.as_ref().map(AboutText::as_str),
            icon,
            at.0
        ],
    )
}

/// Deletes what a server said.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM server_about WHERE server_id = ?1", [server.0])?;
    Ok(())
}

fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<AboutText>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    Ok(text.and_then(AboutText::new))
}
