//! The container engine is killed in the middle, or not there. Its containers go on.

use rustix::process::{Pid, Signal, kill_process};

use super::docker::Docker;
use super::host::{Host, launch, say};
use super::machine::Machine;
use super::podman::{self, Podman};
use crate::engine::Engine as _;
use crate::engine::contract::{FIRST, LONG, OTHER_SLOT, SECOND, SLOT, soon};
use crate::rules::CallFailure;

with_each_machine! {
    a_stop_goes_on_when_the_engine_is_killed,
    the_engine_need_not_be_there_at_the_start,
}

#[tokio::test]
async fn servers_outlive_the_engine_and_no_exit_is_lost() {
    if !podman::can_run() {
        return;
    }
    let host = Host::<Podman>::on_own("polite").await;
    let mut exits = host.engine.exits();
    let playing = host.started(SLOT, FIRST).await;
    let leaving = host.started(OTHER_SLOT, FIRST).await;
    say(leaving.port, "").await;

    host.machine.kill_service();
    let unreachable = Err(CallFailure::Unreachable);
    assert_eq!(host.engine.list().await, Err(CallFailure::Unreachable));
    assert_eq!(host.engine.create(&launch(SLOT)).await, unreachable);
    assert_eq!(host.engine.start(SLOT, SECOND).await, unreachable);
    assert_eq!(host.engine.stop(SLOT, LONG).await, unreachable);
    assert_eq!(host.engine.kill(SLOT).await, unreachable);
    assert_eq!(host.engine.remove(SLOT, false).await, unreachable);
    say(leaving.port, "4").await;
    say(playing.port, "").await;
    host.machine.start_service();

    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!(
        (exit.slot, exit.run, exit.code),
        (OTHER_SLOT, FIRST, Some(4))
    );
    assert_eq!(host.listed(SLOT).await.unwrap().run, Some(FIRST));
    host.engine.stop(SLOT, LONG).await.unwrap();
    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.slot, exit.code), (SLOT, Some(0)));
    host.engine.start(SLOT, SECOND).await.unwrap();
    assert_eq!(host.listed(SLOT).await.unwrap().run, Some(SECOND));
}

/// Docker's proxy, which publishes the ports here, ends with the daemon, so that nobody can talk to the servers meanwhile.
#[tokio::test]
async fn servers_outlive_the_daemon_of_docker_and_no_exit_is_lost() {
    if !Docker::can_run() {
        return;
    }
    let host = Host::<Docker>::on_own("polite").await;
    let mut exits = host.engine.exits();
    for slot in [SLOT, OTHER_SLOT] {
        let launch = host.started(slot, FIRST).await;
        say(launch.port, "").await;
    }
    let leaving = host.engine.all.name(OTHER_SLOT);
    let leaving = host.machine.inspect(&leaving, "{{.State.Pid}}");
    let leaving = Pid::from_raw(leaving.parse().unwrap()).unwrap();

    host.machine.kill_service();
    assert_eq!(host.engine.list().await, Err(CallFailure::Unreachable));
    kill_process(leaving, Signal::TERM).unwrap();
    host.machine.start_service();

    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!(
        (exit.slot, exit.run, exit.code),
        (OTHER_SLOT, FIRST, Some(0))
    );
    let playing = host.listed(SLOT).await.unwrap();
    assert_eq!((playing.run, playing.running), (Some(FIRST), true));
    say(playing.port, "").await;
    host.engine.stop(SLOT, LONG).await.unwrap();
    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.slot, exit.code), (SLOT, Some(0)));
    host.engine.start(SLOT, SECOND).await.unwrap();
    assert_eq!(host.listed(SLOT).await.unwrap().run, Some(SECOND));
}

async fn a_stop_goes_on_when_the_engine_is_killed<M: Machine>() {
    let host = Host::<M>::on_own("stubborn").await;
    let launch = host.started(SLOT, FIRST).await;
    say(launch.port, "").await;
    host.engine.stop(SLOT, LONG).await.unwrap();

    host.machine.kill_service();
    host.machine.start_service();

    assert!(host.listed(SLOT).await.unwrap().running);
    let started = host.engine.start(SLOT, SECOND).await;
    assert!(
        matches!(started, Err(CallFailure::Refused(_))),
        "{started:?}"
    );
    say(launch.port, "5").await;
    let exited = host.until_it_has_exited(SLOT).await;
    assert_eq!((exited.run, exited.exit_code), (Some(FIRST), Some(5)));
}

async fn the_engine_need_not_be_there_at_the_start<M: Machine>() {
    let host = Host::<M>::on_own("polite").await;
    let launch = host.started(SLOT, FIRST).await;

    let host = host.restarted_after(M::kill_service).await;
    assert_eq!(host.engine.list().await, Err(CallFailure::Unreachable));
    host.machine.start_service();

    let listed = host.listed(SLOT).await.unwrap();
    assert_eq!((listed.run, listed.running), (Some(FIRST), true));
    let mut exits = host.engine.exits();
    say(launch.port, "6").await;
    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.slot, exit.code), (SLOT, Some(6)));
}

#[tokio::test]
async fn the_next_program_deletes_a_world_that_had_to_go() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("polite").await;
    let discarded = host.started(SLOT, FIRST).await;
    let kept = host.started(OTHER_SLOT, FIRST).await;
    let [discarded, kept] = [discarded, kept].map(|launch| host.engine.all.volume(&launch.world));
    let found = host.engine.all.find(SLOT).await.unwrap().unwrap();
    let runs = &host.engine.all.runs;
    runs.discard(SLOT, &found.id, discarded.clone())
        .await
        .unwrap();
    let names = [SLOT, OTHER_SLOT].map(|slot| host.engine.all.name(slot));

    let remove = |podman: &Podman| {
        podman.run(&["rm", "--force", "--time", "0", &names[0], &names[1]]);
    };
    let host = host.restarted_after(remove).await;

    assert!(!host.machine.succeeds(&["volume", "exists", &discarded]));
    assert!(host.machine.succeeds(&["volume", "exists", &kept]));
    assert_eq!(host.engine.all.runs.all(), []);
}
