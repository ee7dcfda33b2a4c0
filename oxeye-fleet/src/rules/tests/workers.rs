//! Several workers: where servers are placed, and what happens when one of them cannot be reached.

use std::time::Duration;

use super::host::Host;
use crate::ids::SlotId;
use crate::rules::{Call, Event, Limits, Reply, State};

/// A fleet with two workers, `attic` and `home`, that have no worlds.
pub(super) fn two_workers() -> Host {
    two_workers_with(limits())
}

/// The same, with other limits.
pub(super) fn two_workers_with(limits: Limits) -> Host {
    let mut host = Host::with(limits);
    for worker in ["attic", "home"] {
        host.has_worlds(worker, &[]);
    }
    host
}

pub(super) fn limits() -> Limits {
    Limits {
        workers: ["attic", "home"].map(|name| name.parse().unwrap()).into(),
        ..Limits::default()
    }
}

fn drain(host: &mut Host, worker: &str, is_draining: bool) -> Reply {
    let worker = worker.parse().unwrap();
    host.step(Event::DrainWorker {
        worker,
        is_draining,
    })
}

pub(super) fn unavailable(reason: &str) -> Reply {
    Reply::Unavailable {
        reason: reason.to_owned(),
        retry_after: Duration::from_secs(5),
    }
}

#[test]
fn servers_are_placed_where_there_is_room() {
    let mut host = two_workers();
    host.takes_servers("attic", 1);
    host.takes_servers("home", 2);

    let players = ["ada", "bea", "cem"].map(|name| host.a_player(name));
    let (_, refused) = host.join("dan");

    let workers = players.map(|player| host.worker_of(player.slot));
    assert_eq!(workers, ["home", "attic", "home"]);
    assert!(matches!(refused, Reply::Full { .. }), "{refused:?}");
}

#[test]
fn a_machine_with_less_memory_than_a_server_may_use_gets_one_server() {
    let mut host = two_workers();
    host.has_memory("attic", 1_000, 2_048);
    host.has_memory("home", 5_000, 2_048);

    let players = ["ada", "bea", "cem"].map(|name| host.a_player(name));
    let (_, refused) = host.join("dan");

    let workers = players.map(|player| host.worker_of(player.slot));
    assert_eq!(workers, ["home", "home", "attic"]);
    let Reply::Unavailable { reason, .. } = refused else {
        panic!("{refused:?} is not about memory");
    };
    assert_eq!(reason, "No memory is free for a new server");
}

#[test]
fn players_learn_of_a_limit_only_if_it_is_the_limit_that_keeps_them_out() {
    for (attic, limit, is_limit) in [(1_000, 1, true), (1_000, 9, false), (5_000, 1, true)] {
        let mut host = Host::with(Limits {
            max_servers: limit,
            workers: vec!["attic".parse().unwrap()],
            ..limits()
        });
        host.has_worlds("attic", &[]);
        host.has_memory("attic", attic, 2_048);
        let ada = host.a_player("ada");

        let (_, refused) = host.join("bea");

        let is_full = matches!(refused, Reply::Full { .. });
        assert_eq!(is_full, is_limit, "{refused:?}");
        // The memory is free once the server is gone.
        host.leaves(ada);
        host.pass(120);
        host.a_player("bea");
    }
}

#[test]
fn no_two_servers_have_the_same_port_even_on_different_workers() {
    let mut host = two_workers();
    host.takes_servers("attic", 1);
    host.takes_servers("home", 1);

    let players = ["ada", "bea"].map(|name| host.a_player(name));

    assert_ne!(players[0].port, players[1].port);
}

#[test]
fn only_the_servers_of_a_worker_that_is_away_wait() {
    let mut host = two_workers();
    host.takes_servers("attic", 1);
    host.takes_servers("home", 1);
    let (ada, bea) = (host.a_player("ada"), host.a_player("bea"));
    let away = host.worker_of(ada.slot);
    host.leaves(ada);
    host.leaves(bea);

    host.goes_away(&away);
    host.pass(60);

    assert_eq!(host.state(ada.slot), Some(State::Idle));
    assert_eq!(host.state(bea.slot), None);
    host.comes_back(&away);
    host.pass(9);
    assert_eq!(host.asks(ada.slot), 0);
    host.pass(1);
    assert_eq!(host.asks(ada.slot), 1);
}

#[test]
fn players_get_servers_from_the_worker_that_can_be_reached() {
    let mut host = two_workers();

    host.goes_away("attic");
    let ada = host.a_player("ada");
    host.goes_away("home");
    let (_, refused) = host.join("bea");

    assert_eq!(host.worker_of(ada.slot), "home");
    assert_eq!(
        refused,
        unavailable("No server can be started at the moment")
    );
}

