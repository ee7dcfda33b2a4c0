//! Polls RCON, Query and the server list ping while no better source works.

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_probe::{Address, Listing, ProbeError, Query, Rcon, RconSettings, ping};
use tokio::sync::watch;
use tokio::time::sleep;

use super::port_monitor::{CHECK_AGAIN_AFTER, PortMonitor};
use super::{Messages, pause_after, send_about, send_update};
use crate::about::{AboutSource, Facts};
use crate::source::{SourceError, everyone};
use crate::source_update::{SourceKind, SourceUpdate};

/// How often a working source is polled. Servers cache their answers to Query and pings for 5 s.
const POLL_EVERY: Duration = Duration::from_secs(5);

/// The sources worth polling now.
pub(crate) type Wanted = BTreeSet<SourceKind>;

/// What a source says about the server itself.
pub(crate) type About = (AboutSource, Facts);

/// A source that can be polled.
pub(crate) enum Poller {
    /// RCON.
    Rcon {
        /// The address and the password.
        settings: RconSettings,
        /// The connection, kept between polls.
        connection: Option<Rcon>,
    },
    /// The Query protocol.
    Query {
        /// The address.
        address: Address,
        /// The socket with its token, kept between polls.
        socket: Option<Query>,
    },
    /// The server list ping.
    Ping(Address),
}

impl Poller {
    /// Returns the kind of source.
    #[must_use]
    pub(crate) fn kind(&self) -> SourceKind {
        match self {
            Self::Rcon { .. } => SourceKind::Rcon,
            Self::Query { .. } => SourceKind::Query,
            Self::Ping(_) => SourceKind::Ping,
        }
    }

    /// Returns the address.
    #[must_use]
    pub(crate) fn address(&self) -> &Address {
        match self {
            Self::Rcon { settings, .. } => &settings.address,
            Self::Query { address, .. } | Self::Ping(address) => address,
        }
    }

    /// Polls the source once. Returns what it says about the server itself, too, and who is online.
    ///
    /// # Errors
    ///
    /// When the source does not answer. An existing connection is then dropped.
    pub(crate) async fn ask(&mut self) -> Result<(Listing, Option<About>), ProbeError> {
        match self {
            Self::Rcon {
                settings,
                connection,
            } => {
                let mut rcon = match connection.take() {
                    Some(rcon) => rcon,
                    None => Rcon::connect(settings).await?,
                };
                let listing = rcon.list().await?;
                *connection = Some(rcon);
                Ok((listing, None))
            }
            Self::Query { address, socket } => {
                let mut query = match socket.take() {
                    Some(query) => query,
                    None => Query::connect(address).await?,
                };
                let answer = query.status().await?;
                *socket = Some(query);
                let about = (AboutSource::Query, Facts::from(&answer));
                Ok((answer.listing, Some(about)))
            }
            Self::Ping(address) => {
                let answer = ping(address).await?;
                let about = (AboutSource::Ping, Facts::from(&answer));
                Ok((answer.listing, Some(about)))
            }
        }
    }

    /// Drops the connection or socket.
    fn disconnect(&mut self) {
        match self {
            Self::Rcon { connection, .. } => *connection = None,
            Self::Query { socket, .. } => *socket = None,
            Self::Ping(_) => {}
        }
    }
}

/// Polls whenever the source is wanted, until the sender of `wanted` is gone. `monitor` is given if no
/// other source shows whether the server is up.
pub(crate) async fn poll(
    mut poller: Poller,
    mut wanted: watch::Receiver<Wanted>,
    messages: Messages,
    mut monitor: Option<PortMonitor>,
) {
    let kind = poller.kind();
    let mut failures: u32 = 0;
    loop {
        if !wait_until(&mut wanted, kind, true).await {
            return;
        }
        let answer = poller.ask().await.map_err(SourceError::from);
        if let Some(monitor) = &mut monitor {
            monitor.observe(&answer);
        }
        let (update, pause) = match answer {
            Ok((listing, about)) => {
                failures = 0;
                if let Some((from, facts)) = about {
                    send_about(&messages, from, facts);
                }
                (update(&listing), POLL_EVERY)
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                let pause = POLL_EVERY.max(pause_after(&error, failures - 1));
                // Where nothing else checks the port, a server that was killed must be noticed here.
                let is_doubtful = |monitor: &PortMonitor| failures == 1 || monitor.is_doubtful();
                let is_urgent = !error.is_flood() && monitor.as_ref().is_some_and(is_doubtful);
                let pause = if is_urgent { CHECK_AGAIN_AFTER } else { pause };
                (SourceUpdate::Failed(error.to_string()), pause)
            }
        };
        send_update(&messages, kind, update);
        tokio::select! {
            () = sleep(pause) => {}
            is_open = wait_until(&mut wanted, kind, false) => {
                if !is_open {
                    return;
                }
                poller.disconnect();
            }
        }
    }
}

/// Waits until the source is wanted or, if `is_wanted` is false, until it no longer is. Returns `false`
/// once the sender is gone.
async fn wait_until(
    wanted: &mut watch::Receiver<Wanted>,
    kind: SourceKind,
    is_wanted: bool,
) -> bool {
    while wanted.borrow_and_update().contains(&kind) != is_wanted {
        if wanted.changed().await.is_err() {
            return false;
        }
    }
    true
}

fn update(listing: &Listing) -> SourceUpdate {
    match everyone(listing) {
        Some(players) => SourceUpdate::Roster {
            roster: players.into_iter().collect(),
            knows_everyone: true,
            run: None,
            events: Vec::new(),
        },
        None => SourceUpdate::Count(listing.count()),
    }
}
