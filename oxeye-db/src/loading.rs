//! The file brought into memory: all of it at the start, and one server when a write has failed.

mod servers;
mod sessions;
mod textures;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::memory::Memory;
pub(crate) use sessions::read_back;

/// Brings into memory what must be known without asking the file.
pub(crate) fn load_all(
    memory: &Memory,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    servers::load(memory, connection, now)?;
    textures::load(memory, connection, now)?;
    sessions::load_players(memory, connection)?;
    sessions::load(memory, connection, None, now)
}
