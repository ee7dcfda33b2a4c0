//! Servers that report what players did: some send single events with a key, some batches with numbers of their
//! own. Whatever nobody answered is sent again, and batches begin with events that were answered.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rand::Rng as _;
use rusqlite::{Connection as File, OpenFlags};
use serde_json::{Value, json};

use super::now;
use crate::backend::Oxeye;
use crate::raw::{Connection, Request};

/// Servers that send single events.
const SINGLE: usize = 4;

/// Servers that send batches.
const BATCHED: usize = 4;

/// The most new events in a batch.
const BATCH: usize = 60;

/// The most events of a batch that were answered before.
const REPEATED: usize = 5;

/// The most newest events of a player that are kept.
const NEWEST: usize = 500;

/// Players of each server, who are on all the time.
pub(super) const PLAYERS: usize = 3;

/// What became of the events of activity in a trial.
#[derive(Debug, Default, Clone, Copy)]
pub struct ActivityTally {
    /// Number of events that were answered.
    pub acknowledged: u64,
    /// Number of events in flight when the backend was killed: they may have been counted or not.
    pub in_flight: u64,
    /// Number of answered events that were not counted.
    pub lost: u64,
    /// Number of events that were counted more than once, or that nobody had reported.
    pub doubled: u64,
    /// Number of players whose session or newest events differed from what was counted.
    pub differing: u64,
}

/// How many events of a player there are, and the sum of their values.
type Sum = (u64, u64);

/// What the file says of each player.
#[derive(Debug, Default)]
pub(super) struct Counters(HashMap<String, Sum>);

impl Counters {
    /// Reads the file while the backend has it open. There is none before the first event.
    pub(super) fn read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let file = File::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .context("the file of activity cannot be read")?;
        // What recent events add to counters is not in them yet.
        let mut sums = file.prepare(
            "SELECT name, sum(number), sum(volume) FROM players JOIN (
                 SELECT player_id, iif(word = 'actions', amount, 0) AS number,
                        iif(word = 'trade_volume', amount, 0) AS volume
                 FROM day_counters JOIN words ON words.id = counter_id
                 UNION ALL SELECT player_id, 1, details ->> 'total_value' FROM recent_events
             ) ON player_id = players.id
             GROUP BY name",
        )?;
        let sums = sums.query_map([], |row| {
            let sum = |column| row.get::<_, f64>(column);
            Ok((row.get(0)?, (whole(sum(1)?), whole(sum(2)?))))
        })?;
        Ok(Self(sums.collect::<rusqlite::Result<_>>()?))
    }

    fn of(&self, player: &str) -> Sum {
        self.0.get(player).copied().unwrap_or_default()
    }

    /// Adds the events of players whom nobody has reported.
    pub(super) fn check_strangers(&self, doers: &[Doer], tally: &mut ActivityTally) {
        let is_known = |player: &str| doers.iter().any(|doer| doer.has(player));
        let strangers = self.0.iter().filter(|(player, _)| !is_known(player));
        tally.doubled += strangers.map(|(_, (events, _))| events).sum::<u64>();
    }
}

/// All values are whole numbers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sums of small whole numbers"
)]
fn whole(amount: f64) -> u64 {
    amount.round() as u64
}

/// A server that reports what its players do.
pub(super) struct Doer {
    server: String,
    key: String,
    is_batched: bool,
    /// Begins with the trial, so that the numbers are new.
    epoch: i64,
    /// All events in the order of their numbers: the player and the value.
    events: Vec<(usize, u64)>,
    /// How many of them were answered. The others are in flight.
    answered: usize,
    /// How many of them are in the tally.
    tallied: usize,
}

/// Links the servers that report activity.
pub(super) async fn link_all(oxeye: &Oxeye) -> Result<Vec<Doer>> {
    let mut doers = Vec::new();
    for number in 0..SINGLE + BATCHED {
        let server = format!("doer-{number}");
        let linked = oxeye.linked(&server).await;
        let players: Vec<_> = (0..PLAYERS)
            .map(|player| player_of(&server, player))
            .collect();
        let players: Vec<_> = players.iter().map(String::as_str).collect();
        linked.syncs(&players).await;
        doers.push(Doer {
            key: linked.key().to_owned(),
            server,
            is_batched: number >= SINGLE,
            epoch: now()?,
            events: Vec::new(),
            answered: 0,
            tallied: 0,
        });
    }
    Ok(doers)
}

impl Doer {
    fn player(&self, number: usize) -> String {
        player_of(&self.server, number)
    }

    fn has(&self, player: &str) -> bool {
        (0..PLAYERS).any(|number| self.player(number) == player)
    }

    /// Reports events until the backend is gone.
    pub(super) async fn hammer(mut self, address: SocketAddr) -> Result<Self> {
        let mut connection = Connection::open(address).await;
        while let Ok(open) = &mut connection {
            if self.answered == self.events.len() {
                self.do_something();
            }
            if !self.report(open).await? {
                break;
            }
        }
        Ok(self)
    }

    /// Reports what nobody answered.
    pub(super) async fn finish(&mut self, address: SocketAddr) -> Result<()> {
        if self.answered < self.events.len() {
            let mut connection = Connection::open(address).await?;
            ensure!(self.report(&mut connection).await?, "nobody answered");
        }
        Ok(())
    }

