//! The file of presence. It has its own writer, so nothing that members do delays a join.
//!
//! | module   | subject                                                  |
//! |----------|----------------------------------------------------------|
//! | `rows`   | the tables: plain functions over a connection            |

pub(crate) mod rows;

use std::path::{Path, PathBuf};

use oxeye_plugin_proto::UnixSeconds;
use oxeye_sqlite::{Inspection, Schema};
use rusqlite::Connection;

use super::consents::Consents;
use super::kinds::{PresenceKind, PresenceKinds};
use super::live::Live;
use super::tracks::{LONGEST_CLAIM, Loaded, Tracks};
use crate::store::OpenError;
use crate::store::side_file::{self, SideFile, rewriting};
use rows::{guild_kinds, member_kinds, members, sessions};

const SCHEMA: Schema = Schema {
    program: "oxeye",
    // "Oxyp"
    application_id: 0x4f78_7970,
    migrations: &[
        include_str!("../../migrations-presence/0001_presence.sql"),
        include_str!("../../migrations-presence/0002_hidden_members.sql"),
    ],
    // They may be large, and a start must not take long because of what members did.
    unchecked_tables: &["gaps", "sessions"],
};

/// Opens the file beside a store if there is one, and says whether it has to be rewritten. Blocks.
pub(crate) fn open(
    store: &Path,
    readers: usize,
    now: UnixSeconds,
) -> Result<(SideFile, Live, bool), OpenError> {
    let path = path_beside(store);
    let (file, loading) = SideFile::open(path.clone(), &SCHEMA, readers)?;
    let live = loading.map(|connection| load(&connection, now)).transpose();
    let live = live.map_err(|error| OpenError::while_reading(&path, error))?;
    let (live, needs_wiping) = live.unwrap_or_default();
    Ok((file, live, needs_wiping))
}

fn load(file: &Connection, now: UnixSeconds) -> rusqlite::Result<(Live, bool)> {
    let mut consents = Consents::default();
    for (guild, kind, since) in guild_kinds::all(file)? {
        consents.add_kind(guild, kind, since);
    }
    for (guild, user, member) in members::all(file)? {
        consents.add(guild, user, member);
    }
    for (guild, user, kind, agreed_at) in member_kinds::all(file)? {
        consents.agree(guild, user, PresenceKinds::NONE.with(kind), agreed_at);
    }
    let mut loaded = Loaded {
        last_id: sessions::last_id(file)?,
        ..Loaded::default()
    };
    for session in sessions::open(file)? {
        loaded.add_open(session, now);
    }
    let since = now.minus(LONGEST_CLAIM);
    for kind in PresenceKind::ALL {
        for session in sessions::ended_since(file, kind, since)? {
            loaded.add_ended(session, now);
        }
    }
    let live = Live {
        consents,
        tracks: Tracks::load(loaded),
    };
    Ok((live, rewriting::is_required(file)?))
}

/// Returns where the file of presence lies: `oxeye-presence.db` beside `oxeye.db`.
pub fn path_beside(store: &Path) -> PathBuf {
    side_file::path_beside(store, "presence")
}

/// Inspects a file of presence without changing it. Blocks.
///
/// # Errors
/// When the file cannot be read, is not one of Oxeye, is damaged, or was written by a newer version.
pub fn inspect(path: &Path) -> Result<Inspection, OpenError> {
    Ok(oxeye_sqlite::inspect(path, &SCHEMA)?)
}
