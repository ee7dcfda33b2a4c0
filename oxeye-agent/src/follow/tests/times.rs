//! The times of events that are read from files.

use super::*;

/// Opens a log whose time zone is not known.
fn open_without_zone(logs: &Logs, checkpoint: Option<Checkpoint>, now: &str) -> (Follower, Opened) {
    let settings = LogFileSettings {
        time_zone: None,
        ..logs.settings()
    };
    Follower::open(settings, checkpoint, utc(now)).unwrap()
}

#[track_caller]
fn check_zone_learned(printed: [&str; 2], written: &str, since: &str) {
    let logs = Logs::of(
        &[
            boot(printed[0]),
            join(printed[0], "Alex"),
            noise(printed[1]),
        ],
        written,
    );

    let (follower, _) = open_without_zone(&logs, None, "2026-11-20T20:00:00");

    assert_eq!(
        present(follower.reading().roster()),
        [format!("Alex {since}")]
    );
}

#[test]
fn the_zone_is_learned_from_when_the_log_was_last_modified() {
    check_zone_learned(["09:00:00", "12:00:00"], "12:00:00", "09:00:00");
    check_zone_learned(["10:00:00", "13:00:00"], "12:00:01", "09:00:00");
    check_zone_learned(["14:30:00", "17:30:00"], "12:00:02", "09:00:00");
    check_zone_learned(["23:00:00", "02:00:00"], "12:00:00", "09:00:00");
    check_zone_learned(
        ["10:00:00", "01:00:00"],
        "2026-11-20T12:00:00",
        "2026-11-19T21:00:00",
    );
}

#[test]
fn the_zone_of_a_new_server_is_learned_from_its_first_line() {
    let logs = Logs::new();
    let (mut follower, _) = open_without_zone(&logs, None, "12:00:00");
    logs.append("", "12:00:01");
    poll(&mut follower, "12:00:01");

    logs.append(boot("17:45:05") + &join("17:45:09", "Alex"), "12:00:09");

    assert_eq!(
        poll(&mut follower, "12:00:10"),
        ["12:00:05 boot", "12:00:09 +Alex"]
    );
}

#[test]
fn the_learned_zone_survives_a_restart() {
    let logs = Logs::of(&[boot("17:30:00"), join("17:30:09", "Alex")], "12:00:09");
    let (follower, _) = open_without_zone(&logs, None, "12:00:10");
    logs.append(leave("17:40:00", "Alex"), "12:10:00");
    // The log was touched later: no zone explains the difference from its last line.
    let file = OpenOptions::new().append(true).open(logs.latest()).unwrap();
    set_written(&file, utc("15:18:00"));

    let (_, opened) = open_without_zone(&logs, Some(follower.checkpoint()), "16:00:00");

    assert_eq!(summary(&opened.events_since_checkpoint), ["12:10:00 -Alex"]);
}

#[test]
fn the_setting_determines_the_zone() {
    let logs = Logs::of(&[boot("13:00:00"), join("13:00:05", "Alex")], "12:00:05");
    let settings = LogFileSettings {
        time_zone: Some(Tz::Europe__Berlin),
        ..logs.settings()
    };

    let (follower, _) = Follower::open(settings, None, utc("14:00:00")).unwrap();

    assert_eq!(present(follower.reading().roster()), ["Alex 12:00:05"]);
}

#[test]
fn days_are_counted_back_from_when_the_log_was_last_modified() {
    let logs = Logs::of(
        &[
            boot("20:00:00"),
            join("21:00:00", "Alex"),
            join("03:00:00", "Steve"),
            noise("22:00:00"),
            noise("01:00:00"),
        ],
        "01:00:00",
    );

    let follower = logs.open("12:00:00");

    assert_eq!(
        present(follower.reading().roster()),
        ["Alex 2026-11-18T21:00:00", "Steve 2026-11-19T03:00:00"]
    );
}

#[test]
fn days_without_a_line_are_noticed_when_the_agent_resumes() {
    let logs = Logs::of(
        &[boot("10:00:00"), join("10:00:05", "Alex")],
        "2026-11-17T10:00:05",
    );
    let checkpoint = logs.open("2026-11-17T10:00:06").checkpoint();
    logs.append(leave("11:00:00", "Alex"), "11:00:00");

    let (_, opened) = logs.resume(&checkpoint, "12:00:00");

    assert_eq!(summary(&opened.events_since_checkpoint), ["11:00:00 -Alex"]);
}

#[test]
fn touching_a_log_does_not_shift_the_times_in_it() {
    let logs = Logs::of(
        &[boot("10:00:00"), join("10:00:05", "Alex")],
        "2026-11-17T10:00:05",
    );
    let checkpoint = logs.open("2026-11-17T10:00:06").checkpoint();
    logs.append(leave("11:00:00", "Alex"), "15:33:00");

    let (_, opened) = logs.resume(&checkpoint, "16:00:00");

    assert_eq!(
        summary(&opened.events_since_checkpoint),
        ["2026-11-17T11:00:00 -Alex"]
    );
}

#[test]
fn the_end_of_daylight_saving_time_does_not_start_a_new_day() {
    let logs = Logs::of(
        &[boot("01:00:00"), join("02:50:00", "Alex")],
        "2026-10-25T00:50:00",
    );
    let settings = LogFileSettings {
        time_zone: Some(Tz::Europe__Berlin),
        ..logs.settings()
    };
    let (mut follower, _) =
        Follower::open(settings.clone(), None, utc("2026-10-25T00:50:01")).unwrap();
    let checkpoint = follower.checkpoint();
    logs.append(
        join("02:10:00", "Steve") + &leave("02:55:00", "Alex"),
        "2026-10-25T01:55:00",
    );

    let mut events = Vec::new();
    follower
        .poll(utc("2026-10-25T01:55:01"), &mut events)
        .unwrap();
    let (_, opened) =
        Follower::open(settings, Some(checkpoint), utc("2026-10-25T09:00:00")).unwrap();

    assert_eq!(
        summary(&events),
        ["2026-10-25T01:10:00 +Steve", "2026-10-25T01:55:00 -Alex"]
    );
    assert_eq!(opened.events_since_checkpoint, events);
}

#[test]
fn lines_without_a_time_are_dated_when_they_are_read() {
    let logs = Logs::of(&["[INFO] Starting Server\n".to_owned()], "10:00:00");
    let mut follower = logs.open("10:00:01");
    let checkpoint = follower.checkpoint();

    logs.append("[INFO] Player connected: Alex, xuid: 1\n", "10:00:05");

    assert_eq!(poll(&mut follower, "10:00:06"), ["10:00:06 +Alex"]);
    let (_, opened) = logs.resume(&checkpoint, "11:00:00");
    assert_eq!(summary(&opened.events_since_checkpoint), ["10:00:05 +Alex"]);
}
