//! Stops that the engine breaks off or never answers concern the run that they were meant for.

use std::sync::Arc;

use tokio::task::yield_now;

use super::super::DockerEngine;
use super::stand_in::{Stops, playing};
use crate::engine::Engine as _;
use crate::engine::contract::{LONG, SECOND, SHORT, SLOT, soon};
use crate::rules::CallFailure;

/// Waits until no stop is under way any more.
async fn until_no_stop_is_under_way(engine: &DockerEngine, idle: usize) {
    let ended = async {
        while Arc::strong_count(&engine.all) > idle {
            yield_now().await;
        }
    };
    soon("the end of a stop", ended).await;
}

#[tokio::test]
async fn a_stop_without_an_answer_can_be_asked_for_again() {
    let (stand_in, engine, _data) = playing(Stops::BrokenOff).await;
    let idle = Arc::strong_count(&engine.all);

    let stopped = engine.stop(SLOT, LONG).await;
    assert_eq!(stopped, Err(CallFailure::Unknown));
    assert_eq!(Arc::strong_count(&engine.all), idle, "the rules repeat it");

    engine.stop(SLOT, LONG).await.unwrap_err();
    assert_eq!(stand_in.asked(), 2);
}

#[tokio::test]
async fn a_stop_that_was_taken_and_broken_off_is_repeated_for_the_same_run() {
    let (stand_in, engine, _data) = playing(Stops::Hanging).await;
    let idle = Arc::strong_count(&engine.all);
    engine.stop(SLOT, LONG).await.unwrap();
    assert_eq!(stand_in.asked(), 1);

    stand_in.restart();

    let repeated = async {
        while stand_in.asked() < 2 {
            yield_now().await;
        }
    };
    soon("the repeated stop", repeated).await;
    stand_in.exit();
    stand_in.restart();
    until_no_stop_is_under_way(&engine, idle).await;
    assert_eq!(stand_in.asked(), 2);
}

#[tokio::test]
async fn a_stop_that_was_broken_off_never_reaches_the_next_run() {
    let (stand_in, engine, _data) = playing(Stops::Hanging).await;
    let idle = Arc::strong_count(&engine.all);
    engine.stop(SLOT, LONG).await.unwrap();

    stand_in.exit();
    engine.start(SLOT, SECOND).await.unwrap();
    stand_in.restart();

    until_no_stop_is_under_way(&engine, idle).await;
    assert_eq!(stand_in.asked(), 1);
}

#[tokio::test]
async fn a_stop_of_the_next_run_is_sent_while_the_last_one_hangs() {
    let (stand_in, engine, _data) = playing(Stops::Hanging).await;
    engine.stop(SLOT, LONG).await.unwrap();
    engine.stop(SLOT, LONG).await.unwrap();
    assert_eq!(stand_in.asked(), 1);
    engine.stop(SLOT, SHORT).await.unwrap();
    assert_eq!(stand_in.asked(), 2);

    stand_in.exit();
    engine.start(SLOT, SECOND).await.unwrap();
    engine.stop(SLOT, LONG).await.unwrap();

    assert_eq!(stand_in.asked(), 3);
}
