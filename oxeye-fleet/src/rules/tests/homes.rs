//! Where worlds lie that the fleet has not seen being made.

use super::host::Host;
use super::workers::{limits, unavailable};
use crate::ids::{SlotId, WorldName};
use crate::rules::{Event, Limits, Listed, Reply, Run};
use crate::time::Moment;

/// A fleet with the workers `attic` and `home`, neither of which has said which worlds it has.
fn two_unknown_workers() -> Host {
    Host::with(limits())
}

fn worker_of(host: &mut Host, player: &str) -> String {
    let player = host.a_player(player);
    host.worker_of(player.slot)
}

#[test]
fn a_player_gets_the_worker_that_has_named_their_world() {
    let mut host = two_unknown_workers();
    host.has_worlds("attic", &[]);
    host.has_worlds("home", &["ada", "bea", "cem"]);

    let workers = ["ada", "bea", "cem", "dan"].map(|name| worker_of(&mut host, name));

    assert_eq!(workers, ["home", "home", "home", "attic"]);
}

#[test]
fn nobody_is_placed_where_another_worker_may_have_their_world() {
    let mut host = two_unknown_workers();
    let waits = unavailable("No server can be started at the moment");

    assert_eq!(host.join("ada").1, waits);
    host.has_worlds("home", &["bea"]);
    // What `home` has not named is on `attic` or nowhere.
    assert_eq!(worker_of(&mut host, "ada"), "attic");
    assert_eq!(worker_of(&mut host, "bea"), "home");

    host.goes_away("attic");
    assert_eq!(host.join("cem").1, waits);
    host.comes_back("attic");
    host.has_worlds("attic", &["cem"]);
    assert_eq!(worker_of(&mut host, "cem"), "attic");
}

#[test]
fn a_lost_worker_that_has_never_named_its_worlds_keeps_nobody_waiting() {
    let mut host = two_unknown_workers();
    host.has_worlds("home", &[]);
    host.goes_away("attic");

    host.pass(299);
    let waits = unavailable("No server can be started at the moment");
    assert_eq!(host.join("ada").1, waits);
    host.pass(1);

    assert_eq!(worker_of(&mut host, "ada"), "home");
}

#[test]
fn a_world_stays_bound_when_another_worker_has_one_of_its_name() {
    let mut host = two_unknown_workers();
    host.has_worlds("home", &["ada"]);
    host.has_worlds("attic", &["ada", "bea"]);
    host.has_worlds("home", &["bea"]);
    host.has_worlds("home", &["bea"]);

    let warned = |worker, words| host.warnings_of(worker, words);
    assert_eq!((warned("attic", "(home)"), warned("attic", "bea")), (1, 0));
    assert_eq!((warned("home", "(attic)"), warned("home", "ada")), (1, 0));
    assert_eq!(worker_of(&mut host, "ada"), "home");
    assert_eq!(worker_of(&mut host, "bea"), "attic");
}

#[test]
fn what_a_worker_has_named_is_known_after_a_restart() {
    let mut host = two_unknown_workers();
    host.has_worlds("home", &["ada"]);
    host.has_worlds("attic", &[]);
    host.goes_away("home");

    host.we_restart();

    assert_eq!(worker_of(&mut host, "bea"), "attic");
    let waits = unavailable("No server can be started at the moment");
    assert_eq!(host.join("ada").1, waits);
}

#[test]
fn worlds_that_are_deleted_with_their_servers_bind_nobody() {
    let mut host = Host::with(Limits {
        discards_worlds: true,
        ..limits()
    });
    host.takes_servers("attic", 2);
    host.takes_servers("home", 1);
    host.has_worlds("home", &["ada"]);

    assert_eq!(worker_of(&mut host, "ada"), "attic");
}

/// A fleet whose only worker was `local`, on which the world of `ada` lies, and now has two others.
fn ada_is_bound_to_local() -> Host {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(60);
    assert_eq!(host.state(ada.slot), None);
    host.restart_with(limits());
    host
}

