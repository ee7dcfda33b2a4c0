//! Worlds that are deleted with their servers.

use super::host::Host;
use crate::ids::{SlotId, WorldName};
use crate::rules::{Action, Call, Event, Limits, Order, State};

/// Two workers, and worlds are deleted with their servers.
pub(super) fn two_workers_without_worlds() -> Host {
    without_worlds(super::workers::limits())
}

fn without_worlds(limits: Limits) -> Host {
    Host::with(Limits {
        discards_worlds: true,
        ..limits
    })
}

/// The slots whose worlds were deleted with them.
pub(super) fn discarded(host: &Host) -> Vec<SlotId> {
    let discarded = |action: &Action| match action {
        Action::Call {
            slot,
            order: Order::Remove {
                discards_world: true,
            },
            ..
        } => Some(*slot),
        _ => None,
    };
    host.engine.actions.iter().filter_map(discarded).collect()
}

#[test]
fn the_world_of_a_container_that_nobody_knows_is_kept_for_a_server_that_uses_it() {
    let mut host = two_workers_without_worlds();
    let ada = host.a_player("ada");
    let copy = host.engine.servers[&ada.slot].clone();
    let mut other = copy.clone();
    other.world = WorldName::of(&"bea".parse().unwrap());
    host.engine.servers.insert(SlotId(7), copy);
    host.engine.servers.insert(SlotId(8), other);

    host.pass(20);

    assert_eq!(host.engine.servers.len(), 1);
    assert_eq!(discarded(&host), [SlotId(8)]);
}

/// A server that did not start in time is given up, and its player comes back while it saves its world.
fn given_up_with_its_player_back() -> (Host, SlotId) {
    let mut host = without_worlds(Limits::default());
    host.engine.boots_slowly = true;
    host.engine.saves_slowly = true;
    let ada = host.a_player("ada");
    host.pass(301);
    assert_eq!(host.state(ada.slot), Some(State::Failed));
    assert_eq!(host.a_player("ada").slot, ada.slot);
    (host, ada.slot)
}

#[test]
fn a_player_who_comes_back_keeps_the_world_and_it_is_deleted_when_they_leave() {
    let (mut host, slot) = given_up_with_its_player_back();

    host.engine.boots_slowly = false;
    host.engine.saves_slowly = false;
    host.exits(slot, Some(0));
    assert_eq!(host.state(slot), Some(State::Running));
    assert_eq!((host.calls(slot, Call::Remove), host.starts(slot)), (0, 2));
    let back = host.a_player("ada");
    host.leaves(back);
    host.step(Event::Stop(slot));
    host.pass(60);

    assert_eq!(host.state(slot), None);
    assert_eq!(discarded(&host), [slot]);
}

#[test]
fn the_world_of_a_server_that_moves_to_another_port_is_never_left_behind() {
    let mut host = without_worlds(Limits::default());
    host.engine.foreign_ports = [8081, 8082].into();
    let ada = host.a_player("ada");
    let calls = [Call::Create, Call::Remove].map(|call| host.calls(ada.slot, call));
    assert_eq!(calls, [3, 0]);
    assert_eq!(host.engine.servers[&ada.slot].port, 8083);

    host.step(Event::Stop(ada.slot));
    host.pass(60);

    assert_eq!(discarded(&host), [ada.slot]);
}
