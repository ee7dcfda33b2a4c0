//! Whatever the server, its log and the agent go through, in any order: what is told is what
//! happened, at the time it happened.

mod world;

use proptest::prelude::*;

use self::world::{Custom, World};
use super::*;

#[derive(Debug, Clone)]
enum Step {
    Join(u8),
    Leave(u8),
    /// Someone joins, and the line is written in two parts.
    SlowJoin(u8),
    Noise,
    /// Time passes.
    Wait(i64),
    /// The server is stopped and started again.
    Restart,
    /// The server is killed and started again.
    Crash,
    /// Somebody copies the log and empties it.
    CopyAndEmpty,
    Poll,
    Save,
    Kill,
    /// The agent starts again, with the checkpoint that many saves ago.
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

/// The world after these steps.
fn world_after(steps: &[Step], rotates: bool) -> World {
    let mut world = World::start(if rotates {
        Custom::Rotates
    } else {
        Custom::Appends
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
    fn what_is_told_is_what_happened(
        steps in proptest::collection::vec(step(), 1..80),
        rotates in any::<bool>(),
    ) {
        let mut world = world_after(&steps, rotates);
        if world.agent.is_none() {
            world.revive(0);
        }
        world.poll();

        let agent = world.agent.as_ref().unwrap();
        prop_assert_eq!(world.told_once(), world.happened.clone());
        prop_assert_eq!(present(agent.roster()), world.online());
        prop_assert!(agent.knows_everyone());
    }

    /// The same people, since the same times.
    #[test]
    fn the_first_look_sees_who_is_on(
        steps in proptest::collection::vec(step(), 1..80),
        rotates in any::<bool>(),
    ) {
        let world = world_after(&steps, rotates);

        let (agent, _) = Follower::open(world.settings(), None, world.now).unwrap();

        prop_assert_eq!(present(agent.roster()), world.online());
    }
}
