use super::*;

fn utc(text: &str) -> UnixSeconds {
    UnixSeconds(text.parse::<DateTime<chrono::Utc>>().unwrap().timestamp())
}

fn evidence(printed: &str, at: &str) -> Evidence {
    let (date, time) = printed.split_once(' ').unwrap_or(("", printed));
    Evidence {
        date: date.parse().ok(),
        time: time.parse().unwrap(),
        at: utc(at),
    }
}

#[track_caller]
fn check_offset(printed: &str, at: &str, expected_minutes: Option<i32>) {
    let offset = evidence(printed, at).offset();
    assert_eq!(
        offset.map(|offset| offset.local_minus_utc() / 60),
        expected_minutes
    );
}

#[test]
fn the_offset_is_learned_from_one_line() {
    check_offset("12:00:00", "2026-11-20T12:00:01Z", Some(0));
    check_offset("13:00:00", "2026-11-20T12:00:01Z", Some(60));
    check_offset("17:30:00", "2026-11-20T12:01:30Z", Some(330));
    check_offset("00:30:00", "2026-11-20T23:30:02Z", Some(60));
    check_offset("23:30:00", "2026-11-20T00:30:02Z", Some(-60));
    check_offset("02:00:00", "2026-11-20T12:00:00Z", Some(-600));
    check_offset("01:00:00", "2026-11-20T12:00:00Z", Some(780));
    check_offset("2026-11-21 02:00:00", "2026-11-20T12:00:00Z", Some(840));
}

#[test]
fn the_time_of_a_file_that_was_copied_later_says_nothing() {
    check_offset("12:00:00", "2026-11-20T16:23:00Z", None);
    check_offset("2026-11-01 12:00:00", "2026-11-20T12:00:00Z", None);
}

#[test]
fn an_offset_that_is_not_in_use_is_not_learned() {
    check_offset("17:45:00", "2026-11-20T12:00:00Z", Some(345));
    check_offset("08:30:00", "2026-11-20T12:00:00Z", Some(-210));
    check_offset("12:15:00", "2026-11-20T12:00:00Z", None);
    check_offset("13:30:00", "2026-11-20T12:00:00Z", None);
    check_offset("11:15:00", "2026-11-20T12:00:00Z", None);
    check_offset("2026-11-20 16:15:00", "2026-11-20T12:00:00Z", None);
}

#[test]
fn neighbouring_zones_are_distinguished() {
    let kathmandu = Zone::Set(chrono_tz::Asia::Kathmandu);

    assert!(kathmandu.agrees(evidence("17:45:00", "2026-11-20T12:05:00Z")));
    assert!(!kathmandu.agrees(evidence("17:30:00", "2026-11-20T12:00:00Z")));
    assert!(!kathmandu.agrees(evidence("2026-11-19 17:45:00", "2026-11-20T12:00:00Z")));
}

#[test]
fn the_setting_takes_precedence_over_the_evidence() {
    let zone = Zone::choose(
        Some(chrono_tz::Europe::Berlin),
        Some(evidence("12:00:00", "2026-11-20T12:00:01Z")),
        None,
    );

    assert_eq!(zone, Zone::Set(chrono_tz::Europe::Berlin));
}

#[test]
fn the_zone_learned_before_is_used_without_evidence() {
    let before = FixedOffset::east_opt(3600).unwrap();

    assert_eq!(
        Zone::choose(None, None, Some(before)),
        Zone::Learned(before)
    );
}

#[test]
fn the_hour_that_is_repeated_in_autumn_has_two_instants() {
    let berlin = Zone::Set(chrono_tz::Europe::Berlin);

    let instants = berlin.instants("2026-10-25T02:30:00".parse().unwrap());

    let earlier = utc("2026-10-25T00:30:00Z");
    assert_eq!(instants, (earlier, Some(utc("2026-10-25T01:30:00Z"))));
    assert_eq!(berlin.offset_all_day("2026-10-25".parse().unwrap()), None);
    assert_eq!(
        berlin.offset_all_day("2026-10-26".parse().unwrap()),
        Some(3600)
    );
}

#[test]
fn the_hour_that_is_skipped_in_spring_has_one_instant() {
    let berlin = Zone::Set(chrono_tz::Europe::Berlin);

    let instants = berlin.instants("2026-03-29T02:30:00".parse().unwrap());

    assert_eq!(instants, (utc("2026-03-29T01:30:00Z"), None));
}
