//! Polls: what a server answers at its address.

use oxeye_plugin_proto::{SyncPlayer, UnixSeconds};

use crate::database::Database;
use crate::events::SyncEvent;
use crate::ledger::Ledger;
use crate::reporter::Reporter;
use crate::reporting::EventError;
use crate::server_about::AboutEvent;
use crate::server_state::{ServerState, Watch};
use crate::watched_address::{Edition, ServerAddress, WatchedAddress};

/// The outcome of asking a server at its address once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Poll {
    /// It answered.
    Answered {
        /// The edition in which it answered.
        edition: Edition,
        /// The players online.
        players: PolledPlayers,
        /// What it says about itself. It must not contain the address, which only admins may see.
        about: Option<AboutEvent>,
    },
    /// It did not answer, or nothing that a Minecraft server would.
    Failed,
}

/// The players online on a server, as far as its answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolledPlayers {
    /// Exactly these players.
    Complete(Vec<SyncPlayer>),
    /// This many players, whose names are not all known.
    Count(u32),
    /// The server does not tell.
    Unknown,
}

impl Database {
    /// Takes the outcome of asking a server. A poll of an address that is not the server's any more
    /// changes nothing.
    ///
    /// # Errors
    /// When the server is no longer linked, or the store cannot be written.
    pub async fn take_poll(
        &self,
        address: &WatchedAddress,
        poll: Poll,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        let asked = ServerAddress {
            host: address.host.clone(),
            port: address.port,
        };
        let added_at = address.added_at;
        let limits = self.inner.memory.limiters.of(address.server);
        let take = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            let is_asked = |watch: &Watch| watch.address == asked && watch.added_at == added_at;
            if !state.watch().is_some_and(is_asked) {
                return;
            }
            let poll =
                poll.admitted(|sync| limits.admit_roster(state, sync, now).sync.into_owned());
            ledger.limit_accounts(&limits, now);
            state.take_poll(&poll, now, ledger);
            limits.charge(ledger.cost_after(0), now);
        };
        let reporter = Reporter::from(address.server);
        self.report(reporter, now, take)?.done().await
    }
}

impl Poll {
    /// Leaves out the players that the server may not report.
    fn admitted(self, admit: impl FnOnce(&SyncEvent) -> SyncEvent) -> Self {
        match self {
            Self::Answered {
                edition,
                players: PolledPlayers::Complete(roster),
                about,
            } => Self::Answered {
                edition,
                players: PolledPlayers::Complete(admit(&SyncEvent::from(roster)).roster),
                about,
            },
            other => other,
        }
    }
}
