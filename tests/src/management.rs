//! A management server like that of Minecraft 1.21.9 and later: JSON-RPC 2.0 over WebSocket, on
//! loopback, without TLS. The message formats are from minecraft.net's article on 1.21.9.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use crate::loopback::back_at;

/// The secret of every management server in the stories.
pub const SECRET: &str = "0123456789abcdefghijABCDEFGHIJ0123456789";

/// A running management server. Dropping it stops it.
#[derive(Debug)]
pub struct Management {
    address: SocketAddr,
    server: Arc<Server>,
    _serving: JoinSet<()>,
    /// Dropping this ends the connections.
    _alive: watch::Sender<()>,
}

#[derive(Debug)]
struct Server {
    players: Mutex<Vec<String>>,
    notifications: broadcast::Sender<Value>,
    /// Whether connected clients are sent endless pings.
    floods: AtomicBool,
    alive: watch::Receiver<()>,
}

impl Management {
    /// Starts one with nobody on, at a port that the system picks.
    pub async fn start() -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), &[]).await
    }

    /// Starts one at this address, with these players on.
    ///
    /// # Panics
    /// If it cannot listen there.
    pub async fn start_at(address: SocketAddr, players: &[&str]) -> Self {
        let listener = back_at(|| std::net::TcpListener::bind(address));
        let is_set = listener.set_nonblocking(true);
        let listener = is_set.and_then(|()| TcpListener::from_std(listener));
        let listener = listener.expect("a listener for tokio");
        let address = listener.local_addr().expect("an address");
        let (alive, watched) = watch::channel(());
        let server = Arc::new(Server {
            players: Mutex::new(players.iter().map(ToString::to_string).collect()),
            notifications: broadcast::Sender::new(64),
            floods: AtomicBool::new(false),
            alive: watched,
        });
        let router = Router::new()
            .route("/", any(open))
            .with_state(Arc::clone(&server));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // Ends when the task is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Self {
            address,
            server,
            _serving: serving,
            _alive: alive,
        }
    }

    /// The address where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a player join.
    pub fn joins(&self, player: &str) {
        self.server.players.lock().push(player.to_owned());
        self.notify("players/joined", player);
    }

    /// Makes a player leave.
    pub fn leaves(&self, player: &str) {
        self.server.players.lock().retain(|name| name != player);
        self.notify("players/left", player);
    }

    /// From now on sends pings to connected clients as fast as it can.
    pub fn floods(&self) {
        self.server.floods.store(true, Ordering::Relaxed);
        self.notify("players/joined", "Flood");
    }

    fn notify(&self, what: &str, player: &str) {
        let method = format!("minecraft:notification/{what}");
        let params = [described(player)];
        let notification = json!({"jsonrpc": "2.0", "method": method, "params": params});
        // There may be no connection.
        let _ = self.server.notifications.send(notification);
    }
}

fn described(player: &str) -> Value {
    // Any id will do, as long as each player keeps theirs.
    let number: u64 = player
        .bytes()
        .fold(7, |sum, byte| sum * 31 + u64::from(byte));
    json!({"id": format!("00000000-0000-4000-8000-{:012x}", number & 0xffff_ffff_ffff), "name": player})
}

async fn open(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let expected = format!("Bearer {SECRET}");
    if headers.get("authorization").map(|value| value.as_bytes()) != Some(expected.as_bytes()) {
        return (StatusCode::UNAUTHORIZED, "Invalid API key").into_response();
    }
    upgrade.on_upgrade(|socket| speak(socket, server))
}

async fn speak(mut socket: WebSocket, server: Arc<Server>) {
    let mut notifications = server.notifications.subscribe();
    let mut alive = server.alive.clone();
    loop {
        let message = tokio::select! {
            _ = alive.changed() => return,
            notification = notifications.recv() => match notification {
                Ok(notification) => Some(notification),
                Err(_) => return,
            },
            asked = socket.recv() => match asked {
                Some(Ok(Message::Text(text))) => answer(&server, &text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => None,
            },
        };
        while server.floods.load(Ordering::Relaxed) {
            if socket.send(Message::Ping(Bytes::new())).await.is_err() {
                return;
            }
        }
        if let Some(message) = message
            && socket
                .send(Message::text(message.to_string()))
                .await
                .is_err()
        {
            return;
        }
    }
}

fn answer(server: &Server, text: &str) -> Option<Value> {
    let request: Value = serde_json::from_str(text).ok()?;
    let players: Vec<_> = server
        .players
        .lock()
        .iter()
        .map(|name| described(name))
        .collect();
    let result = match request["method"].as_str()? {
        "minecraft:players" => json!(players),
        "minecraft:server/status" => json!({
            "started": true,
            "version": {"name": "1.21.9", "protocol": 773},
            "players": players,
        }),
        _ => {
            let error = json!({"code": -32601, "message": "Method not found"});
            return Some(json!({"jsonrpc": "2.0", "id": request["id"], "error": error}));
        }
    };
    Some(json!({"jsonrpc": "2.0", "id": request["id"], "result": result}))
}
