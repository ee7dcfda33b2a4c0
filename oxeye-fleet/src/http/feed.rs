//! The feed: a WebSocket at any path, on which clients get the state at once, then at every change, and
//! at least every 2 s. Clients only listen. After a start, the first state is sent as soon as the engine has
//! said what it has.
//!
//! Each state is serialised once, and the same bytes are written to the sockets of all clients.
//! WebSocket libraries copy each message for each client, which would take most of the time and memory
//! here. A server that only sends needs little of the protocol, and `frames` has all of it.
//!
//! | module    | subject                                            |
//! |-----------|----------------------------------------------------|
//! | `state`   | the newest state, as bytes that all clients share  |
//! | `frames`  | the frames of RFC 6455                              |
//! | `client`  | one client, from its upgrade to its end             |
//! | `places`  | how many clients there are, and of which address    |

mod client;
mod frames;
mod places;
mod state;

use std::net::IpAddr;
use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use oxeye_process::tasks::Tasks;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub(crate) use self::places::Place;
use self::places::Places;
use self::state::SharedState;
use super::messages::Wording;
use crate::time::Clock;
use crate::view::FleetView;

/// The feed may take one in this many of all connections. The others are for players.
const SHARE_OF_CONNECTIONS: usize = 2;

/// What new clients of the feed need. Clones share it.
#[derive(Clone)]
pub(crate) struct Feed {
    states: watch::Receiver<Option<Arc<SharedState>>>,
    places: Arc<Places>,
}

impl Feed {
    /// Starts to prepare the states that clients get.
    pub(crate) fn start(
        changes: watch::Receiver<Arc<FleetView>>,
        wording: Wording,
        clock: Clock,
        max_connections: usize,
        tasks: &Tasks,
    ) -> Self {
        Self {
            states: state::prepare(changes, wording, clock, tasks),
            places: Places::new(max_connections / SHARE_OF_CONNECTIONS),
        }
    }

    /// Returns a place for a client, unless all are taken or its address has its share.
    pub(crate) fn take_place(&self, client: Option<IpAddr>) -> Option<Place> {
        self.places.take(client)
    }

    /// Serves a client over the connection that it has upgraded, until it is gone or we are stopping.
    pub(crate) async fn serve(self, upgraded: OnUpgrade, stop: CancellationToken) {
        if let Ok(stream) = upgraded.await {
            client::serve(TokioIo::new(stream), self.states, stop).await;
        }
    }
}