    fn do_something(&mut self) {
        let mut random = rand::rng();
        let events = match self.is_batched {
            true => random.random_range(1..=BATCH),
            false => 1,
        };
        let event = |_| {
            (
                random.random_range(0..PLAYERS),
                random.random_range(1..1_000),
            )
        };
        self.events.extend((0..events).map(event));
    }

    /// Sends what nobody answered; returns whether it was answered now.
    async fn report(&mut self, connection: &mut Connection) -> Result<bool> {
        let request = Request::post("/activity").bearer(&self.key);
        let request = match self.is_batched {
            true => request.json(&self.batch()),
            false => {
                let key = format!("{}-{}", self.server, self.answered);
                let request = request.header("Idempotency-Key", &key);
                request.json(&self.event(self.answered))
            }
        };
        let Ok(answer) = connection.ask(&request).await else {
            return Ok(false);
        };
        ensure!(answer.status == 200, "an event of activity: {answer}");
        if self.is_batched {
            let answer = answer.json();
            let is_whole = answer["acked_seq"] == json!(self.events.len());
            ensure!(
                is_whole && answer.get("refused").is_none(),
                "a batch of activity: {answer}"
            );
        }
        self.answered = self.events.len();
        Ok(true)
    }

    fn event(&self, number: usize) -> Value {
        let (player, value) = self.events[number];
        json!({
            "player": self.player(player),
            "event_type": "trade_sell",
            "details": {"total_value": value},
        })
    }

    fn batch(&self) -> Value {
        let repeated = rand::rng().random_range(0..=REPEATED);
        let first = self.answered.saturating_sub(repeated);
        let events = (first..self.events.len()).map(|number| self.event(number));
        json!({
            "epoch": self.epoch,
            "first_seq": first + 1,
            "events": events.collect::<Vec<_>>(),
        })
    }

    /// Compares the file with what was reported. A batch that was in flight was counted either as a whole or not at
    /// all.
    pub(super) fn check(&mut self, found: &Counters, tally: &mut ActivityTally) {
        tally.acknowledged += (self.answered - self.tallied) as u64;
        self.tallied = self.answered;
        tally.in_flight += (self.events.len() - self.answered) as u64;
        let mut was_counted = Vec::new();
        for player in 0..PLAYERS {
            let answered = sum(&self.events[..self.answered], player);
            let all = sum(&self.events, player);
            let found = found.of(&self.player(player));
            if found == answered || found == all {
                // Says nothing if no event of the player was in flight.
                was_counted.extend((answered != all).then_some(found == all));
                continue;
            }
            let (lost, doubled) = (
                answered.0.saturating_sub(found.0),
                found.0.saturating_sub(all.0),
            );
            // As many events, but not the same ones.
            let is_mixed = u64::from(lost + doubled == 0);
            tally.lost += lost + is_mixed;
            tally.doubled += doubled + is_mixed;
        }
        was_counted.dedup();
        tally.lost += u64::from(was_counted.len() > 1);
    }

    /// Compares each player's session and newest events, as the API answers, with the counters. Everybody has been on
    /// since before the first event.
    pub(super) async fn check_answers(
        &self,
        oxeye: &Oxeye,
        found: &Counters,
        tally: &mut ActivityTally,
    ) {
        for player in 0..PLAYERS {
            let name = self.player(player);
            let session = oxeye.activity(&format!("players/{name}/session")).await;
            let newest = format!("players/{name}/events?limit={NEWEST}");
            let newest = oxeye.activity(&newest).await;
            let own = self.events.iter().filter(|(of, _)| *of == player);
            let own: Vec<_> = own.map(|(_, value)| *value).collect();
            let agrees = agrees(&session, &newest, found.of(&name), &own);
            tally.differing += u64::from(!agrees);
        }
    }
}

/// Whether a player's session and newest events are those of the events that were counted: the first ones of `own`.
fn agrees(session: &Value, newest: &Value, found: Sum, own: &[u64]) -> bool {
    let amount = |field: &str| session[field].as_f64().map(whole);
    let is_session = amount("actions_count") == Some(found.0)
        && amount("trade_volume") == Some(found.1)
        && session["online"] == true;
    let newest = newest.as_array().map(Vec::as_slice).unwrap_or_default();
    let trades = newest
        .iter()
        .filter(|event| event["event_type"] == "trade_sell");
    let values: Vec<_> = trades
        .map(|event| event["details"]["total_value"].as_u64())
        .collect();
    let counted = own
        .iter()
        .take(usize::try_from(found.0).unwrap_or(usize::MAX));
    let expected: Vec<_> = counted
        .rev()
        .take(values.len())
        .copied()
        .map(Some)
        .collect();
    // The login may be among the newest events, in the place of a trade.
    let is_whole = values.len() >= NEWEST - 1 || values.len() as u64 == found.0;
    is_session && is_whole && values == expected
}

fn player_of(server: &str, number: usize) -> String {
    format!("{server}-{number}")
}

fn sum(events: &[(usize, u64)], player: usize) -> Sum {
    let own = events.iter().filter(|(of, _)| *of == player);
    own.fold((0, 0), |(events, total), (_, value)| {
        (events + 1, total + value)
    })
}

#[cfg(test)]
mod tests;
