//! Logs that are piped in.

use super::*;

fn feed(follower: &mut StreamFollower, bytes: impl AsRef<[u8]>, now: &str) -> Vec<String> {
    let mut events = Vec::new();
    follower.feed(bytes.as_ref(), utc(now), &mut events);
    summary(&events)
}

fn stream() -> StreamFollower {
    StreamFollower::new(LogOptions::default(), Some(Tz::UTC))
}

#[test]
fn lines_are_read_however_the_input_is_cut_into_chunks() {
    let mut follower = stream();
    let text = boot("10:00:00") + &join("10:00:05", "Alex");
    let (start, end) = text.split_at(100);

    assert_eq!(feed(&mut follower, start, "10:00:05"), ["10:00:00 boot"]);
    assert_eq!(feed(&mut follower, end, "10:00:06"), ["10:00:05 +Alex"]);
    assert_eq!(present(follower.reading().roster()), ["Alex 10:00:05"]);
    assert!(follower.reading().knows_everyone());
}

#[test]
fn an_event_with_a_printed_instant_has_that_time_however_old_it_is() {
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
fn the_zone_of_a_container_is_learned_once_its_lines_are_new() {
    let mut follower = StreamFollower::new(LogOptions::default(), None);
    follower.end_history();

    let first = feed(&mut follower, join("15:45:00", "Alex"), "10:15:01");
    let second = feed(&mut follower, join("10:16:00", "Steve"), "10:16:01");

    // This machine can be in only one of the two zones.
    assert_eq!(first, ["10:15:00 +Alex"]);
    assert_eq!(second, ["10:16:00 +Steve"]);
}

#[test]
fn an_unfinished_last_line_counts() {
    let mut follower = stream();
    let mut events = Vec::new();
    follower.feed(
        join("10:00:05", "Alex").trim_end().as_bytes(),
        utc("10:00:05"),
        &mut events,
    );
    assert_eq!(summary(&events), [""; 0]);

    follower.finish(utc("10:00:06"), &mut events);

    assert_eq!(summary(&events), ["10:00:05 +Alex"]);
}
