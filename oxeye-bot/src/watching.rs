//! Watched addresses, as far as the bot needs them: the program that runs the bot asks the address and
//! decides whether it is watched.

use std::fmt;

use futures_util::future::BoxFuture;
use oxeye_db::{GuildId, StoreError, WatchTarget};
use oxeye_text::{WatchRefusal, Watched};

/// Asks an address once and has it watched.
pub trait AddressWatcher: fmt::Debug + Send + Sync {
    /// Has an address watched, as a person typed it. Without a target it becomes a server that is named after its host.
    fn watch(
        &self,
        guild: GuildId,
        address: String,
        target: Option<WatchTarget>,
    ) -> BoxFuture<'_, Result<Watched, NotWatched>>;
}

/// Why an address is not watched.
#[derive(Debug)]
pub enum NotWatched {
    /// The member who asked can do something about it.
    Refused(WatchRefusal),
    /// The server to which the address was to belong is gone.
    ServerGone,
    /// Our fault.
    Store(StoreError),
}
