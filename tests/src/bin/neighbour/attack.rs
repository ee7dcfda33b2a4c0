//! The hostile server: one key, and batches of everything a plugin may send.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::{Connection, Request};
use rand::Rng as _;
use serde_json::{Value, json};

use crate::history;

/// The pause after a refusal, much shorter than any that an answer asks for.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// A connection that sends numbered batches.
pub(crate) struct Attacker {
    connection: Connection,
    address: SocketAddr,
    key: String,
    epoch: i64,
    next_seq: usize,
    /// Number of batches that were accepted.
    pub(crate) taken: u64,
}

impl Attacker {
    pub(crate) async fn new(address: SocketAddr, plugin: &Plugin, epoch: i64) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(address).await?,
            address,
            key: plugin.key().to_owned(),
            epoch,
            next_seq: 1,
            taken: 0,
        })
    }

    /// Sends a batch once, and pauses if it was refused for its size or rate. If the backend closes
    /// the connection or does not answer in time, the next call sends the same batch again.
    pub(crate) async fn sends(&mut self, events: &[Value]) -> Result<()> {
        let request = self.batch(events);
        let Ok(answer) = self.connection.ask(&request).await else {
            self.connection = Connection::open(self.address).await?;
            return Ok(());
        };
        match answer.status {
            200 => {
                self.taken += 1;
                self.next_seq += events.len();
            }
            429 | 503 => tokio::time::sleep(PAUSE).await,
            _ => bail!("a batch was refused: {answer}"),
        }
        Ok(())
    }

    /// Sends a batch and does not wait for the answer.
    pub(crate) async fn sends_without_waiting(&mut self, events: &[Value]) -> Result<()> {
        let bytes = self.batch(events).bytes();
        self.connection.send(&bytes).await
    }

    fn batch(&self, events: &[Value]) -> Request {
        let body = json!({"epoch": self.epoch, "first_seq": self.next_seq, "events": events});
        Request::post("/events").bearer(&self.key).json(&body)
    }
}

/// Joins of the player with the long history, at moments within it.
pub(crate) fn late_joins(count: usize, begin: i64, end: i64) -> Vec<Value> {
    let mut random = rand::rng();
    let mut at = || random.random_range(begin..end);
    (0..count)
        .map(|_| json!({"type": "join", "player": history::PLAYER, "at": at()}))
        .collect()
}

/// Full lists of a server that claims to have just started, each at a moment within the history.
pub(crate) fn startup_syncs(count: usize, begin: i64, end: i64) -> Vec<Value> {
    let mut random = rand::rng();
    let mut at = || random.random_range(begin..end);
    (0..count)
        .map(|_| {
            json!({"type": "sync", "players": [{"player": history::PLAYER}], "reason": "startup", "at": at()})
        })
        .collect()
}
