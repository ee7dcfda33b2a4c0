//! Stops, kills and exits.

use super::{FIRST, Host, LONG, Machine, OTHER_SLOT, SECOND, SHORT, SLOT, Servers, soon};
use crate::engine::Engine as _;

pub(crate) async fn what_does_not_run_need_not_be_stopped_or_killed<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    machine.engine().stop(SLOT, LONG).await.unwrap();
    machine.engine().kill(SLOT).await.unwrap();

    machine.created(SLOT).await;
    machine.engine().stop(SLOT, LONG).await.unwrap();
    machine.engine().kill(SLOT).await.unwrap();

    machine.started(OTHER_SLOT).await;
    machine.let_exit(OTHER_SLOT, FIRST, 3).await;
    machine.engine().stop(OTHER_SLOT, LONG).await.unwrap();
    machine.engine().kill(OTHER_SLOT).await.unwrap();

    let listed = machine.list().await;
    let known: Vec<_> = listed
        .iter()
        .map(|listed| (listed.slot, listed.running, listed.exit_code))
        .collect();
    assert_eq!(known, [(SLOT, false, None), (OTHER_SLOT, false, Some(3))]);
}

pub(crate) async fn a_polite_server_exits_by_itself<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    machine.started(SLOT).await;

    machine.engine().stop(SLOT, LONG).await.unwrap();

    let exit = machine.exit().await;
    assert_eq!((exit.slot, exit.run, exit.code), (SLOT, FIRST, Some(0)));
    let listed = machine.listed(SLOT).await.unwrap();
    assert_eq!((listed.running, listed.exit_code), (false, Some(0)));
}

pub(crate) async fn nobody_is_killed_before_the_grace_is_over<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Stubborn).await;
    machine.started(SLOT).await;

    machine.engine().stop(SLOT, LONG).await.unwrap();

    assert_eq!(machine.running(SLOT).await, Some(FIRST));
    // One that was killed would have no code.
    assert_eq!(machine.let_exit(SLOT, FIRST, 5).await.code, Some(5));
}

pub(crate) async fn a_stubborn_server_is_killed_when_the_grace_is_over<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Stubborn).await;
    machine.started(SLOT).await;

    machine.engine().stop(SLOT, SHORT).await.unwrap();

    let exit = machine.exit().await;
    assert_eq!((exit.run, exit.code), (FIRST, None));
    assert_eq!(machine.running(SLOT).await, None);
}

pub(crate) async fn a_later_stop_can_shorten_the_grace<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Stubborn).await;
    machine.started(SLOT).await;
    machine.engine().stop(SLOT, LONG).await.unwrap();

    machine.engine().stop(SLOT, SHORT).await.unwrap();

    assert_eq!(machine.exit().await.code, None);
}

pub(crate) async fn a_server_is_killed_at_once<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Stubborn).await;
    machine.started(SLOT).await;

    machine.engine().kill(SLOT).await.unwrap();

    let exit = machine.exit().await;
    assert_eq!((exit.run, exit.code), (FIRST, None));
    assert_eq!(machine.running(SLOT).await, None);
}

pub(crate) async fn an_exit_is_reported_once_and_with_its_code<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    machine.started(SLOT).await;

    let exit = machine.let_exit(SLOT, FIRST, 3).await;

    assert_eq!((exit.slot, exit.run, exit.code), (SLOT, FIRST, Some(3)));
    let listed = machine.listed(SLOT).await.unwrap();
    assert_eq!((listed.run, listed.exit_code), (Some(FIRST), Some(3)));
    // A second report of the same exit would come before that of the next one.
    machine.start(SLOT, SECOND).await.unwrap();
    let exit = machine.let_exit(SLOT, SECOND, 6).await;
    assert_eq!((exit.run, exit.code), (SECOND, Some(6)));
}

pub(crate) async fn the_newest_receiver_gets_the_exits<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    machine.started(SLOT).await;
    let mut newest = machine.engine().exits();

    machine.host.let_exit(SLOT, FIRST, 0).await;

    let exit = soon("the exit", newest.recv()).await.unwrap();
    assert_eq!(exit.slot, SLOT);
    assert_eq!(soon("the end", machine.exits.recv()).await, None);
}
