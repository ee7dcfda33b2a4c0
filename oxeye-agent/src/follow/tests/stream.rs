//! A log that is piped in.

use super::*;

fn feed(follower: &mut StreamFollower, bytes: impl AsRef<[u8]>, now: &str) -> Vec<String> {
    let mut events = Vec::new();
    follower.feed(bytes.as_ref(), utc(now), &mut events);
    told(&events)
}

fn stream() -> StreamFollower {
    StreamFollower::new(LogOptions::default(), Some(Tz::UTC))
}

#[test]
fn lines_are_seen_as_they_come_however_they_are_cut() {
    let mut follower = stream();
    let text = boot("10:00:00") + &join("10:00:05", "Alex");
    let (start, end) = text.split_at(100);

    assert_eq!(feed(&mut follower, start, "10:00:05"), ["10:00:00 boot"]);
    assert_eq!(feed(&mut follower, end, "10:00:06"), ["10:00:05 +Alex"]);
    assert_eq!(present(follower.roster()), ["Alex 10:00:05"]);
    assert!(follower.knows_everyone());
}

#[test]
fn what_was_printed_with_its_instant_is_of_that_instant_however_old() {
    let mut follower = stream();
    let line = format!(
        "2026-11-13T08:00:00.123456789Z {}",
        join("09:00:00", "Alex")
    );

    assert_eq!(
        feed(&mut follower, line, "10:00:00"),
        ["2026-11-13T08:00:00 +Alex"]
    );
}

#[test]
fn a_container_in_another_zone_is_understood_once_its_lines_are_new() {
    let mut follower = StreamFollower::new(LogOptions::default(), None);
    follower.history_is_over();

    let first = feed(&mut follower, join("15:45:00", "Alex"), "10:15:01");
    let second = feed(&mut follower, join("10:16:00", "Steve"), "10:16:01");

    // This machine can be in one of the two zones only.
    assert_eq!(first, ["10:15:00 +Alex"]);
    assert_eq!(second, ["10:16:00 +Steve"]);
}

#[test]
fn the_last_line_counts_without_an_end() {
    let mut follower = stream();
    let mut events = Vec::new();
    follower.feed(
        join("10:00:05", "Alex").trim_end().as_bytes(),
        utc("10:00:05"),
        &mut events,
    );
    assert_eq!(told(&events), [""; 0]);

    follower.finish(utc("10:00:06"), &mut events);

    assert_eq!(told(&events), ["10:00:05 +Alex"]);
}
