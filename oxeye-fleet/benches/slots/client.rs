//! A client that waits while the program is down.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use oxeye_fleet::operator_messages::{FleetStatus, SlotStatus};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::findings::Findings;
use crate::program::Program;

/// How long anything may take that should happen soon.
pub(crate) const LIMIT: Duration = Duration::from_secs(90);

/// How often the state of the fleet is read.
const INTERVAL: Duration = Duration::from_millis(100);

/// The pause before a request is sent again.
const PAUSE: Duration = Duration::from_millis(30);

#[derive(Clone)]
pub(crate) struct Client {
    http: hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>,
    base: String,
    token: String,
    state: Arc<watch::Sender<Vec<SlotStatus>>>,
}

/// A visit of a player.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) session: String,
    pub(crate) server: String,
    pub(crate) port: u16,
}

impl Client {
    /// Waits until the program answers.
    pub(crate) async fn of(program: &Program) -> Self {
        let mut client = Self {
            http: hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build_http(),
            base: format!("http://127.0.0.1:{}", program.port()),
            token: String::new(),
            state: Arc::new(watch::Sender::default()),
        };
        client.until_it_answers().await;
        let token = std::fs::read_to_string(program.path("operator.token"));
        client.token = token
            .expect("the program has made a token")
            .trim()
            .to_owned();
        client
    }

    pub(crate) async fn until_it_answers(&self) {
        let began = Instant::now();
        while self
            .ask(Method::GET, "/health", Value::Null)
            .await
            .is_none()
        {
            assert!(began.elapsed() < LIMIT, "the program does not answer");
            sleep(PAUSE).await;
        }
    }

    /// Joins, retrying until there is an answer.
    pub(crate) async fn join(&self, player: &str) -> Option<Visit> {
        let answer = self
            .insist("/api/player/join", json!({ "playerId": player }))
            .await?;
        let text = |name: &str| answer.get(name)?.as_str().map(str::to_owned);
        let url = text("serverUrl")?;
        Some(Visit {
            session: text("sessionId")?,
            server: text("serverId")?,
            port: url.rsplit(':').next()?.trim_end_matches('/').parse().ok()?,
        })
    }

    pub(crate) async fn heartbeat(&self, visit: &Visit) -> bool {
        let body = json!({ "sessionId": visit.session });
        self.insist("/api/player/heartbeat", body).await.is_some()
    }

    pub(crate) async fn leave(&self, visit: &Visit) {
        self.insist("/api/player/leave", json!({ "sessionId": visit.session }))
            .await;
    }

    /// Posts until there is an answer. `None` if the session is unknown, or if there was no answer in
    /// time.
    async fn insist(&self, path: &str, body: Value) -> Option<Value> {
        let began = Instant::now();
        while began.elapsed() < LIMIT {
            match self.ask(Method::POST, path, body.clone()).await {
                Some((StatusCode::OK, answer)) => return Some(answer),
                Some((StatusCode::NOT_FOUND, _)) => return None,
                _ => sleep(PAUSE).await,
            }
        }
        None
    }

    /// Reads the state of the fleet, once the program knows it.
    pub(crate) async fn slots(&self) -> Option<Vec<SlotStatus>> {
        let (_, answer) = self.ask(Method::GET, "/api/fleet", Value::Null).await?;
        let status: FleetStatus = serde_json::from_value(answer).ok()?;
        (!status.engine_is_away).then_some(status.slots)
    }

    /// Reads the state of the fleet, retrying until there is an answer.
    pub(crate) async fn slots_soon(&self) -> Vec<SlotStatus> {
        let began = Instant::now();
        loop {
            if let Some(slots) = self.slots().await {
                return slots;
            }
            assert!(
                began.elapsed() < LIMIT,
                "the program does not say what it has"
            );
            sleep(PAUSE).await;
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Option<(StatusCode, Value)> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.token))
            .body(Full::new(Bytes::from(body.to_string())))
            .expect("the request is valid");
        let answer = timeout(Duration::from_secs(10), self.http.request(request)).await;
        let answer = answer.ok()?.ok()?;
        let status = answer.status();
        let body = answer.into_body().collect().await.ok()?.to_bytes();
        Some((status, serde_json::from_slice(&body).ok()?))
    }

    /// Follows the state of the fleet for all players.
    pub(crate) async fn watch(self, findings: Arc<Findings>) {
        loop {
            if let Some(slots) = self.slots().await {
                let mut ports: Vec<_> = slots.iter().map(|slot| slot.port).collect();
                ports.sort_unstable();
                ports.dedup();
                if ports.len() < slots.len() {
                    findings.problem("two slots have one port".to_owned());
                }
                self.state.send_replace(slots);
            }
            sleep(INTERVAL).await;
        }
    }

    /// Waits until a slot is in a state of which this is true; `None` stands for no slot. Returns whether
    /// that happened.
    pub(crate) async fn until(&self, server: &str, is_so: impl Fn(Option<&str>) -> bool) -> bool {
        let mut state = self.state.subscribe();
        // What was read before this question may be older than the slot.
        state.mark_unchanged();
        let wait = async {
            while state.changed().await.is_ok() {
                let slots = state.borrow_and_update();
                let slot = slots.iter().find(|slot| slot.id.to_string() == server);
                if is_so(slot.map(|slot| slot.state.as_str())) {
                    return true;
                }
            }
            false
        };
        timeout(LIMIT, wait).await.unwrap_or(false)
    }

    /// Waits until there are no slots any more.
    pub(crate) async fn until_empty(&self, findings: &Findings) {
        let mut state = self.state.subscribe();
        state.mark_unchanged();
        let empty = timeout(LIMIT, state.wait_for(Vec::is_empty)).await.is_ok();
        if !empty {
            findings.problem("slots were left over".to_owned());
        }
    }
}
