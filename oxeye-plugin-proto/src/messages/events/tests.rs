//! Tests of what is accepted as a batch, and what is refused as a whole.

use serde_json::{Value, json};

use super::*;
use crate::PlayerName;
use crate::limits::MAX_REASON_CHARS;

fn heartbeats(count: usize) -> Vec<Value> {
    (0..count)
        .map(|at| json!({"type": "heartbeat", "at": at}))
        .collect()
}

fn read(epoch: &Value, first_seq: &Value, events: &[Value]) -> Result<EventsRequest, String> {
    let body = json!({"epoch": epoch, "first_seq": first_seq, "events": events}).to_string();
    serde_json::from_str(&body).map_err(|error| error.to_string())
}

#[track_caller]
fn check_refused(epoch: &Value, first_seq: &Value, events: &[Value], sentence: &str) {
    let error = read(epoch, first_seq, events).expect_err(sentence);
    assert!(error.starts_with(sentence), "{error}");
}

#[test]
fn a_batch_has_one_to_five_hundred_events() {
    for count in [1, 500] {
        let batch = read(&json!(3), &json!(7), &heartbeats(count)).expect("a batch");

        assert_eq!(batch.epoch().get(), 3);
        assert_eq!(batch.first_seq().get(), 7);
        assert_eq!(
            batch.last_seq().saturating_since(batch.first_seq()),
            count as u64 - 1
        );
        assert_eq!(batch.into_entries().filter(Result::is_ok).count(), count);
    }
}

#[test]
fn a_batch_without_events_or_with_too_many_is_refused() {
    check_refused(
        &json!(3),
        &json!(7),
        &[],
        "a batch needs at least one event",
    );
    check_refused(
        &json!(3),
        &json!(7),
        &heartbeats(501),
        "a batch has at most 500 events",
    );
    assert_eq!(
        EventsRequest::new(
            Epoch::try_from(3).expect("an epoch"),
            Seq::FIRST,
            Vec::new()
        ),
        Err(InvalidBatch::Empty)
    );
}

#[test]
fn reading_stops_at_the_first_event_beyond_the_limit() {
    let mut events = heartbeats(500);
    events.push(json!("never read"));

    check_refused(
        &json!(3),
        &json!(7),
        &events,
        "a batch has at most 500 events",
    );
}

/// Checks that the event in the middle of three is refused with this message, and that the other two
/// are accepted.
#[track_caller]
fn check_one_refused(invalid: &Value, message: &str) {
    let mut events = heartbeats(3);
    events[1] = invalid.clone();

    let batch = read(&json!(3), &json!(7), &events).expect("a batch");

    let taken: Vec<_> = batch.numbered().map(|(seq, _)| seq.get()).collect();
    assert_eq!((taken, batch.last_seq().get()), (vec![7, 9], 9));
    let entries = batch.clone().into_entries();
    let usable: Vec<_> = entries.map(|entry| entry.is_ok()).collect();
    assert_eq!(usable, [true, false, true]);
    let [refused] = batch.refused() else {
        panic!("{:?}", batch.refused());
    };
    assert_eq!(refused.seq.get(), 8);
    assert!(refused.error.contains(message), "{}", refused.error);
}

#[test]
fn an_invalid_event_is_refused_alone_with_its_number() {
    let player = |name: &str| json!({"type": "join", "player": name, "at": 5});
    check_one_refused(&player(""), "a player name must not be empty");
    check_one_refused(&player(&"x".repeat(33)), "at most 32 characters");
    check_one_refused(
        &json!({"type": "kick", "at": 5}),
        "does not know `kick`, only `join`, ",
    );
    check_one_refused(&json!({"at": 5}), "`type` is missing");
    check_one_refused(&json!({"type": "join", "at": 5}), "`player` is missing");
    check_one_refused(&json!({"type": 7, "at": 5}), "found 7 where a text belongs");
    check_one_refused(
        &json!({"type": "leave", "player": "Alex", "at": 1_700_000_000_000_i64}),
        "looks like milliseconds",
    );
    check_one_refused(
        &json!({"type": "sync", "at": 5, "players": vec![""; 1001]}),
        "at most 1000 players",
    );
    for no_event in [json!("Alex has joined"), json!(null), json!([]), json!(7)] {
        check_one_refused(&no_event, "an event is an object");
    }
}

#[test]
fn a_batch_may_consist_of_invalid_events() {
    let batch = read(&json!(3), &json!(7), &[json!(1), json!({})]).expect("a batch");

    assert_eq!((batch.count(), batch.events()), (2, &[][..]));
    let numbers = batch
        .into_entries()
        .map(|entry| entry.expect_err("the event is invalid").seq.get());
    assert_eq!(numbers.collect::<Vec<_>>(), [7, 8]);
}

#[test]
fn a_long_reason_is_cut() {
    let long = json!({"type": "x".repeat(10_000), "at": 5});

    let batch = read(&json!(3), &json!(7), &[long]).expect("a batch");

    let error = &batch.refused()[0].error;
    assert!(error.chars().count() <= MAX_REASON_CHARS, "{error}");
    assert!(error.ends_with("`heartbeat` and `about`"), "{error}");
}

#[test]
fn numbers_that_are_too_large_for_the_store_are_refused() {
    let beyond = json!(1_u64 << 63);

    check_refused(
        &beyond,
        &json!(7),
        &heartbeats(1),
        "the epoch of a batch is",
    );
    check_refused(
        &json!(3),
        &beyond,
        &heartbeats(1),
        "a sequence number of a batch is",
    );
    check_refused(
        &json!(3),
        &json!(-1),
        &heartbeats(1),
        "a sequence number of a batch is",
    );
}

#[test]
fn the_largest_sequence_number_can_be_used_but_not_exceeded() {
    let batch = read(&json!(3), &json!(i64::MAX - 1), &heartbeats(2)).expect("a batch");
    assert_eq!(batch.last_seq().get(), i64::MAX);

    check_refused(
        &json!(3),
        &json!(i64::MAX - 1),
        &heartbeats(3),
        "a batch of 3 events cannot begin with the sequence number 9223372036854775806",
    );
}

#[test]
fn fields_may_come_in_any_order() {
    let body = r#"{"events": [{"at": 5, "player": "Alex", "type": "leave"}], "first_seq": 9, "epoch": 1, "mood": "fine"}"#;

    let batch: EventsRequest = serde_json::from_str(body).expect(body);

    let alex = PlayerName::try_from("Alex").expect("a name");
    let leave = Event::leave(alex, UnixSeconds(5));
    let numbered: Vec<_> = batch
        .numbered()
        .map(|(seq, event)| (seq.get(), event))
        .collect();
    assert_eq!(numbered, [(9, &leave)]);
}

#[test]
fn a_truncated_batch_is_a_json_error_and_not_an_invalid_event() {
    let error = serde_json::from_str::<EventsRequest>(
        r#"{"epoch": 1, "first_seq": 1, "events": [{"type": "heartbeat", "at""#,
    )
    .expect_err("the body is truncated");

    assert!(error.is_eof(), "{error}");
}
