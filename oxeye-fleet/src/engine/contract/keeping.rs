//! What is listed, removed, and known to the next program.

use super::{
    FIRST, Host, LONG, Machine, OTHER_SLOT, SECOND, SHORT, SLOT, Servers, assert_refused, listed,
};
use crate::engine::Engine as _;
use crate::ids::SlotId;

const THIRD_SLOT: SlotId = SlotId(3);

pub(crate) async fn everything_is_listed<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    assert_eq!(machine.list().await, []);

    let created = machine.created(SLOT).await;
    let started = machine.started(OTHER_SLOT).await;
    let exited = machine.started(THIRD_SLOT).await;
    machine.let_exit(THIRD_SLOT, FIRST, 3).await;

    let expected = [
        listed(&created, None, false, None),
        listed(&started, Some(FIRST), true, None),
        listed(&exited, Some(FIRST), false, Some(3)),
    ];
    assert_eq!(machine.list().await, expected);
    for listed in expected {
        let one = machine.engine().container(listed.slot).await;
        assert_eq!(one, Ok(Some(listed)));
    }
    assert_eq!(machine.engine().container(SlotId(9)).await, Ok(None));
    machine.let_exit(OTHER_SLOT, FIRST, 0).await;
}

pub(crate) async fn a_server_that_runs_is_not_removed<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    let launch = machine.started(SLOT).await;

    let removed = machine.engine().remove(SLOT, true).await;

    assert_refused(&removed);
    assert_eq!(machine.running(SLOT).await, Some(FIRST));
    assert!(machine.host.has_world(&launch.world));
    // One that was killed would have no code.
    assert_eq!(machine.let_exit(SLOT, FIRST, 5).await.code, Some(5));
}

pub(crate) async fn what_is_missing_need_not_be_removed<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    machine.engine().remove(SLOT, true).await.unwrap();
    machine.created(SLOT).await;

    machine.engine().remove(SLOT, false).await.unwrap();
    machine.engine().remove(SLOT, false).await.unwrap();

    assert_eq!(machine.list().await, []);
}

pub(crate) async fn a_world_is_kept_or_discarded<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    let kept = machine.started(SLOT).await;
    let discarded = machine.started(OTHER_SLOT).await;
    machine.let_exit(SLOT, FIRST, 0).await;
    machine.let_exit(OTHER_SLOT, FIRST, 0).await;

    machine.engine().remove(SLOT, false).await.unwrap();
    machine.engine().remove(OTHER_SLOT, true).await.unwrap();

    assert_eq!(machine.list().await, []);
    assert!(machine.host.has_world(&kept.world));
    assert!(!machine.host.has_world(&discarded.world));
}

pub(crate) async fn every_world_is_named<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    assert_eq!(machine.engine().worlds().await, Ok(Vec::new()));
    let mut kept = [
        machine.created(SLOT).await.world,
        machine.created(OTHER_SLOT).await.world,
    ];
    kept.sort();
    machine.created(THIRD_SLOT).await;

    machine.engine().remove(SLOT, false).await.unwrap();
    machine.engine().remove(THIRD_SLOT, true).await.unwrap();
    let machine = machine.restarted().await;

    let mut named = machine.engine().worlds().await.unwrap();
    named.sort();
    assert_eq!(named, kept);
}

pub(crate) async fn the_next_program_knows_everything<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    let created = machine.created(SLOT).await;
    let started = machine.started(OTHER_SLOT).await;
    let exited = machine.started(THIRD_SLOT).await;
    machine.let_exit(THIRD_SLOT, FIRST, 3).await;

    let mut machine = machine.restarted().await;

    let expected = [
        listed(&created, None, false, None),
        listed(&started, Some(FIRST), true, None),
        listed(&exited, Some(FIRST), false, Some(3)),
    ];
    assert_eq!(machine.list().await, expected);
    machine.engine().start(OTHER_SLOT, FIRST).await.unwrap();
    assert_refused(&machine.engine().start(OTHER_SLOT, SECOND).await);
    machine.engine().stop(OTHER_SLOT, LONG).await.unwrap();
    let exit = machine.exit().await;
    assert_eq!((exit.slot, exit.run), (OTHER_SLOT, FIRST));
    machine.start(SLOT, FIRST).await.unwrap();
    assert_eq!(machine.let_exit(SLOT, FIRST, 0).await.slot, SLOT);
}

pub(crate) async fn a_stop_goes_on_when_the_program_ends<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Stubborn).await;
    machine.started(SLOT).await;
    machine.engine().stop(SLOT, SHORT).await.unwrap();

    let machine = machine.restarted().await;

    let exited = machine.until_it_has_exited(SLOT).await;
    assert_eq!((exited.run, exited.exit_code), (Some(FIRST), None));
}
