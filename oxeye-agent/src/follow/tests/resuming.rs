//! The agent was stopped and continues from its checkpoint.

use super::*;

/// Returns the logs of a server on which Alex has been online since 10:00:05, and a checkpoint.
fn checkpoint_with_alex_online() -> (Logs, Checkpoint) {
    let logs = Logs::of(&[boot("10:00:00"), join("10:00:05", "Alex")], "10:00:05");
    let checkpoint = logs.open("10:00:06").checkpoint();
    (logs, checkpoint)
}

#[test]
fn events_from_while_the_agent_was_stopped_have_their_own_times() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    logs.append(
        join("10:20:00", "Steve") + &leave("10:30:00", "Alex"),
        "10:30:00",
    );

    let (follower, opened) = logs.resume(&checkpoint, "11:00:00");

    assert!(opened.resumed);
    assert_eq!(
        summary(&opened.events_since_checkpoint),
        ["10:20:00 +Steve", "10:30:00 -Alex"]
    );
    assert_eq!(present(follower.reading().roster()), ["Steve 10:20:00"]);
    assert!(follower.reading().knows_everyone());
}

#[test]
fn nothing_is_reported_if_nothing_was_written_meanwhile() {
    let (logs, checkpoint) = checkpoint_with_alex_online();

    let (follower, opened) = logs.resume(&checkpoint, "11:00:00");

    assert!(opened.resumed);
    assert_eq!(summary(&opened.events_since_checkpoint), [""; 0]);
    assert_eq!(present(follower.reading().roster()), ["Alex 10:00:05"]);
}

#[test]
fn a_log_that_was_rotated_twice_meanwhile_is_read_through_its_archives() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    logs.append(
        join("10:20:00", "Steve") + &leave("10:30:00", "Alex"),
        "10:30:00",
    );
    logs.rotate("2026-11-20-1.log.gz");
    logs.append(
        boot("11:00:00") + &join("11:01:00", "Noor") + &stop("11:02:00"),
        "11:02:00",
    );
    logs.rotate("2026-11-20-2.log.gz");
    logs.append(boot("11:03:00") + &join("11:04:00", "Efe"), "11:04:00");

    let (follower, opened) = logs.resume(&checkpoint, "12:00:00");

    assert!(opened.resumed);
    assert_eq!(
        summary(&opened.events_since_checkpoint),
        [
            "10:20:00 +Steve",
            "10:30:00 -Alex",
            "11:00:00 boot",
            "11:01:00 +Noor",
            "11:02:00 stop",
            "11:03:00 boot",
            "11:04:00 +Efe"
        ]
    );
    assert_eq!(present(follower.reading().roster()), ["Efe 11:04:00"]);
}

#[test]
fn a_log_that_is_just_being_compressed_is_read_uncompressed() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    logs.append(leave("10:30:00", "Alex"), "10:30:00");
    fs::rename(logs.latest(), logs.file("2026-11-20-1.log")).unwrap();
    fs::write(logs.file("2026-11-20-1.log.gz"), [0x1f, 0x8b, 8]).unwrap();
    logs.append(boot("11:00:00"), "11:00:00");

    let (_, opened) = logs.resume(&checkpoint, "12:00:00");

    assert_eq!(
        summary(&opened.events_since_checkpoint),
        ["10:30:00 -Alex", "11:00:00 boot"]
    );
}

#[test]
fn an_empty_new_log_keeps_the_position_in_the_previous_one() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    logs.rotate("2026-11-20-1.log.gz");
    logs.append("", "10:40:00");
    let (mut follower, _) = logs.resume(&checkpoint, "10:41:00");
    poll(&mut follower, "10:41:01");
    let checkpoint = follower.checkpoint();

    logs.append(leave("10:50:00", "Alex"), "10:50:00");
    let (_, opened) = logs.resume(&checkpoint, "10:51:00");

    assert!(opened.resumed);
    assert_eq!(summary(&opened.events_since_checkpoint), ["10:50:00 -Alex"]);
}

#[test]
fn without_the_old_log_the_new_one_is_read_from_its_boot() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    fs::remove_file(logs.latest()).unwrap();
    logs.append(boot("11:00:00") + &join("11:01:00", "Noor"), "11:01:00");

    let (follower, opened) = logs.resume(&checkpoint, "12:00:00");

    assert!(!opened.resumed);
    assert_eq!(
        summary(&opened.events_since_checkpoint),
        ["11:00:00 boot", "11:01:00 +Noor"]
    );
    assert_eq!(present(follower.reading().roster()), ["Noor 11:01:00"]);
}

