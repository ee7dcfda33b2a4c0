//! Exits that nobody reports, and an engine that hangs.

use std::time::Duration;

use futures_util::FutureExt;

use super::trial::Trial;
use crate::controller::{JoinError, NotServing};
use crate::engine::fake::Fault;
use crate::rules::{Call, CallFailure, Run, State};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn a_lost_exit_is_found_by_the_next_list() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;

    trial.machine.exit_unnoticed(steve.slot, Some(1));

    let sessions = [steve.session];
    trial.pass_with(Duration::from_secs(12), &sessions).await;
    assert_eq!(trial.machine.running(steve.slot), Some(Run(2)));
    assert_eq!(trial.state(steve.slot), Some(State::Running));
}

#[tokio::test(start_paused = true)]
async fn lost_answers_cost_time_and_nothing_else() {
    let trial = Trial::new().await;
    for call in [Call::Create, Call::Start, Call::Stop, Call::Remove] {
        trial.machine.plan(call, Fault::LosesAnswer);
    }

    let steve = trial.plays("Steve").await;
    assert_eq!(trial.fleet.leave(steve.session).await, Ok(true));

    let gone = |trial: &Trial| trial.fleet.view().slots.is_empty();
    trial.until("it is deleted", gone).await;
    assert_eq!(trial.machine.container_count(), 0);
    let calls = trial.machine.calls();
    let starts = calls.iter().filter(|(_, call)| *call == Call::Start);
    assert_eq!(starts.count(), 1, "{calls:?}");
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_hangs_is_away_and_stops_nobody() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;

    trial.machine.hang();
    trial.pass_with(MINUTE, &[steve.session]).await;

    assert!(trial.fleet.view().engine_is_away);
    assert_eq!(trial.join("Steve").await.unwrap().slot, steve.slot);
    let refused = trial.join("Alex").await;
    assert!(
        matches!(refused, Err(JoinError::Unavailable { .. })),
        "{refused:?}"
    );
    // A list and a question about usage, however long it takes.
    assert!(trial.machine.in_flight() <= 2);

    trial.machine.recover();
    trial.pass_with(MINUTE, &[steve.session]).await;
    assert!(!trial.fleet.view().engine_is_away);
    assert_eq!(trial.machine.running(steve.slot), Some(Run(1)));
    trial.plays("Alex").await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_was_asked_for_just_before_the_engine_hung_starts_when_it_answers() {
    let trial = Trial::new().await;
    trial.machine.hang();

    let steve = trial.join("Steve").await.unwrap();
    trial.pass_with(MINUTE, &[steve.session]).await;
    assert_eq!(trial.machine.container_count(), 0);
    assert_eq!(trial.state(steve.slot), Some(State::Starting));

    trial.machine.recover();
    let runs = |trial: &Trial| trial.state(steve.slot) == Some(State::Running);
    trial.until("it runs", runs).await;
    assert_eq!(trial.fleet.heartbeat(steve.session).await, Ok(true));
}

#[tokio::test(start_paused = true)]
async fn a_start_waits_for_an_engine_that_hangs() {
    let trial = Trial::new().await;
    let steve = trial.plays("Steve").await;
    let ended = trial.fleet.clone();
    assert_eq!(ended.ended().now_or_never(), None);
    let scene = trial.ended().await;
    scene.machine.hang();
    ended.ended().await;
    assert_eq!(ended.heartbeat(steve.session).await, Err(NotServing));
    assert_eq!(ended.leave(steve.session).await, Err(NotServing));
    assert_eq!(ended.locate(steve.session).await, Err(NotServing));

    let trial = scene.begin();
    trial.pass_with(MINUTE, &[steve.session]).await;
    assert!(trial.join("Steve").await.is_err());
    let located = trial.fleet.locate(steve.session).await;
    assert_eq!(located, Err(NotServing));
    assert!(trial.machine.in_flight() <= 1);

    trial.machine.recover();
    let known = |trial: &Trial| trial.state(steve.slot) == Some(State::Running);
    trial.until("the server is adopted", known).await;
    assert_eq!(trial.join("Steve").await.unwrap().slot, steve.slot);
    assert_eq!(trial.machine.running(steve.slot), Some(Run(1)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_be_started_fails_its_join_and_no_other() {
    let trial = Trial::new().await;
    let refusal = CallFailure::Refused("no such image".to_owned());
    trial.machine.plan(Call::Start, Fault::Fails(refusal));

    let steve = trial.join("Steve").await.unwrap();
    let gone = |trial: &Trial| trial.fleet.view().slots.is_empty();
    trial.until("it is given up", gone).await;

    assert_eq!(trial.fleet.heartbeat(steve.session).await, Ok(false));
    assert_eq!(trial.machine.container_count(), 0);
    trial.plays("Alex").await;
}
