//! Time that does not count: the machine slept, or the engine was away.

use std::time::Duration;

use super::host::Host;
use crate::rules::{Call, CallFailure, Event, Occupancy, Reply, Severity, State};

#[test]
fn players_are_not_missed_when_the_machine_has_slept() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.the_machine_sleeps_for(3_600);
    assert!(host.is_in(ada));

    host.falls_silent(ada);
    host.pass(14);
    assert!(host.is_in(ada));
    host.pass(1);
    assert!(!host.is_in(ada));
}

#[test]
fn an_empty_server_gets_its_whole_time_when_the_machine_has_slept() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(4);

    host.the_machine_sleeps_for(3_600);
    host.pass(5);
    assert_eq!(host.asks(ada.slot), 0);

    host.pass(1);
    assert_eq!(host.asks(ada.slot), 1);
}

#[test]
fn a_server_has_its_whole_time_to_save_whatever_comes_first_after_sleep() {
    let mut host = Host::new();
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);

    host.the_machine_sleeps_until_a_list_comes(3_600);
    host.pass(69);
    assert_eq!(host.calls(ada.slot, Call::Kill), 0);

    host.pass(1);
    assert_eq!(host.calls(ada.slot, Call::Kill), 1);
}

#[test]
fn a_tick_that_comes_a_little_late_does_not_stop_the_clock() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.falls_silent(ada);

    for _ in 0..7 {
        host.the_machine_sleeps_for(2);
    }
    assert!(host.is_in(ada));
    host.the_machine_sleeps_for(2);
    assert!(!host.is_in(ada));
}

#[test]
fn no_session_ends_while_the_engine_is_away() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.falls_silent(ada);
    host.pass(10);

    host.the_engine_is_away_for(600);
    assert!(host.is_in(ada));

    host.pass(14);
    assert!(host.is_in(ada));
    host.pass(1);
    assert!(!host.is_in(ada));
}

#[test]
fn an_empty_server_gets_its_whole_time_when_the_engine_was_away() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(4);

    host.the_engine_is_away_for(600);
    host.pass(5);
    assert_eq!(host.asks(ada.slot), 0);

    host.pass(1);
    assert_eq!(host.asks(ada.slot), 1);
}

#[test]
fn an_answer_that_comes_while_the_engine_is_away_stops_nobody() {
    let mut host = Host::new();
    host.engine.answers_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    assert_eq!(host.asks(ada.slot), 1);

    host.the_engine_goes_away();
    host.answers(ada.slot, 1, Occupancy::Players(0));
    let back = host.a_player("ada");
    assert_eq!(host.state(back.slot), Some(State::Running));

    host.leaves(back);
    host.answers(ada.slot, 1, Occupancy::Players(0));
    host.the_engine_comes_back();
    host.pass(10);
    assert_eq!(host.state(back.slot), Some(State::Idle));
    assert_eq!(host.asks(ada.slot), 2);
}

#[test]
fn a_stopped_server_is_kept_for_its_whole_time_when_the_engine_was_away() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));

    host.the_engine_is_away_for(600);
    host.pass(29);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));

    host.pass(1);
    assert_eq!(host.state(ada.slot), None);
}

#[test]
fn a_server_has_its_whole_time_to_start_when_the_engine_was_away() {
    let mut host = Host::new();
    host.engine.boots_slowly = true;
    let ada = host.a_player("ada");
    host.pass(200);

    host.the_engine_is_away_for(600);
    host.pass(99);
    assert_eq!(host.state(ada.slot), Some(State::Starting));

    host.pass(1);
    assert_eq!(host.state(ada.slot), None);
    assert!(host.was_reported(ada.slot, "did not become ready in time"));
}

#[test]
fn a_server_has_its_whole_time_to_save_when_the_engine_was_away() {
    let mut host = Host::new();
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    host.pass(40);

    host.the_engine_is_away_for(600);
    host.pass(29);
    assert_eq!(host.state(ada.slot), Some(State::Stopping));
    assert_eq!(host.calls(ada.slot, Call::Kill), 0);

    host.pass(1);
    assert_eq!(host.calls(ada.slot, Call::Kill), 1);
    assert_eq!(
        host.severity_of(ada.slot, "its world may not be saved"),
        Severity::Warning
    );
}

#[test]
fn a_server_that_crashed_while_the_engine_was_away_is_started_again() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.the_engine_goes_away();
    host.crashes(ada.slot);
    host.pass(60);
    assert_eq!(host.starts(ada.slot), 1);

    host.the_engine_comes_back();
    assert_eq!(host.starts(ada.slot), 2);
    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert!(host.is_in(ada));
}

#[test]
fn without_an_engine_players_reach_servers_that_run_and_no_others() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.the_engine_goes_away();
    let again = host.a_player("ada");
    let (_, refused) = host.join("bea");

    assert_eq!((again.slot, again.port), (ada.slot, ada.port));
    let reason = "No server can be started at the moment".to_owned();
    let retry_after = Duration::from_secs(5);
    assert_eq!(
        refused,
        Reply::Unavailable {
            reason,
            retry_after
        }
    );
}

#[test]
fn what_could_not_be_asked_is_asked_as_soon_as_the_engine_is_back() {
    let mut host = Host::new();
    host.engine.unanswered = Some(Call::Create);
    let (_, reply) = host.join("ada");
    let Reply::Joined { slot, .. } = reply else {
        panic!("{reply:?}")
    };
    let Event::Called { slot, number, .. } = host.answer_to_the_last(slot, Call::Create) else {
        unreachable!()
    };
    host.engine.unanswered = None;
    host.the_engine_goes_away();
    host.step(Event::Called {
        slot,
        number,
        result: Err(CallFailure::Unreachable),
    });
    assert_eq!(host.calls(slot, Call::Create), 1);

    host.the_engine_comes_back();

    assert_eq!(host.calls(slot, Call::Create), 2);
}
