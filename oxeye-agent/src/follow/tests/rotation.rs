//! The log is renamed, emptied or replaced while it is followed.

use super::*;
use crate::log::ActivityKinds;

#[test]
fn new_lines_are_seen_at_the_next_poll() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let mut follower = logs.open("10:00:01");

    logs.append(join("10:00:05", "Alex"), "10:00:05");
    assert_eq!(poll(&mut follower, "10:00:06"), ["10:00:05 +Alex"]);
    assert_eq!(poll(&mut follower, "10:00:07"), [""; 0]);
    logs.append(leave("10:00:08", "Alex"), "10:00:08");
    assert_eq!(poll(&mut follower, "10:00:08"), ["10:00:08 -Alex"]);
}

#[test]
fn a_renamed_log_is_read_to_its_end_and_then_the_new_one() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let mut follower = logs.open("10:00:01");

    logs.append(join("10:00:05", "Alex"), "10:00:05");
    // The server was killed in the middle of a line, which nevertheless counts.
    logs.append(leave("10:00:06", "Alex").trim_end(), "10:00:06");
    fs::rename(logs.latest(), logs.file("2026-11-20-1.log")).unwrap();
    logs.append(boot("10:00:09") + &join("10:00:30", "Steve"), "10:00:30");

    assert_eq!(
        poll(&mut follower, "10:00:31"),
        [
            "10:00:05 +Alex",
            "10:00:06 -Alex",
            "10:00:09 boot",
            "10:00:30 +Steve"
        ]
    );
}

#[test]
fn a_server_may_go_on_writing_to_a_renamed_log() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let mut follower = logs.open("10:00:01");
    let mut old = OpenOptions::new().append(true).open(logs.latest()).unwrap();
    fs::rename(logs.latest(), logs.file("old.log")).unwrap();

    old.write_all(join("10:00:05", "Alex").as_bytes()).unwrap();

    assert_eq!(poll(&mut follower, "10:00:06"), ["10:00:05 +Alex"]);
}

#[test]
fn players_stay_online_when_the_log_is_rotated_at_midnight() {
    let logs = Logs::of(
        &[boot("22:00:00"), join("23:00:00", "Alex")],
        "2026-11-19T23:00:00",
    );
    let mut follower = logs.open("2026-11-19T23:59:59");

    logs.rotate("2026-11-19-1.log.gz");
    logs.append(join("00:00:07", "Steve"), "00:00:07");

    assert_eq!(poll(&mut follower, "00:00:08"), ["00:00:07 +Steve"]);
    assert_eq!(
        present(follower.reading().roster()),
        ["Alex 2026-11-19T23:00:00", "Steve 00:00:07"]
    );
    assert!(follower.reading().knows_everyone());
}

