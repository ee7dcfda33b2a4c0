//! The players who did something last, as the file has them, so that the writer need not look them up for each event.
//!
//! Only jobs on the writer's thread use them. They are what the running transaction would read: a job that changes or
//! deletes players in another way, or that is rolled back, clears them. A player whom another program deleted from the
//! file is noticed when the row is updated, which fails; the job is rolled back then.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use parking_lot::{Mutex, MutexGuard};
use rusqlite::Connection;

use super::store::rows::players::{self, GuildPlayer};
use crate::ids::GuildId;

/// The most players that are kept after a transaction: about 1 MB.
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

/// Players by guild and name.
#[derive(Debug, Default)]
pub(super) struct Players(HashMap<(GuildId, PlayerName), GuildPlayer>);

impl Players {
    /// Returns a player to be changed here and in the file. `at` is when a new one did something.
    pub(super) fn find_or_add(
        &mut self,
        file: &Connection,
        guild: GuildId,
        name: PlayerName,
        at: UnixSeconds,
    ) -> rusqlite::Result<&mut GuildPlayer> {
        match self.0.entry((guild, name)) {
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

    /// Forgets all players if there are too many.
    pub(super) fn limit(&mut self) {
        if self.0.len() > MAX_KEPT {
            self.clear();
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
