//! The listener of the stand-in, which can be shut to simulate an outage.

use std::net::SocketAddr;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};

use super::Shared;

/// During an outage it drops every connection as soon as it accepts it. So we keep the port, and to
/// the bot it looks as if Discord were gone.
pub(super) struct StandInListener {
    listener: TcpListener,
    world: Shared,
}

impl StandInListener {
    pub(super) fn new(listener: TcpListener, world: Shared) -> Self {
        Self { listener, world }
    }
}

impl Listener for StandInListener {
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
