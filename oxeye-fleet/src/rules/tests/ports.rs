//! Ports that other programs have, before and after a container was made for them.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use crate::rules::{
    Action, CallFailure, Event, Fleet, Kept, Limits, Listed, Order, Reply, Run, SlotRow, State,
    Step,
};
use crate::time::{Moment, Now, UnixMillis};

fn at(seconds: u64) -> Now {
    let moment = Moment::default() + Duration::from_secs(seconds);
    Now {
        moment,
        wall: UnixMillis(moment.0),
    }
}

fn ada() -> PlayerId {
    "ada".parse().unwrap()
}

fn ada_joins(fleet: &mut Fleet, seconds: u64) -> (SlotId, u16, Step) {
    let event = Event::Join {
        player: ada(),
        session: SessionId::random(),
    };
    let step = fleet.step(event, at(seconds));
    let Reply::Joined { slot, port, .. } = step.reply else {
        panic!("{step:?}")
    };
    (slot, port, step)
}

/// Returns the calls of the engine.
fn orders(step: &Step) -> Vec<Order> {
    let orders = step.actions.iter().filter_map(|action| match action {
        Action::Call { order, .. } => Some(order.clone()),
        _ => None,
    });
    orders.collect()
}

/// Returns the ports of the containers that are to be made.
fn made(step: &Step) -> Vec<u16> {
    let orders = orders(step).into_iter();
    let ports = orders.filter_map(|order| match order {
        Order::Create { port, .. } => Some(port),
        _ => None,
    });
    ports.collect()
}

/// Returns an answer to the call that a step has made.
#[track_caller]
fn answer(step: &Step, result: Result<(), CallFailure>) -> Event {
    let [Action::Call { slot, number, .. }] = step.actions[..] else {
        panic!("{step:?}")
    };
    Event::Called {
        slot,
        number,
        result,
    }
}

#[test]
fn a_server_that_could_not_be_made_yet_moves_from_a_port_that_was_taken_meanwhile() {
    let mut fleet = Fleet::new(Limits::default(), at(0));
    let (_, _, first) = ada_joins(&mut fleet, 0);
    assert_eq!(made(&first), [8081]);
    let failed = answer(&first, Err(CallFailure::Unreachable));
    fleet.step(failed, at(0));
    for second in 1..10 {
        fleet.step(Event::Tick, at(second));
    }
    let (_, port, again) = ada_joins(&mut fleet, 10);
    assert_eq!((port, made(&again)), (8081, vec![8081]));
    fleet.undo();

    fleet.avoid_port(&WorkerName::local(), 8081, at(10));

    let (_, port, again) = ada_joins(&mut fleet, 10);
    assert_eq!((port, made(&again)), (8082, vec![8082]));
}

#[test]
fn a_container_for_a_port_that_its_slot_no_longer_has_is_made_again_after_a_restart() {
    let slot = SlotId(1);
    let row = SlotRow {
        id: slot,
        owner: ada(),
        world: WorldName::of(&ada()),
        worker: WorkerName::local(),
        port: 8082,
        state: State::Starting,
        run: Run(1),
        ended: false,
        restarts: 0,
        wanted: false,
        created_at: UnixMillis(1),
    };
    let listed = Listed {
        slot,
        port: 8081,
        world: row.world.clone(),
        run: None,
        running: false,
        exit_code: None,
    };

    let limits = Limits::default();
    let kept = Kept {
        slots: vec![row],
        ..Kept::default()
    };
    let listed = BTreeMap::from([(WorkerName::local(), vec![listed])]);
    let (mut fleet, step) = Fleet::recover(limits, kept, listed, at(0));

    assert_eq!(made(&step), [8082]);
    let step = fleet.step(answer(&step, Ok(())), at(1));
    assert_eq!(orders(&step), [Order::Start { run: Run(2) }]);
}
