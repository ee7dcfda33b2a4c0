//! Tests over real sockets on loopback, with a simple fleet behind the routes.
//!
//! | module      | subject                                             |
//! |-------------|-----------------------------------------------------|
//! | `fleet`     | the fleet: every server runs at once                |
//! | `players`   | joins, heartbeats, leaves; what is no valid request |
//! | `limits`    | the cap, the secret, joins per address              |
//! | `game`      | `/game`                                             |
//! | `pages`     | CORS, the dashboard, unknown paths                  |
//! | `operators` | operators and worlds                                |
//! | `starting`  | what is answered while the fleet starts and stops   |
//! | `health`    | whether new servers can be started                  |
//! | `feed`      | clients of the feed                                 |
//! | `proxy`     | `/gameserver/*`                                     |

mod feed;
mod fleet;
mod game;
mod health;
mod limits;
mod operators;
mod pages;
mod players;
mod proxy;
mod starting;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use oxeye_probe::Address;
use oxeye_process::Secret;
use oxeye_process::tasks::Tasks;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use self::fleet::SimpleFleet;
use super::{App, serve};
use crate::ids::WorkerName;
use crate::settings::Settings;
use crate::time::Clock;

const OPERATOR: &str = "the token of operators";

/// A running site, and its parties.
struct Site {
    players: SocketAddr,
    dashboard: SocketAddr,
    fleet: Arc<SimpleFleet>,
    client: Client<HttpConnector, Full<Bytes>>,
    _data: tempfile::TempDir,
    tasks: Tasks,
}

/// What a request was answered.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// Checks that this is an error in the one shape of all errors, and returns its sentence.
    #[track_caller]
    fn error(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/json");
        let body = self.json();
        assert_eq!(body["success"], false);
        body["error"].as_str().expect("a sentence").to_owned()
    }
}

async fn site(settings: &[(&'static str, &str)]) -> Site {
    site_with_game_server(settings, "127.0.0.1:9".parse().unwrap()).await
}

/// Starts a site whose game servers all are at one address.
async fn site_with_game_server(settings: &[(&'static str, &str)], game_server: SocketAddr) -> Site {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap().to_owned();
    let defaults = [
        ("FLEET_DATA", folder.as_str()),
        ("FLEET_JOINS_PER_MINUTE", "1000000"),
    ];
    let settings = Settings::of(&[&defaults, settings].concat()).unwrap();
    let tasks = Tasks::new();
    let (fleet, handle) = SimpleFleet::start(&settings, &tasks);
    let reach = move |worker: &WorkerName, _port| {
        let address = Address::new(game_server.ip().to_string(), game_server.port());
        (*worker == WorkerName::local()).then_some(address)
    };
    let app = App::start(
        &settings,
        &Secret::new(OPERATOR),
        handle,
        Clock::start(),
        Box::new(reach),
        &tasks,
    );
    let (players, dashboard) = (listener().await, listener().await);
    let site = Site {
        players: players.local_addr().unwrap(),
        dashboard: dashboard.local_addr().unwrap(),
        fleet,
        client: Client::builder(TokioExecutor::new()).build_http(),
        _data: data,
        tasks,
    };
    serve(
        &app,
        vec![players],
        Some(dashboard),
        settings.max_connections,
    );
    site
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

impl Site {
    /// Sends a request to the address for players.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        self.ask_at(self.players, method, path, headers, body).await
    }

    async fn ask_at(
        &self,
        address: SocketAddr,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let uri = format!("http://{address}{path}");
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).unwrap();
        let (parts, body) = self.client.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], "").await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, &[], body.to_string()).await
    }

    /// Joins with any JSON as the player's id.
    async fn join(&self, player: impl Into<Value>) -> Answer {
        let body = json!({ "playerId": player.into() });
        self.post("/api/player/join", &body).await
    }

    /// Joins, and returns the session.
    async fn joined(&self, player: &str) -> String {
        let answer = self.join(player).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["sessionId"].as_str().unwrap().to_owned()
    }
}
