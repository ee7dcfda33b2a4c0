//! How much memory one key can make the backend use: several connections send everything that can
//! grow, without pause.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use oxeye_tests::backend::Setup;
use oxeye_tests::crash;
use oxeye_tests::process::{megabytes, memory};
use oxeye_tests::raw::{Connection, Request};
use oxeye_tests::skins;
use rand::Rng as _;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::accounts::{self, HIDDEN, LINKED, any_uuid};
use crate::attack::{Attacker, PAUSE};
use crate::plan::Plan;

/// Connections that each send half a body and then wait.
const HALF_SENT: usize = 200;

/// The announced length of such a body, and the bytes of it that are sent.
const CLAIMED_BYTES: usize = 1_000_000;
const SENT_BYTES: usize = 900_000;

/// The interval between two measurements.
const MEASURE_EVERY: Duration = Duration::from_millis(500);

pub(crate) async fn print(plan: &Plan) -> Result<()> {
    let oxeye = Setup::new()
        .set("RUST_LOG", "error,oxeye_backend=info")
        .start()
        .await;
    let plugin = oxeye.linked("hostile").await;
    plugin.joins("First").await;
    for member in [LINKED, HIDDEN] {
        accounts::link(&oxeye, &plugin, member, crash::now()?).await?;
    }
    let (address, key) = (oxeye.address(), plugin.key().to_owned());
    let before = memory(oxeye.process_id())?.resident;

    let stop = CancellationToken::new();
    let mut attackers = JoinSet::new();
    let batches = Attacker::new(address, &plugin, crash::now()?).await?;
    attackers.spawn(worst_batches(batches, stop.clone()));
    attackers.spawn(repeat(address, key.clone(), stop.clone(), new_joins));
    attackers.spawn(repeat(address, key.clone(), stop.clone(), new_syncs));
    for _ in 0..HALF_SENT {
        attackers.spawn(half_sent(address, key.clone(), stop.clone()));
    }

    println!("\n| one key, worst traffic, after | resident memory | more than before |");
    println!("|---|---|---|");
    println!("| 0 s | {} | |", megabytes(before));
    let (begin, mut most) = (Instant::now(), before);
    let steps = 10;
    for step in 1..=steps {
        while begin.elapsed() < plan.attack_length * step / steps {
            tokio::time::sleep(MEASURE_EVERY).await;
            most = most.max(memory(oxeye.process_id())?.resident);
        }
        let now = memory(oxeye.process_id())?.resident;
        println!(
            "| {} s | {} | {} |",
            begin.elapsed().as_secs(),
            megabytes(now),
            megabytes(now.saturating_sub(before))
        );
    }
    stop.cancel();
    while let Some(ended) = attackers.join_next().await {
        ended??;
    }
    println!(
        "| at most | {} | {} |",
        megabytes(most),
        megabytes(most.saturating_sub(before))
    );
    Ok(())
}

/// Sends batches of everything that can grow: players who were never there, lists that each name
/// different players, late joins and leaves, accounts under many names, and many accounts under a name.
async fn worst_batches(mut attacker: Attacker, stop: CancellationToken) -> Result<()> {
    let now = crash::now()?;
    let mut number = 0_usize;
    while !stop.is_cancelled() {
        number += 1;
        let events = match number % 6 {
            0 => new_names(number, now - 1800),
            1 => lists_of_others(number, now),
            2 => late_stays(number, now),
            3 => accounts::names_of(LINKED, now),
            4 => accounts::names_of(HIDDEN, now),
            _ => accounts::other_accounts(now),
        };
        attacker.sends(&events).await?;
    }
    Ok(())
}

/// 500 players who were never there, half an hour ago.
fn new_names(number: usize, at: i64) -> Vec<Value> {
    let event = |player: usize| {
        let name = format!("Batch_{number:015}_{player}");
        match player % 2 {
            0 => json!({"type": "join", "player": name, "uuid": any_uuid(), "at": at}),
            _ => json!({"type": "leave", "player": name, "at": at}),
        }
    };
    (0..500).map(event).collect()
}

/// 200 lists of admitted players, each with 10 players other than the one before.
fn lists_of_others(number: usize, now: i64) -> Vec<Value> {
    let player = |list: usize, player: usize| {
        let name = format!("Known_{}_{player}", list % 40);
        json!({"player": name, "uuid": any_uuid()})
    };
    let list = |list: usize| {
        let players: Vec<_> = (0..10).map(|place| player(list, place)).collect();
        json!({"type": "sync", "players": players, "at": now})
    };
    (0..200).map(|step| list(number + step)).collect()
}

/// 500 joins and leaves of known players, at moments of the last week.
fn late_stays(number: usize, now: i64) -> Vec<Value> {
    let mut random = rand::rng();
    let mut event = |step: usize| {
        let kind = ["join", "leave"][step % 2];
        let player = format!("Known_{}_{}", (number + step) % 40, step % 10);
        let at = now - random.random_range(0..6 * 24 * 3600);
        json!({"type": kind, "player": player, "at": at})
    };
    (0..500).map(&mut event).collect()
}

/// Sends one request after another, each made from its number; pauses after a refusal.
async fn repeat(
    address: SocketAddr,
    key: String,
    stop: CancellationToken,
    request: fn(u64) -> (&'static str, Value),
) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let mut number = 0_u64;
    while !stop.is_cancelled() {
        number += 1;
        let (path, body) = request(number);
        match connection
            .ask(&Request::post(path).bearer(&key).json(&body))
            .await
        {
            Ok(answer) if answer.status < 400 => {}
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(_) => connection = Connection::open(address).await?,
        }
    }
    Ok(())
}

/// A player who was never there, with a skin that was never seen.
fn new_joins(number: u64) -> (&'static str, Value) {
    let texture = skins::texture_hash(&format!("texture {number}")).to_string();
    let player = format!("Single_{number:020}");
    let join = json!({"player": player, "texture_hash": texture, "uuid": any_uuid()});
    ("/join", join)
}

/// A list of thirty different players each time.
fn new_syncs(number: u64) -> (&'static str, Value) {
    let players: Vec<_> = (0..30)
        .map(|player| {
            let texture = skins::texture_hash(&format!("sync {number} {player}")).to_string();
            let name = format!("Sync_{number:020}_{player}");
            json!({"player": name, "texture_hash": texture, "uuid": any_uuid()})
        })
        .collect();
    ("/sync", json!({"players": players}))
}

/// Sends a body that never ends, as often as the backend allows.
async fn half_sent(address: SocketAddr, key: String, stop: CancellationToken) -> Result<()> {
    let head = format!(
        "POST /skin HTTP/1.1\r\nHost: oxeye.test\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {CLAIMED_BYTES}\r\n\r\n"
    );
    let mut bytes = head.into_bytes();
    bytes.extend(std::iter::repeat_n(b' ', SENT_BYTES));
    while !stop.is_cancelled() {
        let sending = async {
            let mut connection = Connection::open(address).await?;
            connection.send(&bytes).await?;
            connection.answer().await
        };
        tokio::select! {
            () = stop.cancelled() => break,
            // It was refused or cut off, which are both correct. Try again.
            _ = sending => tokio::time::sleep(PAUSE).await,
        }
    }
    Ok(())
}
