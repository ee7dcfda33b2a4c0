//! What is sent: everything follows from the numbers of the events.

use std::net::SocketAddr;

use anyhow::Result;
use serde_json::json;

use crate::raw::{Connection, Request};

/// Events per batch.
pub(super) const BATCH: u64 = 20;

const PLAYERS: u64 = 7;

/// Returns what happened: who, whether they joined, and how many seconds after the first event.
pub(super) fn event(number: u64) -> (String, bool, u64) {
    let player = format!("Player{}", number % PLAYERS);
    (player, (number / PLAYERS).is_multiple_of(2), number)
}

/// A server that sends one batch after another.
pub(super) struct Sender {
    address: SocketAddr,
    key: String,
    /// Time of the first event.
    begin: u64,
}

impl Sender {
    pub(super) fn new(address: SocketAddr, key: String) -> Result<Self> {
        Ok(Self {
            address,
            key,
            begin: u64::try_from(crate::crash::now()?)? - 86_400,
        })
    }

    /// Returns how many were accepted.
    pub(super) async fn send(self, batches: u64) -> u64 {
        let Ok(mut connection) = Connection::open(self.address).await else {
            return 0;
        };
        for number in 0..batches {
            let answer = connection.ask(&self.batch(number)).await;
            if !answer.is_ok_and(|answer| answer.status == 200) {
                return number;
            }
        }
        batches
    }

    fn batch(&self, number: u64) -> Request {
        let first = number * BATCH;
        let events = (first..first + BATCH).map(|number| {
            let (player, is_join, after) = event(number);
            let kind = if is_join { "join" } else { "leave" };
            json!({"type": kind, "player": player, "at": self.begin + after})
        });
        let events: Vec<_> = events.collect();
        let batch = json!({"epoch": 1, "first_seq": first + 1, "events": events});
        Request::post("/events").bearer(&self.key).json(&batch)
    }
}
