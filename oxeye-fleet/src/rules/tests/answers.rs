//! Answers of the engine that are repeated or lost, and lists that stand in for them.

use super::host::Host;
use crate::rules::{Action, Call, CallNumber, State, Step};

#[test]
fn the_repeated_answer_to_an_earlier_start_does_not_count() {
    let mut host = Host::new();
    let ada = host.a_player("ada");
    let earlier = host.answer_to_the_last(ada.slot, Call::Start);
    host.engine.unanswered = Some(Call::Start);
    host.crashes(ada.slot);
    assert_eq!(host.starts(ada.slot), 2);

    host.step(earlier);

    assert_eq!(host.state(ada.slot), Some(State::Starting));
    host.pass(10);
    assert_eq!(host.state(ada.slot), Some(State::Running));
}

#[test]
fn the_repeated_answer_to_an_earlier_removal_does_not_count() {
    let mut host = Host::new();
    host.engine.removes_slowly = true;
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10 + 30);
    let back = host.a_player("ada");
    let earlier = host.answer_to_the_last(ada.slot, Call::Remove);
    host.is_removed(ada.slot);
    host.leaves(back);
    host.pass(10 + 30);
    assert_eq!(host.calls(ada.slot, Call::Remove), 2);

    host.step(earlier);

    assert_eq!(host.state(ada.slot), Some(State::Deleting));
}

fn numbers(step: &Step) -> Vec<CallNumber> {
    let numbers = step.actions.iter().filter_map(|action| match action {
        Action::Call { number, .. } => Some(*number),
        _ => None,
    });
    numbers.collect()
}

#[test]
fn a_call_of_a_step_that_was_undone_shares_its_number_with_no_other() {
    let mut host = Host::new();

    let undone = host.wants_in_vain("ada");
    let repeated = host.wants_in_vain("ada");

    let (undone, repeated) = (numbers(&undone), numbers(&repeated));
    assert_eq!((undone.len(), repeated.len()), (1, 1));
    assert_ne!(undone, repeated);
}

#[test]
fn a_list_ends_the_wait_for_a_removal_whose_answer_was_lost() {
    let mut host = Host::new();
    host.engine.unanswered = Some(Call::Remove);
    let ada = host.a_player("ada");
    host.leaves(ada);
    host.pass(10 + 30);
    assert!(host.engine.servers.is_empty());

    host.pass(9);
    assert_eq!(host.state(ada.slot), Some(State::Deleting));

    host.pass(1);
    assert_eq!(host.state(ada.slot), None);
}

#[test]
fn a_server_is_not_started_again_while_the_engine_may_still_stop_it() {
    let mut host = Host::new();
    host.engine.saves_slowly = true;
    host.engine.unanswered = Some(Call::Stop);
    let ada = host.a_player("ada");
    host.pass(5);
    host.leaves(ada);
    host.pass(10);
    let back = host.a_player("ada");
    host.exits(ada.slot, Some(0));

    host.pass(5 + 9);
    assert_eq!(host.starts(ada.slot), 1);

    host.pass(1);
    assert_eq!(host.starts(ada.slot), 2);
    assert!(host.is_in(back));
}

#[test]
fn an_exit_shows_that_a_start_whose_answer_was_lost_has_worked() {
    let mut host = Host::new();
    host.engine.unanswered = Some(Call::Start);
    let ada = host.a_player("ada");

    host.crashes(ada.slot);

    assert_eq!(host.starts(ada.slot), 2);
    assert!(host.was_reported(ada.slot, "has crashed"));
}

#[test]
fn a_list_shows_that_a_server_was_made_and_started_although_no_answer_came() {
    let mut host = Host::new();
    for call in [Call::Create, Call::Start] {
        host.engine.unanswered = Some(call);
        let player = host.a_player(&format!("{call:?}"));
        assert_eq!(host.state(player.slot), Some(State::Starting));

        host.pass(10);

        assert_eq!(host.state(player.slot), Some(State::Running));
    }
}
