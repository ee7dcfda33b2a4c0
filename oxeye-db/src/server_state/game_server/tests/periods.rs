//! The periods in which a server was up, down or unknown.

use super::*;
use crate::period::{KnownBy, PeriodState};

impl Server {
    /// Returns the beginning, the state and the reason of each period.
    fn periods(&self) -> Vec<(i64, PeriodState, KnownBy)> {
        let periods = self.state.all_periods().into_iter();
        periods
            .map(|period| (period.from.0 - START, period.state, period.known_by))
            .collect()
    }

    #[track_caller]
    fn check_periods(&self, expected: &[(i64, PeriodState, KnownBy)]) {
        assert_eq!(self.periods(), expected);
    }
}

const UP: PeriodState = PeriodState::Up;
const DOWN: PeriodState = PeriodState::Down;
const UNKNOWN: PeriodState = PeriodState::Unknown;

#[test]
fn each_change_begins_a_period() {
    let mut server = Server::new();
    server.says(Some(Down), Some(17), None, 20);
    server.says(Some(Down), Some(17), None, 35);
    server.says(Some(Starting), None, None, 40);
    server.joins("Alex", None, 50);
    server.check_periods(&[
        (0, UP, KnownBy::Report),
        (17, DOWN, KnownBy::Report),
        (40, PeriodState::Starting, KnownBy::Report),
        (50, UP, KnownBy::Report),
    ]);
}

#[test]
fn nothing_is_known_about_a_silence_of_more_than_three_heartbeats() {
    let mut server = Server::new();
    server.says(Some(Up), None, None, 45);
    server.says(Some(Up), None, None, 91);
    server.check_periods(&[
        (0, UP, KnownBy::Report),
        (45, UNKNOWN, KnownBy::Silence),
        (91, UP, KnownBy::Report),
    ]);
    let known_until = |now| server.state.state_known_until(UnixSeconds(START + now)).0.0 - START;
    assert_eq!((known_until(136), known_until(137)), (136, 91));
}

#[test]
fn a_reporter_that_knows_since_when_fills_the_silence() {
    let mut server = Server::new();
    server.says(Some(Up), Some(0), None, 1_000);
    server.check_periods(&[(0, UP, KnownBy::Report)]);
    server.says(Some(Down), Some(1_500), None, 2_000);
    server.check_periods(&[
        (0, UP, KnownBy::Report),
        (1_000, UNKNOWN, KnownBy::Silence),
        (1_500, DOWN, KnownBy::Report),
    ]);
}

#[test]
fn the_time_in_which_oxeye_was_off_is_unknown() {
    let mut server = Server::new();
    server.says(None, None, None, 15);
    server.state.listen_from(UnixSeconds(START + 995));
    server.joins("Alex", None, 1_000);
    server.check_periods(&[
        (0, UP, KnownBy::Report),
        (15, UNKNOWN, KnownBy::OxeyeOff),
        (1_000, UP, KnownBy::Report),
    ]);
}

#[test]
fn a_server_that_stays_silent_after_oxeye_is_back_is_silent() {
    // Oxeye has listened for as long as three heartbeats take, or for longer.
    for (back_for, why) in [(45, KnownBy::OxeyeOff), (46, KnownBy::Silence)] {
        let mut server = Server::new();
        server.says(None, None, None, 15);
        server.state.listen_from(UnixSeconds(START + 1_000));
        server.joins("Alex", None, 1_000 + back_for);
        assert_eq!(server.periods()[1], (15, UNKNOWN, why));
    }
}

#[test]
fn while_changes_are_held_the_latest_report_still_counts() {
    let mut server = Server::new();
    for now in 1..10 {
        let state = if now % 2 == 0 { Up } else { Down };
        server.says(Some(state), None, None, now);
    }
    server.says(Some(Starting), None, None, 10);

    server.says(Some(Up), None, None, 20);

    assert_eq!(server.look(20), (LinkState::Starting, Some(10)));
    let last = server.periods().pop();
    assert_eq!(last, Some((20, UNKNOWN, KnownBy::TooManyChanges)));
    // A join from before that report, delivered after it, changes nothing either.
    server.joins("Alex", Some(15), 21);
    assert_eq!(server.look(21), (LinkState::Starting, Some(10)));
}

#[test]
fn a_plugin_without_heartbeats_shows_nothing_about_the_time_between_its_reports() {
    let mut server = Server::new();
    server.state.relink(UnixSeconds(START));
    for now in [10, 11, 5_000, 5_001] {
        server.joins("Alex", None, now);
    }
    let last = server.periods().pop();
    assert_eq!(last, Some((10, UNKNOWN, KnownBy::NoHeartbeats)));
}

#[test]
fn a_server_that_goes_up_and_down_twice_a_second_changes_at_most_once_a_minute() {
    let mut server = Server::new();
    let mut shown = Vec::new();
    for half_second in 0..7_200 {
        let state = if half_second % 2 == 0 { Down } else { Up };
        let now = 100 + half_second / 2;
        server.says(Some(state), None, None, now);
        let look = server.look(now).0;
        if shown.last() != Some(&look) {
            shown.push(look);
        }
    }
    assert!(shown.len() <= 10 + 60, "{} changes are shown", shown.len());
    let periods = server.periods();
    assert!(periods.len() < 20, "{periods:?}");
    assert_eq!(
        periods.last().map(|last| (last.1, last.2)),
        Some((UNKNOWN, KnownBy::TooManyChanges))
    );

    for now in 0..60 {
        server.says(Some(Down), None, None, 3_700 + 15 * now);
    }
    assert_eq!(server.look(4_600).0, LinkState::Down);
    assert_eq!(server.periods().last().map(|last| last.1), Some(DOWN));
}
