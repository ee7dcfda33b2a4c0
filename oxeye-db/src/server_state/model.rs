//! Compares the rules with naive models: plain lists without order, index or repair.

mod clock_set_back;
mod examples;
mod forgetting;
mod late_joins;
mod naive;
mod numbered;
mod oracle;
mod polls;
mod reports;
mod skins;
mod world;

use std::collections::BTreeMap;

use hashbrown::HashSet;
use oxeye_plugin_proto::{GameServerState, SyncPlayer};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::accounts::Accounts;
use crate::events::{DisconnectedBy, HeartbeatEvent, JoinEvent, LeaveEvent, SyncEvent};
use crate::ledger::SessionIds;
use crate::period::Period;
use crate::players::Players;
use crate::record::naive::model_cases;
use naive::Naive;
use oracle::Oracle;
use world::World;

const WINDOW: Duration = Duration::from_secs(3_600);
const GRACE: Duration = Duration::from_secs(120);
const PLAYERS: u8 = 6;
const START: i64 = 1_000_000;

fn config() -> ProptestConfig {
    model_cases(2_000)
}

/// What a plugin, the store and the clock may do.
#[derive(Debug, Clone)]
enum Step {
    Join(u8, Option<i64>),
    Leave(u8, Option<i64>),
    Sync(Vec<u8>, bool, Option<i64>),
    Heartbeat(Option<usize>),
    /// A heartbeat of a program beside the game server: the state of the server, since when, and time.
    GameServer(GameServerState, Option<i64>, Option<i64>),
    Disconnect,
    GoneStale,
    ClockMoves(i64),
    WriteFails,
    /// A join (or else a leave) in a batch: player, whether it is a join, time, and whether later
    /// events of its epoch were taken before.
    Numbered(u8, bool, i64, bool),
    /// The same player is reported to join in each of 70 seconds.
    Flood(u8),
    BatchEnds,
    /// Loose ends that no late event can reach are dropped.
    Forget,
    /// The step names this account for the players in it: see [`uuid_of`].
    As(u8, Box<Step>),
}

/// Generates steps. `late` generates the times, before or after now, that events may name.
fn steps(
    late: impl Strategy<Value = Option<i64>> + Clone + 'static,
    clock: impl Strategy<Value = i64> + 'static,
) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(late, clock), 1..60)
}

fn step(
    late: impl Strategy<Value = Option<i64>> + Clone + 'static,
    clock: impl Strategy<Value = i64> + 'static,
) -> impl Strategy<Value = Step> {
    let step = prop_oneof![
        6 => (0..PLAYERS, late.clone()).prop_map(|(player, at)| Step::Join(player, at)),
        6 => (0..PLAYERS, late.clone()).prop_map(|(player, at)| Step::Leave(player, at)),
        2 => (prop::collection::vec(0..PLAYERS, 0..5), prop::bool::weighted(0.2), late.clone())
            .prop_map(|(named, startup, at)| Step::Sync(named, startup, at)),
        2 => prop::option::of(0..3_usize).prop_map(Step::Heartbeat),
        2 => (game_state(), prop::option::of(-60..40_i64), late)
            .prop_map(|(state, since, at)| Step::GameServer(state, since, at)),
        1 => Just(Step::Disconnect),
        1 => Just(Step::GoneStale),
        1 => Just(Step::WriteFails),
        5 => clock.prop_map(Step::ClockMoves),
    ];
    with_account(step)
}

/// Makes most steps that name players name an account.
fn with_account(step: impl Strategy<Value = Step>) -> impl Strategy<Value = Step> {
    (step, prop::option::weighted(0.7, 0..3_u8)).prop_map(|(step, account)| {
        match (&step, account) {
            (Step::Join(..) | Step::Numbered(..) | Step::Sync(..), Some(account)) => {
                Step::As(account, Box::new(step))
            }
            _ => step,
        }
    })
}

/// Returns the UUID of an account; that of the first one is from a server in offline mode and proves
/// nothing.
fn uuid_of(account: u8) -> Uuid {
    let version = if account == 0 { 0x3000 } else { 0x4000 };
    Uuid::from_u64_pair(0x1111_1111_1111_0000 | version, account.into())
}

impl Step {
    /// Makes a join or leave that of one of the first two players.
    fn of_two_players(self) -> Self {
        match self {
            Step::Join(player, at) => Step::Join(player % 2, at),
            Step::Leave(player, at) => Step::Leave(player % 2, at),
            Step::As(account, step) => Step::As(account, Box::new(step.of_two_players())),
            step => step,
        }
    }
}

fn game_state() -> impl Strategy<Value = GameServerState> {
    prop_oneof![
        2 => Just(GameServerState::Up),
        1 => Just(GameServerState::Starting),
        2 => Just(GameServerState::Down),
    ]
}

