//! Worlds that were to be made on a worker, and were not.

use super::host::Host;
use super::workers::{two_workers, unavailable};
use crate::rules::{Call, CallFailure, Limits, Reply, State};

/// Two workers, of which `attic` has more room and comes first.
fn attic_has_more_room() -> Host {
    let mut host = two_workers();
    host.takes_servers("attic", 9);
    host.takes_servers("home", 5);
    host
}

fn no_new_worlds() -> CallFailure {
    CallFailure::NoNewWorlds("it keeps at most 2 worlds".to_owned())
}

/// A player joins, and their server cannot be made.
fn is_let_down(host: &mut Host, name: &str) {
    let player = host.a_player(name);
    assert_eq!(host.worker_of_call(player.slot), "attic");
    assert_eq!(host.state(player.slot), None);
}

#[test]
fn a_player_whose_world_was_refused_gets_one_elsewhere() {
    let mut host = attic_has_more_room();
    host.makes_no_server("attic", no_new_worlds());

    is_let_down(&mut host, "ada");
    assert_eq!(host.home_of("ada"), None);
    host.we_restart();
    assert_eq!(host.home_of("ada"), None);
    is_let_down(&mut host, "ada");
    let ada = host.a_player("ada");

    assert_eq!(host.worker_of(ada.slot), "home");
    assert_eq!(host.state(ada.slot), Some(State::Running));
}

#[test]
fn a_player_whose_world_was_deleted_where_no_new_one_has_room_gets_one_elsewhere() {
    let mut host = attic_has_more_room();
    let ada = host.a_player("ada");
    assert_eq!(host.worker_of(ada.slot), "attic");
    host.leaves(ada);
    host.pass(60);
    assert_eq!(host.state(ada.slot), None);
    host.makes_no_server("attic", no_new_worlds());

    is_let_down(&mut host, "ada");

    assert_eq!(host.home_of("ada"), None);
    assert_eq!(host.warnings_of("attic", "no longer has the world"), 1);
    let back = host.a_player("ada");
    assert_eq!(host.worker_of(back.slot), "home");
    assert_eq!(host.state(back.slot), Some(State::Running));
}

#[test]
fn a_worker_without_room_for_worlds_lets_down_one_new_player_a_minute() {
    let mut host = attic_has_more_room();
    host.has_worlds("attic", &["cem"]);
    host.makes_no_server("attic", no_new_worlds());
    is_let_down(&mut host, "ada");

    for name in ["ada", "bea"] {
        let player = host.a_player(name);
        assert_eq!(host.worker_of(player.slot), "home");
    }
    host.engine.creations_fail.clear();
    let cem = host.a_player("cem");
    assert_eq!(host.worker_of(cem.slot), "attic");
    host.pass(60);
    let dan = host.a_player("dan");
    assert_eq!(host.worker_of(dan.slot), "attic");
}

#[test]
fn where_no_worker_has_room_for_worlds_new_players_learn_when_to_try_again() {
    let mut host = Host::new();
    host.makes_no_server("local", no_new_worlds());
    let ada = host.a_player("ada");
    assert!(!host.is_in(ada));

    host.pass(2);
    let (_, refused) = host.join("bea");

    let CallFailure::NoNewWorlds(sentence) = no_new_worlds() else {
        unreachable!()
    };
    let retry_after = std::time::Duration::from_secs(58);
    let expected = Reply::Refused {
        sentence,
        retry_after,
    };
    assert_eq!(refused, expected);
}

#[test]
fn a_worker_that_refuses_every_server_binds_nobody() {
    let mut host = attic_has_more_room();
    let refused = CallFailure::Refused("no such image".to_owned());
    host.makes_no_server("attic", refused);

    is_let_down(&mut host, "ada");
    let ada = host.a_player("ada");

    assert_eq!(host.worker_of(ada.slot), "home");
}

#[test]
fn a_world_that_was_made_stays_bound_when_its_server_cannot_be_started() {
    let mut host = attic_has_more_room();
    host.engine.foreign_ports = (8081..=9080).collect();
    let ada = host.a_player("ada");
    assert_eq!(host.state(ada.slot), None);
    host.engine.foreign_ports.clear();
    host.pass(60);

    let back = host.a_player("ada");

    assert_eq!(host.worker_of(back.slot), "attic");
}

#[test]
fn a_world_that_was_perhaps_made_is_released_when_its_worker_does_not_name_it() {
    let mut host = attic_has_more_room();
    host.makes_no_server("attic", CallFailure::Unknown);
    host.takes_servers("home", 0);
    let players = ["ada", "bea"].map(|name| host.a_player(name));
    host.pass(310);
    assert_eq!(players.map(|player| host.state(player.slot)), [None, None]);
    host.takes_servers("home", 5);
    let attic = "attic".parse().unwrap();
    assert!(host.fleet.doubts_worlds_of(&attic));

    host.pass(1);
    host.has_worlds("attic", &["bea"]);

    assert!(!host.fleet.doubts_worlds_of(&attic));
    let homes = ["ada", "bea"].map(|name| host.home_of(name));
    assert_eq!(homes, [None, Some("attic".to_owned())]);
    let ada = host.a_player("ada");
    assert_eq!(host.worker_of(ada.slot), "home");
}

#[test]
fn what_a_worker_named_before_a_creation_says_nothing_about_it() {
    let mut host = attic_has_more_room();
    host.makes_no_server("attic", CallFailure::Unknown);
    let ada = host.a_player("ada");
    host.pass(1);
    // Asked while the slot was there.
    host.has_worlds("attic", &[]);

    assert_eq!(host.home_of("ada").as_deref(), Some("attic"));
    host.engine.creations_fail.clear();
    host.pass(20);
    assert_eq!(host.state(ada.slot), Some(State::Running));
}

