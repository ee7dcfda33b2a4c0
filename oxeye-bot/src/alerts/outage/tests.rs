//! What the rule says in the cases that people think of, and 10,000 schedules beside a naive model.

mod model;
mod world;

use super::*;

const T: UnixSeconds = UnixSeconds(1_700_000_000);

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds(T.0 + seconds)
}

/// Observes one thing after the other, and returns what is announced.
fn announced(seen: &[(i64, Evidence)]) -> Vec<Announcement> {
    let mut outage = Outage::of(Some(ServerPhase::Up));
    let observed = seen
        .iter()
        .filter_map(|(now, evidence)| outage.observe(*evidence, at(*now)));
    observed.filter_map(|change| change.announcement).collect()
}

fn down(since: i64) -> Announcement {
    Announcement::Down {
        since: at(since),
        is_silent: false,
    }
}

#[test]
fn an_outage_is_announced_once_and_so_is_its_end() {
    let seen = [
        (0, Evidence::Down(at(0))),
        (59, Evidence::Down(at(0))),
        (60, Evidence::Down(at(0))),
        (300, Evidence::Down(at(0))),
        (400, Evidence::Up(Some(at(400)))),
        (459, Evidence::Up(Some(at(400)))),
        (460, Evidence::Up(Some(at(400)))),
        (900, Evidence::Up(Some(at(400)))),
    ];
    let up = Announcement::Up {
        since: at(400),
        down_since: at(0),
    };
    assert_eq!(announced(&seen), [down(0), up]);
}

#[test]
fn a_server_that_comes_back_within_a_minute_is_not_announced() {
    let seen = [
        (0, Evidence::Down(at(0))),
        (59, Evidence::Up(Some(at(59)))),
        (61, Evidence::Down(at(61))),
        (120, Evidence::Up(Some(at(120)))),
    ];
    assert_eq!(announced(&seen), []);
}

#[test]
fn a_server_that_crashes_whenever_it_starts_is_down_since_its_first_crash() {
    let seen = [
        (0, Evidence::Down(at(0))),
        (40, Evidence::Down(at(40))),
        (80, Evidence::Down(at(80))),
    ];
    assert_eq!(announced(&seen), [down(0)]);
}

#[test]
fn what_is_reported_late_is_announced_at_once() {
    assert_eq!(announced(&[(500, Evidence::Down(at(0)))]), [down(0)]);
}

#[test]
fn a_server_that_was_only_silent_has_been_back_for_a_minute_before_that_is_announced() {
    // It ran all the time, and so it says.
    let seen = [
        (500, Evidence::Silent(at(100))),
        (600, Evidence::Up(Some(at(0)))),
        (659, Evidence::Up(Some(at(0)))),
        (660, Evidence::Up(Some(at(0)))),
    ];
    let silent = Announcement::Down {
        since: at(100),
        is_silent: true,
    };
    let up = Announcement::Up {
        since: at(600),
        down_since: at(100),
    };
    assert_eq!(announced(&seen), [silent, up]);
}

#[test]
fn a_server_that_was_down_when_the_alert_was_set_is_no_news() {
    let mut outage = Outage::default();

    let found = outage.observe(Evidence::Down(at(0)), at(500)).unwrap();
    let again = outage.observe(Evidence::Down(at(0)), at(900));
    let up = outage.observe(Evidence::Up(None), at(1_000)).unwrap();

    assert_eq!(
        (found.announcement, again, up.announcement),
        (None, None, None)
    );
    assert_eq!(up.phase, Some(ServerPhase::Up));
}

#[test]
fn a_disconnected_server_is_forgotten_without_a_word() {
    let mut outage = Outage::of(Some(ServerPhase::Up));
    let change = outage.observe(Evidence::Disconnected, at(0)).unwrap();
    assert_eq!((change.phase, change.announcement), (None, None));
    assert_eq!(outage, Outage::default());
}

#[test]
fn a_clock_that_is_set_back_restarts_the_minute() {
    let seen = [
        (1_000, Evidence::Down(at(1_000))),
        (100, Evidence::Down(at(1_000))),
        (159, Evidence::Down(at(1_000))),
        (160, Evidence::Down(at(1_000))),
    ];
    assert_eq!(announced(&seen), [down(100)]);
}
