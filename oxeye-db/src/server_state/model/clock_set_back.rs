//! A clock that was ahead is set back, and players whose sessions then lie in the future come on.

use super::*;
use crate::record::Record;
use crate::record::span::Span;
use crate::visibility::Visible;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// How far the clock was ahead.
const AHEAD: [i64; 4] = [20 * MINUTE, 5 * HOUR, 3 * 86_400, 400 * 86_400];

/// Generates steps of two players, few of which name a time, with a clock that is set back and forward again.
fn steps_with_clocks_set() -> impl Strategy<Value = Vec<Step>> {
    let late = prop_oneof![4 => Just(None), 1 => (-60..40_i64).prop_map(Some)];
    let clock = || {
        let set_back = prop_oneof![Just(-1_200), Just(-18_000), -3 * 86_400..0_i64];
        let goes_on = prop_oneof![3 => 0..600_i64, 1 => 0..20_000_i64];
        prop_oneof![1 => set_back, 3 => goes_on, 1 => Just(9 * 86_400)]
    };
    let moves = clock().prop_map(Step::ClockMoves);
    let steps = prop_oneof![2 => step(late, clock()).prop_map(Step::of_two_players), 1 => moves];
    prop::collection::vec(steps, 1..60)
}

#[test]
fn what_is_left_of_a_stay_in_which_the_clock_was_set_forward_makes_no_other_stay() {
    let missing = || Step::Sync(vec![], false, None);
    compare(&[
        Step::Join(1, None),
        missing(),
        Step::ClockMoves(-1_200),
        Step::Join(1, None),
        // Of this one, there is nothing but a loose end.
        Step::Join(1, Some(-1)),
        Step::ClockMoves(9 * 86_400),
        missing(),
        Step::Leave(1, Some(-1)),
    ])
    .unwrap();
}

proptest! {
    #![proptest_config(model_cases(200))]

    #[test]
    fn reports_by_a_clock_that_is_set_mean_what_reading_everything_again_says(
        steps in steps_with_clocks_set()
    ) {
        compare(&steps)?;
    }

    #[test]
    fn whatever_was_recorded_before_a_stay_of_the_present_has_its_true_length(
        steps in steps_with_clocks_set(),
        roster in any::<bool>(),
        restarts in any::<bool>(),
        length in prop_oneof![0..600_i64, 0..20_000_i64, 0..3 * 86_400_i64],
    ) {
        let (mut world, mut now) = (World::new(), START);
        for step in &steps {
            match step {
                Step::ClockMoves(by) => now += by,
                step => world.step(step, now),
            }
        }
        world.step(&Step::Leave(0, None), now);

        let report = if roster { Step::Sync(vec![0], false, None) } else { Step::Join(0, None) };
        world.step(&report, now);
        let joined = world.online()[&player(0)];
        prop_assert!((now..=now + 30).contains(&joined));
        if restarts {
            world.restore(now);
        }
        let left = now.max(joined) + length;
        world.step(&Step::Leave(0, None), left);

        world.assert_sound(left);
        prop_assert!(!world.online().contains_key(&player(0)));
        let within = |(from, to, _): &(i64, i64, _)| (*to.min(&left) - *from.max(&joined)).max(0);
        let counted: i64 = world.stays(0).iter().map(within).sum();
        prop_assert_eq!(counted, length);
    }
}

/// A server with a session of a player from ten to fifteen minutes after a time.
fn with_session_after(at: i64) -> World {
    let mut world = World::new();
    world.step(&Step::Join(0, None), at + 10 * MINUTE);
    world.step(&Step::Leave(0, None), at + 15 * MINUTE);
    world
}

fn session_after(at: i64) -> (i64, i64, SessionEnd) {
    (at + 10 * MINUTE, at + 15 * MINUTE, SessionEnd::Left)
}

#[track_caller]
fn check_online_since(world: &World, since: i64, now: i64) {
    world.assert_sound(now);
    assert_eq!(world.online(), [(player(0), since)].into());
}