#[test]
fn a_player_comes_back_to_the_worker_with_their_world() {
    let mut host = two_workers();
    let ada = host.a_player("ada");
    let home = host.worker_of(ada.slot);
    host.leaves(ada);
    host.pass(60);
    assert_eq!(host.state(ada.slot), None);
    host.we_restart();
    host.takes_servers(&home, 1);

    let back = host.a_player("ada");

    assert_eq!(host.worker_of(back.slot), home);
}

#[test]
fn a_player_waits_for_the_worker_with_their_world_however_long_it_is_away() {
    let mut host = two_workers();
    let ada = host.a_player("ada");
    let home = host.worker_of(ada.slot);
    host.leaves(ada);
    host.pass(60);

    host.goes_away(&home);
    host.pass(400);
    let (_, refused) = host.join("ada");

    assert_eq!(
        refused,
        unavailable("No server can be started at the moment")
    );
    host.comes_back(&home);
    let back = host.a_player("ada");
    assert_eq!(host.worker_of(back.slot), home);
}

#[test]
fn a_drained_worker_keeps_its_servers_and_gets_no_new_ones() {
    let mut host = two_workers();
    let ada = host.a_player("ada");
    let worker = host.worker_of(ada.slot);

    assert_eq!(drain(&mut host, &worker, true), Reply::Known);
    let bea = host.a_player("bea");
    host.pass(60);

    assert_ne!(host.worker_of(bea.slot), worker);
    assert_eq!(host.state(ada.slot), Some(State::Running));
    host.leaves(ada);
    host.pass(60);
    assert_eq!(host.state(ada.slot), None);
    let (_, refused) = host.join("ada");
    assert_eq!(
        refused,
        unavailable("No new servers are started before maintenance")
    );

    drain(&mut host, &worker, false);
    let back = host.a_player("ada");
    assert_eq!(host.worker_of(back.slot), worker);
    assert_eq!(drain(&mut host, "cellar", true), Reply::Unknown);
}

#[test]
fn a_worker_is_drained_until_an_operator_ends_it_also_over_restarts() {
    let mut host = two_workers();
    drain(&mut host, "attic", true);
    host.we_restart();
    let ada = host.a_player("ada");
    drain(&mut host, "attic", false);
    drain(&mut host, "home", true);
    host.we_restart();
    let bea = host.a_player("bea");

    let workers = [ada, bea].map(|player| host.worker_of(player.slot));
    assert_eq!(workers, ["home", "attic"]);
}

#[test]
fn servers_of_a_worker_that_is_away_while_we_restart_go_on() {
    let mut host = two_workers();
    let (ada, bea) = (host.a_player("ada"), host.a_player("bea"));
    let away = host.worker_of(ada.slot);
    host.goes_away(&away);
    host.leaves(bea);

    host.we_restart();
    host.pass(200);
    assert_eq!(host.state(ada.slot), Some(State::Running));
    host.comes_back(&away);
    host.pass(60);

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert!(host.is_in(ada));
    assert_eq!(
        (host.starts(ada.slot), host.calls(ada.slot, Call::Stop)),
        (1, 0)
    );
    host.leaves(ada);
    host.pass(60);
    assert_eq!(host.state(ada.slot), None);
}

#[test]
fn servers_of_a_worker_that_is_no_longer_in_the_settings_wait() {
    let mut host = two_workers();
    let ada = host.a_player("ada");
    host.restart_with(Limits {
        workers: vec!["cellar".parse().unwrap()],
        ..limits()
    });

    host.pass(400);

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(host.calls(ada.slot, Call::Stop), 0);
    let bea = host.a_player("bea");
    assert_eq!(host.worker_of(bea.slot), "cellar");
}

#[test]
fn what_a_worker_says_about_a_server_of_another_worker_is_ignored() {
    let mut host = two_workers();
    let ada = host.a_player("ada");
    let other = match host.worker_of(ada.slot).as_str() {
        "attic" => "home",
        _ => "attic",
    };

    host.hears_a_list(other, Vec::new());
    let mut copied = host.engine.servers[&ada.slot].clone();
    copied.is_running = false;
    host.hears_a_list(other, vec![copied.listed(ada.slot)]);
    host.pass(20);

    let slots: Vec<SlotId> = host.fleet.slots().map(|slot| slot.id).collect();
    assert_eq!(slots, [ada.slot]);
    assert_eq!(host.state(ada.slot), Some(State::Running));
}
