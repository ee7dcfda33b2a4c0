//! A worker that has been unreachable for so long that its players need not wait any longer.

use super::discards::{discarded, two_workers_without_worlds};
use super::host::{Host, Player};
use super::workers::two_workers;
use crate::rules::{Call, Event, Severity, State};

/// A player joins, and the worker with their server cannot be reached any more. Returns both.
fn a_player_on_a_lost_worker(host: &mut Host) -> (Player, String) {
    let ada = host.a_player("ada");
    let lost = host.worker_of(ada.slot);
    host.goes_away(&lost);
    (ada, lost)
}

#[test]
fn a_player_whose_world_is_not_kept_gets_a_server_elsewhere_when_their_worker_is_lost() {
    let mut host = two_workers_without_worlds();
    let (ada, lost) = a_player_on_a_lost_worker(&mut host);

    host.pass(299);
    let before = host.a_player("ada");
    assert_eq!(before.slot, ada.slot);
    host.pass(1);
    let after = host.a_player("ada");

    assert_ne!(after.slot, ada.slot);
    assert_ne!(host.worker_of(after.slot), lost);
    assert_eq!(
        host.severity_of(ada.slot, "is given up: its worker is lost"),
        Severity::Warning
    );
    assert!(!host.is_in(ada));

    host.comes_back(&lost);
    host.pass(20);
    assert_eq!(host.calls(ada.slot, Call::Stop), 1);
    assert!(!host.engine.servers.contains_key(&ada.slot));
    assert!(host.is_in(after));
    assert_eq!(host.state(after.slot), Some(State::Running));
    assert_eq!(discarded(&host), [ada.slot]);
}

#[test]
fn a_player_with_a_kept_world_stays_on_their_server_when_its_worker_is_lost() {
    let mut host = two_workers();
    let (ada, lost) = a_player_on_a_lost_worker(&mut host);

    host.pass(400);
    let again = host.a_player("ada");

    assert_eq!(again.slot, ada.slot);
    host.comes_back(&lost);
    host.pass(60);
    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(host.calls(ada.slot, Call::Stop), 0);
}

#[test]
fn nobody_loses_their_server_when_there_is_no_other_worker() {
    let mut host = two_workers_without_worlds();
    let ada = host.a_player("ada");

    host.goes_away("attic");
    host.goes_away("home");
    host.pass(400);
    let again = host.a_player("ada");

    assert_eq!(again.slot, ada.slot);
}

#[test]
fn a_server_on_a_lost_worker_is_given_up_when_an_operator_stops_it() {
    let mut host = two_workers();
    let (ada, lost) = a_player_on_a_lost_worker(&mut host);
    host.pass(300);

    host.step(Event::Stop(ada.slot));

    assert_eq!(host.state(ada.slot), None);
    host.comes_back(&lost);
    host.pass(20);
    assert!(host.engine.servers.is_empty());
}

#[test]
fn a_container_that_was_given_up_gets_another_port_if_its_port_has_been_given_away() {
    let mut host = two_workers();
    let (ada, lost) = a_player_on_a_lost_worker(&mut host);
    host.pass(300);
    host.step(Event::Stop(ada.slot));
    host.pass(60);
    let bea = host.a_player("bea");
    assert_eq!(bea.port, ada.port);
    host.engine.saves_slowly = true;

    host.comes_back(&lost);
    let back = host.a_player("ada");

    assert_eq!((back.slot, host.worker_of(back.slot)), (ada.slot, lost));
    assert_ne!(back.port, bea.port);
}
