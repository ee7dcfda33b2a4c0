//! What accepted events change: the recent events and, rarely, a player.

use hashbrown::HashMap;
use oxeye_plugin_proto::{ActivityEvent, PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::day::UtcDay;
use super::feed::ChangedPlayer;
use super::figures::ActivityPlayer;
use super::fold::Counted;
use super::known_players::Players;
use super::ranking::past::ChangedDays;
use super::recent::places::Placed;
use super::store::rows::events::StoredEvent;
use super::store::rows::players::UpdatePlayer;
use super::store::rows::recent_events::{AddRecentEvent, Addition};
use super::store::rows::words::{self, WordId};
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
    /// What was done with recent events.
    pub(super) placed: Placed,
}

/// What events change of one player.
#[derive(Debug, Default)]
struct PlayerChange<'k> {
    /// The latest account that was reported; one that proves nothing only if there is no other.
    uuid: Option<uuid::Uuid>,
    events: Vec<Did<'k>>,
}

/// An event, and what it counts.
#[derive(Debug)]
struct Did<'k> {
    event: StoredEvent,
    /// When the stay began.
    stay: Option<UnixSeconds>,
    counted: Counted<'k>,
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
        let player = self.players.entry((guild, event.player)).or_default();
        player.uuid = UuidKind::better(event.uuid, player.uuid);
        player.events.push(Did {
            event: StoredEvent::new(&event.event_type, at, &event.details),
            stay,
            counted,
        });
    }

    /// Writes everything, and leaves fewer than `max_recent` events to be moved. Returns what was written.
    pub(super) fn write(
        self,
        file: &Connection,
        players: &mut Players,
        max_recent: u64,
    ) -> rusqlite::Result<Written> {
        let mut written = Written::default();
        if self.players.is_empty() {
            return Ok(written);
        }
        written.placed.has_moved_before = players.begin(file)?;
        let mut tables = Tables {
            file,
            events: AddRecentEvent::prepare(file)?,
            words: Words::default(),
        };
        for ((guild, name), change) in self.players {
            change.write(&mut tables, guild, name, players, &mut written)?;
        }
        drop(tables);
        written.placed.has_moved = players.end(file, max_recent)?;
        Ok(written)
    }
}

impl PlayerChange<'_> {
    /// Writes everything, and notes what was written.
    fn write(
        self,
        tables: &mut Tables<'_>,
        guild: GuildId,
        name: PlayerName,
        players: &mut Players,
        written: &mut Written,
    ) -> rusqlite::Result<()> {
        let times = self.events.iter().map(|did| did.event.at);
        let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
            return Ok(());
        };
        let player = players.find_or_add(tables.file, guild, name.clone(), last)?;
        let (id, known) = (player.id, player.uuid);
        let first_number = player.events;
        player.events += self.events.len() as u64;
        player.last_event_at = player.last_event_at.max(last);
        player.uuid = UuidKind::better(self.uuid, known);
        let former = (player.uuid != known).then(|| ActivityPlayer {
            name: name.clone(),
            uuid: known,
        });
        if former.is_some() {
            UpdatePlayer::prepare(tables.file)?.update(player)?;
        }
        written.rows += self.events.len();
        for (number, did) in (first_number..).zip(self.events) {
            let adds = Addition {
                guild,
                player: id,
                number,
                at: did.event.at,
                stay: did.stay,
                counters: tables.numbered(did.counted.counters)?,
                collected: tables.numbered(did.counted.collected)?,
            };
            let place = players.next_id();
            tables.events.add(place, &did.event, &adds)?;
            written.placed.added.push((id, place));
        }
        written.days.push(ChangedDays {
            guild,
            player: id,
            first: UtcDay::of(first),
        });
        written.players.push(ChangedPlayer {
            guild,
            name,
            former_id: former.map(|former| former.id()),
        });
        Ok(())
    }
}

/// What a transaction writes to.
struct Tables<'f> {
    file: &'f Connection,
    events: AddRecentEvent<'f>,
    words: Words,
}

impl Tables<'_> {
    /// Returns the numbers of counters or collections with what belongs to them.
    fn numbered<'w, T>(
        &mut self,
        named: impl IntoIterator<Item = (&'w str, T)>,
    ) -> rusqlite::Result<Vec<(WordId, T)>> {
        let (file, words) = (self.file, &mut self.words);
        let named = named.into_iter();
        named
            .map(|(word, of_word)| Ok((words.number(file, word)?, of_word)))
            .collect()
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
