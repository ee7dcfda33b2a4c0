//! An engine that refuses to start servers, and ports that other programs have.

use std::time::Duration;

use super::host::Host;
use crate::rules::{Call, Reply, State};

const NO_IMAGE: &str = "no such image";

#[track_caller]
fn assert_refused(reply: &Reply, sentence: &str, seconds: u64) {
    let expected = Reply::Refused {
        sentence: sentence.to_owned(),
        retry_after: Duration::from_secs(seconds),
    };
    assert_eq!(*reply, expected);
}

/// A player comes, and their server cannot be started.
fn is_let_down(host: &mut Host, name: &str) {
    let player = host.a_player(name);
    assert_eq!(host.state(player.slot), None);
    assert!(!host.is_in(player));
}

#[test]
fn nothing_is_left_of_a_server_that_was_refused() {
    let mut host = Host::new();
    host.engine.refusal = Some(NO_IMAGE);

    let ada = host.a_player("ada");

    assert!(!host.is_in(ada));
    assert_eq!(host.fleet.slots().count(), 0);
    assert_eq!(host.calls(ada.slot, Call::Remove), 1);
    assert!(host.was_reported(ada.slot, NO_IMAGE));
}

#[test]
fn when_the_same_refusal_comes_again_players_are_refused_for_a_minute() {
    let mut host = Host::new();
    host.engine.refusal = Some(NO_IMAGE);
    is_let_down(&mut host, "ada");
    host.pass(60);
    is_let_down(&mut host, "bea");

    let (_, at_once) = host.join("cleo");
    host.pass(59);
    let (_, later) = host.join("cleo");
    host.engine.refusal = None;
    host.pass(1);
    let cleo = host.a_player("cleo");

    assert_refused(&at_once, NO_IMAGE, 60);
    assert_refused(&later, NO_IMAGE, 1);
    assert_eq!(host.state(cleo.slot), Some(State::Running));
}

#[test]
fn what_is_refused_for_one_world_again_and_again_keeps_only_its_player_waiting() {
    let mut host = Host::new();
    host.engine.refusal = Some(NO_IMAGE);
    is_let_down(&mut host, "ada");
    host.pass(20);
    is_let_down(&mut host, "ada");

    assert_refused(&host.join("ada").1, NO_IMAGE, 10);
    assert_eq!(host.fleet.refusal(), None);
    host.engine.refusal = None;
    let bea = host.a_player("bea");
    assert_eq!(host.state(bea.slot), Some(State::Running));
}

#[test]
fn operators_learn_of_a_worker_that_refuses_its_only_player_until_a_server_is_started() {
    let mut host = Host::new();
    let local = "local".parse().unwrap();
    host.engine.refusal = Some(NO_IMAGE);

    is_let_down(&mut host, "ada");
    assert!(!host.fleet.refuses_servers(&local));
    host.pass(300);
    is_let_down(&mut host, "ada");
    assert!(host.fleet.refuses_servers(&local));

    host.engine.refusal = None;
    host.a_player("ada");
    assert!(!host.fleet.refuses_servers(&local));
}

#[test]
fn refusals_more_than_a_minute_apart_are_tried_again() {
    let mut host = Host::new();
    host.engine.refusal = Some(NO_IMAGE);
    is_let_down(&mut host, "ada");
    host.pass(61);
    is_let_down(&mut host, "bea");

    is_let_down(&mut host, "cleo");
}

#[test]
fn refusals_for_different_reasons_are_tried_again() {
    let mut host = Host::new();
    host.engine.refusal = Some(NO_IMAGE);
    is_let_down(&mut host, "ada");
    host.engine.refusal = Some("the disk is full");
    is_let_down(&mut host, "bea");

    is_let_down(&mut host, "cleo");
}

#[test]
fn a_server_that_starts_between_two_refusals_shows_that_it_works() {
    let mut host = Host::new();
    host.engine.refusal = Some(NO_IMAGE);
    is_let_down(&mut host, "ada");
    host.engine.refusal = None;
    host.a_player("bea");
    host.engine.refusal = Some(NO_IMAGE);
    is_let_down(&mut host, "cleo");

    is_let_down(&mut host, "dora");
}

#[test]
fn players_with_a_server_reach_it_while_new_ones_are_refused() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.engine.refusal = Some(NO_IMAGE);
    is_let_down(&mut host, "bea");
    is_let_down(&mut host, "cleo");

    let again = host.a_player("ada");

    assert_eq!(again.slot, ada.slot);
    assert_refused(&host.join("dora").1, NO_IMAGE, 60);
}

#[test]
fn a_stopped_server_is_not_started_again_while_new_ones_are_refused() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    host.engine.refusal = Some(NO_IMAGE);
    is_let_down(&mut host, "bea");
    is_let_down(&mut host, "cleo");

    assert_refused(&host.join("ada").1, NO_IMAGE, 60);

    assert_eq!(host.state(ada.slot), Some(State::Stopped));
}

#[test]
fn a_server_whose_port_is_taken_moves_to_the_next_one() {
    let mut host = Host::new();
    host.engine.foreign_ports = [8081, 8082].into();

    let ada = host.a_player("ada");

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert!(host.is_in(ada));
    assert_eq!(host.engine.servers[&ada.slot].port, 8083);
    assert_eq!(host.a_player("ada").port, 8083);
}

#[test]
fn a_server_is_given_up_when_four_ports_are_taken() {
    let mut host = Host::new();
    host.engine.foreign_ports = [8081, 8082, 8083, 8084].into();

    let ada = host.a_player("ada");

    assert!(!host.is_in(ada));
    assert_eq!(host.starts(ada.slot), 4);
    assert!(host.engine.servers.is_empty());
    assert!(host.was_reported(ada.slot, "other programs use all ports that were tried"));
}

#[test]
fn a_port_of_another_program_is_left_alone_for_ten_minutes() {
    let mut host = Host::new();
    host.engine.foreign_ports = [8081].into();
    host.a_player("ada");
    host.engine.foreign_ports.clear();

    host.pass(599);
    assert_eq!(host.a_player("bea").port, 8083);
    host.pass(1);
    assert_eq!(host.a_player("cleo").port, 8081);
}