#[test]
fn a_log_whose_beginning_has_changed_does_not_repeat_earlier_events() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    let log = fs::read_to_string(logs.latest()).unwrap();
    fs::write(logs.latest(), format!("{}{log}", noise("09:59:59"))).unwrap();
    logs.append(leave("10:30:00", "Alex"), "10:30:00");

    let (follower, opened) = logs.resume(&checkpoint, "12:00:00");

    assert!(!opened.resumed);
    // The last second is reported again, because something else may have happened in it.
    assert_eq!(
        summary(&opened.events_since_checkpoint),
        ["10:00:05 +Alex", "10:30:00 -Alex"]
    );
    assert_eq!(present(follower.reading().roster()), [""; 0]);
}

#[test]
fn an_emptied_log_is_not_mistaken_for_the_one_that_was_left() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    File::create(logs.latest()).unwrap();
    logs.append(
        boot("11:00:00") + &noise("11:00:01").repeat(50) + &join("11:01:00", "Noor"),
        "11:01:00",
    );

    let (follower, opened) = logs.resume(&checkpoint, "12:00:00");

    assert!(!opened.resumed);
    assert_eq!(present(follower.reading().roster()), ["Noor 11:01:00"]);
}

#[test]
fn an_unfinished_line_is_read_completely_after_the_agent_was_killed() {
    let (logs, _) = checkpoint_with_alex_online();
    let line = leave("10:30:00", "Alex");
    let (start, end) = line.split_at(50);
    logs.append(start, "10:30:00");
    let mut follower = logs.open("10:30:00");
    poll(&mut follower, "10:30:00");
    let checkpoint = follower.checkpoint();

    logs.append(end, "10:30:01");
    let (_, opened) = logs.resume(&checkpoint, "10:31:00");

    assert_eq!(summary(&opened.events_since_checkpoint), ["10:30:00 -Alex"]);
}

#[test]
fn an_older_checkpoint_gives_the_same_events_with_the_same_times() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    let (mut follower, _) = logs.resume(&checkpoint, "10:10:00");
    logs.append(join("10:20:00", "Steve"), "10:20:00");
    let mut live = poll(&mut follower, "10:20:03");
    logs.rotate("2026-11-20-1.log.gz");
    logs.append(leave("23:59:59", "Alex"), "23:59:59");
    live.extend(poll(&mut follower, "2026-11-21T00:00:01"));
    logs.append(leave("00:00:01", "Steve"), "2026-11-21T00:00:01");
    live.extend(poll(&mut follower, "2026-11-21T00:00:02"));

    let (again, opened) = logs.resume(&checkpoint, "2026-11-21T09:00:00");

    assert_eq!(summary(&opened.events_since_checkpoint), live);
    assert_eq!(again.reading().roster(), follower.reading().roster());
}

#[test]
fn a_checkpoint_holds_nothing_from_the_log_except_names() {
    let (_, checkpoint) = checkpoint_with_alex_online();

    let json = serde_json::to_string(&checkpoint).unwrap();

    assert!(json.contains("Alex"), "{json}");
    assert!(!json.contains("127.0.0.1"), "{json}");
    assert!(!json.contains("Server thread"), "{json}");
    assert!(json.len() < 1100, "{} bytes", json.len());
}

/// Checks that a log that was rotated to this name is read to its end. The new one begins without a
/// boot.
#[track_caller]
fn check_rotated_to(name: &str) {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    logs.append(
        join("10:20:00", "Steve") + &leave("10:30:00", "Alex"),
        "10:30:00",
    );
    if name.ends_with(".gz") {
        logs.rotate(name);
    } else {
        fs::rename(logs.latest(), logs.file(name)).unwrap();
    }
    logs.append(join("10:40:00", "Noor"), "10:40:00");

    let (follower, opened) = logs.resume(&checkpoint, "12:00:00");

    assert!(opened.resumed, "{name}");
    assert_eq!(
        summary(&opened.events_since_checkpoint),
        ["10:20:00 +Steve", "10:30:00 -Alex", "10:40:00 +Noor"]
    );
    assert!(follower.reading().knows_everyone());
}

#[test]
fn a_rotated_log_is_recognised_under_every_naming_scheme() {
    for name in [
        "latest.log.1",
        "latest.log.1.gz",
        "latest.log-20261120",
        "latest.log-20261120.gz",
        "latest.log-2026-11-20.gz",
    ] {
        check_rotated_to(name);
    }
}

#[test]
fn numbered_logs_are_read_from_the_highest_number_to_the_lowest() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    fs::rename(logs.latest(), logs.file("latest.log.3")).unwrap();
    logs.append(leave("23:50:00", "Alex"), "23:50:00");
    fs::rename(logs.latest(), logs.file("latest.log.2")).unwrap();
    logs.append(join("00:10:00", "Steve"), "2026-11-21T00:10:00");
    fs::rename(logs.latest(), logs.file("latest.log.1")).unwrap();
    logs.append(leave("00:20:00", "Steve"), "2026-11-21T00:20:00");

    let (_, opened) = logs.resume(&checkpoint, "2026-11-21T09:00:00");

    assert_eq!(
        summary(&opened.events_since_checkpoint),
        [
            "23:50:00 -Alex",
            "2026-11-21T00:10:00 +Steve",
            "2026-11-21T00:20:00 -Steve"
        ]
    );
}