#[test]
fn a_world_whose_worker_is_no_longer_in_the_settings_is_taken_from_the_one_that_has_it() {
    let mut host = ada_is_bound_to_local();
    host.has_worlds("attic", &["bea"]);
    let waits = unavailable("No server can be started at the moment");
    assert_eq!(host.join("ada").1, waits);
    assert_eq!(host.missing_workers(), [("local", 1)]);

    host.has_worlds("home", &["ada"]);

    assert_eq!(host.missing_workers(), []);
    let warned = |words| host.warnings_of("home", words);
    assert_eq!(warned("takes over worlds (1 in all)"), 1);
    assert_eq!(warned("(local)"), 1);
    host.we_restart();
    assert_eq!(host.home_of("ada").as_deref(), Some("home"));
    assert_eq!(worker_of(&mut host, "ada"), "home");
}

#[test]
fn a_worker_that_is_back_in_the_settings_has_its_worlds() {
    let mut host = ada_is_bound_to_local();
    host.has_worlds("attic", &[]);
    host.has_worlds("home", &[]);

    host.restart_with(Limits::default());

    assert_eq!(host.missing_workers(), []);
    assert_eq!(worker_of(&mut host, "ada"), "local");
}

#[test]
fn a_player_leaves_a_server_whose_worker_is_gone_only_once_an_operator_has_stopped_it() {
    let mut host = Host::new();
    let home = "home".parse().unwrap();
    let ada = host.a_player("ada");
    host.restart_with(limits());
    host.has_worlds("attic", &[]);
    host.has_worlds("home", &["ada"]);

    host.pass(400);
    assert_eq!(host.a_player("ada").slot, ada.slot);
    assert_eq!(host.home_of("ada").as_deref(), Some("local"));
    assert_eq!(host.warnings_of("home", "takes over"), 0);
    assert!(host.fleet.doubts_worlds_of(&home));

    host.step(Event::Stop(ada.slot));
    host.has_worlds("home", &["ada"]);

    assert!(!host.fleet.doubts_worlds_of(&home));
    assert_eq!(host.warnings_of("home", "takes over"), 1);
    assert_eq!(worker_of(&mut host, "ada"), "home");
}

#[test]
fn players_wait_only_for_a_time_for_a_worker_that_does_not_name_its_worlds() {
    let mut host = two_unknown_workers();
    host.has_worlds("home", &[]);
    let attic = "attic".parse().unwrap();
    host.step(Event::DrainWorker {
        worker: attic,
        is_draining: true,
    });

    host.pass(299);
    let waits = unavailable("No new servers are started before maintenance");
    assert_eq!(host.join("ada").1, waits);
    assert_eq!(host.warnings_of("attic", "has not said for 300 s"), 0);
    host.pass(1);

    assert_eq!(worker_of(&mut host, "ada"), "home");
    host.pass(20);
    assert_eq!(host.warnings_of("attic", "has not said for 300 s"), 1);
    assert_eq!(host.warnings_of("home", "has not said"), 0);
}

#[test]
fn a_worker_that_never_names_its_worlds_gets_players_whom_no_other_takes() {
    let mut host = two_unknown_workers();
    host.takes_servers("attic", 9);
    host.takes_servers("home", 1);
    host.has_worlds("home", &[]);
    assert_eq!(worker_of(&mut host, "ada"), "attic");
    host.pass(300);

    let workers = ["bea", "cem"].map(|name| worker_of(&mut host, name));

    assert_eq!(workers, ["home", "attic"]);
}

