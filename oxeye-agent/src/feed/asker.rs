//! Asks RCON, Query and the server list ping again and again, while nothing better works.

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_probe::{Address, Listing, ProbeError, Query, Rcon, RconSettings, ping};
use tokio::sync::watch;
use tokio::time::sleep;

use super::door::Door;
use super::{Messages, pause_after, tell};
use crate::news::{News, SourceKind};
use crate::source::{SourceError, everybody};

/// How often a source that answers is asked. Servers answer Query and ping from a cache of 5 s.
const ASK_EVERY: Duration = Duration::from_secs(5);

/// The sources worth asking now.
pub type Wanted = BTreeSet<SourceKind>;

/// Something that can be asked who is on.
pub enum Asker {
    /// RCON, with the connection that is kept.
    Rcon {
        /// Where and with which password.
        settings: RconSettings,
        /// The connection, once there is one.
        connection: Option<Rcon>,
    },
    /// Query, with the socket and its token.
    Query {
        /// Where.
        address: Address,
        /// The socket, once there is one.
        socket: Option<Query>,
    },
    /// The server list ping.
    Ping(Address),
}

impl Asker {
    /// Which source it is.
    #[must_use]
    pub fn kind(&self) -> SourceKind {
        match self {
            Self::Rcon { .. } => SourceKind::Rcon,
            Self::Query { .. } => SourceKind::Query,
            Self::Ping(_) => SourceKind::Ping,
        }
    }

    /// Where it is asked.
    #[must_use]
    pub fn address(&self) -> &Address {
        match self {
            Self::Rcon { settings, .. } => &settings.address,
            Self::Query { address, .. } | Self::Ping(address) => address,
        }
    }

    /// Asks once.
    ///
    /// # Errors
    ///
    /// As the source says; a connection that was kept is then given up.
    pub async fn ask(&mut self) -> Result<Listing, ProbeError> {
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
                Ok(listing)
            }
            Self::Query { address, socket } => {
                let mut query = match socket.take() {
                    Some(query) => query,
                    None => Query::connect(address).await?,
                };
                let answer = query.status().await?;
                *socket = Some(query);
                Ok(answer.listing)
            }
            Self::Ping(address) => Ok(ping(address).await?.listing),
        }
    }

    /// Gives up what is kept between two questions.
    fn rest(&mut self) {
        match self {
            Self::Rcon { connection, .. } => *connection = None,
            Self::Query { socket, .. } => *socket = None,
            Self::Ping(_) => {}
        }
    }
}

/// Asks for ever, whenever the source is wanted. `door` if nothing better tells whether the server
/// lives.
pub async fn ask_again_and_again(
    mut asker: Asker,
    mut wanted: watch::Receiver<Wanted>,
    messages: Messages,
    mut door: Option<Door>,
) {
    let kind = asker.kind();
    let mut failures: u32 = 0;
    loop {
        if !comes_to_be(&mut wanted, kind, true).await {
            return;
        }
        let answer = asker.ask().await.map_err(SourceError::from);
        if let Some(door) = &mut door {
            door.asked(&answer);
        }
        let (news, pause) = match answer {
            Ok(listing) => {
                failures = 0;
                (news(&listing), ASK_EVERY)
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                // Soon once, to know whether the server is gone, and then with more patience.
                let pause = ASK_EVERY.max(pause_after(&error, failures - 1));
                (News::Fails(error.to_string()), pause)
            }
        };
        tell(&messages, kind, news);
        tokio::select! {
            () = sleep(pause) => {}
            is_open = comes_to_be(&mut wanted, kind, false) => {
                if !is_open {
                    return;
                }
                asker.rest();
            }
        }
    }
}

/// Waits until the source is wanted, or until it is not. `false` when nobody wants anything any
/// more.
async fn comes_to_be(
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

fn news(listing: &Listing) -> News {
    match everybody(listing) {
        Some(players) => News::Names {
            presence: players.into_iter().collect(),
            knows_everyone: true,
            seen: Vec::new(),
        },
        None => News::Count(listing.count()),
    }
}
