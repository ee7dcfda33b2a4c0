//! Accepts connections, and serves each as one of the tasks.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::fingerprint::Fingerprint;
use oxeye_process::tasks::Tasks;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::tls::Identity;
use super::{Worker, connection};
use crate::engine::Engine;

/// The most connections that have not been let in yet. Others wait.
const STRANGERS: usize = 16;

/// The pause after a connection could not be accepted, for example because too many files are open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// Where connections come from.
pub(super) enum Listener {
    Unix(UnixListener),
    Tls(TcpListener, Identity),
}

/// A connection that nobody has spoken on.
enum Accepted {
    Unix(UnixStream),
    Tls(TcpStream, TlsAcceptor),
}

impl Listener {
    /// Returns the certificate by which fleets know who listens; `None` at a Unix socket.
    pub(super) fn certificate(&self) -> Option<Fingerprint> {
        match self {
            Self::Unix(_) => None,
            Self::Tls(_, identity) => Some(identity.fingerprint),
        }
    }

    async fn accept(&self) -> io::Result<Accepted> {
        match self {
            Self::Unix(listener) => Ok(Accepted::Unix(listener.accept().await?.0)),
            Self::Tls(listener, identity) => {
                let (stream, _) = listener.accept().await?;
                Ok(Accepted::Tls(stream, identity.acceptor.clone()))
            }
        }
    }
}

/// Accepts connections until the tasks are told to stop.
pub(super) async fn accept<E: Engine>(listener: Listener, worker: Arc<Worker<E>>, tasks: Tasks) {
    let stop = tasks.stop_signal();
    let strangers = Arc::new(Semaphore::new(STRANGERS));
    let accepting = async {
        loop {
            let Ok(stranger) = Arc::clone(&strangers).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok(accepted) => {
                    let worker = Arc::clone(&worker);
                    tasks.spawn(serve(accepted, worker, stranger, tasks.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = accepting => {}
    }
}

async fn serve<E: Engine>(
    accepted: Accepted,
    worker: Arc<Worker<E>>,
    stranger: OwnedSemaphorePermit,
    tasks: Tasks,
) {
    match accepted {
        Accepted::Unix(stream) => connection::serve(worker, stream, stranger, tasks).await,
        Accepted::Tls(stream, acceptor) => {
            let stop = tasks.stop_signal();
            let shaking_hands = timeout(HANDSHAKE_TIMEOUT, secure(stream, &acceptor));
            match stop.run_until_cancelled(shaking_hands).await {
                Some(Ok(Ok(stream))) => {
                    connection::serve(worker, stream, stranger, tasks).await;
                }
                Some(Ok(Err(error))) => tracing::debug!(%error, "a TLS handshake failed"),
                Some(Err(_elapsed)) => tracing::debug!("a TLS handshake took too long"),
                None => {}
            }
        }
    }
}

async fn secure(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
) -> io::Result<tokio_rustls::server::TlsStream<TcpStream>> {
    stream.set_nodelay(true)?;
    acceptor.accept(stream).await
}
