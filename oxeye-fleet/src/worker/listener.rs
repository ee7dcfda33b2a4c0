//! Accepts connections, and serves each as one of the tasks.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::fingerprint::Fingerprint;
use oxeye_process::tasks::Tasks;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::strangers::{Origin, Stranger, Strangers};
use super::tls::Identity;
use super::{Worker, connection};
use crate::engine::Engine;

/// The pause after a connection could not be accepted, for example because too many files are open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// Where connections come from.
pub(super) enum Listener {
    Unix(UnixListener),
    Tls(TcpListener, Arc<Identity>),
}

/// A connection that nobody has spoken on.
enum Accepted {
    Unix(UnixStream),
    Tls(TcpStream, Arc<Identity>),
}

impl Listener {
    /// Returns the certificate by which fleets know who listens; `None` at a Unix socket.
    pub(super) fn certificate(&self) -> Option<Fingerprint> {
        match self {
            Self::Unix(_) => None,
            Self::Tls(_, identity) => Some(identity.fingerprint),
        }
    }

    async fn accept(&self) -> io::Result<(Accepted, Origin)> {
        match self {
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Accepted::Unix(stream), Origin::Socket))
            }
            Self::Tls(listener, identity) => {
                let (stream, from) = listener.accept().await?;
                let accepted = Accepted::Tls(stream, Arc::clone(identity));
                Ok((accepted, Origin::Address(from.ip())))
            }
        }
    }
}

/// Accepts connections until the tasks are told to stop.
pub(super) async fn accept<E: Engine>(listener: Listener, worker: Arc<Worker<E>>, tasks: Tasks) {
    let stop = tasks.stop_signal();
    let strangers = Arc::new(Strangers::default());
    let accepting = async {
        loop {
            match listener.accept().await {
                Ok((accepted, origin)) => {
                    let stranger = strangers.enter(origin);
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
    stranger: Stranger,
    tasks: Tasks,
) {
    match accepted {
        Accepted::Unix(stream) => connection::serve(worker, stream, stranger, tasks).await,
        Accepted::Tls(stream, identity) => {
            let stop = tasks.stop_signal();
            let shaking_hands = timeout(HANDSHAKE_TIMEOUT, secure(stream, &identity.acceptor));
            let secured = tokio::select! {
                () = stop.cancelled() => return,
                () = stranger.displaced() => return,
                secured = shaking_hands => secured,
            };
            match secured {
                Ok(Ok(stream)) => connection::serve(worker, stream, stranger, tasks).await,
                Ok(Err(error)) => {
                    tracing::debug!(%error, "a TLS handshake failed");
                    identity.warn_unless_valid();
                }
                Err(_elapsed) => tracing::debug!("a TLS handshake took too long"),
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
