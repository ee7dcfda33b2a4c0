//! Lets members in Discord have addresses watched, within a limit that is not needed for the operator.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use oxeye_bot::{AddressWatcher, NotWatched};
use oxeye_db::{GuildId, WatchTarget, WatchedBy};
use oxeye_text::{WatchRefusal, Watched};

use crate::watching::{self, Tries, Watching};

/// What the bot asks to have an address watched.
#[derive(Debug)]
pub(super) struct WatcherOfBot {
    watching: Arc<Watching>,
    tries: Tries,
}

impl WatcherOfBot {
    /// Returns `None` if addresses are not watched.
    pub(super) fn of(watching: &Arc<Watching>) -> Option<Arc<dyn AddressWatcher>> {
        let watcher = Self {
            watching: Arc::clone(watching),
            tries: Tries::default(),
        };
        watching.is_on().then(|| Arc::new(watcher) as _)
    }
}

impl AddressWatcher for WatcherOfBot {
    fn watch(
        &self,
        guild: GuildId,
        address: String,
        target: Option<WatchTarget>,
    ) -> BoxFuture<'_, Result<Watched, NotWatched>> {
        async move {
            if !self.tries.admit(guild) {
                return Err(NotWatched::Refused(WatchRefusal::TooManyTries));
            }
            let watching = &self.watching;
            let watched = watching.watch(guild, &address, target, WatchedBy::Member);
            watched.await.map_err(|error| match error {
                watching::NotWatched::Refused(refusal) => NotWatched::Refused(refusal),
                watching::NotWatched::ServerGone => NotWatched::ServerGone,
                watching::NotWatched::Store(error) => NotWatched::Store(error),
            })
        }
        .boxed()
    }
}
