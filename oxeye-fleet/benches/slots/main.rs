//! Starts, plays on, stops and deletes servers with the real program and its tiny server, kills the
//! program in between, and prints what is left over:
//!
//! ```sh
//! cargo bench -p oxeye-fleet --bench slots                     # 50 slots, 200 times, 50 kills
//! cargo bench -p oxeye-fleet --bench slots -- 5 3 2            # 5 slots, 3 times, 2 kills
//! ```

#![allow(missing_docs, reason = "a program that prints figures")]
#![allow(clippy::print_stdout, reason = "a program that prints figures")]
#![allow(clippy::disallowed_methods, reason = "its tasks end with it")]
#![cfg(target_os = "linux")]

mod client;
mod default_timers;
mod findings;
mod killer;
mod left_over;
mod player;
mod processes;
mod program;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use client::Client;
use findings::Findings;
use program::{Program, Timers};

#[tokio::main]
async fn main() -> ExitCode {
    let numbers = std::env::args().filter_map(|argument| argument.parse::<u64>().ok());
    let numbers: Vec<_> = numbers.collect();
    let number = |index: usize, default| numbers.get(index).copied().unwrap_or(default);
    let (slots, rounds, kills) = (number(0, 50), number(1, 200), number(2, 50));
    let short = with_short_timers(slots, rounds, kills).await;
    let default = default_timers::measure().await;
    ExitCode::from(u8::from(!(short && default)))
}

/// Plays with short timers. Returns whether everything was as it should be.
async fn with_short_timers(slots: u64, rounds: u64, kills: u64) -> bool {
    let began = Instant::now();
    let findings = Arc::new(Findings::default());
    let mut program = Program::new(&Timers::short(slots));
    program.start();
    let client = Client::of(&program).await;
    let watching = tokio::spawn(client.clone().watch(Arc::clone(&findings)));
    let players: Vec<_> = (0..slots)
        .map(|number| {
            let player = player::play(client.clone(), number, rounds, Arc::clone(&findings));
            tokio::spawn(player)
        })
        .collect();
    killer::kill(&mut program, &client, slots * rounds, kills, &findings).await;
    for player in players {
        if player.await.is_err() {
            findings.problem("a player panicked".to_owned());
        }
    }
    client.until_empty(&findings).await;
    watching.abort();
    program.count_zombies(&findings);
    program.stop().await;
    let left = left_over::look(&program);
    findings.print(slots, rounds, kills, began.elapsed());
    left.print();
    findings.is_clean() && left.is_nothing()
}
