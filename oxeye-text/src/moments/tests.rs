use super::*;

/// Monday, 2026-11-30 10:00 in Berlin.
const NOW: UnixSeconds = UnixSeconds(1_796_029_200);

fn berlin() -> TimeZone {
    "Europe/Berlin".parse().unwrap()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = parse_moment(text, berlin(), NOW).map(|at| berlin().show(at));
    assert_eq!(found.as_deref(), Ok(expected), "{text}");
}

#[test]
fn a_moment_is_read_in_the_ways_that_people_write_it() {
    check("2026-11-29 20:15", "2026-11-29 20:15");
    check("2026-11-29T20:15", "2026-11-29 20:15");
    check(" 29.11.2026, 20:15 ", "2026-11-29 20:15");
    check("29.11.26 20:15", "2026-11-29 20:15");
    check("1.3.2024 7:05", "2024-03-01 07:05");
    check("2026-11-29", "2026-11-29 00:00");
    check("yesterday 20:15", "2026-11-29 20:15");
    check("Gestern 20:15", "2026-11-29 20:15");
    check("vorgestern 8:00", "2026-11-28 08:00");
    check("today 9:30", "2026-11-30 09:30");
    check("heute", "2026-11-30 00:00");
    check("Saturday 20:00", "2026-11-28 20:00");
    check("Sa. 20:00", "2026-11-28 20:00");
    check("montag 9:00", "2026-11-30 09:00");
    check("now", "2026-11-30 10:00");
    check("<t:1796029140>", "2026-11-30 09:59");
    check("<t:1796029140:R>", "2026-11-30 09:59");
    check("1970-01-01 00:00", "1970-01-01 00:00");
}

#[test]
fn a_time_without_a_day_is_the_last_one() {
    check("9:59", "2026-11-30 09:59");
    check("10:00", "2026-11-30 10:00");
    check("20:15", "2026-11-29 20:15");
}

#[test]
fn a_time_ago_is_read_in_both_languages() {
    for text in [
        "2h ago",
        "2 hours ago",
        "vor 2 Std.",
        "vor 2 Stunden",
        "120 min ago",
    ] {
        check(text, "2026-11-30 08:00");
    }
    check("vor 3 Tagen", "2026-11-27 10:00");
    check("1 week ago", "2026-11-23 10:00");
}

#[test]
fn a_skipped_hour_is_the_next_minute_and_a_doubled_one_the_first() {
    check("2026-03-29 02:30", "2026-03-29 03:00");
    let twice = parse_moment("2026-10-25 02:30", berlin(), NOW).unwrap();
    assert_eq!(berlin().show(twice), "2026-10-25 02:30");
    assert_eq!(
        berlin().show(UnixSeconds(twice.0 + 3_600)),
        "2026-10-25 02:30"
    );
}

#[test]
fn what_names_no_moment_is_refused() {
    for text in [
        "",
        "soon",
        "25:00",
        "20:60",
        "2026-13-01 20:00",
        "2026-02-30 20:00",
        "29.11 20:15",
        "2026-11-29 20:15 20:15",
        "<t:>",
        "<t:x>",
        "<t:1796029140",
        "ago",
        " ago",
        "h ago",
        "2x ago",
        "vor",
        "vor vielen Jahren",
        "vor 99999999 Tagen",
        "1969-12-01 20:00",
        "99999999999999999999h ago",
        "9223372036854775807w ago",
        "20260-11-29 20:15",
        "-1-1-1",
        "@everyone",
        "٢٠:١٥",
        "12:+5",
        "yesterday 20",
    ] {
        assert_eq!(parse_moment(text, berlin(), NOW), Err(NoMoment), "{text}");
    }
    let long = "1".repeat(1_000_000);
    assert_eq!(parse_moment(&long, berlin(), NOW), Err(NoMoment));
}
