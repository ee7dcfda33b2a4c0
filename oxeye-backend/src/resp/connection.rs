//! One connection from its first byte to its end.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::client::{Client, Next};
use super::clients::Connected;
use super::keyspace::Keyspace;
use super::wire::Wire;

/// Answers a client until it leaves, breaks a limit, makes room for another, or we are stopping.
pub(super) async fn serve<S: AsyncRead + AsyncWrite>(
    stream: S,
    keyspace: &Keyspace,
    connected: Connected,
    stop: CancellationToken,
) {
    let mut wire = Wire::new(stream);
    let conversation = converse(&mut wire, keyspace, &connected);
    let ended = tokio::select! {
        biased;
        () = stop.cancelled() => return,
        () = connected.gives_way() => return,
        ended = conversation => ended,
    };
    match ended {
        Ok(()) => wire.close().await,
        Err(error) => tracing::debug!(%error, "a Redis client was dropped"),
    }
}

/// Answers requests in the order in which they arrive. Returns when the connection is to be closed.
async fn converse<S: AsyncRead + AsyncWrite>(
    wire: &mut Wire<S>,
    keyspace: &Keyspace,
    connected: &Connected,
) -> io::Result<()> {
    let mut client = Client::new(connected.id());
    loop {
        loop {
            let request = match wire.next() {
                Ok(Some(request)) => request,
                Ok(None) => break,
                Err(error) => {
                    wire.replies.error(&error.to_string());
                    return Ok(());
                }
            };
            if client.answer(&request, keyspace, wire).await? == Next::Close {
                return Ok(());
            }
            wire.relieve().await?;
        }
        wire.send().await?;
        connected.set_busy(wire.is_half());
        let goes_on = wire.receive().await?;
        connected.set_busy(true);
        if !goes_on {
            return Ok(());
        }
    }
}
