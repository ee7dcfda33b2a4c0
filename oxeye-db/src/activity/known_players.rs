//! The players who did something last, as the next event finds them, so that the writer need not look them up for each
//! event. Their recent events are counted here; the file counts them when they are moved.
//!
//! Only jobs on the writer's thread use them. A job that changes or deletes players in another way, or that is rolled
//! back, clears them, and so does a change to the file by another program. The next job that takes events then moves the
//! recent ones, after which the file says what is to be known.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use oxeye_sqlite::changes_by_others;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::Connection;

use super::recent::move_recent;
use super::store::rows::players::{self, GuildPlayer};
use super::store::rows::recent_events::RecentId;
use crate::ids::GuildId;

/// The most players that are kept when recent events are moved: about 1 MB.
const MAX_KEPT: usize = 10_000;

/// The players that the jobs of one file share.
#[derive(Debug, Default)]
pub(super) struct KnownPlayers(Mutex<Players>);

impl KnownPlayers {
    pub(super) fn lock(&self) -> MutexGuard<'_, Players> {
        self.0.lock()
    }

    /// Forgets all players, so that they are read from the file again.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }
}

/// Players by guild and name, and what has to be known to add to the recent events.
#[derive(Debug, Default)]
pub(super) struct Players {
    known: HashMap<(GuildId, PlayerName), GuildPlayer>,
    /// Whether whoever is not known has no recent events.
    is_current: bool,
    /// Number of recent events.
    recent: u64,
    /// The last number that an event got. It only grows: questions may still look for events that have been moved.
    last_id: i64,
    /// A number that changes when another program changes the file.
    version: i64,
}

impl Players {
    /// To be called before events are taken. Returns whether the recent events were moved.
    pub(super) fn begin(&mut self, file: &Connection) -> rusqlite::Result<bool> {
        let version = changes_by_others(file)?;
        if self.version != version {
            self.version = version;
            self.clear();
        }
        if self.is_current {
            return Ok(false);
        }
        self.move_recent(file)?;
        Ok(true)
    }

    /// Moves the recent events if there are at least `max`. Returns whether they were moved.
    pub(super) fn end(&mut self, file: &Connection, max: u64) -> rusqlite::Result<bool> {
        if self.recent < max {
            return Ok(false);
        }
        self.move_recent(file)?;
        if self.known.len() > MAX_KEPT {
            self.known.clear();
        }
        Ok(true)
    }

    fn move_recent(&mut self, file: &Connection) -> rusqlite::Result<()> {
        move_recent(file)?;
        self.recent = 0;
        self.is_current = true;
        Ok(())
    }

    /// Returns a player, whose next events are to be counted here. `at` is when a new one did something.
    pub(super) fn find_or_add(
        &mut self,
        file: &Connection,
        guild: GuildId,
        name: PlayerName,
        at: UnixSeconds,
    ) -> rusqlite::Result<&mut GuildPlayer> {
        match self.known.entry((guild, name)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unread) => {
                let name = &unread.key().1;
                let player = match players::find(file, guild, name)? {
                    Some(player) => player,
                    None => players::add(file, guild, name, at)?,
                };
                Ok(unread.insert(player))
            }
        }
    }

    /// Returns the number of the next recent event.
    pub(super) fn next_id(&mut self) -> RecentId {
        self.recent += 1;
        self.last_id += 1;
        RecentId(self.last_id)
    }

    /// Forgets all players.
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.is_current = false;
    }
}
