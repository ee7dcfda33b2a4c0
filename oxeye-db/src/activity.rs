//! What players did in the game: trades, fights, journeys, deaths, and whatever an operator defines.
//!
//! | module          | subject                                                                      |
//! |-----------------|------------------------------------------------------------------------------|
//! | `rules`         | [`kinds`], what an event adds ([`fold`]), [`day`]s, [`play`] and `lifetimes` |
//! | [`report`]      | a report of what players did, and what became of it                          |
//! | `queue`         | reports that wait for the writer                                             |
//! | `taking`        | records reports, exactly once                                                |
//! | `recent`        | events that were reported lately, before the other tables count them         |
//! | `changes`       | writes the events of one transaction                                         |
//! | `numbers`       | by which reports are recognised when they are sent again                     |
//! | `keeping`       | whether activity is kept, and its open file                                  |
//! | `sweep`         | deletes what is too old                                                      |
//! | `forget`        | a player who is forgotten                                                    |
//! | `removal`       | a guild that removed the bot long ago                                        |
//! | [`portable`]    | what an export holds of all this                                             |
//! | `export`        | reads it from the file                                                       |
//! | `import`        | adds what another store has exported                                         |
//! | [`figures`]     | what people and programs ask for                                             |
//! | `questions`     | the session, a day and the summary of a player                               |
//! | `newest_events` | a player's newest events, logins and logouts among them                      |
//! | [`players`]     | everything about some players at once                                        |
//! | `ranking`       | who has most of a counter                                                    |
//! | `doers`         | whose it is what was done under a name                                       |
//! | `shares`        | what a person did under their names, to be shown to them or forgotten        |
//! | `seen`          | whom of them the members of a guild see                                      |
//! | `stays`         | when players were on                                                         |
//! | `online`        | who is on                                                                    |
//! | `names`         | which player of a guild is meant by a name                                   |
//! | `accounts`      | which account a player is, and for which name it stands                      |
//! | `guild_players` | whom a guild has, and which player is meant by an id                         |
//! | `known_players` | the players whom the writer need not look up                                 |
//! | [`listing`]     | of whom anything is known, without reading what it is                        |
//! | [`feed`]        | whose activity changed, for programs that keep a copy                        |
//! | `store`         | the file, with a writer of its own                                           |
//!
//! The `rules` are pure: they know no store. Sessions and playtime are never stored: they follow from the stays that the
//! presence core keeps. A figure over days is always a sum of rows of days, so there is no total that could
//! expire wrongly.

mod accounts;
mod changes;
pub(crate) mod doers;
pub(crate) mod export;
pub mod feed;
pub mod figures;
pub(crate) mod forget;
mod guild_players;
mod import;
mod keeping;
mod known_players;
pub mod listing;
mod names;
mod newest_events;
mod numbers;
mod online;
pub mod players;
pub mod portable;
mod questions;
mod queue;
pub(crate) mod ranking;
mod recent;
mod removal;
pub mod report;
mod rules;
mod seen;
pub(crate) mod shares;
mod stays;
pub(crate) mod store;
mod sweep;
mod taking;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use rusqlite::Connection;

use crate::file_wipe::FileWipe;
use crate::store::side_file::SideFile;
use crate::store::{OpenError, Store, StoreError};
use crate::wal_truncation::WalTruncation;
use kinds::Kinds;
use known_players::KnownPlayers;
use queue::Queue;
use ranking::past::Past;
use recent::places::RecentPlaces;

pub(crate) use rules::lifetimes;
pub use rules::{day, fold, kinds, play};
pub use store::{inspect, path_beside};

/// How activity is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityOptions {
    /// What each type of event counts.
    pub kinds: Kinds,
    /// How many days counters are kept, at least 30.
    pub retention_days: u16,
}

/// Everything about activity that a [`Database`](crate::Database) holds.
#[derive(Debug)]
pub(crate) struct Activity {
    file: SideFile,
    kinds: Arc<Kinds>,
    queue: Queue,
    past: Arc<Past>,
    known_players: Arc<KnownPlayers>,
    recent: Arc<RecentPlaces>,
    retention_days: u16,
    /// The first player of the next sweep.
    next_sweep: AtomicI64,
    wipe: Arc<FileWipe>,
}

impl Activity {
    /// Opens the file beside a store, if there is one. Blocks.
    pub(crate) fn open(
        options: &ActivityOptions,
        store: &Path,
        readers: usize,
    ) -> Result<Self, OpenError> {
        let (file, needs_wiping) = store::open(store, readers)?;
        Ok(Self {
            file,
            kinds: Arc::new(options.kinds.clone()),
            queue: Queue::default(),
            past: Arc::default(),
            known_players: Arc::default(),
            recent: Arc::default(),
            retention_days: options.retention_days,
            next_sweep: AtomicI64::new(0),
            wipe: Arc::new(FileWipe::new("activity", needs_wiping)),
        })
    }

    /// Returns the open file and the truncation of its log; `None` if nothing was ever reported.
    pub(crate) fn open_file(&self) -> Option<(&Store, &Arc<WalTruncation>)> {
        Some((self.file.existing()?, self.wipe.wal()))
    }

    /// Rewrites the file if what was deleted may still be in its bytes. If this fails, the file remembers that it is due.
    pub(crate) async fn wipe_file(&self) -> Result<(), StoreError> {
        let store = self.file.existing().filter(|_| self.wipe.must_rewrite());
        if let Some(store) = store {
            let wipe = Arc::clone(&self.wipe);
            let rewrite = move |file: &Connection| wipe.wipe(file);
            store.between_transactions(rewrite).await?;
        }
        Ok(())
    }

    /// Finishes what is queued and closes the file.
    pub(crate) async fn close(&self) {
        self.file.close().await;
    }
}
