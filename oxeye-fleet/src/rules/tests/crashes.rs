//! Servers that exit although nobody wanted them to.

use super::host::{Host, Player};
use crate::ids::WorkerName;
use crate::rules::{Call, Event, Occupancy, Run, Severity, State};

#[test]
fn a_server_that_crashes_under_its_player_is_started_again() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.crashes(ada.slot);

    assert_eq!(host.starts(ada.slot), 2);
    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert!(host.is_in(ada));
    assert_eq!(host.severity_of(ada.slot, "has crashed"), Severity::Failure);
}

#[test]
fn a_server_that_is_killed_from_outside_has_crashed() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.exits(ada.slot, None);

    assert_eq!(host.starts(ada.slot), 2);
}

#[test]
fn a_server_that_crashes_while_it_boots_is_started_again() {
    let mut host = Host::new();
    host.engine.boots_slowly = true;
    let ada = host.a_player("ada");

    host.crashes(ada.slot);

    assert_eq!(host.starts(ada.slot), 2);
    assert_eq!(host.state(ada.slot), Some(State::Starting));
}

/// A server crashes three times, and is started again after 0, 5 and 30 seconds.
#[track_caller]
fn crashes_three_times(host: &mut Host, ada: Player) {
    let before = host.starts(ada.slot);
    for (wait, restarts) in [(0, 1), (5, 2), (30, 3)] {
        host.crashes(ada.slot);
        if wait > 0 {
            host.pass(wait - 1);
            assert_eq!(host.starts(ada.slot), before + restarts - 1);
            host.pass(1);
        }
        assert_eq!(host.starts(ada.slot), before + restarts);
        assert_eq!(host.state(ada.slot), Some(State::Running));
    }
}

#[test]
fn a_server_is_given_up_when_it_crashes_the_fourth_time_in_ten_minutes() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    crashes_three_times(&mut host, ada);
    host.pass(564);

    host.crashes(ada.slot);

    assert_eq!(host.starts(ada.slot), 4);
    assert_eq!(host.state(ada.slot), None);
    assert!(!host.is_in(ada));
    assert_eq!(
        host.severity_of(ada.slot, "crashes again and again"),
        Severity::Failure
    );
    assert!(host.engine.servers.is_empty());
}

#[test]
fn a_restart_of_ours_gives_a_crashing_server_no_new_tries() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    crashes_three_times(&mut host, ada);

    host.we_restart();
    assert_eq!(host.state(ada.slot), Some(State::Running));
    host.crashes(ada.slot);

    assert_eq!(host.state(ada.slot), None);
    assert!(host.was_reported(ada.slot, "crashes again and again"));
}

#[test]
fn a_crash_before_a_restart_of_ours_counts_once() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.crashes(ada.slot);
    host.crashes(ada.slot);
    for _ in 0..5 {
        host.we_restart();
    }
    assert_eq!(host.state(ada.slot), Some(State::Running));

    host.crashes(ada.slot);

    host.pass(30);
    assert_eq!(host.state(ada.slot), Some(State::Running));
}

#[test]
fn crashes_long_before_a_restart_of_ours_are_forgiven() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    crashes_three_times(&mut host, ada);
    host.pass(600);

    host.we_restart();
    crashes_three_times(&mut host, ada);

    assert!(host.is_in(ada));
}

#[test]
fn crashes_more_than_ten_minutes_ago_are_forgiven() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    crashes_three_times(&mut host, ada);
    host.pass(600);

    crashes_three_times(&mut host, ada);

    assert!(host.is_in(ada));
}

#[test]
fn a_server_that_exits_by_itself_is_not_started_again() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.exits(ada.slot, Some(0));

    assert_eq!(host.starts(ada.slot), 1);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
    assert!(!host.is_in(ada));
    for sentence in ["is ready", "has exited by itself"] {
        assert_eq!(host.severity_of(ada.slot, sentence), Severity::Info);
    }
}

#[test]
fn a_server_that_exits_before_it_is_ready_has_failed_even_without_an_error() {
    let mut host = Host::new();
    host.engine.boots_slowly = true;
    let ada = host.a_player("ada");

    host.exits(ada.slot, Some(0));

    assert_eq!(host.starts(ada.slot), 1);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
    assert_eq!(
        host.severity_of(ada.slot, "has exited before it was ready"),
        Severity::Failure
    );
}

#[test]
fn an_empty_server_that_crashes_is_not_started_again() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.has_people(ada.slot, Occupancy::Players(1));
    host.leaves(ada);

    host.crashes(ada.slot);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));

    host.pass(30);
    assert_eq!(host.starts(ada.slot), 1);
    assert_eq!(host.state(ada.slot), None);
}

#[test]
fn an_exit_is_noticed_in_the_list_if_nobody_has_told() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.engine.exit(ada.slot, Some(1));
    host.pass(10);

    assert_eq!(host.starts(ada.slot), 2);
}

#[test]
fn a_crash_right_after_a_start_of_which_nobody_knows_is_a_crash() {
    let mut host = Host::new();
    host.engine.unknown = Some(Call::Start);
    let ada = host.a_player("ada");

    host.engine.exit(ada.slot, Some(1));
    host.pass(20);

    assert_eq!(host.starts(ada.slot), 2);
    assert!(host.was_reported(ada.slot, "has crashed"));
}

#[test]
fn a_server_that_exits_by_itself_right_after_a_start_of_which_nobody_knows_is_kept() {
    let mut host = Host::new();
    host.engine.unknown = Some(Call::Start);
    let ada = host.a_player("ada");

    host.engine.exit(ada.slot, Some(0));
    host.pass(20);

    assert_eq!(host.starts(ada.slot), 1);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
}

#[test]
fn a_second_report_of_an_exit_says_nothing_about_a_server_that_was_made_since() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.engine.removes_slowly = true;
    host.exits(ada.slot, Some(0));
    host.pass(30);
    let back = host.a_player("ada");
    host.engine.unknown = Some(Call::Create);
    host.is_removed(ada.slot);
    assert_eq!(host.state(ada.slot), Some(State::Starting));

    host.step(Event::Exited {
        worker: WorkerName::local(),
        slot: ada.slot,
        run: Run(1),
        code: Some(0),
    });

    assert!(host.is_in(back));
    host.pass(20);
    assert_eq!(host.state(ada.slot), Some(State::Running));
}
