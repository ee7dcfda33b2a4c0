//! Everything that is known of players, as it is in the file at one moment. It is read portion by
//! portion within one transaction, so it fits together and needs no memory to speak of.

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use rusqlite::{Connection, Row};
use std::collections::HashMap;
use tokio::sync::mpsc;

use crate::database::Database;
use crate::ids::GuildId;
use crate::portable::{Place, PortableRecord, PortableStay};
use crate::session::SessionEnd;
use crate::store::StoreError;

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
    /// Servers, sessions and imported playtime, as they are at this moment. Writes go on; what they
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
    send_imported(&snapshot, &sources, sender)
}

type Sources = HashMap<i64, Source>;

fn sources(snapshot: &Connection) -> rusqlite::Result<Sources> {
    let mut servers = snapshot.prepare("SELECT id, guild_id, name, heard_at FROM servers")?;
    let rows = servers.query_map([], |row| {
        let server: String = row.get(2)?;
        let source = Source {
            place: Place {
                guild: GuildId::from_sql(row.get(1)?),
                server: ServerName::try_from(server).map_err(|error| corrupt(2, error))?,
            },
            evidence: UnixSeconds(row.get::<_, Option<i64>>(3)?.unwrap_or(i64::MIN)),
        };
        Ok((row.get(0)?, source))
    })?;
    rows.collect()
}

fn send_closed(
    snapshot: &Connection,
    sources: &mut Sources,
    sender: &mut Sender,
) -> rusqlite::Result<()> {
    let mut closed = snapshot.prepare(
        "SELECT server_id, name, joined_at, seen_at, left_at, ended
         FROM sessions CROSS JOIN players ON players.id = player_id WHERE left_at IS NOT NULL",
    )?;
    let mut rows = closed.query([])?;
    while let Some(row) = rows.next()?.filter(|_| !sender.is_over()) {
        let word = row.get_ref(5)?.as_str()?;
        let how = SessionEnd::from_word(word)
            .ok_or_else(|| corrupt(5, format!("no way for a session to end: {word}")))?;
        let stay = PortableStay {
            joined_at: UnixSeconds(row.get(2)?),
            seen_at: UnixSeconds(row.get(3)?),
            end: Some((UnixSeconds(row.get(4)?), how)),
        };
        if let Some(source) = sources.get_mut(&row.get(0)?) {
            source.evidence = source.evidence.max(stay.seen_at);
            let place = source.place.clone();
            sender.push(PortableRecord::Session(place, player(row, 1)?, stay));
        }
    }
    Ok(())
}

fn send_open(
    snapshot: &Connection,
    sources: &mut Sources,
    sender: &mut Sender,
) -> rusqlite::Result<()> {
    let mut open = snapshot.prepare(
        "SELECT server_id, name, joined_at
         FROM sessions CROSS JOIN players ON players.id = player_id WHERE left_at IS NULL",
    )?;
    let rows = open.query_map([], |row| {
        let id: i64 = row.get(0)?;
        Ok((id, player(row, 1)?, UnixSeconds(row.get(2)?)))
    })?;
    let open: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
    for (id, _, joined_at) in &open {
        if let Some(source) = sources.get_mut(id) {
            source.evidence = source.evidence.max(*joined_at);
        }
    }
    for (id, player, joined_at) in open {
        if let Some(Source { place, evidence }) = sources.get(&id) {
            let stay = PortableStay {
                joined_at,
                seen_at: *evidence,
                end: None,
            };
            sender.push(PortableRecord::Session(place.clone(), player, stay));
        }
    }
    Ok(())
}

fn send_imported(
    snapshot: &Connection,
    sources: &Sources,
    sender: &mut Sender,
) -> rusqlite::Result<()> {
    let mut imported = snapshot.prepare(
        "SELECT server_id, name, seconds
         FROM imported_playtime CROSS JOIN players ON players.id = player_id",
    )?;
    let mut rows = imported.query([])?;
    while let Some(row) = rows.next()?.filter(|_| !sender.is_over()) {
        let seconds = u32::try_from(row.get::<_, i64>(2)?).unwrap_or(u32::MAX);
        if let Some(Source { place, .. }) = sources.get(&row.get(0)?) {
            let (place, player) = (place.clone(), player(row, 1)?);
            sender.push(PortableRecord::ImportedPlaytime(place, player, seconds));
        }
    }
    Ok(())
}

fn player(row: &Row<'_>, column: usize) -> rusqlite::Result<PlayerName> {
    let name = row.get_ref(column)?.as_str()?;
    PlayerName::try_from(name).map_err(|error| corrupt(column, error))
}

fn corrupt(
    column: usize,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
}
