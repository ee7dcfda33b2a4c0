//! Adds what players did elsewhere. Importing the same records again changes nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use uuid::Uuid;

use super::feed::ChangedPlayer;
use super::figures::ActivityPlayer;
use super::kinds::Kinds;
use super::lifetimes::Edges;
use super::portable::{PortableActivity, PortableDeed};
use super::recent::move_recent;
use super::store::rows::collected::{self, CollectedAt};
use super::store::rows::events::{self, StoredEvent};
use super::store::rows::players::{GuildPlayer, UpdatePlayer};
use super::store::rows::{day_counters, players, words};
use crate::database::Database;
use crate::ids::GuildId;
use crate::player_uuids::UuidKind;
use crate::store::StoreError;

impl Database {
    /// Imports records and returns how many changed anything. A counter keeps the larger of the two amounts. What is
    /// too old to be kept, of an ignored player, or known already changes nothing.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn import_activity(
        &self,
        mut records: Vec<PortableActivity>,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        let Some(activity) = &self.inner.activity else {
            return Ok(0);
        };
        let edges = Edges::at(now, activity.retention_days);
        records.retain(|record| {
            !record.what.is_expired(edges) && !is_ignored(&activity.kinds, record)
        });
        if records.is_empty() {
            return Ok(0);
        }
        let store = activity.file.or_create().await?;
        let past = Arc::clone(&activity.past);
        let forget_sums = move |imported, _: &_| {
            past.clear();
            imported
        };
        let known_players = Arc::clone(&activity.known_players);
        let import = move |file: &Connection| {
            known_players.clear();
            import(file, records)
        };
        let imported = store.write(import, forget_sums);
        let (added, changed) = imported.await?;
        self.inner.memory.activity_feed.publish(changed);
        Ok(added)
    }
}

fn is_ignored(kinds: &Kinds, record: &PortableActivity) -> bool {
    let event_type = match &record.what {
        PortableDeed::Event { event_type, .. } => Some(event_type),
        _ => None,
    };
    kinds.ignores_everywhere(&record.player, event_type)
}

/// The players of the records.
type Players = HashMap<(GuildId, PlayerName), Player>;

/// A player to whom something is added.
struct Player {
    row: GuildPlayer,
    /// The account that was known before.
    known: Option<Uuid>,
    /// The player's events, the oldest first, once one of them is imported.
    events: Option<Vec<StoredEvent>>,
}

/// Returns how many records changed anything, and whose they were.
fn import(
    file: &Connection,
    records: Vec<PortableActivity>,
) -> rusqlite::Result<(usize, Vec<ChangedPlayer>)> {
    move_recent(file)?;
    let mut players = Players::new();
    let mut added = 0;
    for record in records {
        let (guild, what) = (record.guild, record.what);
        let (player, is_new) = match players.entry((guild, record.player)) {
            Entry::Occupied(known) => (known.into_mut(), false),
            Entry::Vacant(unread) => {
                let (player, is_new) =
                    Player::find_or_add(file, guild, &unread.key().1, what.at())?;
                (unread.insert(player), is_new)
            }
        };
        let is_news = player.add(file, guild, what)?;
        added += usize::from(is_news || is_new);
    }
    let mut changed = Vec::new();
    for ((guild, name), mut player) in players {
        player.write(file)?;
        changed.push(player.as_changed(guild, name));
    }
    Ok((added, changed))
}

impl Player {
    /// Returns a player, and whether nothing was known of them.
    fn find_or_add(
        file: &Connection,
        guild: GuildId,
        name: &PlayerName,
        at: UnixSeconds,
    ) -> rusqlite::Result<(Self, bool)> {
        let found = players::find(file, guild, name)?;
        let is_new = found.is_none();
        let row = match found {
            Some(row) => row,
            None => players::add(file, guild, name, at)?,
        };
        let player = Self {
            known: row.uuid,
            row,
            events: None,
        };
        Ok((player, is_new))
    }

    /// Adds what the player did. Returns whether that changed anything.
    fn add(
        &mut self,
        file: &Connection,
        guild: GuildId,
        what: PortableDeed,
    ) -> rusqlite::Result<bool> {
        let id = self.row.id;
        match what {
            PortableDeed::Player {
                uuid,
                last_event_at,
            } => Ok(self.meet(uuid, last_event_at)),
            PortableDeed::Counter {
                day,
                counter,
                amount,
            } => {
                let counter = words::number(file, &counter)?;
                day_counters::raise(file, guild, id, day, counter, amount)
            }
            PortableDeed::Value {
                collection,
                value,
                at,
            } => {
                let collection = words::number(file, &collection)?;
                // Which of two values of one second came first is not in an export.
                let collected_at = CollectedAt { at, number: 0 };
                collected::add(file, id, collection, &value, collected_at)
            }
            PortableDeed::Event {
                event_type,
                at,
                details,
                occurrence,
            } => {
                let event = StoredEvent::new(&event_type, at, &details);
                self.add_event(file, event, occurrence)
            }
        }
    }

    /// Takes over the account and the latest time. Of two accounts the one of the later event stays.
    fn meet(&mut self, uuid: Option<Uuid>, last_event_at: UnixSeconds) -> bool {
        let is_later = last_event_at > self.row.last_event_at;
        let before = (self.row.uuid, self.row.last_event_at);
        self.row.uuid = match is_later {
            true => UuidKind::better(uuid, self.row.uuid),
            false => UuidKind::better(self.row.uuid, uuid),
        };
        self.row.last_event_at = self.row.last_event_at.max(last_event_at);
        (self.row.uuid, self.row.last_event_at) != before
    }

    /// Adds an event, unless there are as many equal ones, or so many newer ones that it would not be kept.
    fn add_event(
        &mut self,
        file: &Connection,
        event: StoredEvent,
        occurrence: u16,
    ) -> rusqlite::Result<bool> {
        let events = match &mut self.events {
            Some(events) => events,
            none => none.insert(events::all(file, self.row.id)?),
        };
        let equal = events.iter().filter(|known| **known == event).count();
        if equal >= usize::from(occurrence) {
            return Ok(false);
        }
        let place = events.partition_point(|known| known.at <= event.at);
        let is_full = events.len() as u64 >= events::KEPT;
        if is_full && place == 0 {
            return Ok(false);
        }
        self.row.last_event_at = self.row.last_event_at.max(event.at);
        events.insert(place, event);
        if is_full {
            events.remove(0);
        }
        Ok(true)
    }

    /// Writes the player, and all events with new numbers if one was imported.
    fn write(&mut self, file: &Connection) -> rusqlite::Result<()> {
        if let Some(events) = &self.events {
            events::replace(file, self.row.id, events)?;
            self.row.events = events.len() as u64;
        }
        UpdatePlayer::prepare(file)?.update(&self.row)
    }

    fn as_changed(&self, guild: GuildId, name: PlayerName) -> ChangedPlayer {
        let former = (self.row.uuid != self.known).then(|| ActivityPlayer {
            name: name.clone(),
            uuid: self.known,
        });
        ChangedPlayer {
            guild,
            name,
            former_id: former.map(|former| former.id()),
        }
    }
}
