//! Logs that no server should write, and paths that are not logs.

use super::*;

#[track_caller]
fn check_refused(settings: LogFileSettings, sentence: &str) {
    let path = settings.path.display().to_string();
    let error = Follower::open(settings, None, utc("10:00:00")).unwrap_err();
    assert_eq!(error.to_string().replace(&path, "PATH"), sentence);
}

#[test]
fn a_directory_is_refused_by_name() {
    let logs = Logs::new();
    fs::create_dir(logs.latest()).unwrap();

    check_refused(
        logs.settings(),
        "PATH is a directory; name the log file in it, such as latest.log",
    );
}

#[cfg(unix)]
#[test]
fn an_unreadable_log_is_refused_by_name() {
    use std::os::unix::fs::PermissionsExt;
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    fs::set_permissions(logs.latest(), fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(logs.latest()).is_ok() {
        // The user who runs the tests may read every file.
        return;
    }

    check_refused(
        logs.settings(),
        "cannot read the log file PATH: Permission denied (os error 13)",
    );
}

#[cfg(unix)]
#[test]
fn a_socket_is_refused_and_blocks_nobody() {
    let logs = Logs::new();
    let _socket = std::os::unix::net::UnixListener::bind(logs.latest()).unwrap();

    check_refused(
        logs.settings(),
        "PATH is not a regular file, so it cannot be followed as a log",
    );
}

#[test]
fn a_directory_in_place_of_the_log_is_reported_until_the_log_is_back() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let mut follower = logs.open("10:00:01");
    logs.rotate("2026-11-20-1.log.gz");
    fs::create_dir(logs.latest()).unwrap();
    let refused = follower.poll(utc("10:00:02"), &mut Vec::new());

    fs::remove_dir(logs.latest()).unwrap();
    logs.append(join("10:00:05", "Alex"), "10:00:05");

    assert!(matches!(refused, Err(FollowError::Directory { .. })));
    assert_eq!(poll(&mut follower, "10:00:06"), ["10:00:05 +Alex"]);
}

#[test]
fn a_line_of_a_hundred_megabytes_does_no_harm() {
    let logs = Logs::of(&[boot("10:00:00"), join("10:00:05", "Alex")], "10:00:05");
    let mut follower = logs.open("10:00:06");
    let checkpoint = follower.checkpoint();
    let part = vec![b'x'; 1024 * 1024];
    for _ in 0..100 {
        logs.append(&part, "10:00:07");
    }
    poll(&mut follower, "10:00:07");
    logs.append(String::from("\n") + &leave("10:00:08", "Alex"), "10:00:08");

    assert_eq!(poll(&mut follower, "10:00:09"), ["10:00:08 -Alex"]);
    let (_, opened) = logs.resume(&checkpoint, "10:00:10");
    assert_eq!(summary(&opened.events_since_checkpoint), ["10:00:08 -Alex"]);
    let follower = logs.open("10:00:10");
    assert_eq!(present(follower.reading().roster()), [""; 0]);
    assert!(follower.reading().knows_everyone());
}

#[test]
fn a_hole_of_nuls_hides_no_line() {
    let logs = Logs::of(&[boot("10:00:00"), join("10:00:05", "Alex")], "10:00:05");
    let mut follower = logs.open("10:00:06");

    // A server that does not append goes on writing at its old offset after its log was emptied.
    let end = fs::metadata(logs.latest()).unwrap().len();
    let file = File::create(logs.latest()).unwrap();
    file.set_len(end + 200_000).unwrap();
    logs.append(leave("10:00:08", "Alex"), "10:00:08");

    assert_eq!(poll(&mut follower, "10:00:09"), ["10:00:08 -Alex"]);
}

#[test]
fn half_a_character_at_the_end_waits_for_the_other_half() {
    let logs = Logs::of(&[boot("10:00:00")], "10:00:00");
    let mut follower = logs.open("10:00:01");
    let said = "[10:00:05] [Server thread/INFO]: <Alex> grüße\n".as_bytes();
    let half = said.iter().position(|byte| *byte > 127).unwrap() + 1;

    logs.append(&said[..half], "10:00:05");
    assert_eq!(poll(&mut follower, "10:00:06"), [""; 0]);
    logs.append(&said[half..], "10:00:06");
    logs.append(join("10:00:07", "Alex"), "10:00:07");

    assert_eq!(poll(&mut follower, "10:00:08"), ["10:00:07 +Alex"]);
}

#[test]
fn a_damaged_archive_is_read_up_to_the_damage() {
    let logs = Logs::of(&[join("00:00:07", "Efe")], "00:00:07");
    let mut log = boot("10:00:00") + &join("10:00:05", "Alex");
    let mut letter = 0_u32;
    while log.len() < 400_000 {
        // The lines differ, because equal ones would be compressed into almost nothing.
        letter = letter.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        log += &format!("[10:00:06] [Server thread/INFO]: <Alex> {letter:x}\n");
    }
    logs.archive("2026-11-19-1.log.gz", &log);
    let archive = logs.file("2026-11-19-1.log.gz");
    let whole = fs::read(&archive).unwrap();
    fs::write(&archive, &whole[..whole.len() / 2]).unwrap();

    let follower = logs.open("12:00:00");

    assert_eq!(
        present(follower.reading().roster()),
        ["Alex 2026-11-19T10:00:05", "Efe 00:00:07"]
    );
}

#[test]
fn files_that_only_look_like_archives_do_not_prevent_the_start() {
    let logs = Logs::of(&[join("00:00:07", "Efe")], "00:00:07");
    fs::write(logs.file("2026-11-19-1.log.gz"), "no archive at all").unwrap();
    fs::write(logs.file("2026-11-19-2.log.gz"), "").unwrap();
    fs::create_dir(logs.file("2026-11-19-3.log.gz")).unwrap();

    let follower = logs.open("12:00:00");

    assert_eq!(present(follower.reading().roster()), ["Efe 00:00:07"]);
    assert!(!follower.reading().knows_everyone());
}
