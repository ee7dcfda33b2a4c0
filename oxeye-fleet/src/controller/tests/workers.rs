//! Two workers, one of which cannot be reached for a while.

use std::time::Duration;

use super::trial::{Scene, Trial};
use crate::controller::Joined;
use crate::engine::fake::{FakeMachine, Fault};
use crate::ids::{PlayerId, WorkerName, WorldName};
use crate::rules::{Call, CallFailure, Limits, Run, State};

const MINUTE: Duration = Duration::from_secs(60);

/// A fleet whose worlds are deleted with their servers, and which waits two minutes for a worker.
async fn two_workers() -> Trial {
    let limits = Limits {
        discards_worlds: true,
        worker_lost_after: MINUTE * 2,
        ..Limits::default()
    };
    Scene::with_two_workers(limits).begin().ready().await
}

/// Worlds of these players lie on the second machine, and nobody has ever said so.
fn with_worlds_on_home(players: &[&str], limits: Limits) -> (Scene, FakeMachine) {
    let scene = Scene::with_two_workers(limits);
    let home = scene.other.clone().unwrap();
    for player in players {
        home.add_world(world(player));
    }
    (scene, home)
}

fn world(player: &str) -> WorldName {
    let player: PlayerId = player.parse().unwrap();
    WorldName::of(&player)
}

