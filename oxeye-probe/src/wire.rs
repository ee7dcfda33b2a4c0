//! One connection to a server.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};

use crate::{Address, ProbeError};

/// Time limit for a connection. A nearby server answers at once, but a host name may have several
/// addresses, all of which are tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A stream of bytes in both directions: a socket, TLS, or a pipe in a test.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Connects to a server. Small packets are sent at once, without waiting for more data.
///
/// # Errors
/// When the server cannot be reached, or not in time.
pub async fn connect(address: &Address) -> Result<TcpStream, ProbeError> {
    finish(
        address,
        TcpStream::connect((address.host(), address.port())),
    )
    .await
}

/// Connects to exactly this IP address and port, whatever the name in `address` means. `address` is for
/// messages.
///
/// # Errors
/// As [`connect`].
pub async fn connect_to(address: &Address, at: SocketAddr) -> Result<TcpStream, ProbeError> {
    finish(address, TcpStream::connect(at)).await
}

async fn finish(
    address: &Address,
    connecting: impl Future<Output = io::Result<TcpStream>>,
) -> Result<TcpStream, ProbeError> {
    let socket = timeout(CONNECT_TIMEOUT, connecting)
        .await
        .map_err(|_elapsed| ProbeError::no_answer(address))?
        .map_err(|error| ProbeError::network(address, error))?;
    socket
        .set_nodelay(true)
        .map_err(|error| ProbeError::network(address, error))?;
    Ok(socket)
}
