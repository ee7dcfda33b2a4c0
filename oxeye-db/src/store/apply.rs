//! What a report changes in the file, carried out in the order in which it was noted.

use rusqlite::Connection;

use super::rows::{
    api_keys, event_ranges, imported_playtime, loose_ends, player_uuids, players, servers, sessions,
};
use crate::ids::ServerId;
use crate::ledger::Change;

/// Writes what a report of this server changes, each change in one statement.
pub(crate) fn changes(
    file: &Connection,
    server: ServerId,
    changes: &[Change],
) -> rusqlite::Result<()> {
    changes
        .iter()
        .try_for_each(|change| apply_one(file, server, change))
}

fn apply_one(file: &Connection, server: ServerId, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Named(player, name) => players::insert(file, *player, name),
        Change::Opened {
            id,
            player,
            joined_at,
            texture,
        } => {
            let session = sessions::OpenSession {
                id: *id,
                player: *player,
                joined_at: *joined_at,
                texture: *texture,
            };
            sessions::insert_open(file, server, &session)
        }
        Change::Began(id, joined_at) => sessions::set_joined_at(file, *id, *joined_at),
        Change::Dressed(id, texture) => sessions::set_texture(file, *id, *texture),
        Change::Closed(session) => sessions::close(file, session),
        Change::Added(session) => sessions::insert_closed(file, server, session),
        Change::Expired(id) => sessions::delete(file, *id),
        Change::LooseEnd(end) => loose_ends::insert(file, server, end),
        Change::TiedUp(end) => loose_ends::delete(file, server, end),
        Change::Heard(heard) => servers::set_heard(file, server, *heard),
        Change::Disconnected(at) => servers::set_disconnected(file, server, *at),
        Change::KeysRevoked => api_keys::delete_of(file, server),
        Change::LooseEndsCleared => loose_ends::delete_of(file, server),
        Change::ImportedCleared => imported_playtime::delete_of(file, server),
        Change::EpochsCleared => event_ranges::delete_of(file, server),
        Change::Imported {
            player,
            seconds,
            at,
        } => imported_playtime::set(file, server, *player, *seconds, *at),
        Change::Identified(player, reported) => {
            player_uuids::report(file, server, *player, reported)
        }
    }
}