/// Returns the machine that a player's server runs on.
fn machine_of(trial: &Trial, player: &Joined) -> FakeMachine {
    match trial.slot(player.slot).unwrap().worker.as_str() {
        "attic" => trial.machine.clone(),
        _ => trial.other.clone().unwrap(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_player_of_a_lost_worker_gets_a_server_elsewhere_and_never_has_two() {
    let trial = two_workers().await;
    let steve = trial.plays("Steve").await;
    let lost = machine_of(&trial, &steve);

    lost.disconnect();
    trial.pass_with(MINUTE, &[steve.session]).await;
    let waiting = trial.join("Steve").await.unwrap();
    assert_eq!(waiting.slot, steve.slot);
    trial.pass_with(MINUTE * 2, &[steve.session]).await;
    let moved = trial.plays("Steve").await;

    assert_ne!(moved.slot, steve.slot);
    assert_eq!(trial.fleet.heartbeat(steve.session).await, Ok(false));
    assert_eq!(lost.running(steve.slot), Some(Run(1)));
    let workers = trial.fleet.view().workers.clone();
    assert_eq!(workers.iter().filter(|worker| worker.is_lost).count(), 1);

    lost.recover();
    trial.pass_with(MINUTE, &[moved.session]).await;
    assert_eq!(lost.container_count(), 0);
    assert_eq!(trial.state(moved.slot), Some(State::Running));
    let view = trial.fleet.view();
    assert_eq!(view.slots.len(), 1);
    assert!(view.workers.iter().all(|worker| !worker.is_away));
}

#[tokio::test(start_paused = true)]
async fn a_restart_does_not_wait_for_a_worker_that_is_away() {
    let trial = two_workers().await;
    let steve = trial.plays("Steve").await;
    let away = machine_of(&trial, &steve);
    away.disconnect();

    let trial = trial.ended().await.begin().ready().await;
    let alex = trial.plays("Alex").await;
    trial
        .pass_with(MINUTE, &[steve.session, alex.session])
        .await;
    away.recover();
    trial
        .pass_with(MINUTE, &[steve.session, alex.session])
        .await;

    assert_eq!(away.running(steve.slot), Some(Run(1)));
    assert_eq!(trial.state(steve.slot), Some(State::Running));
    assert_eq!(trial.state(alex.slot), Some(State::Running));
}

#[tokio::test(start_paused = true)]
async fn a_restart_does_not_wait_for_a_worker_that_hangs() {
    let trial = two_workers().await;
    let hanging = trial.other.clone().unwrap();
    let scene = trial.ended().await;
    hanging.hang();

    let trial = scene.begin();
    trial.pass(Duration::from_secs(2)).await;
    let away = |trial: &Trial| {
        let view = trial.fleet.view();
        view.workers.iter().filter(|worker| worker.is_away).count()
    };
    assert!(trial.fleet.view().is_known());
    assert_eq!(away(&trial), 1);
    let steve = trial.plays("Steve").await;

    hanging.recover();
    trial.pass_with(MINUTE / 4, &[steve.session]).await;
    assert_eq!(away(&trial), 0);
}

#[tokio::test(start_paused = true)]
async fn a_drained_worker_gets_no_new_servers() {
    let trial = two_workers().await;
    let attic = "attic".parse().unwrap();

    assert_eq!(trial.fleet.drain(Some(attic), true).await, Ok(true));
    let players = ["Steve", "Alex", "Sunny"];
    for player in players {
        trial.plays(player).await;
    }

    assert_eq!(trial.machine.container_count(), 0);
    assert_eq!(trial.other.as_ref().unwrap().container_count(), 3);
    let cellar = "cellar".parse().unwrap();
    assert_eq!(trial.fleet.drain(Some(cellar), true).await, Ok(false));

    let trial = trial.ended().await.begin().ready().await;
    trial.plays("Noor").await;
    assert_eq!(trial.machine.container_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn players_find_worlds_that_the_fleet_did_not_know_of() {
    let (scene, home) = with_worlds_on_home(&["Steve", "Alex"], Limits::default());
    let trial = scene.begin().ready().await;

    for player in ["Steve", "Alex", "Sunny"] {
        trial.plays(player).await;
    }

    let counts = [&home, &trial.machine].map(FakeMachine::container_count);
    assert_eq!(counts, [2, 1]);
}

#[tokio::test(start_paused = true)]
async fn players_wait_for_a_worker_that_has_never_said_which_worlds_it_has() {
    let (scene, home) = with_worlds_on_home(&["Steve"], Limits::default());
    home.disconnect();
    let trial = scene.begin().ready().await;

    assert!(trial.join("Steve").await.is_err());
    assert!(trial.join("Alex").await.is_err());
    home.recover();
    trial.pass(Duration::from_secs(15)).await;
    trial.plays("Steve").await;
    assert_eq!(home.container_count(), 1);

    // After a restart nobody waits for it to say so again.
    home.disconnect();
    let trial = trial.ended().await.begin().ready().await;
    trial.plays("Alex").await;
    assert_eq!(trial.machine.container_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_comes_back_says_again_which_worlds_it_has() {
    let (scene, home) = with_worlds_on_home(&[], Limits::default());
    let trial = scene.begin().ready().await;
    home.disconnect();
    trial.pass(MINUTE).await;

    home.add_world(world("Steve"));
    home.recover();
    trial.pass(MINUTE).await;
    trial.plays("Steve").await;

    assert_eq!(home.container_count(), 1);
    home.disconnect();
    let worlds = trial.fleet.worlds().await.unwrap();
    let expected = [("attic", vec![]), ("home", vec![world("Steve")])];
    let expected = expected.map(|(worker, worlds)| (worker.parse().unwrap(), worlds));
    assert_eq!(worlds, expected.into());
}

#[tokio::test(start_paused = true)]
async fn players_find_their_worlds_after_their_worker_got_another_name() {
    let trial = Trial::new().await;
    let world = world("Steve");
    let steve = trial.plays("Steve").await;
    trial.fleet.leave(steve.session).await.unwrap();
    trial.pass(MINUTE * 2).await;
    let scene = trial.ended().await.with_another_worker();
    let [renamed, other] = [scene.machine.clone(), scene.other.clone().unwrap()];
    assert!(renamed.has_world(&world));

    renamed.disconnect();
    let trial = scene.begin().ready().await;
    trial.pass(MINUTE).await;
    assert!(trial.join("Steve").await.is_err());
    let missing = [(WorkerName::local(), 1)];
    assert_eq!(trial.fleet.view().missing_workers, missing.into());
    renamed.recover();
    trial.pass(MINUTE / 2).await;
    trial.plays("Steve").await;

    assert_eq!(trial.fleet.view().missing_workers, [].into());
    let counts = [&renamed, &other].map(FakeMachine::container_count);
    assert_eq!(counts, [1, 0]);
}

#[tokio::test(start_paused = true)]
async fn new_players_wait_only_for_a_time_for_a_worker_that_hides_its_worlds() {
    let scene = Scene::with_two_workers(Limits::default());
    let hiding = scene.other.clone().unwrap();
    hiding.hide_worlds();
    let trial = scene.begin().ready().await;
    let home = "home".parse().unwrap();
    assert_eq!(trial.fleet.drain(Some(home), true).await, Ok(true));

    trial.pass(MINUTE * 4).await;
    assert!(trial.join("Steve").await.is_err());
    trial.pass(MINUTE * 2).await;
    trial.plays("Steve").await;

    assert_eq!(trial.machine.container_count(), 1);
    let away = |trial: &Trial| {
        trial
            .fleet
            .view()
            .workers
            .iter()
            .any(|worker| worker.is_away)
    };
    assert!(!away(&trial));
}

#[tokio::test(start_paused = true)]
async fn a_worker_is_asked_whether_it_has_made_a_world_when_that_is_not_known() {
    let scene = Scene::with_two_workers(Limits::default());
    let attic = scene.machine.clone();
    let trial = scene.begin().ready().await;
    for _ in 0..40 {
        let failure = CallFailure::Unknown;
        attic.plan(Call::Create, Fault::Fails(failure));
    }
    let steve = trial.join("Steve").await.unwrap();
    assert_eq!(steve.worker.as_str(), "attic");

    trial.pass(MINUTE * 7).await;
    trial.plays("Steve").await;

    assert_eq!(attic.container_count(), 0);
}