#[test]
fn a_new_log_that_begins_like_the_renamed_one_hides_nothing() {
    // This happens if the log has no times, or if the server starts twice within a second.
    let logs = Logs::of(&[boot("10:00:00"), join("10:00:00", "Alex")], "10:00:00");
    let mut follower = logs.open("10:00:01");

    logs.append(
        leave("10:00:05", "Alex") + &join("10:00:06", "Steve"),
        "10:00:06",
    );
    fs::rename(logs.latest(), logs.file("old.log")).unwrap();
    let new = [
        boot("10:00:00"),
        join("10:00:00", "Alex"),
        join("10:00:09", "Noor"),
    ];
    logs.append(new.concat(), "10:00:09");

    assert_eq!(
        poll(&mut follower, "10:00:10"),
        [
            "10:00:05 -Alex",
            "10:00:06 +Steve",
            "10:00:00 boot",
            "10:00:00 +Alex",
            "10:00:09 +Noor"
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_new_log_that_begins_with_all_of_the_renamed_one_is_read_from_its_start() {
    let old = [boot("10:00:00"), join("10:00:00", "Alex")];
    let logs = Logs::of(&old, "10:00:00");
    let mut follower = logs.open("10:00:01");

    fs::rename(logs.latest(), logs.file("old.log")).unwrap();
    logs.append(old.concat() + &leave("10:00:09", "Alex"), "10:00:09");

    assert_eq!(
        poll(&mut follower, "10:00:10"),
        ["10:00:00 boot", "10:00:00 +Alex", "10:00:09 -Alex"]
    );
}

#[test]
fn a_log_that_came_and_went_between_two_polls_is_not_missed() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let mut follower = logs.open("10:00:01");

    logs.append(join("10:00:05", "Alex"), "10:00:05");
    logs.rotate("2026-11-20-1.log.gz");
    logs.append(boot("10:10:00") + &join("10:11:00", "Noor"), "10:11:00");
    logs.rotate("2026-11-20-2.log.gz");
    logs.append(boot("10:20:00"), "10:20:00");

    assert_eq!(
        poll(&mut follower, "10:20:01"),
        [
            "10:00:05 +Alex",
            "10:10:00 boot",
            "10:11:00 +Noor",
            "10:20:00 boot"
        ]
    );
}

#[test]
fn a_log_that_is_copied_and_emptied_is_read_from_its_start() {
    let logs = Logs::of(&[boot("10:00:00"), join("10:00:05", "Alex")], "10:00:05");
    let mut follower = logs.open("10:00:06");

    fs::copy(logs.latest(), logs.file("latest.log.1")).unwrap();
    File::options()
        .write(true)
        .truncate(true)
        .open(logs.latest())
        .unwrap();
    logs.append(leave("10:00:09", "Alex"), "10:00:09");

    assert_eq!(poll(&mut follower, "10:00:10"), ["10:00:09 -Alex"]);
}

#[test]
fn a_log_that_was_emptied_and_has_grown_longer_than_before_is_noticed() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let mut follower = logs.open("10:00:01");

    let longer = join("10:00:05", "Alex") + &noise("10:00:06").repeat(100);
    fs::write(logs.latest(), longer).unwrap();

    assert_eq!(poll(&mut follower, "10:00:07"), ["10:00:05 +Alex"]);
}

#[test]
fn a_shorter_log_in_its_place_is_read_from_its_start() {
    let logs = Logs::of(
        &[boot("10:00:00"), noise("10:00:01"), noise("10:00:02")],
        "10:00:02",
    );
    let mut follower = logs.open("10:00:03");

    fs::write(logs.file("new"), join("10:00:05", "Alex")).unwrap();
    fs::rename(logs.file("new"), logs.latest()).unwrap();

    assert_eq!(poll(&mut follower, "10:00:06"), ["10:00:05 +Alex"]);
}

#[test]
fn a_copy_that_has_grown_is_not_a_new_log() {
    let logs = Logs::of(&[boot("10:00:00"), join("10:00:05", "Alex")], "10:00:05");
    let mut follower = logs.open("10:00:06");

    // A tool that mirrors the log from another machine does this.
    let longer = fs::read_to_string(logs.latest()).unwrap() + &leave("10:00:09", "Alex");
    fs::write(logs.file("new"), longer).unwrap();
    fs::rename(logs.file("new"), logs.latest()).unwrap();

    assert_eq!(poll(&mut follower, "10:00:10"), ["10:00:09 -Alex"]);
}

#[test]
fn an_unfinished_line_that_is_removed_again_is_forgotten() {
    let logs = Logs::of(
        &[boot("10:00:00"), "[10:00:05] [Ser".to_owned()],
        "10:00:05",
    );
    let mut follower = logs.open("10:00:06");
    poll(&mut follower, "10:00:06");

    let file = OpenOptions::new().write(true).open(logs.latest()).unwrap();
    file.set_len(boot("10:00:00").len() as u64).unwrap();
    poll(&mut follower, "10:00:07");
    logs.append(join("10:00:08", "Alex"), "10:00:08");

    assert_eq!(poll(&mut follower, "10:00:09"), ["10:00:08 +Alex"]);
}

#[test]
fn a_log_that_somebody_has_edited_counts_a_death_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("latest.log");
    let died = |time: &str| format!("[{time}] [Server thread/INFO]: Alex drowned\n");
    let log = boot("12:00:00") + &join("12:00:01", "Alex") + &died("12:00:05");
    let log = log + &join("12:00:07", "Steve");
    fs::write(&path, boot("12:00:00")).unwrap();
    let settings = LogFileSettings {
        path: path.clone(),
        options: LogOptions::default().with_activity(ActivityKinds::USUAL),
        time_zone: Some(Tz::UTC),
    };
    let (mut follower, _) = Follower::open(settings, None, utc("12:00:10")).unwrap();
    let mut deaths = |log: String| {
        fs::remove_file(&path).unwrap();
        fs::write(&path, log).unwrap();
        let mut events = Vec::new();
        for _ in 0..3 {
            follower.poll(utc("12:00:10"), &mut events).unwrap();
        }
        let is_death = |event: &&TimedEvent| matches!(event.what, GameEvent::Activity(_));
        events.iter().filter(is_death).count()
    };

    assert_eq!(deaths(log.clone()), 1);
    assert_eq!(deaths(format!("edited\n{log}")), 0);
}
