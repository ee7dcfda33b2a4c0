//! The listeners: accept connections, serve them, and make sure that they end. HTTP/1.1 only.
//!
//! We do not use `axum::serve`: it has no timeout for the head of a request and no limit on connections,
//! and it waits for clients for ever when it stops.
//!
//! | module       | subject                                            |
//! |--------------|----------------------------------------------------|
//! | `connection` | serves one connection                              |
//! | `in_flight`  | keeps a busy connection from being closed           |
//! | `stalled`    | gives up on clients that do not read                 |

mod connection;
mod in_flight;
mod stalled;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use oxeye_process::clients::{OpenConnections, TrustedProxies, accept, open_files_limit};
use oxeye_process::tasks::Tasks;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

pub(crate) use self::in_flight::InFlight;

/// The most connections that are refused with an answer at the same time. Beyond that, they are closed
/// without one.
const TURNED_AWAY_AT_ONCE: usize = 64;

/// Open files that are not connections of clients: the store, the servers' output, connections to game
/// servers for the proxy and for probes.
const RESERVED_FILES: usize = 256;

/// The fewest connections, however low the limit on open files is.
const FEWEST_CONNECTIONS: usize = 16;

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

impl Peer {
    pub(crate) fn ip(self) -> IpAddr {
        self.0.ip()
    }
}

/// Returns how many connections one listener of so many may have. What goes through the proxy needs two
/// open files, so half of the limit is for clients.
pub(super) fn places(wanted: usize, listeners: usize) -> usize {
    let Some(limit) = open_files_limit() else {
        return wanted;
    };
    let room = limit.saturating_sub(RESERVED_FILES) / 2 / listeners.max(1);
    wanted.min(room.max(FEWEST_CONNECTIONS))
}

/// Accepts connections until the tasks are told to stop. Each connection is one of the tasks.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Router,
    proxies: TrustedProxies,
    places: usize,
    tasks: Tasks,
) {
    let stop = tasks.stop_signal();
    let connections = OpenConnections::new(places);
    let turning_away = Arc::new(Semaphore::new(TURNED_AWAY_AT_ONCE));
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            accepted = accept(&listener) => accepted,
        };
        match connections.admit(peer.ip(), proxies.contain(peer.ip())) {
            Ok(admitted) => tasks.spawn(connection::serve(
                stream,
                Peer(peer),
                routes.clone(),
                admitted.connection,
                stop.clone(),
            )),
            Err(_no_room) => {
                tracing::debug!("a connection was refused: all are in use");
                if let Ok(slot) = Arc::clone(&turning_away).try_acquire_owned() {
                    tasks.spawn(async move {
                        connection::refuse(stream).await;
                        drop(slot);
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
