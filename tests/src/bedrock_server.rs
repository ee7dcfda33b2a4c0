//! A Bedrock server as seen at its address: it answers RakNet's unconnected ping, can be killed, and starts again at
//! the same port.

use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use crate::loopback::{back_at, own_address};

/// Bytes of a ping: its kind, a time, sixteen bytes that are always the same, and a number of the client's.
const PING_BYTES: usize = 1 + 8 + 16 + 8;

const PONG: u8 = 0x1c;

/// A server that answers pings. Dropping it stops it.
#[derive(Debug)]
pub struct BedrockServer {
    address: SocketAddr,
    status: Arc<Mutex<String>>,
    serving: JoinSet<()>,
}

impl BedrockServer {
    /// Starts a server on which nobody is.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind((own_address(), 0)).await;
        let socket = socket.expect("a port is free");
        let address = socket.local_addr().expect("an address");
        let mut server = Self {
            address,
            status: Arc::default(),
            serving: JoinSet::new(),
        };
        server.counts(0);
        server.serve(socket);
        server
    }

    /// Returns the address that players would type, by IP address.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Says how many players are on. Bedrock servers name nobody.
    pub fn counts(&self, players: usize) {
        *self.status.lock() = format!(
            "MCPE;A server of the stories;800;1.21.80;{players};10;13253860892328930865;World;Survival;1;19132;19133;"
        );
    }

    /// Disappears: nothing listens at its port.
    pub async fn is_killed(&mut self) {
        self.serving.shutdown().await;
    }

    /// Runs again, at the same port.
    ///
    /// # Panics
    /// If it cannot have a socket there.
    pub async fn comes_back(&mut self) {
        let socket = back_at(|| std::net::UdpSocket::bind(self.address));
        let is_set = socket.set_nonblocking(true);
        let socket = is_set.and_then(|()| UdpSocket::from_std(socket));
        self.serve(socket.expect("a socket for tokio"));
    }

    fn serve(&mut self, socket: UdpSocket) {
        let status = Arc::clone(&self.status);
        self.serving.spawn(async move {
            let mut ping = [0; 1_500];
            // On Linux, a client that is gone shows as an error of the next call.
            loop {
                let Ok((length, client)) = socket.recv_from(&mut ping).await else {
                    continue;
                };
                if length == PING_BYTES {
                    let pong = pong(&ping[1..9], &ping[9..25], &status.lock());
                    let _ = socket.send_to(&pong, client).await;
                }
            }
        });
    }
}

/// Returns the answer: the time of the ping, the server's number, the sixteen bytes, and the status after its length.
fn pong(time: &[u8], magic: &[u8], status: &str) -> Vec<u8> {
    let length = u16::try_from(status.len()).unwrap_or(u16::MAX);
    let length = length.to_be_bytes();
    [&[PONG], time, &[5; 8], magic, &length, status.as_bytes()].concat()
}
