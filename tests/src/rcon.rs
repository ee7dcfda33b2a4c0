//! A server's RCON on loopback: accepts logins, and answers `list uuids` as Minecraft does.

use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The password of every RCON in the stories.
pub const PASSWORD: &str = "a long password of the stories";

const LOGIN: i32 = 3;

/// A running RCON server. Dropping it stops it.
#[derive(Debug)]
pub struct Rcon {
    address: SocketAddr,
    players: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

impl Rcon {
    /// Starts one with these players on.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start(players: &[&str]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let players = players.iter().map(ToString::to_string).collect();
        let players = Arc::new(Mutex::new(players));
        let shared = Arc::clone(&players);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(serve(socket, Arc::clone(&shared)));
            }
        });
        Self {
            address,
            players,
            _serving: serving,
        }
    }

    /// The address where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Replaces the players who are on.
    pub fn has(&self, players: &[&str]) {
        *self.players.lock() = players.iter().map(ToString::to_string).collect();
    }
}

async fn serve(mut socket: TcpStream, players: Arc<Mutex<Vec<String>>>) -> Option<()> {
    loop {
        let length = usize::try_from(socket.read_i32_le().await.ok()?).ok()?;
        let mut packet = vec![0; length];
        socket.read_exact(&mut packet).await.ok()?;
        let id = i32::from_le_bytes(packet.get(..4)?.try_into().ok()?);
        let kind = i32::from_le_bytes(packet.get(4..8)?.try_into().ok()?);
        let body = packet.get(8..length - 2)?;
        if kind == LOGIN {
            let id = if body == PASSWORD.as_bytes() { id } else { -1 };
            send(&mut socket, id, 2, "").await?;
        } else {
            let answer = list(&players.lock());
            send(&mut socket, id, 0, &answer).await?;
        }
    }
}

fn list(players: &[String]) -> String {
    let named = players.iter().enumerate();
    let named = named.map(|(n, name)| format!("{name} (00000000-0000-4000-8000-{n:012})"));
    let named: Vec<_> = named.collect();
    let count = players.len();
    format!(
        "There are {count} of a max of 20 players online: {}",
        named.join(", ")
    )
}

async fn send(socket: &mut TcpStream, id: i32, kind: i32, body: &str) -> Option<()> {
    let length = i32::try_from(body.len() + 10).ok()?;
    let mut packet = Vec::new();
    packet.extend(length.to_le_bytes());
    packet.extend(id.to_le_bytes());
    packet.extend(kind.to_le_bytes());
    packet.extend(body.as_bytes());
    packet.extend([0, 0]);
    socket.write_all(&packet).await.ok()
}
