//! Runs many random schedules against the rules and prints what was found:
//! `cargo bench -p oxeye-fleet --bench schedules -- 1000000`.

#![allow(
    missing_docs,
    unreachable_pub,
    reason = "a program that prints figures"
)]
#![allow(clippy::print_stdout, reason = "a program that prints figures")]

#[path = "../tests/simulation/controller.rs"]
mod controller;
#[path = "../tests/simulation/counted.rs"]
mod counted;
#[path = "../tests/simulation/engine.rs"]
mod engine;
#[path = "../tests/simulation/hosts.rs"]
mod hosts;
#[path = "../tests/simulation/lies.rs"]
mod lies;
#[path = "../tests/simulation/lives.rs"]
mod lives;
#[path = "../tests/simulation/places.rs"]
mod places;
#[path = "../tests/simulation/questions.rs"]
mod questions;
#[path = "../tests/simulation/refusals.rs"]
mod refusals;
#[path = "../tests/simulation/schedule.rs"]
mod schedule;
#[path = "../tests/simulation/turns.rs"]
mod turns;
#[path = "../tests/simulation/violations.rs"]
mod violations;
#[path = "../tests/simulation/watcher.rs"]
mod watcher;
#[path = "../tests/simulation/world.rs"]
mod world;

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let numbers = std::env::args().filter_map(|argument| argument.parse::<u64>().ok());
    let numbers: Vec<_> = numbers.collect();
    let count = numbers.first().copied().unwrap_or(1_000);
    let first = numbers.get(1).copied().unwrap_or(0);
    let started = Instant::now();
    let (mut steps, mut broken) = (0, 0);
    for seed in first..first + count {
        let found = schedule::run(seed);
        steps += found.steps;
        if !found.violations.is_empty() {
            broken += 1;
            if broken <= 40 {
                println!(
                    "schedule {seed}: {}, and {} more",
                    found.violations[0],
                    found.violations.len() - 1
                );
            }
        }
    }
    println!("| random schedules of the fleet's rules | |");
    println!("|---|---|");
    println!("| schedules | {count} |");
    println!("| steps | {steps} |");
    println!("| schedules that broke an invariant | {broken} |");
    println!("| time | {:.0?} |", started.elapsed());
    ExitCode::from(u8::from(broken > 0))
}
