//! Measures how long it takes to close 10,000 open sessions on 1,000 servers that fell silent, on a
//! real file. The target is 100 ms. Then how long the writer is busy with one server whose roster is empty after it had
//! thousands of players on. `cargo bench -p oxeye-db --bench clean_up`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::time::{Duration, Instant};

use oxeye_db::testing::{STALE_TIMEOUT, TestStore, link, player};
use oxeye_db::{Database, GuildId, ServerId, SyncEvent, UnixSeconds};
use oxeye_plugin_proto::SyncPlayer;
use tokio::task::JoinSet;

const SERVERS: usize = 1_000;
/// Players online on each server.
const PLAYERS: usize = 10;
const MAX_ATTEMPTS: i64 = 10;
const START: UnixSeconds = UnixSeconds(1_000_000);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let database = TestStore::new(START);
    let servers = link_all(&database).await;
    let mut took = Vec::new();
    for round in 0..MAX_ATTEMPTS {
        let now = UnixSeconds(START.0 + round * 10_000);
        sync_all(&database, &servers, now).await;
        let late = now.plus(STALE_TIMEOUT);
        // Silence counts only while we check for it.
        for at in (now.0..late.0).step_by(10) {
            let early = database.close_stale_sessions(UnixSeconds(at)).await;
            assert_eq!(early.expect("nothing to do").servers, 0);
        }
        let begin = Instant::now();
        let done = database.close_stale_sessions(late).await;
        took.push(begin.elapsed());
        let done = done.expect("the store takes it");
        assert_eq!((done.servers, done.sessions), (SERVERS, SERVERS * PLAYERS));
    }
    took.sort();
    println!("| silent servers | open sessions | passes | fastest | median | slowest |");
    println!("|---|---|---|---|---|---|");
    println!(
        "| {SERVERS} | {} | {MAX_ATTEMPTS} | {:.1?} | {:.1?} | {:.1?} |",
        SERVERS * PLAYERS,
        took[0],
        took[took.len() / 2],
        took[took.len() - 1]
    );
    println!();
    println!("| players online | an empty roster took |");
    println!("|---|---|");
    for online in [1_000, 5_000, 20_000, 100_000] {
        empty_roster(&database, online).await;
    }
}

/// Prints how long an empty roster takes after so many players were on.
async fn empty_roster(database: &Database, online: usize) {
    let name = format!("proxy-{online}");
    let server = link(database, GuildId::LOCAL, &name, START).await.0;
    let players = (0..online).map(|number| SyncPlayer::new(player(&format!("Guest{number:06}"))));
    for roster in [players.collect::<Vec<_>>(), Vec::new()] {
        let was_empty = roster.is_empty();
        let begin = Instant::now();
        let synced = database.sync_players(server, SyncEvent::from(roster), START);
        synced.await.expect("the store takes it");
        if was_empty {
            println!("| {online} | {:.1?} |", begin.elapsed());
        }
    }
}

/// Links all servers at once, so that they share commits.
async fn link_all(database: &Database) -> Vec<ServerId> {
    let mut linking = JoinSet::new();
    for number in 0..SERVERS {
        let database = database.clone();
        let name = format!("server-{number}");
        linking.spawn(async move { link(&database, GuildId::LOCAL, &name, START).await.0 });
    }
    linking.join_all().await
}

async fn sync_all(database: &Database, servers: &[ServerId], now: UnixSeconds) {
    let mut syncing = JoinSet::new();
    for (number, server) in servers.iter().copied().enumerate() {
        let players = (0..PLAYERS).map(|player| format!("Player{number:04}_{player}"));
        let players = players.map(|name| player(&name));
        let event = SyncEvent {
            heartbeat: Some(Duration::from_secs(15)),
            ..SyncEvent::from(players.map(SyncPlayer::new).collect::<Vec<_>>())
        };
        let database = database.clone();
        syncing.spawn(async move { database.sync_players(server, event, now).await });
    }
    for synced in syncing.join_all().await {
        synced.expect("the store takes it");
    }
}
