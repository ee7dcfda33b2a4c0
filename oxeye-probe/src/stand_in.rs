//! What stand-ins for game servers are made of: for tests, here and in the crates that use this one.

use tokio::{
    io::{AsyncWriteExt as _, DuplexStream, duplex, join, simplex},
    net::TcpListener,
    task::{JoinSet, yield_now},
};

use crate::{Address, wire::Wire};

/// The two ends of a wire. It takes a few kilobytes before a writer has to wait for a reader.
pub fn pipe() -> (Box<dyn Wire>, DuplexStream) {
    let (ours, theirs) = duplex(16 * 1024);
    (Box::new(ours), theirs)
}

/// The two ends of a wire on which whatever the server sends arrives byte by byte.
pub fn trickle() -> (Box<dyn Wire>, impl Wire) {
    let (from_server, to_us) = simplex(1);
    let (from_us, to_server) = simplex(16 * 1024);
    (Box::new(join(from_server, to_server)), join(from_us, to_us))
}

/// A listening socket on a port that the system chose.
pub async fn listen() -> (Address, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    (Address::new("127.0.0.1", port), listener)
}

/// An address at which nobody listens: the port was free a moment ago.
pub async fn nobody() -> Address {
    listen().await.0
}

/// For errors that do not depend on where the server is.
pub fn somewhere() -> Address {
    Address::new("mc.test", 1)
}

/// Lets a server run beside the test, and ends it with the test.
pub fn beside(server: impl Future<Output = ()> + Send + 'static) -> JoinSet<()> {
    let mut servers = JoinSet::new();
    servers.spawn(server);
    servers
}

/// Sends the bytes one by one, so that each arrives alone.
pub async fn drip(wire: &mut (impl tokio::io::AsyncWrite + Unpin), bytes: &[u8]) {
    for byte in bytes {
        // Whoever listened may have heard enough.
        if wire.write_all(&[*byte]).await.is_err() {
            return;
        }
        yield_now().await;
    }
}
