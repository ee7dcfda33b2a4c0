//! Where players who join land.

use std::time::Duration;

use super::host::{Host, Player};
use super::workers::{limits, two_workers_with, unavailable};
use crate::rules::{Call, Event, Limits, Occupancy, Reply, State};

fn creates(host: &Host, player: Player) -> usize {
    host.calls(player.slot, Call::Create)
}

fn full(seconds: u64) -> Reply {
    Reply::Full {
        retry_after: Duration::from_secs(seconds),
    }
}

#[test]
fn a_player_who_joins_again_gets_another_session_on_the_same_server() {
    let mut host = Host::new();
    let first = host.a_player("ada");
    let second = host.a_player("ada");

    host.leaves(first);

    assert_eq!((first.slot, first.port), (second.slot, second.port));
    assert_ne!(first.session, second.session);
    assert_eq!(host.state(second.slot), Some(State::Running));
    assert_eq!(host.fleet.slot(second.slot).unwrap().player_count(), 1);
    assert_eq!(host.starts(second.slot), 1);
}

#[test]
fn a_player_too_many_is_told_when_the_next_server_may_be_free() {
    let mut host = Host::for_servers(2);
    let ada = host.a_player("ada");
    let bea = host.a_player("bea");
    assert_eq!(host.join("cleo").1, full(10));

    host.leaves(ada);
    host.pass(3);
    host.leaves(bea);
    assert_eq!(host.join("cleo").1, full(7));

    host.has_people(ada.slot, Occupancy::Silent);
    host.pass(8);
    assert_eq!(host.join("cleo").1, full(1));
    assert_eq!(host.fleet.slots().count(), 2);
}

#[test]
fn stopped_servers_leave_room_for_others_and_the_oldest_goes_first() {
    let mut host = Host::for_servers(1);
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    let bea = host.a_player("bea");
    assert_eq!(host.state(ada.slot), Some(State::Stopped));

    host.leaves(bea);
    host.pass(10);

    assert_eq!(host.state(ada.slot), None);
    assert_eq!(host.state(bea.slot), Some(State::Stopped));
}

#[test]
fn a_server_that_is_stopping_takes_a_place() {
    let mut host = Host::for_servers(1);
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Stopping));

    assert_eq!(host.join("bea").1, full(10));
}

fn shared(max_players: usize) -> Host {
    Host::with(Limits {
        max_players,
        ..Limits::default()
    })
}

fn shared_by_two_workers(max_players: usize) -> Host {
    two_workers_with(Limits {
        max_players,
        ..limits()
    })
}

#[test]
fn players_share_a_server_until_it_is_full() {
    let mut host = shared(2);
    let ada = host.a_player("ada");
    let bea = host.a_player("bea");
    let cleo = host.a_player("cleo");

    assert_eq!(bea.slot, ada.slot);
    assert_ne!(cleo.slot, ada.slot);
    assert_eq!(host.a_player("ada").slot, ada.slot);
    assert_eq!(host.a_player("bea").slot, ada.slot);
}

#[test]
fn a_guest_gets_the_fullest_server_that_has_room() {
    let mut host = shared(3);
    let ada = host.a_player("ada");
    let guests = [host.a_player("bea"), host.a_player("cleo")];
    let dora = host.a_player("dora");
    let elsa = host.a_player("elsa");
    for guest in guests {
        host.leaves(guest);
    }

    let finn = host.a_player("finn");
    let gwen = host.a_player("gwen");

    assert_ne!(dora.slot, ada.slot);
    assert_eq!((elsa.slot, finn.slot), (dora.slot, dora.slot));
    assert_eq!(gwen.slot, ada.slot);
}

#[test]
fn a_guest_gets_an_idle_server_before_a_new_one() {
    let mut host = shared(2);
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(9);
    assert_eq!(host.state(ada.slot), Some(State::Idle));

    let bea = host.a_player("bea");

    assert_eq!(bea.slot, ada.slot);
    host.pass(60);
    assert_eq!(host.state(bea.slot), Some(State::Running));
    assert_eq!(host.a_player("ada").slot, bea.slot);
}

#[test]
fn a_player_alone_on_their_server_leaves_it_to_no_guest() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);

    assert_ne!(host.a_player("bea").slot, ada.slot);
}

#[test]
fn a_server_runs_until_its_last_guest_has_left() {
    let mut host = shared(2);
    let ada = host.a_player("ada");
    let bea = host.a_player("bea");

    host.leaves(ada);
    host.pass(60);
    assert_eq!(host.state(ada.slot), Some(State::Running));

    host.leaves(bea);
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
}

#[test]
fn a_player_whose_newest_server_is_full_of_guests_gets_back_to_an_earlier_one() {
    let mut host = shared(2);
    let ada = host.a_player("ada");
    let world = host.engine.servers[&ada.slot].world.clone();
    let bea = host.a_player("bea");
    host.leaves(ada);
    let cleo = host.a_player("cleo");
    assert_eq!(cleo.slot, ada.slot);
    let newer = host.a_player("ada");
    assert_ne!(newer.slot, ada.slot);
    host.a_player("dora");
    host.leaves(newer);
    host.a_player("eve");
    host.leaves(bea);
    host.leaves(cleo);
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));

    let back = host.a_player("ada");

    assert_eq!(back.slot, ada.slot);
    assert_eq!(host.engine.servers[&back.slot].world, world);
    assert_eq!(host.state(back.slot), Some(State::Running));
}

