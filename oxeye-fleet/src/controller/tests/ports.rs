//! Ports that strangers have: no player is sent to one, and looking for another ends.

use std::time::Duration;

use super::trial::{Scene, Trial};
use crate::controller::JoinError;
use crate::rules::{Limits, State};

fn limits() -> Limits {
    Limits {
        ports: 8081..=8084,
        own_ports: Vec::new(),
        delete_after: Duration::from_secs(3600),
        ..Limits::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_stopped_server_moves_if_a_stranger_has_taken_its_port() {
    let trial = Scene::new(limits()).begin().ready().await;
    let first = trial.plays("Steve").await;
    assert_eq!(trial.fleet.leave(first.session).await, Ok(true));
    let stopped = |trial: &Trial| trial.state(first.slot) == Some(State::Stopped);
    trial.until("it is stopped", stopped).await;

    trial.machine.take_port(first.port);
    let again = trial.plays("Steve").await;

    assert_eq!(again.slot, first.slot);
    assert_ne!(again.port, first.port);
    assert_eq!(trial.slot(first.slot).unwrap().port, again.port);
    assert!(!trial.machine.is_port_free(again.port), "it runs there");
}

#[tokio::test(start_paused = true)]
async fn without_any_free_port_a_join_is_refused_and_the_fleet_goes_on() {
    let trial = Scene::new(limits()).begin().ready().await;
    let steve = trial.plays("Steve").await;
    for port in limits().ports {
        trial.machine.take_port(port);
    }

    let refused = trial.join("Alex").await;

    assert!(
        matches!(refused, Err(JoinError::Unavailable { .. })),
        "{refused:?}"
    );
    let seen = trial.fleet.look().await.unwrap();
    let reason = seen
        .refusal
        .as_ref()
        .map(|refusal| refusal.sentence.as_str());
    assert_eq!(reason, Some("No port is free for a new server"));
    trial
        .pass_with(Duration::from_secs(20), &[steve.session])
        .await;
    assert_eq!(trial.join("Steve").await.unwrap().port, steve.port);
}

#[tokio::test(start_paused = true)]
async fn a_player_whose_stopped_server_finds_no_port_is_refused() {
    let trial = Scene::new(limits()).begin().ready().await;
    let first = trial.plays("Steve").await;
    assert_eq!(trial.fleet.leave(first.session).await, Ok(true));
    let stopped = |trial: &Trial| trial.state(first.slot) == Some(State::Stopped);
    trial.until("it is stopped", stopped).await;
    for port in limits().ports {
        trial.machine.take_port(port);
    }

    let refused = trial.join("Steve").await;

    assert!(
        matches!(refused, Err(JoinError::Unavailable { .. })),
        "{refused:?}"
    );
}
