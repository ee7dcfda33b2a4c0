//! One connection to a server.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};

use crate::{Address, ProbeError};

/// A server beside us answers at once; a name with several addresses gets all of them tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes in both directions: a socket, TLS over it, or a test's pipe.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Connects. Small packets are sent at once, without waiting for more.
///
/// # Errors
/// When nobody answers in time, or the network says no.
pub async fn connect(address: &Address) -> Result<TcpStream, ProbeError> {
    let connecting = TcpStream::connect((address.host(), address.port()));
    let socket = timeout(CONNECT_TIMEOUT, connecting)
        .await
        .map_err(|_elapsed| ProbeError::no_answer(address))?
        .map_err(|error| ProbeError::network(address, error))?;
    socket
        .set_nodelay(true)
        .map_err(|error| ProbeError::network(address, error))?;
    Ok(socket)
}
