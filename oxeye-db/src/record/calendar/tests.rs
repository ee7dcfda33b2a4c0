use chrono::NaiveTime;
use proptest::prelude::*;

use super::*;

fn zone(name: &str) -> TimeZone {
    name.parse().unwrap()
}

/// Returns the moment of a time in UTC.
fn at(utc: &str) -> UnixSeconds {
    UnixSeconds(
        format!("{utc}Z")
            .parse::<DateTime<chrono::Utc>>()
            .unwrap()
            .timestamp(),
    )
}

#[track_caller]
fn check(span: Span, from: &str, to: &str) {
    assert_eq!(
        span,
        Span {
            from: at(from),
            to: at(to)
        }
    );
}

#[test]
fn a_day_has_23_or_25_hours_when_the_clocks_change() {
    let berlin = zone("Europe/Berlin");
    let spring = berlin.day(at("2026-03-29T12:00:00"));
    check(spring, "2026-03-28T23:00:00", "2026-03-29T22:00:00");
    assert_eq!(spring.seconds(), 23 * 3600);
    let autumn = berlin.day(at("2026-10-25T12:00:00"));
    assert_eq!(autumn.seconds(), 25 * 3600);
    let month = berlin.month(at("2026-10-25T12:00:00"));
    check(month, "2026-09-30T22:00:00", "2026-10-31T23:00:00");
}

#[test]
fn a_week_begins_on_monday() {
    // 2026-11-22 is a Sunday; in Kathmandu Monday begins at 18:15 UTC.
    let before = zone("Asia/Kathmandu").week(at("2026-11-22T18:14:59"));
    check(before, "2026-11-15T18:15:00", "2026-11-22T18:15:00");
    let after = zone("Asia/Kathmandu").week(at("2026-11-22T18:15:00"));
    check(after, "2026-11-22T18:15:00", "2026-11-29T18:15:00");
}

#[test]
fn a_day_without_midnight_begins_after_the_clocks_are_set_forward() {
    let sao_paulo = zone("America/Sao_Paulo");
    let day = sao_paulo.day(at("2018-11-04T12:00:00"));
    check(day, "2018-11-04T03:00:00", "2018-11-05T02:00:00");
    // Samoa skipped the whole 30th of December 2011.
    let apia = zone("Pacific/Apia");
    check(
        apia.day(at("2011-12-30T10:00:00")),
        "2011-12-30T10:00:00",
        "2011-12-31T10:00:00",
    );
    check(
        apia.day(at("2011-12-30T09:59:59")),
        "2011-12-29T10:00:00",
        "2011-12-30T10:00:00",
    );
    // Here the gap began before midnight, at 23:30.
    let toronto = zone("America/Toronto").day(at("1919-03-31T12:00:00"));
    check(toronto, "1919-03-31T04:30:00", "1919-04-01T04:00:00");
}

#[test]
fn a_day_whose_midnight_comes_twice_begins_with_the_first() {
    // At 00:01 the clocks were set back to 23:01 of the previous day.
    let newfoundland = zone("America/St_Johns");
    let day = newfoundland.day(at("2010-11-07T03:00:00"));
    check(day, "2010-11-07T02:30:00", "2010-11-08T03:30:00");
    // It includes the hour in which the local date is the 6th again.
    assert_eq!(
        newfoundland.show(at("2010-11-07T02:35:00")),
        "2010-11-06 23:05"
    );
    assert_eq!(newfoundland.day(at("2010-11-07T02:35:00")), day);
}

#[test]
fn an_hour_ends_when_the_clocks_are_changed_within_it() {
    let (hour, until) = zone("America/St_Johns").hour_of_week(at("2010-11-07T02:30:30"));
    assert_eq!(hour, HourOfWeek { day: 6, hour: 0 });
    assert_eq!(until, at("2010-11-07T02:31:00"));
    let (hour, until) = zone("Asia/Kathmandu").hour_of_week(at("2026-11-22T18:00:00"));
    assert_eq!(hour, HourOfWeek { day: 6, hour: 23 });
    assert_eq!(until, at("2026-11-22T18:15:00"));
}

#[test]
fn the_most_distant_times_do_not_panic() {
    for at in [i64::MIN, -1, i64::MAX] {
        let _ = zone("Europe/Berlin").month(UnixSeconds(at));
        let _ = zone("Europe/Berlin").show(UnixSeconds(at));
    }
}

#[test]
fn an_unknown_zone_is_refused() {
    for name in ["", "Mars/Olympus", "europe/berlin", "+01:00"] {
        assert_eq!(name.parse::<TimeZone>(), Err(UnknownTimeZone));
    }
}

#[test]
fn a_time_that_clocks_skip_or_show_twice_stands_for_one_moment() {
    let berlin = zone("Europe/Berlin");
    let moment = |month, day, hour| {
        berlin.moment(LocalTime {
            year: 2026,
            month,
            day,
            weekday: 0,
            hour,
            minute: 30,
        })
    };

    assert_eq!(moment(7, 1, 12), Some(at("2026-07-01T10:30:00")));
    assert_eq!(moment(3, 29, 2), Some(at("2026-03-29T01:00:00")), "skipped");
    assert_eq!(moment(10, 25, 2), Some(at("2026-10-25T00:30:00")), "twice");
    assert_eq!(moment(2, 29, 12), None, "no such day");
    assert_eq!(moment(7, 1, 24), None, "no such hour");
}

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
];

proptest! {
    /// A day begins at midnight or right after a gap that covers it, contains the given moment, and
    /// ends where the next one begins.
    #[test]
    fn days_follow_each_other_without_gaps(name in prop::sample::select(&ZONES[..]), at in 0..4_000_000_000_i64) {
        let (zone, at) = (zone(name), UnixSeconds(at));
        let day = zone.day(at);
        prop_assert!(day.contains(at));
        prop_assert_eq!(zone.day(day.to).from, day.to);
        prop_assert_eq!(zone.day(UnixSeconds(day.from.0 - 1)).to, day.from);
        let begins = zone.local(day.from);
        let skipped = zone.local(UnixSeconds(day.from.0 - 1)) + TimeDelta::seconds(1);
        prop_assert!(begins.time() == NaiveTime::MIN || skipped < begins);
        prop_assert!(zone.week(at).from <= day.from && day.to <= zone.week(at).to);
        prop_assert!(zone.month(at).from <= day.from && day.to <= zone.month(at).to);
    }

    /// A moment is the one that its local time stands for, or else the clocks show that time again.
    #[test]
    fn a_local_time_stands_for_its_moment(name in prop::sample::select(&ZONES[..]), minute in 0..66_000_000_i64) {
        let (zone, at) = (zone(name), UnixSeconds(minute * 60));
        let shown = zone.local_time(at);
        let moment = zone.moment(shown).unwrap();
        prop_assert!(moment <= at);
        prop_assert_eq!(zone.local_time(moment), shown);
    }

    /// Local time shows the returned hour until exactly the returned end.
    #[test]
    fn an_hour_lasts_as_long_as_local_time_shows_it(name in prop::sample::select(&ZONES[..]), at in 0..4_000_000_000_i64) {
        let zone = zone(name);
        let (hour, until) = zone.hour_of_week(UnixSeconds(at));
        for second in at..until.0 {
            prop_assert_eq!(zone.hour_of_week(UnixSeconds(second)), (hour, until));
        }
        prop_assert!(until.0 > at && until.0 - at <= 3600);
    }
}
