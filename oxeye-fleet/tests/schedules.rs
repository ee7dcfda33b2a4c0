//! Random schedules of everything that can happen to a fleet: lost, late, doubled and reordered
//! heartbeats and answers, an engine that is away, crashes of ours at any step, a full disk, gaps in time.

#![allow(missing_docs, clippy::unwrap_used, unreachable_pub, reason = "a test")]

#[path = "simulation/schedule.rs"]
mod schedule;
#[path = "simulation/watcher.rs"]
mod watcher;
#[path = "simulation/world.rs"]
mod world;

#[test]
fn no_schedule_breaks_an_invariant() {
    for seed in 0..2_000 {
        let found = schedule::run(seed);
        assert!(found.steps > 100, "schedule {seed} does little");
        assert!(
            found.violations.is_empty(),
            "schedule {seed}: {:#?}",
            found.violations
        );
    }
}
