//! Rows that cannot be written: nothing is started or stopped, and everything goes on when there is room.

use std::fs;
use std::time::Duration;

use super::trial::{Scene, Trial};
use crate::controller::{JoinError, StopError};
use crate::rules::{Limits, Run, State};
use crate::store::Disk;

/// A moment in which the controller could do a lot.
const A_WHILE: Duration = Duration::from_secs(5);

#[track_caller]
fn assert_unavailable<T: std::fmt::Debug>(joined: Result<T, JoinError>, expected: &str) {
    let Err(JoinError::Unavailable { reason, .. }) = joined else {
        panic!("{joined:?}")
    };
    assert_eq!(reason, expected);
}

const FULL: &str = "The fleet cannot write to its disk";

#[tokio::test(start_paused = true)]
async fn a_join_that_does_not_fit_on_the_disk_calls_no_engine_until_there_is_room() {
    let scene = Scene::new(Limits {
        max_servers: 500,
        ..Limits::default()
    });
    let (store, kept) = scene.store();
    Disk::below(&store).fill().await;
    let trial = scene.begin_with(store, kept).ready().await;
    let mut sessions = Vec::new();
    let refused = loop {
        let player = format!("player {}, who has a rather long name", sessions.len());
        match trial.join(&player).await {
            Ok(joined) => sessions.push(joined.session),
            Err(refused) => break refused,
        }
        assert!(sessions.len() < 500, "the disk should have been full");
    };

    assert_unavailable::<()>(Err(refused), FULL);
    trial.pass_with(A_WHILE, &sessions).await;
    assert_eq!(trial.machine.container_count(), sessions.len());
    assert_eq!(trial.fleet.view().slots.len(), sessions.len());

    trial.disk.make_room().await;
    trial.plays("late").await;
    assert_eq!(trial.machine.container_count(), sessions.len() + 1);
}

#[tokio::test(start_paused = true)]
async fn a_player_with_a_server_can_come_back_while_the_disk_is_full() {
    let trial = Trial::new().await;
    let first = trial.plays("Steve").await;
    trial.disk.refuse().await;

    let again = trial.join("Steve").await.unwrap();

    assert_eq!((again.slot, again.port), (first.slot, first.port));
    assert_eq!(trial.fleet.heartbeat(again.session).await, Ok(true));
    assert_eq!(trial.fleet.leave(first.session).await, Ok(true));
    assert_unavailable(trial.join("Alex").await, FULL);
}

#[tokio::test(start_paused = true)]
async fn a_crash_while_the_disk_is_full_is_dealt_with_when_there_is_room() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;
    trial.disk.refuse().await;
    let before = trial.machine.calls();

    trial.machine.exit(steve.slot, Some(1));
    trial.pass_with(A_WHILE * 10, &[steve.session]).await;

    assert_eq!(trial.machine.calls(), before);
    assert_eq!(trial.machine.running(steve.slot), None);

    trial.disk.accept().await;
    let restarted = |trial: &Trial| trial.machine.running(steve.slot) == Some(Run(2));
    trial.until("it runs again", restarted).await;
    assert_eq!(trial.fleet.heartbeat(steve.session).await, Ok(true));
}

#[tokio::test(start_paused = true)]
async fn an_idle_server_goes_on_while_the_disk_is_full_and_is_deleted_when_there_is_room() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;
    trial.disk.refuse().await;
    let before = trial.machine.calls();

    assert_eq!(trial.fleet.leave(steve.session).await, Ok(true));
    trial.pass(A_WHILE * 10).await;

    assert_eq!(trial.machine.calls(), before);
    assert_eq!(trial.machine.running(steve.slot), Some(Run(1)));

    trial.disk.accept().await;
    let gone = |trial: &Trial| trial.fleet.view().slots.is_empty();
    trial.until("it is deleted", gone).await;
    assert_eq!(trial.machine.container_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_operator_is_told_that_nothing_is_stopped_while_the_disk_is_full() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;
    trial.disk.refuse().await;

    let refused = trial.fleet.stop(steve.slot).await;

    assert_eq!(refused, Err(StopError::NotNow(FULL)));
    trial.pass_with(A_WHILE, &[steve.session]).await;
    assert_eq!(trial.state(steve.slot), Some(State::Running));

    trial.disk.accept().await;
    assert_eq!(trial.fleet.stop(steve.slot).await, Ok(()));
    let gone = |trial: &Trial| trial.state(steve.slot).is_none();
    trial.until("it is stopped and removed", gone).await;
}

#[tokio::test(start_paused = true)]
async fn a_start_on_a_full_disk_calls_no_engine_until_there_is_room() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;
    for run in [Run(1), Run(2)] {
        let runs = |trial: &Trial| trial.machine.running(steve.slot) == Some(run);
        trial.until("it runs", runs).await;
        trial.machine.exit(steve.slot, Some(1));
    }
    // After the second crash, it waits before it is started again.
    trial.pass(Duration::from_secs(1)).await;
    assert_eq!(trial.machine.running(steve.slot), None);
    let scene = trial.ended().await;
    let before = scene.machine.calls();
    let (store, kept) = scene.store();
    Disk::below(&store).refuse().await;

    let trial = scene.begin_with(store, kept);
    trial.pass_with(A_WHILE * 10, &[steve.session]).await;
    trial.join("Steve").await.unwrap_err();
    trial.join("Alex").await.unwrap_err();
    assert_eq!(trial.machine.calls(), before);

    trial.disk.accept().await;
    let restarted = |trial: &Trial| trial.machine.running(steve.slot) == Some(Run(3));
    trial.until("it runs again", restarted).await;
    assert_eq!(trial.join("Steve").await.unwrap().slot, steve.slot);
    trial.plays("Alex").await;
}

#[tokio::test(start_paused = true)]
async fn without_the_folder_of_the_store_servers_go_on_and_no_other_is_started() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;
    // What is being written while the folder goes would still be taken.
    trial.pass_with(A_WHILE, &[steve.session]).await;
    let before = trial.machine.calls();
    fs::remove_dir_all(trial.folder.path()).unwrap();

    assert_unavailable(trial.join("Alex").await, FULL);
    trial.pass_with(A_WHILE * 10, &[steve.session]).await;

    assert_eq!(trial.machine.calls(), before);
    assert_eq!(trial.join("Steve").await.unwrap().slot, steve.slot);
    assert_eq!(trial.state(steve.slot), Some(State::Running));
}

#[tokio::test(start_paused = true)]
async fn a_start_with_another_store_stops_the_servers_that_it_does_not_know() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;
    fs::remove_dir_all(trial.folder.path()).unwrap();
    let scene = trial.ended().await;
    fs::create_dir(scene.folder.path()).unwrap();

    let trial = scene.begin();

    let gone = |trial: &Trial| trial.machine.container_count() == 0;
    trial.until("it is stopped and removed", gone).await;
    assert_eq!(trial.fleet.heartbeat(steve.session).await, Ok(false));
    let world = crate::ids::WorldName::of(&steve.player);
    assert!(trial.machine.has_world(&world));
    trial.plays("Steve").await;
}
