//! Whatever the server, its log and the agent go through, in any order, the agent reports exactly what
//! happened, with the right times.

mod world;

use proptest::prelude::*;

use self::world::{LogHandling, World};
use super::*;

#[derive(Debug, Clone)]
enum Step {
    Join(u8),
    Leave(u8),
    /// A player joins, and the line is written in two parts.
    SlowJoin(u8),
    Noise,
    /// Time passes.
    Wait(i64),
    /// The server is stopped and started again.
    Restart,
    /// The server is killed and started again.
    Crash,
    /// The log is copied and emptied.
    CopyAndEmpty,
    Poll,
    /// The agent saves a checkpoint.
    Save,
    /// The agent is killed.
    Kill,
    /// The agent starts again from a checkpoint, that many saves ago.
    Revive(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..4_u8).prop_map(Step::Join),
        4 => (0..4_u8).prop_map(Step::Leave),
        2 => (0..4_u8).prop_map(Step::SlowJoin),
        2 => Just(Step::Noise),
        4 => (1..10_000_i64).prop_map(Step::Wait),
        2 => Just(Step::Restart),
        1 => Just(Step::Crash),
        1 => Just(Step::CopyAndEmpty),
        4 => Just(Step::Poll),
        3 => Just(Step::Save),
        2 => Just(Step::Kill),
        2 => (0..3_usize).prop_map(Step::Revive),
    ]
}

/// Returns the world after these steps.
fn world_after(steps: &[Step], rotates: bool) -> World {
    let mut world = World::start(if rotates {
        LogHandling::Rotates
    } else {
        LogHandling::Appends
    });
    for step in steps {
        world.step(step);
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_agent_reports_exactly_what_happened(
        steps in proptest::collection::vec(step(), 1..80),
        rotates in any::<bool>(),
    ) {
        let mut world = world_after(&steps, rotates);
        if world.agent.is_none() {
            world.revive(0);
        }
        world.poll();

        let agent = world.agent.as_ref().unwrap();
        prop_assert_eq!(world.reported_once(), world.happened.clone());
        prop_assert_eq!(present(agent.reading().roster()), world.online());
        prop_assert!(agent.reading().knows_everyone());
    }

    #[test]
    fn opening_a_log_shows_who_is_online_and_since_when(
        steps in proptest::collection::vec(step(), 1..80),
        rotates in any::<bool>(),
    ) {
        let world = world_after(&steps, rotates);

        let (agent, _) = Follower::open(world.settings(), None, world.now).unwrap();

        prop_assert_eq!(present(agent.reading().roster()), world.online());
    }
}
