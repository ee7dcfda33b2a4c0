//! Random schedules of everything that can happen to a fleet: lost, late, doubled and reordered
//! heartbeats and answers, an engine that is away, crashes of ours at any step, a full disk, gaps in time.

#![allow(missing_docs, clippy::unwrap_used, unreachable_pub, reason = "a test")]

#[path = "simulation/controller.rs"]
mod controller;
#[path = "simulation/counted.rs"]
mod counted;
#[path = "simulation/engine.rs"]
mod engine;
#[path = "simulation/hosts.rs"]
mod hosts;
#[path = "simulation/lies.rs"]
mod lies;
#[path = "simulation/lives.rs"]
mod lives;
#[path = "simulation/places.rs"]
mod places;
#[path = "simulation/questions.rs"]
mod questions;
#[path = "simulation/refusals.rs"]
mod refusals;
#[path = "simulation/schedule.rs"]
mod schedule;
#[path = "simulation/turns.rs"]
mod turns;
#[path = "simulation/violations.rs"]
mod violations;
#[path = "simulation/watcher.rs"]
mod watcher;
#[path = "simulation/world.rs"]
mod world;

#[test]
fn no_schedule_breaks_an_invariant() {
    let mut steps = 0;
    for seed in 0..1_000 {
        let found = schedule::run(seed);
        steps += found.steps;
        assert!(
            found.violations.is_empty(),
            "schedule {seed}: {:#?}",
            found.violations
        );
    }
    assert!(steps > 250_000, "the schedules do little: {steps} steps");
}
