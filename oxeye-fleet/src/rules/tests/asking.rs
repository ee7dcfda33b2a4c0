//! An empty server is asked who is on before it is stopped.

use super::host::Host;
use crate::rules::{Occupancy, State};

#[test]
fn a_server_runs_on_while_somebody_is_on() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.has_people(ada.slot, Occupancy::Players(1));
    host.leaves(ada);

    host.pass(600);
    assert_eq!(host.state(ada.slot), Some(State::Idle));

    host.has_people(ada.slot, Occupancy::Players(0));
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
}

#[test]
fn a_server_that_cannot_be_asked_is_stopped_by_its_sessions_alone() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.has_people(ada.slot, Occupancy::CannotBeAsked);
    host.leaves(ada);

    host.pass(9);
    assert_eq!(host.state(ada.slot), Some(State::Idle));
    host.pass(1);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
}

#[test]
fn a_server_that_does_not_answer_is_asked_for_half_a_minute_more() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.has_people(ada.slot, Occupancy::Silent);
    host.leaves(ada);

    host.pass(10 + 29);
    assert_eq!(host.state(ada.slot), Some(State::Idle));
    assert_eq!(host.asks(ada.slot), 15);

    host.pass(1);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
}

#[test]
fn an_answer_ends_the_silence_before_it() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.has_people(ada.slot, Occupancy::Silent);
    host.leaves(ada);
    host.pass(35);
    host.has_people(ada.slot, Occupancy::Players(1));
    host.pass(1);

    host.has_people(ada.slot, Occupancy::Silent);
    host.pass(10 + 29);
    assert_eq!(host.state(ada.slot), Some(State::Idle));
}

#[test]
fn the_answer_to_an_old_question_does_not_count() {
    let mut host = Host::new();
    host.engine.answers_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10 + 10 + 2);
    assert_eq!(host.asks(ada.slot), 2);

    host.answers(ada.slot, 1, Occupancy::Players(0));
    assert_eq!(host.state(ada.slot), Some(State::Idle));

    host.answers(ada.slot, 2, Occupancy::Players(0));
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
}

#[test]
fn an_answer_from_before_the_player_came_back_does_not_count() {
    let mut host = Host::new();
    host.engine.answers_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    assert_eq!(host.asks(ada.slot), 1);

    let back = host.a_player("ada");
    host.answers(ada.slot, 1, Occupancy::Players(0));
    assert_eq!(host.state(ada.slot), Some(State::Running));

    host.leaves(back);
    host.answers(ada.slot, 1, Occupancy::Players(0));
    assert_eq!(host.state(ada.slot), Some(State::Idle));
}

#[test]
fn a_server_that_answers_twice_is_not_stopped_by_the_second_answer() {
    let mut host = Host::new();
    host.engine.answers_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);

    host.answers(ada.slot, 1, Occupancy::Players(1));
    host.answers(ada.slot, 1, Occupancy::Players(0));

    assert_eq!(host.state(ada.slot), Some(State::Idle));
}
