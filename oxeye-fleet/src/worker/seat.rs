//! Lets in one fleet at a time: the one that was started last, on its newest connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use oxeye_process::clock;
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::epochs::EpochError;
use super::in_flight::ConnectionNumber;
use super::lines::line;
use super::wire::{FromWorker, Hello, PROTOCOL};
use super::{CALLS_AT_ONCE, Worker};
use crate::engine::Exit;
use crate::time::UnixMillis;

/// How long a new connection waits for the calls of an earlier one to end. One that hangs is not waited for.
const TAKEOVER_TIMEOUT: Duration = Duration::from_secs(3);

/// The connection of the fleet that gives the orders.
#[derive(Default)]
pub(super) struct Seat {
    /// Closes the connection. Held while another one takes over.
    taken: tokio::sync::Mutex<Option<CancellationToken>>,
    /// The connections that were let in so far.
    connections: AtomicU64,
    /// Where exits are reported.
    exits: Mutex<Option<mpsc::WeakSender<String>>>,
}

/// Why a fleet is not let in. The sentence is for its operator.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotLetIn {
    #[error("the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)")]
    WrongSecret,
    #[error("the worker speaks version {PROTOCOL} of the protocol, not {0}; update both programs")]
    OtherProtocol(u32),
    #[error("{0}")]
    Epoch(#[from] EpochError),
}

impl<E> Worker<E> {
    /// Makes a connection the one that gives the orders. The one before is closed: it begins no more calls, and
    /// those that it has begun have ended or hang when this returns.
    pub(super) async fn let_in(
        &self,
        hello: &Hello,
        outgoing: &mpsc::Sender<String>,
        end: &CancellationToken,
    ) -> Result<ConnectionNumber, NotLetIn> {
        if hello.protocol != PROTOCOL {
            return Err(NotLetIn::OtherProtocol(hello.protocol));
        }
        if let Some(secret) = &self.secret {
            let proof = hello.proof.as_ref();
            if !proof.is_some_and(|proof| proof.is_of(secret, self.certificate, hello.epoch)) {
                return Err(NotLetIn::WrongSecret);
            }
        }
        let mut taken = self.seat.taken.lock().await;
        self.admit(hello.epoch).await?;
        if let Some(earlier) = taken.replace(end.clone()) {
            earlier.cancel();
        }
        let all_calls = timeout(TAKEOVER_TIMEOUT, self.calls.acquire_many(CALLS_AT_ONCE)).await;
        if all_calls.is_err() {
            tracing::warn!("the engine has not ended all calls of the connection before");
        }
        *self.seat.exits.lock() = Some(outgoing.downgrade());
        let number = self.seat.connections.fetch_add(1, Ordering::Relaxed);
        Ok(ConnectionNumber(number))
    }

    async fn admit(&self, epoch: u64) -> Result<(), EpochError> {
        let epochs = Arc::clone(&self.epochs);
        let now = UnixMillis(clock::now_millis());
        let admitting = spawn_blocking(move || epochs.lock().admit(epoch, now));
        admitting.await.map_err(std::io::Error::other)?
    }

    /// Reports an exit. It is a hint: if nobody is there, or reads too slowly, it is lost.
    pub(super) fn report(&self, exit: Exit) {
        let outgoing = self.seat.exits.lock().clone();
        if let Some(outgoing) = outgoing.and_then(|outgoing| outgoing.upgrade()) {
            // The next list says the same.
            let _ = outgoing.try_send(line(&FromWorker::Exit(exit)));
        }
    }
}
