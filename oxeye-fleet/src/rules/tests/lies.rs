//! A worker that says what is not true, or what cannot be.

use super::host::{Host, Player};
use super::workers::two_workers;
use crate::ids::{SlotId, WorldName};
use crate::rules::{Action, Call, Event, Listed, Run, State};

/// A server that the worker says it has, for this player.
fn server(slot: SlotId, player: &str) -> Listed {
    Listed {
        slot,
        port: 8100,
        world: WorldName::of(&player.parse().unwrap()),
        run: Some(Run(1)),
        running: true,
        exit_code: None,
    }
}

/// A player joins. Returns the worker that their server is not on, too.
fn a_player_and_the_other_worker(host: &mut Host) -> (Player, &'static str) {
    let ada = host.a_player("ada");
    match host.worker_of(ada.slot).as_str() {
        "attic" => (ada, "home"),
        _ => (ada, "attic"),
    }
}

#[test]
fn an_exit_that_another_worker_reports_ends_nothing() {
    let mut host = two_workers();
    let (ada, liar) = a_player_and_the_other_worker(&mut host);

    host.step(Event::Exited {
        worker: liar.parse().unwrap(),
        slot: ada.slot,
        run: Run(1),
        code: Some(0),
    });
    host.pass(20);

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert!(host.is_in(ada));
    assert_eq!(host.calls(ada.slot, Call::Stop), 0);
}

#[test]
fn nobody_is_sent_to_a_worker_that_says_it_has_their_world() {
    let mut host = two_workers();
    let (ada, liar) = a_player_and_the_other_worker(&mut host);
    let home = host.worker_of(ada.slot);
    host.leaves(ada);
    host.pass(60);
    assert_eq!(host.state(ada.slot), None);

    let stray = SlotId(7);
    host.hears_a_list(liar, vec![server(stray, "ada")]);
    let back = host.a_player("ada");

    assert_ne!(back.slot, stray);
    assert_eq!(host.worker_of(back.slot), home);
    let world = &host.engine.servers[&back.slot].world;
    assert_eq!(*world, WorldName::of(&"ada".parse().unwrap()));
    host.pass(20);
    assert_eq!(host.state(stray), None);
    assert!(host.is_in(back));
}

#[test]
fn a_world_that_lies_nowhere_else_is_taken_from_the_worker_that_has_it() {
    let mut host = two_workers();
    let stray = SlotId(7);
    host.hears_a_list("home", vec![server(stray, "ada")]);

    let ada = host.a_player("ada");

    assert_eq!((ada.slot, host.worker_of(stray).as_str()), (stray, "home"));
}

#[test]
fn a_server_on_a_port_that_it_may_not_have_is_stopped_and_its_player_gets_another_port() {
    // The fleet itself listens at the second one.
    for port in [22, 8_090] {
        let mut host = Host::new();
        let listed = Listed {
            port,
            ..server(SlotId(7), "ada")
        };
        host.hears_a_list("local", vec![listed]);
        assert_eq!(host.calls(SlotId(7), Call::Stop), 1);

        let ada = host.a_player("ada");

        assert_eq!((ada.slot, ada.port), (SlotId(7), 8081));
    }
}

#[test]
fn a_server_that_nobody_knows_keeps_its_port_only_from_others_on_its_worker() {
    let mut host = two_workers();
    let strays = (8081..=9080).map(|port| Listed {
        port,
        ..server(SlotId(port.into()), &format!("player{port}"))
    });
    let strays = strays.take(200).collect();
    host.hears_a_list("home", strays);
    host.goes_away("home");

    let ada = host.a_player("ada");

    assert_eq!(
        (host.worker_of(ada.slot).as_str(), ada.port),
        ("attic", 8081)
    );
}

#[test]
fn servers_with_numbers_from_the_future_are_removed_and_no_new_number_follows_them() {
    const DAY: u64 = 24 * 60 * 60 * 1_000;
    let mut host = Host::new();
    host.pass(1);
    let ahead = [2_000, 1_000 + DAY, 1_001 + DAY, 1 << 63, u64::MAX];
    let list = ahead.map(|id| server(SlotId(id), &format!("player{id}")));

    host.hears_a_list("local", list.into());

    for id in ahead {
        assert_eq!(host.calls(SlotId(id), Call::Stop), 1);
        let slot = host.fleet.slot(SlotId(id)).unwrap();
        assert_eq!(slot.created_at.0, 1_000);
    }
    assert_eq!(host.a_player("ada").slot, SlotId(1_000));
    host.pass(1);
    // Another one has this number, or had it a moment ago.
    assert_eq!(host.a_player("bea").slot, SlotId(2_001));
    host.pass(120);
    for id in ahead {
        assert_eq!(host.state(SlotId(id)), None);
    }
}

#[test]
fn after_a_restart_no_new_number_follows_one_from_the_future() {
    let mut host = Host::new();
    host.hears_a_list("local", vec![server(SlotId(u64::MAX), "ada")]);
    assert_eq!(host.a_player("ada").slot, SlotId(u64::MAX));
    host.pass(2);

    host.we_restart();

    assert!(host.fleet.slot(SlotId(u64::MAX)).is_some());
    assert_eq!(host.a_player("bea").slot, SlotId(2_000));
}

#[test]
fn a_worker_with_more_unknown_servers_than_we_handle_gets_rid_of_them_step_by_step() {
    let mut host = Host::for_servers(2);
    host.engine.saves_slowly = true;
    let list = |from: u64| (from..20).map(|id| server(SlotId(id), &format!("player{id}")));

    host.hears_a_list("local", list(0).collect());
    let first: Vec<_> = host.fleet.slots().map(|slot| slot.id.0).collect();
    host.pass(1);
    host.hears_a_list("local", list(5).collect());
    let then: Vec<_> = host.fleet.slots().map(|slot| slot.id.0).collect();

    assert_eq!(first, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(then, [5, 6, 7, 8, 9, 10, 11, 12]);
    assert_eq!(host.warnings_of("local", "removed at the same time"), 1);
    let reported = host.count(|action| matches!(action, Action::Report { .. }));
    assert!(reported < first.len() + then.len(), "{reported}");
}

#[test]
fn the_last_number_of_a_run_is_followed_by_itself() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.engine.servers.get_mut(&ada.slot).unwrap().run = Some(Run(u32::MAX));
    host.pass(10);

    host.crashes(ada.slot);
    host.pass(10);

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(host.fleet.slot(ada.slot).unwrap().run, Run(u32::MAX));
    host.crashes(ada.slot);
    host.pass(20);
    assert_eq!(host.starts(ada.slot), 3);
    assert!(host.is_in(ada));
}
