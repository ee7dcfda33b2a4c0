//! What accepted events change, added up per player before anything is written. However many events of however
//! many batches a transaction takes, each counter of a player is written once.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use oxeye_plugin_proto::{ActivityEvent, PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::day::UtcDay;
use super::feed::ChangedPlayer;
use super::figures::ActivityPlayer;
use super::fold::Counted;
use super::known_players::Players;
use super::ranking::past::ChangedDays;
use super::store::rows::collected::CollectedAt;
use super::store::rows::day_counters::AddToDay;
use super::store::rows::events::{self, AddEvent, StoredEvent};
use super::store::rows::players::{GuildPlayer, UpdatePlayer};
use super::store::rows::words::{self, WordId};
use super::store::rows::{collected, session_counters};
use crate::ids::GuildId;
use crate::player_uuids::UuidKind;

/// What events change, for any number of players.
#[derive(Debug, Default)]
pub(super) struct Changes<'k> {
    players: HashMap<(GuildId, PlayerName), PlayerChange<'k>>,
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Number of rows.
    pub(super) rows: usize,
    /// The players whose rows they are.
    pub(super) players: Vec<ChangedPlayer>,
    /// The days on which they did something.
    pub(super) days: Vec<ChangedDays>,
}

/// What events change of one player.
#[derive(Debug, Default)]
struct PlayerChange<'k> {
    /// The latest account that was reported; one that proves nothing only if there is no other.
    uuid: Option<uuid::Uuid>,
    events: Vec<StoredEvent>,
    days: BTreeMap<(UtcDay, &'k str), f64>,
    /// By the begin of the stay.
    stays: BTreeMap<(UnixSeconds, &'k str), f64>,
    /// When each value was collected last, with the number of the event among `events`.
    collected: BTreeMap<(UtcDay, &'k str, String), CollectedAt>,
}

impl<'k> Changes<'k> {
    /// Adds an event. `stay` is when the player's open stay or their session began, if the event happened during it.
    pub(super) fn add(
        &mut self,
        guild: GuildId,
        event: ActivityEvent,
        at: UnixSeconds,
        stay: Option<UnixSeconds>,
        counted: Counted<'k>,
    ) {
        let day = UtcDay::of(at);
        let player = self.players.entry((guild, event.player)).or_default();
        player.uuid = UuidKind::better(event.uuid, player.uuid);
        for (counter, amount) in counted.counters {
            *player.days.entry((day, counter)).or_default() += amount;
            if let Some(began_at) = stay {
                *player.stays.entry((began_at, counter)).or_default() += amount;
            }
        }
        let collected_at = CollectedAt {
            at,
            number: player.events.len() as u64,
        };
        for (collection, value) in counted.collected {
            let latest = player
                .collected
                .entry((day, collection, value))
                .or_insert(collected_at);
            *latest = collected_at.max(*latest);
        }
        let event = StoredEvent::new(&event.event_type, at, &event.details);
        player.events.push(event);
    }

    /// Writes everything, and leaves fewer than `max_recent` events to be moved. Returns what was written.
    pub(super) fn write(
        self,
        file: &Connection,
        players: &mut Players,
        max_recent: i64,
    ) -> rusqlite::Result<Written> {
        let mut tables = Tables::prepare(file)?;
        let mut written = Written::default();
        for ((guild, name), change) in self.players {
            let player = players.find_or_add(file, guild, name.clone(), change.latest())?;
            change.write(&mut tables, guild, name, player, &mut written)?;
        }
        players.limit();
        drop(tables);
        events::move_recent_beyond(file, max_recent)?;
        Ok(written)
    }
}

impl PlayerChange<'_> {
    /// Returns when the player last did any of this.
    fn latest(&self) -> UnixSeconds {
        let times = self.events.iter().map(|event| event.at);
        times.max().unwrap_or(UnixSeconds(0))
    }

    /// Writes everything, and notes what was written.
    fn write(
        self,
        tables: &mut Tables<'_>,
        guild: GuildId,
        name: PlayerName,
        player: &mut GuildPlayer,
        written: &mut Written,
    ) -> rusqlite::Result<()> {
        let file = tables.file;
        player.last_event_at = player.last_event_at.max(self.latest());
        let first_day = self.days.keys().map(|(day, _)| *day).min();
        written.days.extend(first_day.map(|first| ChangedDays {
            guild,
            player: player.id,
            first,
        }));
        written.rows += 1 + self.events.len() + self.days.len() + self.stays.len();
        let first_number = player.events;
        for event in &self.events {
            tables.events.add(player.id, player.events, event)?;
            player.events += 1;
        }
        for ((day, counter), amount) in self.days {
            let counter = tables.words.number(file, counter)?;
            let days = &mut tables.day_counters;
            days.add(guild, player.id, day, counter, amount)?;
        }
        for ((began_at, counter), amount) in self.stays {
            let counter = tables.words.number(file, counter)?;
            session_counters::add(file, player.id, began_at, counter, amount)?;
        }
        for ((_, collection, value), mut collected_at) in self.collected {
            let collection = tables.words.number(file, collection)?;
            collected_at.number += first_number;
            collected::add(file, player.id, collection, &value, collected_at)?;
        }
        let known = player.uuid;
        player.uuid = UuidKind::better(self.uuid, known);
        let former = (player.uuid != known).then(|| ActivityPlayer {
            name: name.clone(),
            uuid: known,
        });
        tables.players.update(player)?;
        written.players.push(ChangedPlayer {
            guild,
            name,
            former_id: former.map(|former| former.id()),
        });
        Ok(())
    }
}

/// What a transaction writes to. Statements that nearly every event needs stay prepared.
struct Tables<'f> {
    file: &'f Connection,
    words: Words,
    events: AddEvent<'f>,
    day_counters: AddToDay<'f>,
    players: UpdatePlayer<'f>,
}

impl<'f> Tables<'f> {
    fn prepare(file: &'f Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            file,
            words: Words::default(),
            events: AddEvent::prepare(file)?,
            day_counters: AddToDay::prepare(file)?,
            players: UpdatePlayer::prepare(file)?,
        })
    }
}

/// The numbers of words, each looked up once per transaction. There are few: only the kinds' own.
#[derive(Debug, Default)]
struct Words(HashMap<String, WordId>);

impl Words {
    fn number(&mut self, file: &Connection, word: &str) -> rusqlite::Result<WordId> {
        if let Some(id) = self.0.get(word) {
            return Ok(*id);
        }
        let id = words::number(file, word)?;
        self.0.insert(word.to_owned(), id);
        Ok(id)
    }
}

#[cfg(test)]
mod model;
