//! We are killed and start again, with what was kept and what the engine has.

use super::host::Host;
use crate::rules::{Action, Call, Occupancy, Order, Run, Severity, State};

#[test]
fn a_server_with_a_player_is_adopted_as_if_they_had_just_been_heard() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.falls_silent(ada);
    host.pass(14);

    host.we_restart();
    assert_eq!(host.state(ada.slot), Some(State::Running));

    host.pass(14);
    assert!(host.is_in(ada));
    host.pass(1);
    assert!(!host.is_in(ada));
    assert_eq!(host.starts(ada.slot), 1);
}

#[test]
fn an_empty_server_is_adopted_and_gets_its_whole_time() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(9);

    host.we_restart();
    assert_eq!(host.state(ada.slot), Some(State::Idle));

    host.pass(9);
    assert_eq!(host.asks(ada.slot), 0);
    host.pass(1);
    assert_eq!(host.asks(ada.slot), 1);
}

#[test]
fn a_server_that_became_ready_meanwhile_is_probed_again() {
    let mut host = Host::new();
    host.engine.boots_slowly = true;
    let ada = host.a_player("ada");

    host.engine.boots_slowly = false;
    host.we_restart();

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(host.starts(ada.slot), 1);
}

#[test]
fn a_server_that_has_exited_meanwhile_is_kept_as_stopped() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.engine.exit(ada.slot, Some(0));
    host.we_restart();
    host.pass(29);
    assert_eq!(host.state(ada.slot), Some(State::Stopped));
    assert_eq!(host.starts(ada.slot), 1);

    host.pass(1);
    assert_eq!(host.state(ada.slot), None);
}

#[test]
fn a_played_server_that_is_missing_is_made_again() {
    let mut host = Host::new();
    let ada = host.a_player("ada");

    host.engine.servers.clear();
    host.we_restart();

    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert_eq!(host.starts(ada.slot), 2);
    assert!(host.is_in(ada));
}

#[test]
fn an_empty_server_that_is_missing_is_forgotten() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.leaves(ada);

    host.engine.servers.clear();
    host.we_restart();

    assert_eq!(host.state(ada.slot), None);
    assert_eq!(host.starts(ada.slot), 1);
}

#[test]
fn a_stop_goes_on_and_is_not_shortened() {
    let mut host = Host::new();
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10 + 50);

    host.we_restart();
    host.pass(69);
    assert_eq!(host.state(ada.slot), Some(State::Stopping));
    assert_eq!(host.calls(ada.slot, Call::Kill), 0);

    host.pass(1);
    assert_eq!(host.calls(ada.slot, Call::Kill), 1);
}

#[test]
fn a_server_that_we_forgot_is_stopped_gracefully_and_removed_without_its_world() {
    let mut host = Host::new();
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");

    host.forget_everything();
    host.we_restart();
    assert_eq!(
        host.severity_of(ada.slot, "is unknown here"),
        Severity::Warning
    );
    host.pass(30);
    assert_eq!(host.state(ada.slot), Some(State::Deleting));
    assert_eq!(host.calls(ada.slot, Call::Kill), 0);

    host.exits(ada.slot, Some(0));
    assert_eq!(host.state(ada.slot), None);
    assert!(host.engine.servers.is_empty());
    let keeps_world = |action: &Action| match action {
        Action::Call {
            order: Order::Remove { discards_world },
            ..
        } => !discards_world,
        _ => false,
    };
    assert_eq!(host.count(keeps_world), 1);
}

#[test]
fn the_player_of_a_forgotten_server_gets_their_world_when_it_is_saved() {
    let mut host = Host::new();
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    let world = host.engine.servers[&ada.slot].world.clone();

    host.forget_everything();
    host.we_restart();
    let back = host.a_player("ada");
    assert_eq!(host.starts(ada.slot), 1);
    host.exits(ada.slot, Some(0));

    assert_eq!(back.slot, ada.slot);
    assert_eq!(host.state(back.slot), Some(State::Running));
    assert_eq!(host.engine.servers[&back.slot].world, world);
}

#[test]
fn who_is_on_is_asked_again() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    host.has_people(ada.slot, Occupancy::Players(1));
    host.leaves(ada);
    host.pass(15);

    host.we_restart();
    host.pass(60);

    assert_eq!(host.state(ada.slot), Some(State::Idle));
}

/// A start that was on its way when we were killed reached the engine after the list and before our next
/// start, which then found the server running.
#[test]
fn a_server_that_an_earlier_start_began_is_followed_to_its_exit() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    let earlier = Some(Run(0));
    host.engine.servers.get_mut(&ada.slot).unwrap().run = earlier;
    host.pass(10);

    host.crashes(ada.slot);

    assert_eq!(host.starts(ada.slot), 2);
    assert_eq!(host.state(ada.slot), Some(State::Running));
    assert!(host.is_in(ada));
}

#[test]
fn a_kept_server_that_is_surplus_after_a_restart_is_removed() {
    let mut host = Host::for_servers(2);
    let bea = host.a_player("bea");
    let kept = ["ada", "cem"].map(|name| {
        let player = host.a_player(name);
        host.leaves(player);
        host.pass(10);
        player.slot
    });
    assert_eq!(kept.map(|slot| host.state(slot)), [Some(State::Stopped); 2]);

    host.engine.exit(bea.slot, Some(0));
    host.we_restart();
    host.pass(20);

    assert_eq!(host.calls(kept[0], Call::Remove), 1);
    assert!(!host.was_reported(kept[0], "is unknown here"));
    assert_eq!(host.state(kept[0]), None);
}
