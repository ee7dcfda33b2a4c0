//! The listener of the stand-in, which can be shut.

use std::net::SocketAddr;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};

use super::Shared;

/// While the world is down, every connection is dropped as soon as it is accepted: the port stays
/// ours, and to the bot it looks like a Discord that is not there.
pub(super) struct Door {
    listener: TcpListener,
    world: Shared,
}

impl Door {
    pub(super) fn new(listener: TcpListener, world: Shared) -> Self {
        Self { listener, world }
    }
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            let down = self.world.change(|world| {
                world.hung_up += usize::from(world.down);
                world.down
            });
            if !down {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
