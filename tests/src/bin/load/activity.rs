//! How many activity events per second one backend makes durable: in batches of 100 with details of 64 bytes, of
//! 1,000 players, and one event per request compared with a bare axum handler. Then how long joins take while
//! another connection sends batches without a pause.
//!
//! Required with 64 connections on 2 cores: at least 50,000 events per second in batches; single events at least 0.4
//! of the bare handler's rate; joins beside the full load with a p99 of at most 10 ms. `--require 50000` fails if the
//! batches are slower than the first of these figures.

use std::time::Duration;

use anyhow::{Result, ensure};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::load::{self, Measured, Requests};
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

use crate::events::start_bare;
use crate::plan::Plan;

const CONNECTIONS: usize = 64;
const EVENTS_PER_BATCH: usize = 100;
const PLAYERS: usize = 1000;

/// The number in every batch that is built in advance; each batch that is sent gets its own.
const FIRST_SEQ: usize = 1_000_000_000_001;

/// Batches of the same events under new numbers.
struct Batches {
    request: Vec<u8>,
    /// Where the number of the first event is in the request.
    place: usize,
    next: usize,
}

impl Batches {
    fn new(key: &str, connection: usize) -> Self {
        let events: Vec<_> = (0..EVENTS_PER_BATCH)
            .map(|number| event(connection * 37 + number * 13))
            .collect();
        let body = json!({"epoch": 1_700_000_000, "first_seq": FIRST_SEQ, "events": events});
        let request = Request::post("/activity").bearer(key).json(&body).bytes();
        let digits = FIRST_SEQ.to_string();
        let place = request
            .windows(digits.len())
            .position(|bytes| bytes == digits.as_bytes());
        Self {
            request,
            place: place.unwrap_or_default(),
            next: FIRST_SEQ,
        }
    }
}

impl Requests for Batches {
    fn next(&mut self) -> &[u8] {
        let digits = self.next.to_string();
        self.request[self.place..self.place + digits.len()].copy_from_slice(digits.as_bytes());
        self.next += EVENTS_PER_BATCH;
        &self.request
    }
}

/// The same event, sent repeatedly.
struct Singles(Vec<u8>);

impl Requests for Singles {
    fn next(&mut self) -> &[u8] {
        &self.0
    }
}

fn singles(keys: &[String]) -> impl Iterator<Item = Singles> + '_ {
    keys.iter().enumerate().map(|(number, key)| {
        let request = Request::post("/activity").bearer(key);
        Singles(request.json(&event(number)).bytes())
    })
}

/// An event whose details have 64 bytes.
fn event(number: usize) -> Value {
    let event_type = ["trade_buy", "combat_attack", "sector_move", "dock"][number % 4];
    let details =
        json!({"sector_id": number % 50 + 1, "total_value": 150, "item": "minecraft:dirt____"});
    json!({"player": format!("Player{}", number % PLAYERS), "event_type": event_type, "details": details})
}

/// Prints the table.
pub(crate) async fn print(plan: &Plan) -> Result<()> {
    let (_bare, bare) = start_bare().await?;
    let (oxeye, keys) = start_backend().await;
    let length = Duration::from_secs(plan.seconds);
    let (mut batches, mut of_oxeye, mut of_bare) = (
        Measured::default(),
        Measured::default(),
        Measured::default(),
    );
    let mut sent: Vec<_> = keys
        .iter()
        .enumerate()
        .map(|(number, key)| Batches::new(key, number))
        .collect();
    for _ in 0..plan.rounds {
        batches.add(load::run_requests(oxeye.address(), later(&mut sent), length).await?);
        of_oxeye.add(load::run_requests(oxeye.address(), singles(&keys), length).await?);
        of_bare.add(load::run_requests(bare, singles(&keys), length).await?);
    }
    let beside = tokio::join!(
        load::run_requests(oxeye.address(), later(&mut sent), length),
        load::run(oxeye.address(), &keys[..1], length),
    );
    let (mut loaded, mut joins) = (beside.0?, beside.1?);
    println!("| {CONNECTIONS} connections | events/s | p50 | p99 | share of bare |");
    println!("|---|---|---|---|---|");
    let share = of_oxeye.per_second() / of_bare.per_second();
    print_row("batches of 100", &mut batches, 100.0, None);
    print_row("one by one", &mut of_oxeye, 1.0, Some(share));
    print_row("bare axum, one by one", &mut of_bare, 1.0, Some(1.0));
    print_row("batches of 100, beside joins", &mut loaded, 100.0, None);
    print_row(
        "joins and leaves of one connection beside them",
        &mut joins,
        1.0,
        None,
    );
    let rate = batches.per_second() * EVENTS_PER_BATCH as f64;
    ensure!(
        rate >= plan.require,
        "{rate:.0} events per second in batches, and {:.0} are required",
        plan.require
    );
    Ok(())
}

/// Takes each connection's batches, and leaves those that follow for the next run.
fn later(sent: &mut [Batches]) -> Vec<Batches> {
    sent.iter_mut()
        .map(|batches| {
            let now = Batches {
                request: batches.request.clone(),
                place: batches.place,
                next: batches.next,
            };
            // No run sends a million batches.
            batches.next += 1_000_000 * EVENTS_PER_BATCH;
            now
        })
        .collect()
}

fn print_row(name: &str, measured: &mut Measured, events: f64, share: Option<f64>) {
    let (rate, p50, p99) = (
        measured.per_second() * events,
        measured.latencies.quantile(500),
        measured.latencies.quantile(990),
    );
    let share = share.map(|share| format!("{share:.2}")).unwrap_or_default();
    println!("| {name} | {rate:.0} | {p50:.2?} | {p99:.2?} | {share} |");
}

/// The real backend, and one server's key per connection.
async fn start_backend() -> (Oxeye, Vec<String>) {
    let oxeye = Setup::unlimited().start().await;
    let mut keys = Vec::new();
    for number in 0..CONNECTIONS {
        let plugin = oxeye.linked(&format!("server {number}")).await;
        keys.push(plugin.key().to_owned());
    }
    (oxeye, keys)
}
