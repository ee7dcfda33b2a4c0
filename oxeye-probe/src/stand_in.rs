//! Building blocks for fake game servers, for the tests of this crate and of those that use it.

pub mod dns;

use tokio::{
    io::{AsyncWriteExt as _, DuplexStream, duplex, join, simplex},
    net::TcpListener,
    task::{JoinSet, yield_now},
};

use crate::{Address, wire::Wire};

/// Returns the two ends of a wire. It buffers a few kilobytes before a writer has to wait.
pub fn pipe() -> (Box<dyn Wire>, DuplexStream) {
    let (ours, theirs) = duplex(16 * 1024);
    (Box::new(ours), theirs)
}

/// Returns the two ends of a wire on which everything that the server sends arrives byte by byte.
pub fn trickle() -> (Box<dyn Wire>, impl Wire) {
    let (from_server, to_us) = simplex(1);
    let (from_us, to_server) = simplex(16 * 1024);
    (Box::new(join(from_server, to_server)), join(from_us, to_us))
}

/// Listens on a port that the system chooses.
pub async fn listen() -> (Address, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    (Address::new("127.0.0.1", port), listener)
}

/// Returns an address where nothing listens: the port was free a moment ago.
pub async fn nobody() -> Address {
    listen().await.0
}

/// Returns an address for errors that do not depend on where the server is.
pub fn somewhere() -> Address {
    Address::new("mc.test", 1)
}

/// Runs a server in the background until the test ends.
pub fn spawn_server(server: impl Future<Output = ()> + Send + 'static) -> JoinSet<()> {
    let mut servers = JoinSet::new();
    servers.spawn(server);
    servers
}

/// Sends bytes one by one, so that each of them arrives alone.
pub async fn drip(wire: &mut (impl tokio::io::AsyncWrite + Unpin), bytes: &[u8]) {
    for byte in bytes {
        // The reader may have closed its end.
        if wire.write_all(&[*byte]).await.is_err() {
            return;
        }
        yield_now().await;
    }
}
