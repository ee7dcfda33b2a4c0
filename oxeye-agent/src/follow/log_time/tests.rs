use chrono::{DateTime, Utc};

use super::*;

fn utc(text: &str) -> UnixSeconds {
    UnixSeconds(text.parse::<DateTime<Utc>>().unwrap().timestamp())
}

fn text(at: UnixSeconds) -> String {
    DateTime::from_timestamp(at.0, 0)
        .unwrap()
        .format("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

fn printed(line: &str) -> PrintedTime {
    let (date, time) = line.split_once(' ').unwrap_or(("", line));
    PrintedTime {
        text: line.into(),
        date: date.parse().ok(),
        time: time.parse().unwrap(),
        instant: None,
    }
}

const LATER: &str = "2027-01-01T00:00:00Z";

fn times_in(zone: Tz) -> LogTime {
    LogTime::resume(Some(zone), None, &LogTimeState::default())
}

/// Checks the times of the lines of a file that begins on `day`.
#[track_caller]
fn check_past(zone: Tz, day: &str, lines: &[(&str, &str)]) {
    let mut time = times_in(zone);
    time.start_file(Some(day.parse().unwrap()));
    for (line, expected) in lines {
        let at = time.past(Some(&printed(line)), utc(LATER), utc(LATER));
        assert_eq!(text(at), *expected, "for {line}");
    }
}

/// Checks the times of lines that are read one after the other, each at its own `now`.
#[track_caller]
fn check_live(zone: Tz, lines: &[(&str, &str, &str)]) {
    let mut time = times_in(zone);
    for (line, now, expected) in lines {
        let at = time.live(Some(&printed(line)), utc(now), true);
        assert_eq!(text(at), *expected, "for {line} read at {now}");
    }
}

#[test]
fn a_time_that_goes_far_back_is_on_the_next_day() {
    check_past(
        Tz::UTC,
        "2026-11-20",
        &[
            ("23:59:58", "2026-11-20T23:59:58Z"),
            ("00:00:01", "2026-11-21T00:00:01Z"),
            ("12:00:00", "2026-11-21T12:00:00Z"),
            ("05:59:59", "2026-11-22T05:59:59Z"),
        ],
    );
}

#[test]
fn lines_out_of_order_keep_the_time_of_the_line_before() {
    check_past(
        Tz::UTC,
        "2026-11-20",
        &[
            ("12:00:05", "2026-11-20T12:00:05Z"),
            ("12:00:03", "2026-11-20T12:00:05Z"),
            ("12:00:06", "2026-11-20T12:00:06Z"),
            ("23:59:59", "2026-11-20T23:59:59Z"),
            ("00:00:00", "2026-11-21T00:00:00Z"),
            ("23:59:59", "2026-11-21T00:00:00Z"),
            ("00:00:01", "2026-11-21T00:00:01Z"),
        ],
    );
}

#[test]
fn the_hour_that_is_repeated_in_autumn_is_read_in_order() {
    check_past(
        Tz::Europe__Berlin,
        "2026-10-25",
        &[
            ("02:30:00", "2026-10-25T00:30:00Z"),
            ("02:59:59", "2026-10-25T00:59:59Z"),
            ("02:59:58", "2026-10-25T00:59:59Z"),
            ("02:00:00", "2026-10-25T01:00:00Z"),
            ("02:30:00", "2026-10-25T01:30:00Z"),
            ("03:00:00", "2026-10-25T02:00:00Z"),
        ],
    );
    check_live(
        Tz::Europe__Berlin,
        &[
            ("02:59:59", "2026-10-25T01:00:00Z", "2026-10-25T00:59:59Z"),
            ("02:00:00", "2026-10-25T01:00:00Z", "2026-10-25T01:00:00Z"),
            ("02:30:00", "2026-10-25T01:30:01Z", "2026-10-25T01:30:00Z"),
        ],
    );
}

#[test]
fn setting_the_clocks_back_does_not_start_a_new_day() {
    // In a fixed zone the repeated hour cannot be recognised: its lines keep the last time until the
    // clock has passed it.
    check_past(
        Tz::UTC,
        "2026-10-25",
        &[
            ("02:59:59", "2026-10-25T02:59:59Z"),
            ("02:00:00", "2026-10-25T02:59:59Z"),
            ("03:00:00", "2026-10-25T03:00:00Z"),
        ],
    );
}

#[test]
fn the_hour_that_is_skipped_in_spring_does_not_count() {
    check_past(
        Tz::Europe__Berlin,
        "2026-03-29",
        &[
            ("01:59:59", "2026-03-29T00:59:59Z"),
            ("03:00:00", "2026-03-29T01:00:00Z"),
        ],
    );
}

#[test]
fn a_printed_date_is_used() {
    check_past(
        Tz::Asia__Kolkata,
        "2026-11-20",
        &[
            ("2026-11-18 12:00:00", "2026-11-18T06:30:00Z"),
            ("2026-11-20 02:00:00", "2026-11-19T20:30:00Z"),
        ],
    );
}

#[test]
fn a_printed_instant_takes_precedence_over_the_time_beside_it() {
    let mut time = times_in(Tz::Asia__Kolkata);
    let exact = PrintedTime {
        instant: Some(utc("2026-11-01T08:00:00Z")),
        ..printed("23:00:00")
    };

    let past = time.past(Some(&exact), utc(LATER), utc(LATER));
    let live = time.live(Some(&exact), utc(LATER), true);

    assert_eq!(text(past), "2026-11-01T08:00:00Z");
    assert_eq!(text(live), "2026-11-01T08:00:00Z");
}

#[test]
fn no_time_is_in_the_future() {
    let mut time = times_in(Tz::UTC);
    let now = utc("2026-11-20T12:00:00Z");

    let dated = time.past(Some(&printed("2031-01-01 00:00:00")), now, now);
    let a_little_ahead = time.past(Some(&printed("2026-11-20 12:00:05")), now, now);

    assert_eq!(text(dated), "2026-11-20T12:00:00Z");
    assert_eq!(text(a_little_ahead), "2026-11-20T12:00:05Z");
}

#[test]
fn a_line_without_a_time_has_the_time_of_the_line_before() {
    let mut time = times_in(Tz::UTC);
    let (written, now) = (utc("2026-11-20T09:00:00Z"), utc("2026-11-20T10:00:00Z"));

    assert_eq!(time.past(None, written, now), written);
    let before = time.past(Some(&printed("08:00:00")), written, now);
    assert_eq!(time.past(None, written, now), before);
    assert_eq!(time.live(None, now, true), now);
}

#[test]
fn a_live_line_has_its_printed_time_if_that_is_plausible() {
    check_live(
        Tz::UTC,
        &[
            ("23:59:59", "2026-11-20T00:00:01Z", "2026-11-19T23:59:59Z"),
            ("00:00:04", "2026-11-20T00:00:01Z", "2026-11-20T00:00:04Z"),
            ("09:00:00", "2026-11-20T20:00:00Z", "2026-11-20T09:00:00Z"),
        ],
    );
}

#[test]
fn a_live_line_with_an_implausible_time_is_dated_now() {
    check_live(
        Tz::UTC,
        &[
            ("12:00:10", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
            ("07:00:00", "2026-11-20T20:00:00Z", "2026-11-20T20:00:00Z"),
            (
                "2026-11-18 20:00:00",
                "2026-11-20T20:00:00Z",
                "2026-11-20T20:00:00Z",
            ),
        ],
    );
}

#[test]
fn the_zone_of_a_server_is_learned_from_one_line() {
    let mut time = LogTime::resume(None, None, &LogTimeState::default());
    let now = utc("2026-11-20T12:00:01Z");

    // Whatever the zone of this machine, it differs from one of these two.
    assert_eq!(
        text(time.live(Some(&printed("12:00:00")), now, true)),
        "2026-11-20T12:00:00Z"
    );
    assert_eq!(
        text(time.live(Some(&printed("17:30:01")), now, true)),
        "2026-11-20T12:00:01Z"
    );
    let kept = LogTime::resume(None, None, &time.state());
    assert_eq!(kept.zone(), time.zone());
}

#[test]
fn a_line_that_is_not_fresh_does_not_change_the_zone() {
    let mut time = times_in(Tz::UTC);
    time.zone = Zone::Learned(FixedOffset::east_opt(0).unwrap());

    let at = time.live(
        Some(&printed("10:00:00")),
        utc("2026-11-20T12:00:00Z"),
        false,
    );

    assert_eq!(text(at), "2026-11-20T10:00:00Z");
}

#[test]
fn lines_have_the_same_times_live_and_when_read_again() {
    let lines = [
        "22:00:00", "22:00:00", "23:59:59", "00:00:00", "23:59:59", "00:00:02", "09:00:00",
        "08:59:59", "14:00:00",
    ];
    let mut day = utc("2026-11-20T00:00:00Z");
    let mut live = times_in(Tz::UTC);
    let mut again = times_in(Tz::UTC);
    again.start_file(Some("2026-11-20".parse().unwrap()));
    let mut before = "00:00:00".parse().unwrap();

    for line in lines {
        let printed = printed(line);
        day.0 += days_between(before, printed.time) * 24 * 60 * 60;
        before = printed.time;
        let since_midnight = printed.time - chrono::NaiveTime::MIN;
        let now = UnixSeconds(day.0 + since_midnight.num_seconds() + 1);

        let first = live.live(Some(&printed), now, true);

        assert_eq!(again.past(Some(&printed), now, utc(LATER)), first);
        let state = again.state();
        again = LogTime::resume(Some(Tz::UTC), None, &state);
    }
}
