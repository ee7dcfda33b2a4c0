//! Workers whose servers do not become ready.

use super::host::{Host, Player};
use super::workers::{limits, two_workers, two_workers_with};
use crate::ids::{SlotId, WorldName};
use crate::rules::{Limits, Listed, Run, State};

/// Two workers. The servers of `attic`, which has more memory than there is, do not become ready.
fn a_black_hole() -> Host {
    let mut host = two_workers();
    host.has_memory("attic", 1 << 60, 2_048);
    host.has_memory("home", 1 << 30, 2_048);
    host.engine.boots_slowly = true;
    host
}

/// A player joins, and their server is given up after the time that it may take.
fn is_let_down(host: &mut Host, name: &str) -> Player {
    let player = host.a_player(name);
    host.pass(310);
    assert!(!host.is_in(player));
    player
}

#[test]
fn while_the_first_server_of_a_worker_starts_other_players_get_theirs_elsewhere() {
    let mut host = a_black_hole();

    let players = ["ada", "bea"].map(|name| host.a_player(name));

    let workers = players.map(|player| host.worker_of(player.slot));
    assert_eq!(workers, ["attic", "home"]);
}

#[test]
fn a_worker_whose_server_did_not_become_ready_gets_no_new_players_for_ten_minutes() {
    let mut host = a_black_hole();
    let ada = is_let_down(&mut host, "ada");
    assert_eq!(host.worker_of_call(ada.slot), "attic");
    host.engine.boots_slowly = false;

    for name in ["bea", "cem"] {
        let player = host.a_player(name);
        assert_eq!(host.worker_of(player.slot), "home");
    }

    host.pass(600);
    let dan = host.a_player("dan");
    assert_eq!(host.worker_of(dan.slot), "attic");
    let eve = host.a_player("eve");
    assert_eq!(host.worker_of(eve.slot), "attic");
}

#[test]
fn several_failures_in_a_row_are_counted_until_a_server_is_ready() {
    let mut host = Host::with(Limits {
        workers: vec!["attic".parse().unwrap()],
        ..limits()
    });
    host.has_worlds("attic", &[]);
    host.engine.boots_slowly = true;
    let attic = "attic".parse().unwrap();

    is_let_down(&mut host, "ada");
    assert_eq!(host.fleet.failed_starts(&attic), None);
    is_let_down(&mut host, "bea");
    let failed = host.fleet.failed_starts(&attic).unwrap();
    assert_eq!((failed.count, failed.are_of_several_worlds), (2, true));
    assert_eq!(failed.first_world, WorldName::of(&"ada".parse().unwrap()));
    // The second one failed about 610 s after the beginning.
    let until = failed.until.0 / 1_000;
    assert!((1_200..1_220).contains(&until), "{until}");

    host.engine.boots_slowly = false;
    host.a_player("cem");
    assert_eq!(host.fleet.failed_starts(&attic), None);
}

#[test]
fn one_world_that_fails_again_and_again_does_not_count_as_several() {
    let mut host = Host::new();
    host.engine.boots_slowly = true;
    let local = "local".parse().unwrap();

    for _ in 0..3 {
        is_let_down(&mut host, "ada");
    }
    let failed = host.fleet.failed_starts(&local).unwrap();
    assert_eq!((failed.count, failed.are_of_several_worlds), (3, false));

    is_let_down(&mut host, "bea");
    let failed = host.fleet.failed_starts(&local).unwrap();
    assert_eq!((failed.count, failed.are_of_several_worlds), (4, true));
}

#[test]
fn a_player_whose_world_was_made_on_such_a_worker_stays_there() {
    let mut host = a_black_hole();
    is_let_down(&mut host, "ada");
    host.engine.boots_slowly = false;

    let ada = host.a_player("ada");

    assert_eq!(host.worker_of(ada.slot), "attic");
}

#[test]
fn a_worker_without_a_free_port_keeps_nobody_from_the_others() {
    let ports = 8081..=8104;
    let mut host = two_workers_with(Limits {
        ports: ports.clone(),
        own_ports: Vec::new(),
        ..limits()
    });
    host.has_memory("attic", 1 << 60, 2_048);
    host.has_memory("home", 1 << 30, 2_048);
    host.engine.saves_slowly = true;
    let made_up = ports.map(|port| Listed {
        slot: SlotId(port.into()),
        port,
        world: WorldName::of(&format!("player{port}").parse().unwrap()),
        run: Some(Run(1)),
        running: true,
        exit_code: None,
    });
    host.hears_a_list("attic", made_up.collect());

    let ada = host.a_player("ada");
    assert_eq!(
        (host.worker_of(ada.slot).as_str(), ada.port),
        ("home", 8081)
    );

    // They are gone at once, and their ports rest there only.
    host.hears_a_list("attic", Vec::new());
    host.pass(1);
    let bea = host.a_player("bea");
    assert_eq!(
        (host.worker_of(bea.slot).as_str(), bea.port),
        ("home", 8082)
    );
    host.pass(120);
    let cem = host.a_player("cem");
    assert_eq!(host.worker_of(cem.slot), "attic");
}

#[test]
fn a_port_that_another_program_has_on_one_machine_is_used_on_the_others() {
    let mut host = two_workers_with(Limits {
        ports: 8081..=8082,
        ..limits()
    });
    let attic = "attic".parse().unwrap();
    for port in [8081, 8082] {
        host.avoids(&attic, port);
    }

    let ada = host.a_player("ada");

    assert_eq!(
        (host.worker_of(ada.slot).as_str(), ada.port),
        ("home", 8081)
    );
    assert_eq!(host.state(ada.slot), Some(State::Running));
}