#[test]
fn bungeecord_counts_its_logs_from_the_one_it_writes_to() {
    let logs = Logs::new();
    let settings = LogFileSettings {
        path: logs.file("proxy.log.0"),
        ..logs.settings()
    };
    let write = |name: &str, text: &str| fs::write(logs.file(name), text).unwrap();
    let connected = "10:00:05 [INFO] [Alex] <-> ServerConnector [lobby] has connected\n";
    write("proxy.log.0", connected);
    let (follower, _) = Follower::open(settings.clone(), None, utc("10:00:06")).unwrap();
    fs::rename(logs.file("proxy.log.0"), logs.file("proxy.log.1")).unwrap();
    write(
        "proxy.log.0",
        "10:30:00 [INFO] [Alex] -> UpstreamBridge has disconnected\n",
    );

    let checkpoint = Some(follower.checkpoint());
    let (follower, opened) = Follower::open(settings, checkpoint, utc("11:00:00")).unwrap();

    assert!(opened.resumed);
    assert_eq!(opened.events_since_checkpoint.len(), 1);
    assert_eq!(present(follower.reading().roster()), [""; 0]);
}

#[test]
fn players_are_forgotten_if_no_log_continues_from_the_checkpoint() {
    let logs = Logs::of(
        &[
            boot("10:00:00"),
            join("10:00:05", "Alex"),
            join("10:00:06", "Noor"),
        ],
        "10:00:06",
    );
    let checkpoint = logs.open("10:00:07").checkpoint();
    fs::remove_file(logs.latest()).unwrap();
    logs.append(join("10:20:00", "Noor"), "10:20:00");

    let (follower, opened) = logs.resume(&checkpoint, "12:00:00");

    assert!(!opened.resumed && !follower.reading().knows_everyone());
    assert_eq!(summary(&opened.events_since_checkpoint), ["10:20:00 +Noor"]);
    let forgotten: Vec<&str> = opened.forgotten.iter().map(PlayerName::as_str).collect();
    assert_eq!(forgotten, ["Alex"]);
    assert_eq!(present(follower.reading().roster()), ["Noor 10:20:00"]);
}

#[test]
fn a_log_that_merely_begins_like_the_old_one_is_a_new_log() {
    let banner = "*".repeat(2000) + "\n";
    let logs = Logs::of(
        &[banner.clone(), boot("10:00:00"), join("10:00:05", "Alex")],
        "10:00:05",
    );
    let checkpoint = logs.open("10:00:06").checkpoint();
    fs::remove_file(logs.latest()).unwrap();
    let other = banner + &boot("11:00:00") + &join("11:01:00", "Noor") + &noise("11:02:00");
    logs.append(other, "11:02:00");

    let (follower, opened) = logs.resume(&checkpoint, "12:00:00");

    assert!(!opened.resumed);
    assert_eq!(present(follower.reading().roster()), ["Noor 11:01:00"]);
}

#[cfg(unix)]
#[test]
fn a_renamed_log_is_read_to_its_end_even_if_the_new_one_begins_like_it() {
    for name in ["2026-11-20-1.log", "latest.log.1"] {
        let (logs, checkpoint) = checkpoint_with_alex_online();
        let beginning = fs::read_to_string(logs.latest()).unwrap();
        logs.append(leave("10:00:20", "Alex"), "10:00:20");
        fs::rename(logs.latest(), logs.file(name)).unwrap();
        logs.append(beginning + &join("10:01:00", "Steve"), "10:01:00");

        let (follower, opened) = logs.resume(&checkpoint, "10:02:00");

        assert!(opened.resumed);
        assert_eq!(
            summary(&opened.events_since_checkpoint)[0],
            "10:00:20 -Alex"
        );
        assert!(present(follower.reading().roster()).contains(&"Steve 10:01:00".to_owned()));
    }
}

#[test]
fn a_checkpoint_in_the_old_format_can_still_be_read() {
    let (logs, checkpoint) = checkpoint_with_alex_online();
    let mut old = serde_json::to_value(&checkpoint).unwrap();
    old["position"]
        .as_object_mut()
        .unwrap()
        .remove("before")
        .unwrap();
    let old = serde_json::from_value(old).unwrap();

    let (follower, opened) = logs.resume(&old, "11:00:00");

    assert!(opened.resumed);
    assert_eq!(present(follower.reading().roster()), ["Alex 10:00:05"]);
}
