//! What members of guilds do in Discord: voice, screen share, camera, games, streaming, Spotify. Only of members who
//! joined; nothing of anybody else is kept, not even for a moment.
//!
//! | module          | subject                                                                      |
//! |-----------------|------------------------------------------------------------------------------|
//! | [`kinds`]       | the six kinds, and sets of them                                              |
//! | [`observation`] | what the gateway tells                                                       |
//! | [`key`]         | what a session is a session of                                               |
//! | [`session`]     | one session: from when until when, and what of that time is known            |
//! | `consents`      | who joined in which guild, and which kinds each guild keeps                  |
//! | `seen`          | what one report says that a user does, bounded                               |
//! | `tracks`        | the sessions that are open or may go on, and the rules that change them      |
//! | `live`          | what memory holds of all this                                                |
//! | `observing`     | takes what the gateway tells, and lets time pass                             |
//! | `consenting`    | setting up guilds, joining, leaving                                          |
//! | `hiding`        | hiding from the other members of a guild                                     |
//! | `sweep`         | deletes what is too old                                                      |
//! | `wiping`        | wipes what was deleted from the bytes of the file                            |
//! | [`figures`]     | hours by game, channel or artist; who played together                        |
//! | [`questions`]   | what people and programs ask for                                             |
//! | `store`         | the file, with a writer of its own                                           |
//!
//! The first six are pure rules.

pub mod consenting;
mod consents;
pub mod figures;
mod hiding;
pub mod key;
pub mod kinds;
mod live;
pub mod observation;
pub mod observing;
pub mod questions;
mod seen;
pub mod session;
mod store;
mod sweep;
mod tracks;
mod wiping;

use std::path::Path;
use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use crate::store::side_file::SideFile;
use crate::store::{OpenError, Store};
use crate::wal_truncation::WalTruncation;
use live::SharedLive;
use wiping::Wiping;

pub use store::{inspect, path_beside};

/// What members who joined do in Discord. Clones are cheap and share the same data.
#[derive(Debug, Clone)]
pub struct Presence {
    file: Arc<SideFile>,
    live: Arc<SharedLive>,
    retention_days: u16,
    wiping: Arc<Wiping>,
}

impl Presence {
    /// Opens the file beside a store, if there is one. Blocks.
    pub(crate) fn open(
        retention_days: u16,
        store: &Path,
        readers: usize,
        now: UnixSeconds,
    ) -> Result<Self, OpenError> {
        let (file, live, needs_wiping) = store::open(store, readers, now)?;
        Ok(Self {
            file: Arc::new(file),
            live: Arc::new(SharedLive::new(live)),
            retention_days,
            wiping: Arc::new(Wiping::new(needs_wiping)),
        })
    }

    /// Returns the open file and the truncation of its log; `None` if no guild was ever set up.
    pub(crate) fn open_file(&self) -> Option<(&Store, &Arc<WalTruncation>)> {
        Some((self.file.existing()?, self.wiping.wal()))
    }

    /// Finishes what is queued and closes the file.
    pub(crate) async fn close(&self) {
        self.file.close().await;
    }
}
