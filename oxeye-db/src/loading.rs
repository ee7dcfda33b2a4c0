//! Loads the file into memory: everything at the start, and one server after a failed write.

mod sessions;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::ids::GuildId;
use crate::memory::Memory;
use crate::player_uuids::WRITE_INTERVAL;
use crate::players::PlayerId;
use crate::server_state::Watch;
use crate::store::WriterThread;
use crate::store::rows::watched_addresses::WatchedRow;
use crate::store::rows::{
    guild_settings, linked_members, player_uuids, servers, skin_textures, watched_addresses,
};
use crate::textures::UNUSED_TEXTURE_LIFETIME;
pub(crate) use sessions::read_back;

/// Loads everything that is kept in memory.
pub(crate) fn load_all(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    // First, since a server shows what its guild has set.
    for (guild, settings) in guild_settings::all(connection)? {
        memory.settings.put(writer, guild, settings);
    }
    load_servers(memory, writer, connection, now)?;
    load_textures(memory, writer, connection, now)?;
    sessions::load_players(memory, connection)?;
    sessions::load_accounts(memory, connection)?;
    memory.persons.load(connection, &memory.accounts)?;
    load_uuids(memory, connection, now)?;
    for guild in linked_members::guilds_with_hidden(connection)? {
        memory.set_hidden(writer, guild, &linked_members::hiding(connection, guild)?);
    }
    for row in watched_addresses::all(connection, None)?.read() {
        let (server, watched) = row?;
        memory.remember_address(writer, server, Watch::from(watched));
    }
    sessions::load(memory, writer, connection, None, now)?;
    memory.fill_directory();
    Ok(())
}

/// Loads the servers and their keys. Disconnected servers are included, because their players are still
/// in last seen.
fn load_servers(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let mut linked = None;
    for server in servers::with_keys(connection)? {
        // A server with several keys comes several times in a row; linking it again would be another link.
        if linked != Some(server.id) {
            let mut state = memory.new_state(server.guild, server.name, now);
            state.restore_link(server.disconnected_at);
            memory.cache.link(writer, server.id, now, || state);
            linked = Some(server.id);
        }
        if let Some((key, standing)) = server.key {
            memory.add_key(writer, server.id, key, standing);
        }
    }
    Ok(())
}

/// Loads the textures whose skins we have. The ones used last come last, so that they stay in memory.
fn load_textures(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let edge = now.minus(UNUSED_TEXTURE_LIFETIME);
    for row in skin_textures::used_since(connection, edge)?.read() {
        let (server, texture, used_at) = row?;
        memory.cache.change(writer, server, |state| {
            state.restore_texture(texture, used_at);
        });
    }
    Ok(())
}

/// Loads the UUIDs that were reported within the last day.
fn load_uuids(memory: &Memory, connection: &Connection, now: UnixSeconds) -> rusqlite::Result<()> {
    let edge = now.minus(WRITE_INTERVAL);
    for row in player_uuids::reported_since(connection, edge)?.read() {
        let (guild, player, reported) = row?;
        memory.uuids.load(guild, player, &reported);
    }
    Ok(())
}

/// Reads the accounts of names back after a failed write. Until that is done, no report is taken.
pub(crate) fn read_back_persons(
    memory: &Memory,
    connection: &Connection,
    names: impl Iterator<Item = (GuildId, PlayerId)>,
) {
    memory.persons.mark_unread(names);
    if let Err(error) = memory.persons.read_back(connection, &memory.accounts) {
        tracing::error!(%error, "the accounts of a name could not be read back");
    }
}

/// Reads who hides in a guild back after a failed write that may have changed it.
pub(crate) fn read_back_hidden(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    guild: GuildId,
) {
    match linked_members::hiding(connection, guild) {
        Ok(linked) => memory.set_hidden(writer, guild, &linked),
        Err(error) => tracing::error!(%error, "who hides in a guild could not be read back"),
    }
}

impl From<WatchedRow> for Watch {
    fn from(row: WatchedRow) -> Self {
        let watch = Self::new(row.address, row.watched_as, row.added_at);
        watch.last_answered(row.edition, row.answered_at)
    }
}