#[test]
fn a_worker_that_makes_up_worlds_again_and_again_binds_only_so_many() {
    let mut host = two_unknown_workers();
    host.has_worlds("home", &["ada"]);
    let names = |from: usize| -> Vec<WorldName> {
        let numbers = from..from + 60_000;
        numbers
            .map(|number| format!("w{number}").parse().unwrap())
            .collect()
    };

    for from in [0, 60_000, 120_000] {
        host.step(Event::WorldsListed {
            worker: "attic".parse().unwrap(),
            asked_at: Moment(0),
            worlds: names(from),
        });
    }

    let bound = host.fleet.worlds_of(&"attic".parse().unwrap());
    assert_eq!(bound.len(), 100_000);
    assert_eq!(host.warnings_of("attic", "20000 of them are ignored"), 1);
    assert_eq!(host.warnings_of("attic", "ignored"), 1);
    assert_eq!(host.home_of("ada").as_deref(), Some("home"));
    // Those that it had first are still its own.
    host.we_restart();
    let again = host.fleet.worlds_of(&"attic".parse().unwrap());
    assert_eq!(again, bound);
}

fn binds(host: &mut Host, player: &str, worker: &str) -> Reply {
    host.step(Event::BindWorld {
        world: WorldName::of(&player.parse().unwrap()),
        worker: worker.parse().unwrap(),
    })
}

#[test]
fn a_world_whose_servers_never_become_ready_is_bound_elsewhere_by_an_operator() {
    let mut host = two_unknown_workers();
    host.has_worlds("attic", &[]);
    host.has_worlds("home", &[]);
    host.engine.boots_slowly = true;
    let ada = host.a_player("ada");
    assert_eq!(binds(&mut host, "ada", "home"), Reply::InUse(ada.slot));
    host.pass(310);
    assert!(!host.is_in(ada));

    assert_eq!(binds(&mut host, "ada", "home"), Reply::Known);
    // The one on `attic` is still there, and does not count.
    host.has_worlds("attic", &["ada"]);
    host.we_restart();
    host.has_worlds("attic", &["ada"]);

    assert_eq!(worker_of(&mut host, "ada"), "home");
    assert_eq!(
        host.warnings_of("home", "from attic, as an operator wants"),
        1
    );
}

#[test]
fn a_world_that_a_server_which_nobody_knows_may_still_save_is_bound_to_no_other_worker() {
    let mut host = two_unknown_workers();
    host.has_worlds("attic", &["ada"]);
    host.has_worlds("home", &[]);
    let unknown = SlotId(7);
    let listed = Listed {
        slot: unknown,
        port: 8100,
        world: WorldName::of(&"ada".parse().unwrap()),
        run: Some(Run(1)),
        running: true,
        exit_code: None,
    };
    host.hears_a_list("attic", vec![listed]);

    assert_eq!(binds(&mut host, "ada", "home"), Reply::InUse(unknown));
    host.pass(120);

    assert_eq!(host.state(unknown), None);
    assert_eq!(binds(&mut host, "ada", "home"), Reply::Known);
}

#[test]
fn a_world_of_a_worker_that_is_gone_for_good_is_bound_to_another_one() {
    let mut host = two_unknown_workers();
    host.has_worlds("attic", &["ada"]);
    host.has_worlds("home", &[]);
    let home = host.fleet.limits().workers[1].clone();
    host.restart_with(Limits {
        workers: vec![home],
        ..limits()
    });
    assert!(!matches!(host.join("ada").1, Reply::Joined { .. }));

    assert_eq!(binds(&mut host, "ada", "home"), Reply::Known);

    assert_eq!(worker_of(&mut host, "ada"), "home");
    assert_eq!(host.missing_workers(), []);
}

#[test]
fn only_worlds_and_workers_that_are_known_are_bound() {
    let mut host = two_unknown_workers();
    host.has_worlds("attic", &["ada"]);

    assert_eq!(binds(&mut host, "ada", "cellar"), Reply::Unknown);
    assert_eq!(binds(&mut host, "bea", "home"), Reply::Unknown);
    assert_eq!(host.home_of("ada").as_deref(), Some("attic"));
    assert_eq!(host.home_of("bea"), None);
}
