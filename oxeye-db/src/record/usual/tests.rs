use proptest::prelude::*;

use super::*;
use crate::period::{KnownBy, Period, PeriodState};
use crate::players::PlayerId;
use crate::record::Record;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// Monday, 2026-11-30 10:00 UTC.
const NOW: UnixSeconds = UnixSeconds(1_796_032_800);

fn usual(hours: &[(usize, usize, f64)]) -> Usual {
    let mut week = [[Some(0.0); 24]; 7];
    for (day, hour, average) in hours {
        week[*day][*hour] = Some(*average);
    }
    let now = HourOfWeek { day: 0, hour: 0 };
    Usual { week, now }
}

#[test]
fn the_best_time_is_the_two_hours_in_a_row_with_the_most_players() {
    let best = usual(&[(5, 20, 9.0), (5, 21, 11.0), (2, 3, 19.0)])
        .best()
        .unwrap();
    assert_eq!(best.from, HourOfWeek { day: 5, hour: 20 });
    assert!((best.average - 10.0).abs() < 1e-9);
    assert_eq!(usual(&[]).best(), None);
}

#[test]
fn the_week_goes_round() {
    let best = usual(&[(6, 23, 4.0), (0, 0, 4.0)]).best().unwrap();
    assert_eq!(best.from, HourOfWeek { day: 6, hour: 23 });
    assert!((best.average - 4.0).abs() < 1e-9);
}

#[test]
fn an_hour_of_which_nothing_is_known_is_not_the_best() {
    let mut unknown = usual(&[(5, 20, 9.0), (1, 1, 2.0)]);
    unknown.week[5][19] = None;
    unknown.week[5][21] = None;
    assert_eq!(unknown.best().unwrap().from, HourOfWeek { day: 1, hour: 0 });
    let busiest = unknown.busiest(3);
    assert_eq!(busiest.len(), 2);
    assert_eq!(busiest[0].0, HourOfWeek { day: 5, hour: 20 });
}

/// Returns what is known of a server since its first session, in seconds before now.
fn crowd(since: i64, periods: Vec<Period>) -> Crowd {
    let joined_at = UnixSeconds(NOW.0 - since);
    let session = ClosedSession {
        id: SessionId(1),
        player: PlayerId(1),
        account: None,
        joined_at,
        left_at: joined_at,
        seen_at: joined_at,
        end: SessionEnd::Left,
    };
    let history = [session].into_iter().collect();
    Crowd::of(vec![(Record::new(history, Vec::new(), NOW), periods)])
}

#[test]
fn two_weeks_are_enough_to_know_what_is_usual() {
    let is_enough = |since| Usual::of(&crowd(since, Vec::new()), TimeZone::UTC, NOW).is_some();

    assert!(is_enough(14 * 86_400));
    assert!(!is_enough(14 * 86_400 - 1));
}

#[test]
fn an_hour_of_which_nothing_was_ever_known_has_no_average() {
    let begin = NOW.0 - 20 * 86_400;
    let period = |from, state| Period {
        from: UnixSeconds(from),
        state,
        known_by: KnownBy::OxeyeOff,
    };
    // On every day, Oxeye was off from noon to one.
    let days = (0..20).map(|day| begin + day * 86_400);
    let periods = days.flat_map(|ten| {
        [
            period(ten, PeriodState::Up),
            period(ten + 7_200, PeriodState::Unknown),
            period(ten + 10_800, PeriodState::Up),
        ]
    });

    let usual = Usual::of(&crowd(20 * 86_400, periods.collect()), TimeZone::UTC, NOW);

    for day in usual.unwrap().week {
        assert_eq!(day[11..14], [Some(0.0), None, Some(0.0)]);
    }
}

proptest! {
    #[test]
    fn no_two_hours_in_a_row_are_better_than_the_best(
        hours in prop::collection::vec(prop::option::weighted(0.8, 0..50_u32), HOURS),
    ) {
        let at = |number: usize| hours[number % HOURS].map(f64::from);
        let week = std::array::from_fn(|day| std::array::from_fn(|hour| at(day * 24 + hour)));
        let usual = Usual { week, now: HourOfWeek { day: 0, hour: 0 } };
        let pairs = (0..HOURS).filter_map(|first| at(first).zip(at(first + 1)));
        let most = pairs.map(|(one, two)| (one + two) / 2.0).fold(0.0, f64::max);
        prop_assert_eq!(usual.best().map_or(0.0, |best| best.average), most);
    }
}
