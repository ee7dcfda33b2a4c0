//! Exports everything that the file knows of players. One transaction reads it chunk by chunk, so the
//! export is consistent and needs little memory.

use std::collections::HashMap;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::mpsc;

use crate::activity::export::export as export_activity;
use crate::database::Database;
use crate::guild_settings::GuildSettings;
use crate::ids::ServerId;
use crate::portable::{Place, PortablePlaytime, PortableRecord, PortableStay};
use crate::store::StoreError;
use crate::store::rows::{
    guild_settings, imported_playtime, linked_members, player_uuids, servers, sessions,
};

/// Number of records in a chunk.
const CHUNK: usize = 500;

/// Number of chunks that are read ahead.
const AHEAD: usize = 2;

/// A running export. Dropping it ends the export.
#[derive(Debug)]
pub struct Export(mpsc::Receiver<Result<Vec<PortableRecord>, StoreError>>);

impl Export {
    /// Returns the next chunk; `None` after the last one.
    pub async fn next_chunk(&mut self) -> Option<Result<Vec<PortableRecord>, StoreError>> {
        self.0.recv().await
    }
}

impl Database {
    /// Exports servers, settings of guilds, sessions, imported playtime, UUIDs, linked members and activity as they are
    /// now. Later writes are not blocked and not included.
    #[must_use]
    pub fn export(&self) -> Export {
        let (chunks, export) = mpsc::channel(AHEAD);
        let database = self.clone();
        // The task ends when everything has been read or the export is dropped.
        tokio::task::spawn_blocking(move || {
            let mut sender = Sender {
                chunks,
                next: Vec::with_capacity(CHUNK),
            };
            let opened = database.inner.store.open_beside();
            let outcome = opened.and_then(|connection| send_all(&connection, &mut sender));
            let outcome = outcome.and_then(|()| send_activity(&database, &mut sender));
            sender.flush();
            if let Err(error) = outcome {
                sender.send(Err(error.into()));
            }
        });
        Export(export)
    }
}

struct Sender {
    chunks: mpsc::Sender<Result<Vec<PortableRecord>, StoreError>>,
    next: Vec<PortableRecord>,
}

impl Sender {
    fn push(&mut self, record: PortableRecord) {
        self.next.push(record);
        if self.next.len() == CHUNK {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.next.is_empty() {
            let chunk = std::mem::replace(&mut self.next, Vec::with_capacity(CHUNK));
            self.send(Ok(chunk));
        }
    }

    fn send(&self, chunk: Result<Vec<PortableRecord>, StoreError>) {
        // An error means that the export was dropped, which `is_over` reports.
        let _ = self.chunks.blocking_send(chunk);
    }

    fn is_over(&self) -> bool {
        self.chunks.is_closed()
    }
}

/// A server and the time of the last evidence of who was on it.
struct Source {
    place: Place,
    evidence: UnixSeconds,
}

/// Sends settings before sessions, so that an import can tell what they would delete of those that it had before, and
/// closed sessions before open ones, because they show until when the open ones are known.
fn send_all(connection: &Connection, sender: &mut Sender) -> rusqlite::Result<()> {
    let snapshot = connection.unchecked_transaction()?;
    let mut sources = sources(&snapshot)?;
    for source in sources.values() {
        sender.push(PortableRecord::Server(source.place.clone()));
    }
    send_settings(&snapshot, sender)?;
    send_closed(&snapshot, &mut sources, sender)?;
    send_open(&snapshot, &mut sources, sender)?;
    send_imported(&snapshot, &sources, sender)?;
    send_uuids(&snapshot, sender)?;
    let mut members = linked_members::all(&snapshot, None)?;
    // The import takes the owners of accounts first, so that nobody else is taken for one of them.
    members.sort_by_key(|member| member.account.is_none());
    for member in members {
        sender.push(PortableRecord::LinkedMember(member));
    }
    Ok(())
}

/// Sends what players did, if anything was ever reported.
fn send_activity(database: &Database, sender: &mut Sender) -> rusqlite::Result<()> {
    let Some(store) = database.activity_store() else {
        return Ok(());
    };
    export_activity(&store.open_beside()?, |record| {
        sender.push(PortableRecord::Activity(record));
        !sender.is_over()
    })
}

type Sources = HashMap<ServerId, Source>;

fn sources(snapshot: &Connection) -> rusqlite::Result<Sources> {
    let servers = servers::named(snapshot)?.into_iter().map(|server| {
        let source = Source {
            place: Place {
                guild: server.guild,
                server: server.name,
            },
            evidence: server.heard_at.unwrap_or(UnixSeconds(i64::MIN)),
        };
        (server.id, source)
    });
    Ok(servers.collect())
}

/// Sends the settings of guilds that have changed any.
fn send_settings(snapshot: &Connection, sender: &mut Sender) -> rusqlite::Result<()> {
    for (guild, settings) in guild_settings::all(snapshot)? {
        if settings != GuildSettings::default() {
            sender.push(PortableRecord::GuildSettings(guild, settings));
        }
    }
    Ok(())
}

fn send_closed(
    snapshot: &Connection,
    sources: &mut Sources,
    sender: &mut Sender,
) -> rusqlite::Result<()> {
    for row in sessions::closed_with_names(snapshot)?.read() {
        if sender.is_over() {
            break;
        }
        let session = row?;
        if let Some(source) = sources.get_mut(&session.server) {
            source.evidence = source.evidence.max(session.stay.seen_at);
            let place = source.place.clone();
            sender.push(PortableRecord::Session(place, session.player, session.stay));
        }
    }
    Ok(())
}

fn send_open(
    snapshot: &Connection,
    sources: &mut Sources,
    sender: &mut Sender,
) -> rusqlite::Result<()> {
    let mut open = sessions::open_with_names(snapshot)?;
    let open: Vec<_> = open.read().collect::<rusqlite::Result<_>>()?;
    for session in &open {
        if let Some(source) = sources.get_mut(&session.server) {
            source.evidence = source.evidence.max(session.stay.joined_at);
        }
    }
    for session in open {
        if let Some(Source { place, evidence }) = sources.get(&session.server) {
            let stay = PortableStay {
                account: session.stay.account,
                joined_at: session.stay.joined_at,
                seen_at: *evidence,
                end: None,
            };
            sender.push(PortableRecord::Session(place.clone(), session.player, stay));
        }
    }
    Ok(())
}

fn send_imported(
    snapshot: &Connection,
    sources: &Sources,
    sender: &mut Sender,
) -> rusqlite::Result<()> {
    for row in imported_playtime::with_names(snapshot)?.read() {
        if sender.is_over() {
            break;
        }
        let imported = row?;
        let playtime = PortablePlaytime {
            seconds: u32::try_from(imported.seconds).unwrap_or(u32::MAX),
            account: imported.account,
        };
        if let Some(Source { place, .. }) = sources.get(&imported.server) {
            let (place, player) = (place.clone(), imported.player);
            sender.push(PortableRecord::ImportedPlaytime(place, player, playtime));
        }
    }
    Ok(())
}

fn send_uuids(snapshot: &Connection, sender: &mut Sender) -> rusqlite::Result<()> {
    for row in player_uuids::with_names(snapshot)?.read() {
        if sender.is_over() {
            break;
        }
        let (guild, player, reported) = row?;
        sender.push(PortableRecord::PlayerUuid(guild, player, reported));
    }
    Ok(())
}
