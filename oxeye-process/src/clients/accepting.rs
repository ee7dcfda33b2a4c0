//! Accepting connections, whatever the network does meanwhile.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// The pause after a failure to accept, usually because there are too many open files.
const AFTER_ACCEPT_FAILED: Duration = Duration::from_millis(100);

/// Accepts the next connection.
pub async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Messages are small and written at once, so waiting for more data would only delay them.
                if stream.set_nodelay(true).is_ok() {
                    return (stream, peer);
                }
            }
            // This client is gone; the next one may not be.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept a new connection");
                sleep(AFTER_ACCEPT_FAILED).await;
            }
        }
    }
}
