use proptest::prelude::*;

use super::*;
use crate::record::naive::{START, World, cases, seasons, worlds, zones};

/// The same, by asking for every second which hour it lies in and who is on.
fn naive(world: &World, span: Span, zone: TimeZone) -> Week {
    let mut played = [[0_u64; 24]; 7];
    let mut lasted = [[0_u64; 24]; 7];
    for (second, on) in (span.from.0..).zip(world.online_per_second(span)) {
        let (hour, _) = zone.hour_of_week(UnixSeconds(second));
        lasted[hour.day][hour.hour] += 1;
        played[hour.day][hour.hour] += u64::from(on);
    }
    std::array::from_fn(|day| {
        std::array::from_fn(|hour| {
            let (played, lasted) = (played[day][hour], lasted[day][hour]);
            (lasted > 0).then(|| played as f64 / lasted as f64)
        })
    })
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn each_hour_of_the_week_is_what_its_seconds_come_to(
        (later, world) in seasons().prop_flat_map(|later| (Just(later), worlds(later))),
        zone in zones(),
        from in 0..2 * 86_400_i64,
        length in 1..2 * 86_400_i64,
    ) {
        let from = START + later + from;
        let span = Span { from: UnixSeconds(from), to: UnixSeconds(from + length) };
        let found = world.record().busiest(span, zone).unwrap();
        let expected = naive(&world, span, zone);
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_server_without_sessions_has_no_busy_hours() {
    let world = World {
        closed: Vec::new(),
        open: Vec::new(),
        known_until: UnixSeconds(0),
    };
    let now = UnixSeconds(START);
    let span = world.record().known_part(Range::All, TimeZone::UTC, now);
    assert_eq!(span.seconds(), 0);
    assert_eq!(
        world.record().busiest(span, TimeZone::UTC),
        Err(StepsError::Empty)
    );
}