/// Generates steps including numbered events, for two players only, so that much happens around
/// each event.
fn disorderly_steps() -> impl Strategy<Value = Vec<Step>> {
    let late = prop_oneof![
        3 => Just(None),
        4 => (-60..40_i64).prop_map(Some),
        4 => (-3..3_i64).prop_map(Some),
        1 => (-3_605..-3_595_i64).prop_map(Some),
        1 => prop_oneof![Just(-1_000_000), Just(1_000_000)].prop_map(Some),
    ];
    let clock = prop_oneof![
        4 => 0..20_i64,
        1 => 30..60_i64,
        1 => 3_590..3_610_i64,
        1 => -4_000..0_i64,
        1 => prop_oneof![Just(-1_200), Just(-18_000), -3 * 86_400..0_i64],
        1 => 3 * 86_400..9 * 86_400_i64,
    ];
    let numbered = (
        0..2_u8,
        any::<bool>(),
        -40..3_i64,
        prop::bool::weighted(0.2),
    )
        .prop_map(|(player, joins, at, behind)| Step::Numbered(player, joins, at, behind));
    let same_second = (0..2_u8, any::<bool>(), -2..1_i64, prop::bool::weighted(0.2))
        .prop_map(|(player, joins, at, behind)| Step::Numbered(player, joins, at, behind));
    let step = prop_oneof![
        24 => step(late, clock).prop_map(Step::of_two_players),
        5 => with_account(numbered),
        5 => with_account(same_second),
        1 => (0..2_u8).prop_map(Step::Flood),
        1 => Just(Step::BatchEnds),
        1 => Just(Step::Forget),
    ];
    prop::collection::vec(step, 1..60)
}

fn player(number: u8) -> PlayerName {
    PlayerName::try_from(format!("Player{number}")).unwrap()
}

fn join(number: u8, uuid: Option<Uuid>, at: Option<i64>) -> JoinEvent {
    JoinEvent {
        player: player(number),
        texture_hash: None,
        uuid,
        at: at.map(UnixSeconds),
    }
}

fn leave(number: u8, at: Option<i64>) -> LeaveEvent {
    LeaveEvent {
        player: player(number),
        at: at.map(UnixSeconds),
    }
}

/// Compares what the rules make of steps with what the oracle does.
fn compare(steps: &[Step]) -> Result<(), TestCaseError> {
    let (mut world, mut oracle, mut now) = (World::new(), Oracle::default(), START);
    for step in steps {
        if let Step::ClockMoves(by) = step {
            now += by;
        } else {
            world.step(step, now);
            oracle.step(step, now);
        }
        if matches!(step, Step::WriteFails) {
            oracle.restart(&world.file.heard, now);
        }
        world.assert_sound(now);
        world.assert_is(&oracle, now)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn events_in_order_mean_what_a_naive_model_says(
        steps in steps(Just(None), prop_oneof![4 => 1..20_i64, 1 => 3_590..3_610_i64])
    ) {
        let (mut world, mut naive, mut now) = (World::new(), Naive::default(), START);
        for step in &steps {
            match step {
                Step::ClockMoves(by) => now += by,
                Step::WriteFails => {
                    world.step(step, now);
                    naive.awaits_sync();
                    naive.changes.clear();
                }
                _ => {
                    // The order of events within one second is not known.
                    now += 1;
                    world.step(step, now);
                    naive.step(step, now);
                }
            }
            world.assert_sound(now);
            let expected = naive.online.iter().map(|(number, at)| (player(*number), *at));
            prop_assert_eq!(world.online(), expected.collect());
            let count = world.state.reported_count(UnixSeconds(now));
            prop_assert_eq!(count, naive.reported_count(now));
            let edge = now - 3_600;
            let expected = naive.seen.iter().filter(|(_, at)| **at >= edge);
            let expected = expected.map(|(number, at)| (player(*number), *at));
            prop_assert_eq!(world.seen(now), expected.collect());
            for number in 0..PLAYERS {
                let expected = naive.stays.get(&number).cloned().unwrap_or_default();
                prop_assert_eq!(world.stays(number), expected);
                prop_assert_eq!(world.whose(number), naive.whose(number));
            }
            let not_up = world.state.game_server_if_not_up(UnixSeconds(now));
            prop_assert_eq!(not_up.map(|game| (game.state, game.since.0)), naive.not_up);
            prop_assert!(not_up.is_none() || world.state.players.is_empty());
        }
    }

    #[test]
    fn late_repeated_and_mistimed_events_mean_what_reading_everything_again_says(
        steps in disorderly_steps()
    ) {
        compare(&steps)?;
    }

    #[test]
    fn joins_and_leaves_mean_the_same_in_any_order_of_arrival(
        events in prop::collection::vec((0..3_u8, any::<bool>(), 1..3_u8), 1..24),
        order in Just((0..24_usize).collect::<Vec<_>>()).prop_shuffle(),
        repeated in prop::collection::vec(0..24_usize, 0..6),
        restarts in prop::collection::vec(0..30_usize, 0..3),
    ) {
        let now = START + 10_000;
        let at = |number: usize| START + 100 * i64::try_from(number).unwrap();
        let mut naive = Naive::default();
        for (number, (player, joins, account)) in events.iter().enumerate() {
            let step = if *joins { Step::Join(*player, None) } else { Step::Leave(*player, None) };
            naive.step(&Step::As(*account, Box::new(step)), at(number));
        }

        let mut world = World::new();
        let arrivals = order.iter().chain(&repeated).filter(|number| **number < events.len());
        for (arrival, number) in arrivals.enumerate() {
            let (player, joins, account) = events[*number];
            let late = Some(at(*number) - now);
            let step = if joins { Step::Join(player, late) } else { Step::Leave(player, late) };
            world.step(&Step::As(account, Box::new(step)), now);
            if restarts.contains(&arrival) {
                world.restore(now);
            }
            world.assert_sound(now);
        }

        let expected = naive.online.iter().map(|(number, at)| (player(*number), *at));
        prop_assert_eq!(world.online(), expected.collect());
        for number in 0..PLAYERS {
            let expected = naive.stays.get(&number).cloned().unwrap_or_default();
            prop_assert_eq!(world.stays(number), expected);
            prop_assert_eq!(world.whose(number), naive.whose(number));
        }
    }
}
