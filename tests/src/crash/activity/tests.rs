//! What the check says of a file that holds more or less than was reported.

use super::*;

/// Two events of player 0, of 10 and 20, are answered; one of player 0, of 5, and one of player 1, of 7, are in
/// flight.
#[track_caller]
fn check(found: &[(&str, Sum)], lost: u64, doubled: u64) {
    let mut doer = Doer {
        server: "doer".to_owned(),
        key: String::new(),
        is_batched: true,
        epoch: 1,
        events: vec![(0, 10), (0, 20), (0, 5), (1, 7)],
        answered: 2,
        tallied: 0,
    };
    let sums = found
        .iter()
        .map(|(player, sum)| ((*player).to_owned(), *sum));
    let found = Counters(sums.collect());
    let mut tally = ActivityTally::default();
    doer.check(&found, &mut tally);
    found.check_strangers(&[doer], &mut tally);
    assert_eq!((tally.lost, tally.doubled), (lost, doubled));
    assert_eq!((tally.acknowledged, tally.in_flight), (2, 2));
}

#[test]
fn a_session_and_the_newest_events_are_those_that_were_counted() {
    let session = |actions: u64, volume: f64| json!({"actions_count": actions, "trade_volume": volume, "online": true});
    let trade = |value: u64| json!({"event_type": "trade_sell", "details": {"total_value": value}});
    let login = json!({"event_type": "login", "details": {}});
    let own = [10, 20, 5];
    let newest = json!([trade(20), trade(10), login]);
    let agrees = |session, newest| agrees(&session, &newest, (2, 30), &own);

    assert!(agrees(session(2, 30.0), newest.clone()));
    assert!(!agrees(session(1, 10.0), newest.clone()));
    assert!(!agrees(session(2, 35.0), newest.clone()));
    assert!(!agrees(
        json!({"actions_count": 2, "trade_volume": 30.0, "online": false}),
        newest
    ));
    for wrong in [
        json!([trade(20)]),
        json!([trade(10), trade(20)]),
        json!([trade(5), trade(20), trade(10)]),
    ] {
        assert!(!agrees(session(2, 30.0), wrong));
    }
}

#[test]
fn what_was_answered_must_be_counted_once_and_what_was_in_flight_as_a_whole_or_not_at_all() {
    check(&[("doer-0", (2, 30))], 0, 0);
    check(&[("doer-0", (3, 35)), ("doer-1", (1, 7))], 0, 0);
    check(&[], 2, 0);
    check(&[("doer-0", (1, 10))], 1, 0);
    check(&[("doer-0", (3, 35))], 1, 0);
    check(&[("doer-0", (4, 55)), ("doer-1", (1, 7))], 0, 1);
    check(&[("doer-0", (2, 20))], 1, 1);
    check(&[("doer-0", (2, 30)), ("somebody", (3, 1))], 0, 3);
}
