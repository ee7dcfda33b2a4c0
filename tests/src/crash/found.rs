//! What the file holds about the players.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags};

/// Each player's joins and leaves in order, by server and name.
#[derive(Debug, Default)]
pub(super) struct Found {
    players: HashMap<(String, String), Vec<(bool, i64)>>,
    /// Number of joins within a session and leaves outside one. No plugin of a trial sends any.
    pub(super) loose_ends: u64,
}

impl Found {
    /// Reads the file while the backend has it open.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .context("the store cannot be read")?;
        let mut found = Self::default();
        let mut sessions = file.prepare(
            "SELECT servers.name, players.name, joined_at, left_at FROM sessions
             JOIN servers ON servers.id = server_id JOIN players ON players.id = player_id
             ORDER BY joined_at, sessions.id",
        )?;
        let mut rows = sessions.query([])?;
        while let Some(row) = rows.next()? {
            let of_player = found.players.entry((row.get(0)?, row.get(1)?));
            let events = of_player.or_default();
            events.push((true, row.get(2)?));
            events.extend(row.get::<_, Option<i64>>(3)?.map(|at| (false, at)));
        }
        let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        let loose_ends = file.query_row("SELECT count(*) FROM loose_ends", [], count)?;
        found.loose_ends = loose_ends.unsigned_abs();
        Ok(found)
    }

    /// Returns a player's joins and leaves: whether it is a join, and when.
    pub(super) fn of(&self, server: &str, player: &str) -> &[(bool, i64)] {
        let key = (server.to_owned(), player.to_owned());
        self.players.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Returns how many players have been on any server.
    pub(super) fn players(&self) -> usize {
        self.players.len()
    }
}