#[test]
fn a_restart_forgets_whether_a_world_was_about_to_be_made() {
    let mut host = attic_has_more_room();
    host.engine.full = Some("no room");
    let ada = host.a_player("ada");
    host.we_restart();
    host.engine.full = None;
    let refused = CallFailure::Refused("no such image".to_owned());
    host.makes_no_server("attic", refused);

    host.pass(20);
    assert_eq!(host.state(ada.slot), None);
    assert_eq!(host.home_of("ada").as_deref(), Some("attic"));
    host.has_worlds("attic", &[]);

    assert_eq!(host.home_of("ada"), None);
}

/// A player whose server waits for room on `attic` when `home` names their world.
fn ada_waits_for_attic() -> Host {
    let mut host = attic_has_more_room();
    host.engine.full = Some("no room");
    let ada = host.a_player("ada");
    assert_eq!(host.worker_of(ada.slot), "attic");
    host.has_worlds("home", &["ada"]);
    assert_eq!(host.home_of("ada").as_deref(), Some("attic"));
    host.engine.full = None;
    let refused = CallFailure::Refused("no such image".to_owned());
    host.makes_no_server("attic", refused);
    host
}

#[test]
fn a_world_that_was_not_made_is_bound_to_the_worker_that_has_named_it_meanwhile() {
    let mut host = ada_waits_for_attic();
    let home = "home".parse().unwrap();
    assert!(host.fleet.doubts_worlds_of(&home));

    host.pass(20);

    assert_eq!(host.home_of("ada").as_deref(), Some("home"));
    assert!(!host.fleet.doubts_worlds_of(&home));
    host.engine.creations_fail.clear();
    let ada = host.a_player("ada");
    assert_eq!(host.worker_of(ada.slot), "home");
}

#[test]
fn after_a_restart_a_world_is_made_nowhere_until_the_worker_that_had_named_it_does_so_again() {
    let mut host = ada_waits_for_attic();
    host.we_restart();
    host.takes_servers("home", 0);
    host.pass(20);
    host.has_worlds("attic", &[]);
    assert_eq!(host.home_of("ada"), None);
    host.engine.creations_fail.clear();
    host.pass(60);

    let (_, reply) = host.join("ada");
    assert!(matches!(reply, Reply::Full { .. }), "{reply:?}");
    host.has_worlds("home", &["ada"]);

    assert_eq!(host.home_of("ada").as_deref(), Some("home"));
}

#[test]
fn a_world_that_is_made_after_another_worker_has_named_it_stays_where_it_is() {
    let mut host = ada_waits_for_attic();
    host.engine.creations_fail.clear();

    host.pass(20);
    host.has_worlds("home", &["ada"]);

    assert_eq!(host.home_of("ada").as_deref(), Some("attic"));
    let home = "home".parse().unwrap();
    assert!(!host.fleet.doubts_worlds_of(&home));
}

#[test]
fn a_player_whose_server_never_reached_a_lost_worker_gets_one_elsewhere() {
    let mut host = attic_has_more_room();
    host.makes_no_server("attic", CallFailure::Unreachable);
    let ada = host.a_player("ada");
    host.goes_away("attic");

    host.pass(299);
    assert_eq!(host.a_player("ada").slot, ada.slot);
    host.pass(1);
    let moved = host.a_player("ada");

    assert_eq!(host.worker_of(moved.slot), "home");
    assert_eq!(host.home_of("ada").as_deref(), Some("home"));
}

/// A player whose server was perhaps made on `attic`, which is then lost, gets one on `home` when they join
/// again. What is left on `attic` is stopped and removed when it is back.
#[track_caller]
fn check_perhaps_made_on_a_lost_worker(mut host: Host) {
    let ada = host.a_player("ada");
    host.goes_away("attic");
    host.engine.unknown = None;
    host.engine.unanswered = None;

    host.pass(299);
    assert_eq!(host.a_player("ada").slot, ada.slot);
    host.pass(1);
    let moved = host.a_player("ada");

    assert_eq!(host.worker_of(moved.slot), "home");
    assert_eq!(host.home_of("ada").as_deref(), Some("home"));
    host.comes_back("attic");
    host.has_worlds("attic", &["ada"]);
    host.pass(60);
    assert_eq!(host.starts(ada.slot), 0);
    assert!(!host.engine.servers.contains_key(&ada.slot));
    assert_eq!(host.state(moved.slot), Some(State::Running));
    assert_eq!(host.a_player("ada").slot, moved.slot);
}

#[test]
fn a_player_whose_server_was_perhaps_made_on_a_lost_worker_gets_one_elsewhere() {
    let mut host = attic_has_more_room();
    host.engine.unknown = Some(Call::Create);
    check_perhaps_made_on_a_lost_worker(host);
}

#[test]
fn a_creation_that_a_lost_worker_never_answered_keeps_nobody_waiting() {
    let mut host = attic_has_more_room();
    host.engine.unanswered = Some(Call::Create);
    check_perhaps_made_on_a_lost_worker(host);
}

#[test]
fn a_player_who_comes_back_while_their_server_is_given_up_is_asked_to_try_again_soon() {
    let mut host = Host::with(Limits {
        workers: vec!["attic".parse().unwrap()],
        ..super::workers::limits()
    });
    host.engine.removes_slowly = true;
    host.makes_no_server("attic", no_new_worlds());
    let ada = host.a_player("ada");
    assert_eq!(host.state(ada.slot), Some(State::Failed));

    let (_, refused) = host.join("ada");

    let soon = unavailable("No server can be started at the moment");
    assert_eq!(refused, soon);
}
