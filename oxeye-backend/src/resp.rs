//! Activity for Redis clients: answers the commands that read, in RESP2 and RESP3, straight from the store.
//!
//! | module       | subject                                                                  |
//! |--------------|--------------------------------------------------------------------------|
//! | `connection` | one connection from its first byte to its end                            |
//! | `clients`    | which clients are connected, and who makes room for a new one            |
//! | `wire`       | the bytes of one connection, in and out, both bounded                    |
//! | `request`    | reads requests                                                           |
//! | `inline`     | splits a line that somebody types                                        |
//! | `replies`    | writes replies                                                           |
//! | `commands`   | the commands: their names, and how many arguments they take              |
//! | `writing`    | the commands that are refused because they write                         |
//! | `client`     | one client: what it has chosen, and the commands about the connection    |
//! | `transaction`| `MULTI` and `EXEC`                                                      |
//! | `info`       | `INFO`                                                                   |
//! | `questions`  | the commands about keys and their values                                 |
//! | `pages`      | lists in pages, by cursors                                               |
//! | `scan`       | `SCAN`, `SSCAN` and `KEYS`                                               |
//! | `pattern`    | patterns of keys                                                         |
//! | `keyspace`   | what clients may read                                                    |
//! | `listing`    | all keys that there are                                                  |
//! | `refusal`    | why a question is not answered                                           |

mod client;
mod clients;
mod commands;
mod connection;
mod info;
mod inline;
mod keyspace;
mod listing;
mod pages;
mod pattern;
mod questions;
mod refusal;
mod replies;
mod request;
mod scan;
mod transaction;
mod wire;
mod writing;

use std::sync::Arc;
use std::time::Duration;

use oxeye_process::clients::accept;
use oxeye_process::tasks::Tasks;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::interval;

pub(crate) use keyspace::Keyspace;

use crate::server::refuse;

/// As Redis says it.
const NO_ROOM: &[u8] = b"-ERR max number of clients reached\r\n";

/// The most clients that are refused with a reply at the same time. Beyond that, they are closed without one.
const TURNED_AWAY_AT_ONCE: usize = 64;

/// How often memory that nobody uses is freed.
const TIDYING: Duration = Duration::from_secs(10);

/// Accepts clients until the tasks are told to stop. Each connection is one of the tasks.
pub(crate) async fn serve(listener: TcpListener, keyspace: Keyspace, tasks: Tasks) {
    announce(&listener);
    let keyspace = Arc::new(keyspace);
    let stop = tasks.stop_signal();
    let turning_away = Arc::new(Semaphore::new(TURNED_AWAY_AT_ONCE));
    let mut tidying = interval(TIDYING);
    loop {
        let stream = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            (stream, _) = accept(&listener) => stream,
            _ = tidying.tick() => {
                keyspace.forget_old_listings().await;
                continue;
            }
        };
        if let Some(connected) = keyspace.clients.admit() {
            let (keyspace, stop) = (Arc::clone(&keyspace), stop.clone());
            tasks.spawn(async move {
                connection::serve(stream, &keyspace, connected, stop).await;
            });
        } else if let Ok(slot) = Arc::clone(&turning_away).try_acquire_owned() {
            tasks.spawn(async move {
                refuse(stream, NO_ROOM).await;
                drop(slot);
            });
        }
    }
}

fn announce(listener: &TcpListener) {
    let Ok(address) = listener.local_addr() else {
        return;
    };
    tracing::info!("answering Redis clients on redis://{address}");
    if !address.ip().is_loopback() {
        tracing::warn!(
            "ACTIVITY_RESP_LISTEN={address} can be reached from other machines: whoever reaches it can read, without a password and without encryption, what players of servers without Discord did"
        );
    }
}

#[cfg(test)]
mod tests;