#[test]
fn whoever_joins_is_online_since_then_and_was_there_until_they_leave() {
    let join_at = [None, Some(0)];
    for (ahead, (at, restarts)) in AHEAD.iter().flat_map(|ahead| {
        let ways = join_at.iter().flat_map(|at| [(*at, false), (*at, true)]);
        ways.map(move |way| (START + ahead, way))
    }) {
        let mut world = with_session_after(ahead);

        world.step(&Step::Join(0, at), START);
        if restarts {
            world.restore(START + 1);
        }
        check_online_since(&world, START, START);
        world.step(&Step::Leave(0, at), START + 9 * MINUTE);

        world.assert_sound(START + 9 * MINUTE);
        let stay = (START, START + 9 * MINUTE, SessionEnd::Left);
        assert_eq!(world.stays(0), [stay, session_after(ahead)]);
        assert_eq!(world.online(), BTreeMap::new());
    }
}

#[test]
fn whoever_a_roster_names_is_online_since_then() {
    for (ahead, at) in AHEAD
        .iter()
        .flat_map(|ahead| [(ahead, None), (ahead, Some(0))])
    {
        let mut world = with_session_after(START + ahead);

        world.step(&Step::Sync(vec![0], false, at), START);
        check_online_since(&world, START, START);
        world.step(&Step::Sync(vec![0], false, at), START + MINUTE);
        check_online_since(&world, START, START + MINUTE);
        world.step(&Step::Leave(0, at), START + 2 * MINUTE);

        let stay = (START, START + 2 * MINUTE, SessionEnd::Left);
        assert_eq!(world.stays(0), [stay, session_after(START + ahead)]);
    }
}

#[test]
fn a_session_that_goes_on_when_the_player_joins_ends_then() {
    let reports = [
        Step::Join(0, None),
        Step::Join(0, Some(0)),
        Step::Numbered(0, true, 0, false),
        Step::Sync(vec![0], false, None),
        Step::Sync(vec![0], false, Some(0)),
    ];
    for report in reports {
        let mut world = World::new();
        world.step(&Step::Join(0, None), START - HOUR);
        world.step(&Step::Leave(0, None), START + 5 * HOUR);

        world.step(&report, START);
        check_online_since(&world, START, START);
        world.step(&Step::Leave(0, None), START + MINUTE);

        world.assert_sound(START + MINUTE);
        let expected = [
            (START - HOUR, START, SessionEnd::Left),
            (START, START + MINUTE, SessionEnd::Left),
        ];
        assert_eq!(world.stays(0), expected);
    }
}

#[test]
fn a_stay_that_goes_on_past_a_session_in_the_future_is_recorded_around_it() {
    for (join_at, leave_at) in [(None, None), (Some(0), Some(0)), (None, Some(-MINUTE))] {
        let mut world = with_session_after(START);
        world.step(&Step::Join(0, None), START + 20 * MINUTE);
        world.step(&Step::Leave(0, None), START + 25 * MINUTE);

        world.step(&Step::Join(0, join_at), START);
        let now = START + 30 * MINUTE - leave_at.unwrap_or(0);
        world.step(&Step::Leave(0, leave_at), now);

        world.assert_sound(now);
        let minutes = [(0, 10), (10, 15), (15, 20), (20, 25), (25, 30)];
        let expected = minutes
            .map(|(from, to)| (START + from * MINUTE, START + to * MINUTE, SessionEnd::Left));
        assert_eq!(world.stays(0), expected);
    }
}

#[test]
fn a_stay_that_ends_within_a_session_in_the_future_does_not_change_it() {
    let mut world = with_session_after(START);

    world.step(&Step::Join(0, None), START);
    world.step(&Step::Leave(0, None), START + 12 * MINUTE);

    world.assert_sound(START + 12 * MINUTE);
    let stay = (START, START + 10 * MINUTE, SessionEnd::Left);
    assert_eq!(world.stays(0), [stay, session_after(START)]);
}

#[test]
fn a_clock_that_was_years_behind_makes_no_stay_of_years() {
    let mut world = with_session_after(START);
    let years_ago = START - 20 * 365 * 86_400;

    world.step(&Step::Join(0, None), years_ago);
    check_online_since(&world, years_ago, years_ago);
    let now = START + HOUR;
    world.step(&Step::Leave(0, None), now);

    world.assert_sound(now);
    let stay = (START + 15 * MINUTE, now, SessionEnd::Left);
    assert_eq!(world.stays(0), [session_after(START), stay]);
}

