//! Everything that is known of players, as it is in the file at one moment. It is read portion by
//! portion within one transaction, so it fits together and needs no memory to speak of.

use std::collections::HashMap;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::mpsc;

use crate::database::Database;
use crate::ids::ServerId;
use crate::portable::{Place, PortableRecord, PortableStay};
use crate::store::StoreError;
use crate::store::rows::{imported_playtime, player_uuids, servers, sessions};

/// Records in a portion.
const PORTION: usize = 500;

/// Portions that are read before they are asked for.
const AHEAD: usize = 2;

/// An export on its way. Whoever drops it ends it.
#[derive(Debug)]
pub struct Export(mpsc::Receiver<Result<Vec<PortableRecord>, StoreError>>);

impl Export {
    /// What comes next; `None` after the last.
    pub async fn portion(&mut self) -> Option<Result<Vec<PortableRecord>, StoreError>> {
        self.0.recv().await
    }
}

impl Database {
    /// Servers, sessions, imported playtime and UUIDs, as they are at this moment. Writes go on; what they
    /// change is not in it.
    #[must_use]
    pub fn export(&self) -> Export {
        let (portions, export) = mpsc::channel(AHEAD);
        let database = self.clone();
        // It ends when all is read or nobody takes the next portion.
        tokio::task::spawn_blocking(move || {
            let mut sender = Sender {
                portions,
                next: Vec::with_capacity(PORTION),
            };
            let opened = database.inner.store.open_beside();
            let outcome = opened.and_then(|connection| send_all(&connection, &mut sender));
            sender.flush();
            if let Err(error) = outcome {
                sender.send(Err(error.into()));
            }
        });
        Export(export)
    }
}

struct Sender {
    portions: mpsc::Sender<Result<Vec<PortableRecord>, StoreError>>,
    next: Vec<PortableRecord>,
}

impl Sender {
    fn push(&mut self, record: PortableRecord) {
        self.next.push(record);
        if self.next.len() == PORTION {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.next.is_empty() {
            let portion = std::mem::replace(&mut self.next, Vec::with_capacity(PORTION));
            self.send(Ok(portion));
        }
    }

    fn send(&self, portion: Result<Vec<PortableRecord>, StoreError>) {
        // Nobody listens any more: see `is_over`.
        let _ = self.portions.blocking_send(portion);
    }

    fn is_over(&self) -> bool {
        self.portions.is_closed()
    }
}

/// A server and the last evidence of who was on it.
struct Source {
    place: Place,
    evidence: UnixSeconds,
}

/// Closed sessions come before open ones: they tell until when the open ones are known.
fn send_all(connection: &Connection, sender: &mut Sender) -> rusqlite::Result<()> {
    let snapshot = connection.unchecked_transaction()?;
    let mut sources = sources(&snapshot)?;
    for source in sources.values() {
        sender.push(PortableRecord::Server(source.place.clone()));
    }
    send_closed(&snapshot, &mut sources, sender)?;
    send_open(&snapshot, &mut sources, sender)?;
    send_imported(&snapshot, &sources, sender)?;
    send_uuids(&snapshot, sender)
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
            source.evidence = source.evidence.max(session.stay);
        }
    }
    for session in open {
        if let Some(Source { place, evidence }) = sources.get(&session.server) {
            let stay = PortableStay {
                joined_at: session.stay,
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
        let (server, player, seconds) = row?;
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        if let Some(Source { place, .. }) = sources.get(&server) {
            sender.push(PortableRecord::ImportedPlaytime(
                place.clone(),
                player,
                seconds,
            ));
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
