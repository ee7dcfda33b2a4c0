//! A worker that has no room, though by what we know it has.

use std::time::Duration;

use super::host::Host;
use super::workers::{limits, two_workers, two_workers_with};
use crate::rules::{Call, Limits, Reply, Severity, State};

const FULL: &str = "the worker has no room for another server (MAX_SERVERS is 2)";

#[test]
fn a_server_waits_until_its_worker_has_room() {
    let mut host = Host::new();
    host.engine.full = Some(FULL);

    let ada = host.a_player("ada");
    host.pass(25);
    assert_eq!(host.state(ada.slot), Some(State::Starting));
    assert_eq!(host.calls(ada.slot, Call::Create), 3);
    assert_eq!(
        host.severity_of(ada.slot, "waits until its worker has room"),
        Severity::Info
    );
    assert!(host.was_reported(ada.slot, FULL));
    host.engine.full = None;
    host.pass(10);

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert!(host.is_in(ada));
}

#[test]
fn a_lack_of_room_is_no_reason_to_refuse_every_server() {
    let mut host = Host::new();
    host.engine.full = Some(FULL);
    host.a_player("ada");

    let (_, refused) = host.join("bea");

    let full = Reply::Full {
        retry_after: Duration::from_secs(10),
    };
    assert_eq!(refused, full);
    assert_eq!(host.fleet.refusal(), None);
    host.engine.full = None;
    host.pass(15);
    host.a_player("bea");
}

#[test]
fn a_server_that_is_started_again_waits_too() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));

    host.engine.full = Some(FULL);
    let back = host.a_player("ada");
    host.pass(5);
    assert_eq!(
        (back.slot, host.state(ada.slot)),
        (ada.slot, Some(State::Starting))
    );
    host.engine.full = None;
    host.pass(10);

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(host.calls(ada.slot, Call::Create), 1);
}

#[test]
fn new_servers_go_to_another_worker_meanwhile() {
    let mut host = two_workers();
    host.engine.full = Some(FULL);
    let ada = host.a_player("ada");
    host.engine.full = None;

    let bea = host.a_player("bea");
    let cem = host.a_player("cem");

    let full = host.worker_of(ada.slot);
    assert_ne!(host.worker_of(bea.slot), full);
    assert_ne!(host.worker_of(cem.slot), full);
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Running));
}

#[test]
fn a_server_that_was_given_up_takes_room_until_it_has_exited() {
    let mut host = two_workers_with(Limits {
        start: Duration::from_secs(20),
        ..limits()
    });
    host.takes_servers("attic", 1);
    host.goes_away("home");
    host.engine.boots_slowly = true;
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    host.pass(20);
    assert_eq!(host.state(ada.slot), Some(State::Failed));

    let (_, refused) = host.join("bea");

    assert!(matches!(refused, Reply::Full { .. }), "{refused:?}");
    host.exits(ada.slot, Some(0));
    let bea = host.a_player("bea");
    assert_eq!(host.worker_of(bea.slot), "attic");
}