#[test]
fn a_late_report_of_the_time_before_changes_no_session_in_the_future() {
    let mut world = with_session_after(START + HOUR);
    world.step(&Step::Join(0, None), START);

    world.step(&Step::Join(0, Some(-3 * MINUTE)), START + MINUTE);
    check_online_since(&world, START - 2 * MINUTE, START + MINUTE);
    world.step(&Step::Leave(0, Some(-2 * MINUTE)), START + MINUTE);

    check_online_since(&world, START, START + MINUTE);
    let stay = (START - 2 * MINUTE, START - MINUTE, SessionEnd::Left);
    assert_eq!(world.stays(0), [stay, session_after(START + HOUR)]);
}

#[test]
fn a_roster_in_the_future_does_not_bring_back_whoever_has_left() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    world.step(&Step::Sync(vec![0], false, None), START + HOUR);

    world.step(&Step::Leave(0, Some(-10)), START + MINUTE);

    assert_eq!(world.online(), BTreeMap::new());
    let stay = (START, START + 50, SessionEnd::Left);
    assert_eq!(world.stays(0), [stay]);
}

#[test]
fn joins_and_leaves_in_the_future_that_belong_to_no_stay_are_dropped() {
    let mut world = with_session_after(START + HOUR);
    world.step(&Step::Leave(0, None), START + 2 * HOUR);
    assert_eq!(world.loose(0), [(START + 2 * HOUR, false)]);

    world.step(&Step::Join(0, None), START);

    check_online_since(&world, START, START);
    assert_eq!(world.loose(0), []);
}

#[test]
fn whoever_is_on_past_a_session_in_the_future_counts_once_meanwhile() {
    let mut world = with_session_after(START);
    world.step(&Step::Join(0, None), START);

    for (minute, expected) in [(5, 5), (12, 2), (20, 10)] {
        let now = UnixSeconds(START + minute * MINUTE);
        world.step(&Step::Sync(vec![0], false, None), now.0);
        let span = Span {
            from: UnixSeconds(START),
            to: now,
        };

        let record = Record::of(&world.state, now);

        let stays = record.each_in(span).map(|(_, _, stay, _)| stay);
        let seconds: u64 = stays.map(|stay| stay.within(span).seconds()).sum();
        assert_eq!(seconds, expected * 60, "{minute}");
    }
}

#[test]
fn nobody_is_shown_as_having_joined_later_than_now() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START + HOUR);

    for (now, joined) in [(START, START), (START + 2 * HOUR, START + HOUR)] {
        let shown = world
            .state
            .online_as_shown(&Visible::everybody(), UnixSeconds(now));
        let times: Vec<_> = shown.iter().map(|online| online.joined_at.0).collect();
        assert_eq!(times, [joined]);
    }
}

#[test]
fn what_a_clock_that_was_ahead_recorded_is_no_evidence_after_a_restart() {
    let mut world = World::new();
    world.step(&Step::Join(2, None), START - 20 * MINUTE);
    world.step(&Step::Leave(2, None), START - 10 * MINUTE);
    for report in [
        Step::Heartbeat(None),
        Step::Join(0, None),
        Step::Join(1, None),
        Step::Leave(1, None),
        Step::Leave(3, None),
    ] {
        world.step(&report, START + HOUR);
    }
    world.state.facts.heartbeat = Some(Duration::from_secs(30));
    world.file.heard = world.state.facts;

    world.restart(START);

    let at = |minutes| UnixSeconds(START + minutes * MINUTE);
    assert_eq!(world.state.heard_at(), Some(at(-10)));
    assert_eq!(world.state.known_until(at(0)), at(-10));
    assert_eq!(world.seen(START), [(player(2), START - 10 * MINUTE)].into());
    let timeout = Duration::from_secs(300);
    assert!(!world.state.is_overdue(timeout, at(4)));
    assert!(world.state.is_overdue(timeout, at(5)));
}

#[test]
fn whoever_was_last_seen_before_a_late_report_is_not_seen_in_the_future() {
    let mut world = with_session_after(START + HOUR);

    world.step(&Step::Leave(0, Some(-5 * MINUTE)), START);

    assert_eq!(world.seen(START), [(player(0), START - 5 * MINUTE)].into());
}

#[test]
fn evidence_is_that_of_now_once_the_clock_is_set_back() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START + HOUR);

    world.state.listen_from(UnixSeconds(START));

    assert_eq!(world.state.latest_evidence(), UnixSeconds(START + 30));
}
