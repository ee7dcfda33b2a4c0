//! Players who come and go.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

use crate::fleet::{Fleet, PLAYERS_PER_SERVER, SERVERS};

/// How many of the players who come and go are on at a time.
const STAYING: usize = 100;

/// A change, which a dashboard sees by the name of a player.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    /// The number of the player.
    pub(crate) player: u32,
    /// Whether they came; otherwise, they left.
    pub(crate) came: bool,
    /// When it was asked for.
    pub(crate) at: Instant,
}

/// Makes changes, and records them.
pub(crate) struct Changes {
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    made: Mutex<Vec<Change>>,
}

impl Changes {
    pub(crate) fn new(fleet: &Fleet) -> Self {
        Self {
            address: fleet.address(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            made: Mutex::default(),
        }
    }

    /// Fills the servers with players who stay, except for the room that the others need.
    pub(crate) async fn fill(&self) -> anyhow::Result<()> {
        for number in 0..(SERVERS * PLAYERS_PER_SERVER) as usize - STAYING - 1 {
            self.join(&format!("stays-{number}")).await?;
        }
        Ok(())
    }

    /// Lets players come and go at an even pace.
    pub(crate) async fn make(&self, per_second: u32, seconds: u32) -> anyhow::Result<()> {
        let mut pace = interval(Duration::from_secs(1) / per_second);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut there = VecDeque::new();
        let mut next = 0;
        for _ in 0..per_second * seconds {
            pace.tick().await;
            if there.len() < STAYING {
                self.note(next, true);
                there.push_back((next, self.join(&name(next)).await?));
                next += 1;
            } else if let Some((player, session)) = there.pop_front() {
                self.note(player, false);
                self.post("leave", json!({ "sessionId": session })).await?;
            }
        }
        Ok(())
    }

    fn note(&self, player: u32, came: bool) {
        let at = Instant::now();
        let change = Change { player, came, at };
        self.made.lock().expect("no panic").push(change);
    }

    /// Returns all changes but this many at the beginning.
    pub(crate) fn after(&self, count: usize) -> Vec<Change> {
        self.made.lock().expect("no panic")[count..].to_vec()
    }

    pub(crate) fn count(&self) -> usize {
        self.made.lock().expect("no panic").len()
    }

    async fn join(&self, player: &str) -> anyhow::Result<String> {
        let joined = self.post("join", json!({ "playerId": player })).await?;
        let session = joined["sessionId"].as_str();
        Ok(session.context("no session")?.to_owned())
    }

    async fn post(&self, what: &str, body: Value) -> anyhow::Result<Value> {
        let url = format!("http://{}/api/player/{what}", self.address);
        let request = Request::post(url).body(Full::from(body.to_string()))?;
        let answer = self.client.request(request).await?.into_body();
        let answer: Value = serde_json::from_slice(&answer.collect().await?.to_bytes())?;
        ensure!(answer["success"] == true, "{what}: {answer}");
        Ok(answer)
    }
}

/// How the name of a player who comes and goes begins.
pub(crate) const NAME: &str = "comes-";

fn name(player: u32) -> String {
    format!("{NAME}{player}")
}
