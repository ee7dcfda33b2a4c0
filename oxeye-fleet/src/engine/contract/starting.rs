//! What is created and started, and what is refused.

use super::{
    FIRST, Host, LONG, Machine, OTHER_SLOT, SECOND, SLOT, Servers, assert_refused, listed,
};
use crate::engine::Engine as _;
use crate::rules::CallFailure;

pub(crate) async fn creating_twice_makes_one_container<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    let launch = machine.created(SLOT).await;

    machine.engine().create(&launch).await.unwrap();

    assert_eq!(machine.list().await, [listed(&launch, None, false, None)]);
    assert!(machine.host.has_world(&launch.world));
}

pub(crate) async fn starting_twice_starts_one_server<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    let launch = machine.started(SLOT).await;

    machine.engine().start(SLOT, FIRST).await.unwrap();
    let another_run = machine.engine().start(SLOT, SECOND).await;
    machine.engine().create(&launch).await.unwrap();

    assert_refused(&another_run);
    let expected = listed(&launch, Some(FIRST), true, None);
    assert_eq!(machine.list().await, [expected]);
    assert_eq!(machine.let_exit(SLOT, FIRST, 0).await.run, FIRST);
}

pub(crate) async fn what_was_never_created_cannot_be_started<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    machine.created(OTHER_SLOT).await;

    let started = machine.engine().start(SLOT, FIRST).await;

    assert_refused(&started);
    assert_eq!(machine.listed(SLOT).await, None);
}

pub(crate) async fn what_cannot_be_started_is_refused_in_words<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Missing).await;
    let launch = machine.launch(SLOT);

    // An engine may notice it with either call.
    let created = machine.engine().create(&launch).await;
    let started = match created {
        Ok(()) => machine.start(SLOT, FIRST).await,
        refused => refused,
    };

    let Err(CallFailure::Refused(sentence)) = started else {
        panic!("{started:?}")
    };
    assert!(sentence.contains(' '), "{sentence}");
    assert_eq!(machine.running(SLOT).await, None);
    machine.engine().remove(SLOT, true).await.unwrap();
    assert_eq!(machine.list().await, []);
}

pub(crate) async fn a_taken_port_starts_nothing_until_the_slot_has_another<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    let mut launch = machine.launch(SLOT);
    launch.port = machine.host.taken_port();
    machine.engine().create(&launch).await.unwrap();

    let started = machine.engine().start(SLOT, FIRST).await;

    assert_eq!(started, Err(CallFailure::PortTaken));
    assert!(!machine.engine().is_port_free(launch.port));
    assert_eq!(machine.list().await, [listed(&launch, None, false, None)]);

    machine.engine().remove(SLOT, false).await.unwrap();
    launch.port = machine.host.free_port();
    machine.engine().create(&launch).await.unwrap();
    machine.start(SLOT, SECOND).await.unwrap();
    let expected = listed(&launch, Some(SECOND), true, None);
    assert_eq!(machine.list().await, [expected]);
    assert_eq!(machine.let_exit(SLOT, SECOND, 0).await.run, SECOND);
}

pub(crate) async fn a_server_that_has_exited_starts_again<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Polite).await;
    let launch = machine.started(SLOT).await;
    machine.let_exit(SLOT, FIRST, 4).await;

    machine.start(SLOT, SECOND).await.unwrap();

    let expected = listed(&launch, Some(SECOND), true, None);
    assert_eq!(machine.list().await, [expected]);
    let exit = machine.let_exit(SLOT, SECOND, 5).await;
    assert_eq!((exit.run, exit.code), (SECOND, Some(5)));
}

pub(crate) async fn nothing_is_started_while_a_stop_runs<H: Host>() {
    let mut machine = Machine::<H>::with(Servers::Stubborn).await;
    machine.started(SLOT).await;
    machine.engine().stop(SLOT, LONG).await.unwrap();

    let started = machine.engine().start(SLOT, SECOND).await;

    assert_refused(&started);
    assert_eq!(machine.running(SLOT).await, Some(FIRST));
    machine.let_exit(SLOT, FIRST, 0).await;
    machine.start(SLOT, SECOND).await.unwrap();
    assert_eq!(machine.running(SLOT).await, Some(SECOND));
    machine.engine().kill(SLOT).await.unwrap();
    machine.exit().await;
}
