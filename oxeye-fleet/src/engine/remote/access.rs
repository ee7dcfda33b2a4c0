//! Where a worker is, and how we get there.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::Secret;
use oxeye_process::fingerprint::Fingerprint;
use oxeye_process::tasks::Tasks;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::connect_error::{ConnectError, repeatable};
use super::link::{self, Hears, Link};
use super::tls;
use crate::settings::WorkerPlace;
use crate::worker::proof::Proof;
use crate::worker::wire::{Hello, PROTOCOL, Welcome};

/// How long the worker may take to let us in: longer than it waits for the calls of an earlier connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where a worker is, and who we are.
#[derive(Debug)]
pub struct WorkerAccess {
    /// Where it is.
    pub place: WorkerPlace,
    /// The secret that it wants, if any.
    pub secret: Option<Secret>,
    /// The epoch of this start of the fleet: above that of every earlier one.
    pub epoch: u64,
    /// The ports that the fleet gives to servers.
    pub ports: RangeInclusive<u16>,
}

impl WorkerAccess {
    /// Returns what a worker has said as it can be repeated.
    pub(super) fn repeatable(&self, words: &str) -> String {
        repeatable(words, self.secret.as_ref())
    }

    /// Connects to the worker, and waits to be let in. `tasks` close the connection.
    pub(super) async fn connect(
        &self,
        hears: Hears,
        tasks: &Tasks,
    ) -> Result<(Arc<Link>, Welcome), ConnectError> {
        let connecting = async {
            match &self.place {
                WorkerPlace::Unix(path) => {
                    let stream = UnixStream::connect(path).await?;
                    self.introduce(stream, None, hears, tasks).await
                }
                WorkerPlace::Tls {
                    address,
                    fingerprint,
                } => {
                    let stream = tls::connect(address, *fingerprint).await?;
                    self.introduce(stream, Some(*fingerprint), hears, tasks)
                        .await
                }
            }
        };
        let connected = timeout(CONNECT_TIMEOUT, connecting).await;
        connected.unwrap_or(Err(ConnectError::Silent))
    }

    async fn introduce(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + 'static,
        worker: Option<Fingerprint>,
        hears: Hears,
        tasks: &Tasks,
    ) -> Result<(Arc<Link>, Welcome), ConnectError> {
        let hello = Hello {
            protocol: PROTOCOL,
            epoch: self.epoch,
            proof: self
                .secret
                .as_ref()
                .map(|secret| Proof::of(secret, worker, self.epoch)),
        };
        link::open(stream, hello, self.secret.clone(), hears, tasks).await
    }
}

/// Checks that somebody listens where a worker should be and, with TLS, that it is the worker. Nothing is
/// said on the connection, so the fleet that gives the orders is not disturbed.
pub(crate) async fn can_be_reached(place: &WorkerPlace) -> Result<(), ConnectError> {
    let connecting = async {
        match place {
            WorkerPlace::Unix(path) => drop(UnixStream::connect(path).await?),
            WorkerPlace::Tls {
                address,
                fingerprint,
            } => drop(tls::connect(address, *fingerprint).await?),
        }
        Ok(())
    };
    let connected = timeout(CONNECT_TIMEOUT, connecting).await;
    connected.unwrap_or(Err(ConnectError::Silent))
}
