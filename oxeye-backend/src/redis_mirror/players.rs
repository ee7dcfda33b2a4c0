//! Writes and deletes all records of players, and remembers of whom something is known.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeSet, HashSet};
use std::hash::BuildHasher;

use oxeye_db::activity::day::UtcDay;
use oxeye_db::{Database, GuildId, UnixSeconds};
use oxeye_plugin_proto::PlayerName;
use oxeye_process::clock::Clock;

use super::commands::Batch;
use super::link::Link;
use super::trouble::Trouble;
use super::written::WrittenLists;
use crate::activity_records::{RecordKey, records_of};

/// Players whose records are read from the store at once.
pub(super) const PLAYERS_AT_ONCE: usize = 100;

/// Writes the records of players.
pub(super) struct PlayerWriter<'a> {
    pub(super) database: &'a Database,
    clock: Clock,
    pub(super) known: KnownIds,
    pub(super) written: WrittenLists,
}

/// The ids of players of whom something is known, while everything is written. They are kept as hashes: a collision
/// would keep a key for as long as it lives.
#[derive(Debug, Default)]
pub(super) struct KnownIds {
    hasher: RandomState,
    hashes: Option<HashSet<u64>>,
}

impl KnownIds {
    pub(super) fn begin(&mut self) {
        self.hashes = Some(HashSet::new());
    }

    pub(super) fn end(&mut self) {
        self.hashes = None;
    }

    pub(super) fn add(&mut self, guild: GuildId, id: &str) {
        let hash = self.hasher.hash_one((guild, id));
        if let Some(hashes) = &mut self.hashes {
            hashes.insert(hash);
        }
    }

    pub(super) fn has(&self, guild: GuildId, id: &str) -> bool {
        let hash = self.hasher.hash_one((guild, id));
        self.hashes
            .as_ref()
            .is_none_or(|hashes| hashes.contains(&hash))
    }
}

impl<'a> PlayerWriter<'a> {
    pub(super) fn new(database: &'a Database, clock: Clock) -> Self {
        Self {
            database,
            clock,
            known: KnownIds::default(),
            written: WrittenLists::default(),
        }
    }

    pub(super) fn now(&self) -> UnixSeconds {
        (self.clock)()
    }

    /// Writes all records of some players, and deletes those that they do not have. Players who hide
    /// have none: anybody who may list the keys of Redis would find theirs, too.
    pub(super) async fn write(
        &mut self,
        link: &mut Link,
        guild: GuildId,
        players: Vec<PlayerName>,
    ) -> Result<(), Trouble> {
        let now = self.now();
        let today = UtcDay::of(now);
        let known = self.database.activity_of_players(guild, players, now);
        let mut batch = Batch::default();
        for activity in known.await? {
            let id = activity.player.id();
            let mut absent: BTreeSet<_> = RecordKey::all_of_player(guild, &id, today).collect();
            let is_hidden = activity.is_hidden;
            let is_on = activity.session.login_at.is_some();
            let records = match is_hidden {
                true => Vec::new(),
                false => records_of(guild, activity, now),
            };
            for record in records {
                absent.remove(&record.key);
                if self.written.needs(&record, is_on) {
                    batch.write(&record, now);
                    batch.send_if_full(link).await?;
                }
            }
            for key in absent {
                self.written.forget(&key);
                batch.delete(&key.to_string());
            }
            batch.send_if_full(link).await?;
            if !is_hidden {
                self.known.add(guild, &id);
            }
        }
        batch.send(link).await
    }

    /// Deletes all records under an id.
    pub(super) async fn delete(
        &mut self,
        link: &mut Link,
        guild: GuildId,
        id: &str,
    ) -> Result<(), Trouble> {
        let today = UtcDay::of(self.now());
        let mut batch = Batch::default();
        for key in RecordKey::all_of_player(guild, id, today) {
            self.written.forget(&key);
            batch.delete(&key.to_string());
        }
        batch.send(link).await
    }
}
