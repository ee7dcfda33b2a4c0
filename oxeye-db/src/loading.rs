//! The file brought into memory: all of it at the start, and one server when a write has failed.

mod servers;
mod sessions;
mod textures;
mod uuids;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::memory::Memory;
use crate::store::WriterThread;
pub(crate) use sessions::read_back;

/// Brings into memory what must be known without asking the file.
pub(crate) fn load_all(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    servers::load(memory, writer, connection, now)?;
    textures::load(memory, writer, connection, now)?;
    sessions::load_players(memory, connection)?;
    uuids::load(memory, connection, now)?;
    sessions::load(memory, writer, connection, None, now)
}
