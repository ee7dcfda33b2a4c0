//! Logs that are missing for a while, or do not exist yet.

use super::super::follower::MISSING_POLLS;
use super::*;

#[test]
fn a_log_that_is_missing_for_a_moment_is_no_error() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let mut follower = logs.open("10:00:01");

    logs.rotate("2026-11-20-1.log.gz");
    for _ in 0..MISSING_POLLS {
        assert_eq!(poll(&mut follower, "10:00:02"), [""; 0]);
    }
}

#[test]
fn a_missing_log_is_reported_until_it_is_back() {
    let logs = Logs::of(&[boot("10:00:00"), join("10:00:05", "Alex")], "10:00:05");
    let mut follower = logs.open("10:00:06");
    logs.rotate("2026-11-20-1.log.gz");
    for _ in 0..MISSING_POLLS {
        poll(&mut follower, "10:00:07");
    }

    let missing = follower.poll(utc("10:00:12"), &mut Vec::new());
    logs.append(boot("10:10:00"), "10:10:00");

    assert!(matches!(missing, Err(FollowError::Missing { .. })));
    assert_eq!(poll(&mut follower, "10:10:01"), ["10:10:00 boot"]);
    assert_eq!(present(follower.reading().roster()), [""; 0]);
}

#[test]
fn the_first_log_of_a_new_server_is_awaited() {
    let logs = Logs::new();
    let mut follower = logs.open("10:00:00");
    for _ in 0..MISSING_POLLS {
        poll(&mut follower, "10:00:01");
    }
    let missing = follower.poll(utc("10:00:06"), &mut Vec::new());
    let sentence = missing.unwrap_err().to_string();

    logs.append(boot("10:30:00") + &join("10:31:00", "Alex"), "10:31:00");

    assert!(
        sentence.starts_with("there is no log file at "),
        "{sentence}"
    );
    assert!(sentence.contains("latest.log"), "{sentence}");
    assert_eq!(
        poll(&mut follower, "10:31:01"),
        ["10:30:00 boot", "10:31:00 +Alex"]
    );
    assert!(follower.reading().knows_everyone());
}

#[test]
fn a_checkpoint_waits_for_its_log() {
    let logs = Logs::of(&[boot("10:00:00"), join("10:00:05", "Alex")], "10:00:05");
    let checkpoint = logs.open("10:00:06").checkpoint();
    fs::rename(logs.latest(), logs.file("away")).unwrap();

    let (mut follower, opened) = logs.resume(&checkpoint, "10:05:00");
    assert!(opened.resumed);
    assert_eq!(present(follower.reading().roster()), ["Alex 10:00:05"]);
    let (mut again, _) = logs.resume(&follower.checkpoint(), "10:05:01");

    fs::rename(logs.file("away"), logs.latest()).unwrap();
    logs.append(leave("10:06:00", "Alex"), "10:06:00");
    assert_eq!(poll(&mut follower, "10:06:01"), ["10:06:00 -Alex"]);
    assert_eq!(poll(&mut again, "10:06:01"), ["10:06:00 -Alex"]);
}

#[test]
fn a_file_in_place_of_the_folder_counts_as_missing_too() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let settings = LogFileSettings {
        path: logs.latest().join("latest.log"),
        ..logs.settings()
    };

    let (follower, opened) = Follower::open(settings, None, utc("10:00:01")).unwrap();

    assert!(!opened.resumed);
    assert!(follower.reading().roster().is_empty());
    assert!(!follower.reading().knows_everyone());
}
