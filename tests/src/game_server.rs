//! A Minecraft server as seen at its address: it answers the server list ping of Java Edition, can be killed, and
//! starts again at the same port.

use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::loopback::{back_at, own_address};

/// A server that answers pings. Dropping it stops it.
#[derive(Debug)]
pub struct GameServer {
    address: SocketAddr,
    status: Arc<Mutex<Value>>,
    serving: JoinSet<()>,
}

impl GameServer {
    /// Starts a server on which nobody is.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((own_address(), 0)).await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let mut server = Self {
            address,
            status: Arc::new(Mutex::new(Value::Null)),
            serving: JoinSet::new(),
        };
        server.has(&[]);
        server.serve(listener);
        server
    }

    /// Returns the address that players would type, by IP address.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Returns the IP address alone.
    pub fn ip(&self) -> String {
        self.address.ip().to_string()
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Names exactly these players in its answers.
    pub fn has(&self, players: &[&str]) {
        let sample: Vec<_> = players.iter().map(|name| listed(name)).collect();
        self.says(players.len(), &sample);
    }

    /// Says how many players are on and names nobody.
    pub fn counts(&self, players: usize) {
        self.says(players, &[]);
    }

    fn says(&self, online: usize, sample: &[Value]) {
        *self.status.lock() = json!({
            "version": {"name": "Paper 1.21.11", "protocol": 774},
            "players": {"online": online, "max": 20, "sample": sample},
            "description": "A server of the stories",
        });
    }

    /// Disappears: its port refuses connections.
    pub async fn is_killed(&mut self) {
        self.serving.shutdown().await;
    }

    /// Runs again, at the same port.
    ///
    /// # Panics
    /// If it cannot listen there.
    pub async fn comes_back(&mut self) {
        let listener = back_at(|| std::net::TcpListener::bind(self.address));
        let is_set = listener.set_nonblocking(true);
        let listener = is_set.and_then(|()| TcpListener::from_std(listener));
        self.serve(listener.expect("a listener for tokio"));
    }

    fn serve(&mut self, listener: TcpListener) {
        let status = Arc::clone(&self.status);
        self.serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(answer(socket, status.lock().to_string()));
            }
        });
    }
}

fn listed(name: &str) -> Value {
    let digits = name.bytes().fold(7_u64, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    json!({"name": name, "id": format!("00000000-0000-4000-8000-{:012x}", digits & 0xffff_ffff_ffff)})
}

/// Reads the handshake and the request, and sends the status.
async fn answer(mut socket: TcpStream, status: String) -> Option<()> {
    for _ in 0..2 {
        let length = read_varint(&mut socket).await?;
        let mut packet = vec![0; length];
        socket.read_exact(&mut packet).await.ok()?;
    }
    let content = [vec![0], varint(status.len()), status.into_bytes()].concat();
    let packet = [varint(content.len()), content].concat();
    socket.write_all(&packet).await.ok()
}

async fn read_varint(socket: &mut TcpStream) -> Option<usize> {
    let mut number = 0;
    for place in 0..3 {
        let byte = usize::from(socket.read_u8().await.ok()?);
        number |= (byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Writes a number with seven bits in each byte, the lowest first.
fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
