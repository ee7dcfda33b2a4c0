//! The listener: accepts connections, serves them with [`HttpService`], and makes sure that they end. HTTP/1.1 only.
//!
//! We do not use `axum::serve`: it has no header timeout and no limit on connections, and it never stops while a
//! client keeps a half-open connection.
//!
//! | module              | subject                                                      |
//! |---------------------|--------------------------------------------------------------|
//! | `connection`        | serves one connection                                        |
//! | `bodies`            | the bodies of a request and its response                     |
//! | `error_body_stream` | gives the empty error responses of hyper a body              |

mod bodies;
mod connection;
mod error_body_stream;

pub(crate) use connection::refuse;

use std::sync::Arc;
use std::time::Duration;

use oxeye_db::LogThrottle;
use oxeye_process::clients::{NoRoom, OpenConnections, accept};
use oxeye_process::tasks::Tasks;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::http::Audience;
use crate::http::app::App;
use crate::http::error::{ApiError, Unavailable};
use crate::http::service::HttpService;
use crate::open_files;

/// The most connections that are refused with an answer at the same time. Beyond that, they are closed without one.
const TURNED_AWAY_AT_ONCE: usize = 64;

/// The limits on connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The most connections served at the same time, if there is room for so many.
    pub(crate) connections: usize,
    /// The most questions to watched addresses at the same time.
    pub(crate) questions: usize,
    /// How long a new connection may take to send the head of its first request.
    pub(crate) first_request: Duration,
}

/// Starts to serve HTTP. If the operator API has an address of its own, its connections have places of their own too,
/// so that neither address can take those of the other.
pub(crate) fn start(
    public: TcpListener,
    operator: Option<TcpListener>,
    app: &Arc<App>,
    limits: Limits,
    tasks: &Tasks,
) {
    let wanted = limits.connections;
    let addresses = 1 + usize::from(operator.is_some());
    let places = open_files::connections(wanted, addresses, limits.questions);
    if places < wanted {
        tracing::info!(
            "the limit on open files (ulimit -n) has room for {places} connections to each address, fewer than MAX_CONNECTIONS={wanted}"
        );
    }
    let serve = |listener, audience| {
        let service = Arc::new(HttpService::new(Arc::clone(app), audience));
        tasks.spawn(serve(listener, service, limits, places, tasks.clone()));
    };
    let audience = match operator {
        Some(operator) => {
            if let Ok(address) = operator.local_addr() {
                tracing::info!("the operator API is at http://{address}");
            }
            serve(operator, Audience::Operator);
            Audience::Public
        }
        None => Audience::Everybody,
    };
    if let Ok(address) = public.local_addr() {
        tracing::info!("listening on http://{address}");
    }
    serve(public, audience);
}

/// Accepts connections until the tasks are told to stop. Each connection is one of the tasks.
async fn serve(
    listener: TcpListener,
    service: Arc<HttpService>,
    limits: Limits,
    places: usize,
    tasks: Tasks,
) {
    let stop = tasks.stop_signal();
    let connections = OpenConnections::new(places);
    let turning_away = Arc::new(Semaphore::new(TURNED_AWAY_AT_ONCE));
    let mut log = Log::new(limits.connections);
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            accepted = accept(&listener) => accepted,
        };
        let no_room = match connections.admit(peer.ip(), service.trusts(peer.ip())) {
            Ok(admitted) => {
                log.evicted(admitted.evicted);
                tasks.spawn(connection::serve(
                    stream,
                    peer,
                    Arc::clone(&service),
                    admitted.connection,
                    limits.first_request,
                    stop.clone(),
                ));
                continue;
            }
            Err(no_room) => no_room,
        };
        log.turned_away();
        if let Ok(slot) = Arc::clone(&turning_away).try_acquire_owned() {
            let refusal = match no_room {
                NoRoom::ForThisAddress => Unavailable::AddressFull,
                NoRoom::ForAnybody => Unavailable::Full,
            };
            let refusal = ApiError::from(refusal).to_wire(&service.boot_id());
            tasks.spawn(async move {
                connection::refuse(stream, &refusal).await;
                drop(slot);
            });
        }
    }
}

/// Logs a lack of room, but not every time: a flood of connections must not become a flood of lines.
struct Log {
    limit: usize,
    evicted: LogThrottle,
    turned_away: LogThrottle,
}

impl Log {
    fn new(limit: usize) -> Log {
        Log {
            limit,
            evicted: LogThrottle::default(),
            turned_away: LogThrottle::default(),
        }
    }

    fn evicted(&mut self, connections: u64) {
        if connections == 0 {
            return;
        }
        if let Some(count) = self.evicted.count(connections, std::time::Instant::now()) {
            let max = self.limit;
            tracing::warn!(
                count,
                "MAX_CONNECTIONS={max}: idle connections were closed to make room for new ones"
            );
        }
    }

    fn turned_away(&mut self) {
        if let Some(count) = self.turned_away.count(1, std::time::Instant::now()) {
            let max = self.limit;
            tracing::warn!(
                count,
                "MAX_CONNECTIONS={max}, or the quarter of it that one address may use, are all busy: connections were refused"
            );
        }
    }
}

#[cfg(test)]
mod tests;
