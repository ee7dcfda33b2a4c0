//! Compares what players did, taken into a real file, with a naive list of everything that happened: stays on two
//! servers of a guild and one of another, batches that are repeated, cut off, reordered or of an epoch that is over,
//! single events with and without keys, late and refused events, ignored players, midnights, sweeps, forgotten
//! players and restarts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "activity_model/comparing.rs"]
mod comparing;
#[path = "activity_model/naive.rs"]
mod naive;
#[path = "activity_model/play.rs"]
mod play;
#[path = "activity_model/sending.rs"]
mod sending;
#[path = "activity_model/steps.rs"]
mod steps;
#[path = "activity_model/world.rs"]
mod world;

use proptest::prelude::*;

use comparing::compare;
use steps::{Step, steps};
use world::World;

/// Returns a small number of cases, since each writes files to disk; the nightly script sets many
/// more.
fn config() -> ProptestConfig {
    let cases = option_env!("OXEYE_FILE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(24),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

async fn run(steps: Vec<Step>) {
    let mut world = World::new().await;
    for step in steps {
        world = world.step(step).await;
    }
    compare(&world.store, &world.naive, world.now).await;
    let world = world.restarted().await;
    compare(&world.store, &world.naive, world.now).await;
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_players_did_matches_a_naive_model_whatever_happens(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(steps));
    }
}
