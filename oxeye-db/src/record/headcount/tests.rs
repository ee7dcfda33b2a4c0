use hashbrown::HashSet;
use proptest::prelude::*;

use super::*;
use crate::record::naive::{START, World, cases, seasons, worlds, zones};
use crate::record::steps::Step;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// Computes the same by checking every second.
fn naive(world: &World, step: Span) -> Headcount {
    let on = world.online_per_second(step);
    let stays = world.stays();
    let there = stays.iter().filter(|(_, stay)| stay.touches(step));
    let players: HashSet<_> = there.map(|(player, _)| player).collect();
    Headcount {
        span: step,
        average: f64::from(on.iter().sum::<u32>()) / on.len() as f64,
        peak: on.into_iter().max().unwrap_or_default(),
        players: players.len() as u32,
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Seconds(600)),
        (400..50_000_u32).prop_map(Step::Seconds),
        Just(Step::Day),
        Just(Step::Week),
        Just(Step::Month),
    ]
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn every_step_is_the_sum_of_its_seconds(
        (later, world) in seasons().prop_flat_map(|later| (Just(later), worlds(later))),
        zone in zones(),
        step in step(),
        from in -50_000..2 * 86_400_i64,
        length in 1..2 * 86_400_i64,
    ) {
        let from = START + later + from;
        let span = Span { from: UnixSeconds(from), to: UnixSeconds(from + length) };
        let steps = Steps::cut(span, step, zone).unwrap();
        let found = world.record().headcount(&steps);
        let expected: Vec<_> = steps.iter().map(|step| naive(&world, step)).collect();
        prop_assert_eq!(found, expected);
    }

    /// Stays are about as long as the steps, so that their edges coincide.
    #[test]
    fn stays_may_begin_and_end_where_steps_do(
        stays in prop::collection::vec((0..4_u32, 0..3_i64, 0..6_i64), 0..16),
        from in 0..6_i64,
        step in 1..4_u32,
    ) {
        let mut ends = [0; 4];
        let closed = stays.iter().zip(0..).map(|((player, gap, length), number)| {
            let end = &mut ends[*player as usize];
            let joined_at = UnixSeconds(*end + gap);
            *end = joined_at.0 + length;
            ClosedSession {
                id: SessionId(number),
                player: PlayerId(*player),
                account: None,
                joined_at,
                left_at: UnixSeconds(*end),
                seen_at: UnixSeconds(*end),
                end: SessionEnd::Left,
            }
        });
        let world = World { closed: closed.collect(), open: Vec::new(), known_until: UnixSeconds(0) };
        let span = Span { from: UnixSeconds(from), to: UnixSeconds(from + 9) };
        let steps = Steps::cut(span, Step::Seconds(step), "UTC".parse().unwrap()).unwrap();
        let found = world.record().headcount(&steps);
        let expected: Vec<_> = steps.iter().map(|step| naive(&world, step)).collect();
        prop_assert_eq!(found, expected);
    }
}
