//! Opening a log shows who is online.

use super::*;

#[test]
fn opening_a_log_shows_who_is_online_and_since_when() {
    let logs = Logs::of(
        &[
            boot("08:00:00"),
            join("09:00:00", "Alex"),
            stop("10:00:00"),
            boot("10:00:30"),
            join("11:00:00", "Steve"),
            join("11:30:00", "Alex"),
            leave("11:45:00", "Alex"),
        ],
        "11:45:00",
    );

    let follower = logs.open("12:00:00");

    assert_eq!(present(follower.reading().roster()), ["Steve 11:00:00"]);
    assert!(follower.reading().knows_everyone());
}

#[test]
fn the_last_boot_may_be_several_archives_back() {
    let logs = Logs::of(&[join("00:00:07", "Efe")], "00:00:07");
    logs.archive(
        "2026-11-17-1.log.gz",
        [boot("10:00:00"), join("10:05:00", "Noor")].concat(),
    );
    logs.archive(
        "2026-11-18-1.log.gz",
        [
            boot("07:00:00"),
            join("23:00:00", "Alex"),
            join("23:10:00", "Steve"),
        ]
        .concat(),
    );
    logs.archive(
        "2026-11-19-1.log.gz",
        [leave("00:10:00", "Steve"), join("23:30:00", "Steve")].concat(),
    );

    let follower = logs.open("12:00:00");

    assert_eq!(
        present(follower.reading().roster()),
        [
            "Alex 2026-11-18T23:00:00",
            "Efe 00:00:07",
            "Steve 2026-11-19T23:30:00"
        ]
    );
    assert!(follower.reading().knows_everyone());
}

#[test]
fn without_a_boot_the_players_seen_are_not_known_to_be_everyone() {
    let logs = Logs::of(&[join("00:00:07", "Efe")], "00:00:07");
    logs.archive("2026-11-19-1.log.gz", join("23:00:00", "Alex"));
    logs.archive("2026-11-01-1.log.gz", [boot("23:00:00")].concat());

    let follower = logs.open("12:00:00");

    assert_eq!(
        present(follower.reading().roster()),
        ["Alex 2026-11-19T23:00:00", "Efe 00:00:07"]
    );
    assert!(!follower.reading().knows_everyone());
}

#[test]
fn a_log_that_is_never_rotated_is_searched_from_its_end() {
    let logs = Logs::new();
    let mut log = boot("01:00:00") + &join("01:00:01", "Noor");
    let filler = noise("02:00:00").repeat(40_000);
    for hour in ["03", "04", "05"] {
        log += &filler;
        log += &(boot(&format!("{hour}:00:00")) + &join(&format!("{hour}:00:01"), "Alex"));
    }
    log += &noise("06:00:00").repeat(160_000);
    logs.append(&log, "06:00:00");
    let mut file = File::open(logs.latest()).unwrap();

    let survey = survey::to_last_boot(&mut file, &LogOptions::default()).unwrap();
    let follower = logs.open("06:00:10");

    assert!(survey.has_boot);
    assert!(survey.start > 1_000_000, "{} bytes skipped", survey.start);
    assert_eq!(present(follower.reading().roster()), ["Alex 05:00:01"]);
}

#[test]
fn an_old_log_that_prints_dates_is_read_as_well() {
    let logs = Logs::of(
        &[
            "2026-11-18 10:00:00 [INFO] Starting minecraft server version 1.6.4\n".to_owned(),
            "2026-11-19 11:00:00 [INFO] Alex[/127.0.0.1:5] logged in with entity id 1 at (0, 0, 0)\n"
                .to_owned(),
        ],
        "08:00:00",
    );

    let follower = logs.open("12:00:00");

    assert_eq!(
        present(follower.reading().roster()),
        ["Alex 2026-11-19T11:00:00"]
    );
}

#[test]
fn an_unfinished_last_line_waits_for_its_end() {
    let line = join("11:00:00", "Alex");
    let (start, end) = line.split_at(60);
    let logs = Logs::of(&[boot("10:00:00"), start.to_owned()], "11:00:00");

    let mut follower = logs.open("11:00:01");
    assert_eq!(present(follower.reading().roster()), [""; 0]);
    logs.append(end, "11:00:01");

    assert_eq!(poll(&mut follower, "11:00:02"), ["11:00:00 +Alex"]);
}