/// A player's newest server has stopped, and an earlier one of theirs runs with one guest.
fn a_player_with_an_earlier_server(host: &mut Host) -> (Player, Player) {
    let earlier = host.a_player("ada");
    host.a_player("bea");
    host.leaves(earlier);
    let cleo = host.a_player("cleo");
    let newest = host.a_player("ada");
    assert_ne!(newest.slot, earlier.slot);
    host.leaves(newest);
    host.pass(10);
    assert_eq!(host.state(newest.slot), Some(State::Stopped));
    host.leaves(cleo);
    assert_eq!(host.state(earlier.slot), Some(State::Running));
    (earlier, newest)
}

#[test]
fn a_player_gets_to_an_earlier_server_that_runs_rather_than_start_the_newest() {
    let mut host = shared(2);
    let (earlier, newest) = a_player_with_an_earlier_server(&mut host);
    host.step(Event::Drain(true));

    let back = host.a_player("ada");

    assert_eq!(back.slot, earlier.slot);
    assert_eq!(host.state(newest.slot), Some(State::Stopped));
}

#[test]
fn a_player_gets_to_the_newest_server_if_the_worker_of_the_one_that_runs_is_away() {
    let mut host = shared_by_two_workers(2);
    host.takes_servers("attic", 1);
    host.takes_servers("home", 1);
    let (earlier, newest) = a_player_with_an_earlier_server(&mut host);
    let away = host.worker_of(earlier.slot);
    assert_ne!(away, host.worker_of(newest.slot));
    host.goes_away(&away);

    let back = host.a_player("ada");

    assert_eq!(back.slot, newest.slot);
    assert_eq!(host.state(newest.slot), Some(State::Running));
}

#[test]
fn a_guest_gets_no_server_whose_worker_is_away() {
    let mut host = shared_by_two_workers(3);
    let ada = host.a_player("ada");
    host.a_player("bea");
    let away = host.worker_of(ada.slot);
    host.goes_away(&away);

    let guest = host.a_player("cleo");

    assert_ne!(guest.slot, ada.slot);
    assert_ne!(host.worker_of(guest.slot), host.worker_of(ada.slot));
    assert_eq!(host.a_player("dora").slot, guest.slot);
    for name in ["ada", "bea"] {
        assert_eq!(host.a_player(name).slot, ada.slot, "{name} waits for it");
    }
}

#[test]
fn a_guest_is_told_that_no_server_can_be_started_while_all_workers_are_away() {
    let mut host = shared_by_two_workers(3);
    let ada = host.a_player("ada");
    host.goes_away("attic");
    host.goes_away("home");

    let (_, refused) = host.join("bea");

    assert_eq!(
        refused,
        unavailable("No server can be started at the moment")
    );
    let worker = host.worker_of(ada.slot);
    host.comes_back(&worker);
    assert_eq!(host.a_player("bea").slot, ada.slot);
}

#[test]
fn a_player_who_comes_while_their_server_stops_gets_it_again() {
    let mut host = Host::new();
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);

    let back = host.a_player("ada");
    assert_eq!((back.slot, back.port), (ada.slot, ada.port));
    assert_eq!(host.state(ada.slot), Some(State::Stopping));
    host.pass(30);
    assert!(host.is_in(back));
    assert_eq!(host.starts(ada.slot), 1);

    host.exits(ada.slot, Some(0));
    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(host.starts(ada.slot), 2);
    assert_eq!(creates(&host, ada), 1);
    assert!(host.is_in(back));
}

#[test]
fn a_player_who_comes_and_leaves_while_their_server_stops_does_not_start_it() {
    let mut host = Host::new();
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    let back = host.a_player("ada");
    host.leaves(back);

    host.exits(ada.slot, Some(0));

    assert_eq!(host.state(ada.slot), Some(State::Stopped));
    assert_eq!(host.starts(ada.slot), 1);
}

#[test]
fn a_player_who_comes_back_gets_their_stopped_server() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));

    let back = host.a_player("ada");

    assert_eq!((back.slot, back.port), (ada.slot, ada.port));
    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(creates(&host, ada), 1);
}

#[test]
fn a_player_who_comes_while_their_server_is_removed_gets_a_new_one_with_their_world() {
    let mut host = Host::new();
    host.engine.removes_slowly = true;
    let ada = host.a_player("ada");
    let world = host.engine.servers[&ada.slot].world.clone();
    host.leaves(ada);
    host.pass(10 + 30);
    assert_eq!(host.state(ada.slot), Some(State::Deleting));

    let back = host.a_player("ada");
    assert_eq!((back.slot, back.port), (ada.slot, ada.port));
    assert_eq!(creates(&host, ada), 1);

    host.is_removed(ada.slot);
    assert_eq!(creates(&host, ada), 2);
    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(host.engine.servers[&ada.slot].world, world);
    assert!(host.is_in(back));
}

#[test]
fn a_server_that_is_being_removed_takes_a_place_once_its_player_is_back() {
    let mut host = Host::for_servers(1);
    host.engine.removes_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10 + 30);
    assert_eq!(host.fleet.live_count(), 0);

    host.a_player("ada");

    assert_eq!(host.join("bea").1, full(10));
}
