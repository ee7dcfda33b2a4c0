//! Whether new servers can be started.

use std::sync::atomic::Ordering;

use super::*;
use crate::rules::FailedStarts;
use crate::time::Moment;
use crate::view::WorkerView;

impl Site {
    /// Returns the status code of `/readyz`, and the status and the reason that `/health` gives.
    async fn health(&self) -> (u16, String, Value) {
        let (health, ready) = (self.get("/health").await, self.get("/readyz").await);
        assert_eq!(health.status, 200);
        assert_eq!(health.json(), ready.json());
        let status = health.json()["status"].as_str().unwrap().to_owned();
        let reason = health.json()["reason"].clone();
        (ready.status.as_u16(), status, reason)
    }
}

#[tokio::test]
async fn a_fleet_that_can_start_servers_is_healthy() {
    let site = site(&[]).await;
    site.joined("Ada").await;

    assert_eq!(
        site.health().await,
        (200, "healthy".to_owned(), Value::Null)
    );
    assert_eq!(site.get("/health").await.json()["activePlayers"], 1);
}

#[tokio::test]
async fn a_full_disk_is_named() {
    let site = site(&[]).await;
    site.fleet.is_disk_full.store(true, Ordering::Relaxed);

    let reason = json!("the store cannot be written");
    assert_eq!(site.health().await, (503, "degraded".to_owned(), reason));
}

#[tokio::test]
async fn a_fleet_that_is_drained_is_not_ready_for_players() {
    let site = site(&[]).await;
    site.fleet.change(|view| view.is_draining = true);

    let reason = json!("the fleet is being drained");
    assert_eq!(site.health().await, (503, "degraded".to_owned(), reason));
}

#[tokio::test]
async fn a_fleet_that_is_starting_says_so_at_once() {
    let site = site(&[]).await;
    site.fleet.knows_nothing();

    let reason = json!("the fleet is starting");
    assert_eq!(site.health().await, (503, "degraded".to_owned(), reason));
}

/// A worker on which no server has become ready until a moment.
fn worker(name: &str, until: Option<Moment>) -> WorkerView {
    let failed = |until| FailedStarts {
        count: 2,
        first_world: "ada".parse().unwrap(),
        are_of_several_worlds: true,
        until,
    };
    WorkerView {
        is_away: false,
        failed_starts: until.map(failed),
        ..WorkerView::unreached(name.parse().unwrap(), None)
    }
}

#[tokio::test]
async fn one_world_whose_server_never_becomes_ready_is_a_warning_and_not_fatal() {
    let site = site(&[]).await;
    site.fleet.change(|view| {
        view.workers = vec![worker("local", Some(Moment(u64::MAX)))];
        let failed = view.workers[0].failed_starts.as_mut().unwrap();
        failed.are_of_several_worlds = false;
    });

    let (status, word, _) = site.health().await;
    assert_eq!((status, word.as_str()), (200, "healthy"));
    let sentence = json!("servers do not become ready on: local");
    assert_eq!(site.get("/readyz").await.json()["warning"], sentence);
}

#[tokio::test]
async fn workers_that_refuse_servers_are_named_unless_that_is_the_reason_already() {
    let site = site(&[]).await;
    site.fleet.change(|view| {
        view.workers = ["attic", "home"].map(|name| worker(name, None)).into();
        view.workers[1].refuses_servers = true;
    });

    let (status, word, _) = site.health().await;
    assert_eq!((status, word.as_str()), (200, "healthy"));
    let warning = json!("servers are refused on: home");
    assert_eq!(site.get("/readyz").await.json()["warning"], warning);

    site.fleet.change(|view| view.engine_is_away = true);
    assert_eq!(site.get("/readyz").await.json()["warning"], Value::Null);
}

#[tokio::test]
async fn one_world_for_each_worker_is_several_worlds_on_all_of_them() {
    let site = site(&[]).await;
    site.fleet.change(|view| {
        view.workers = ["attic", "home"]
            .map(|name| worker(name, Some(Moment(u64::MAX))))
            .into();
        for worker in &mut view.workers {
            let failed = worker.failed_starts.as_mut().unwrap();
            failed.are_of_several_worlds = false;
        }
    });
    let (status, word, _) = site.health().await;
    assert_eq!((status, word.as_str()), (200, "healthy"));

    site.fleet.change(|view| {
        let failed = view.workers[1].failed_starts.as_mut().unwrap();
        failed.first_world = "ben".parse().unwrap();
    });

    let sentence = json!("servers do not become ready on: attic, home");
    assert_eq!(site.health().await, (503, "degraded".to_owned(), sentence));
}

#[tokio::test]
async fn workers_whose_servers_do_not_become_ready_are_named_and_fatal_only_if_there_is_no_other() {
    let site = site(&[]).await;
    let sentence = json!("servers do not become ready on: attic");
    site.fleet.change(|view| {
        view.workers = vec![
            worker("attic", Some(Moment(u64::MAX))),
            worker("home", None),
        ]
    });

    let (status, word, _) = site.health().await;
    assert_eq!((status, word.as_str()), (200, "healthy"));
    assert_eq!(site.get("/readyz").await.json()["warning"], sentence);

    site.fleet.change(|view| view.workers[1].is_draining = true);
    let degraded = (503, "degraded".to_owned(), sentence.clone());
    assert_eq!(site.health().await, degraded);
    assert_eq!(site.get("/readyz").await.json()["warning"], Value::Null);

    // After a while, players are let in to find out.
    site.fleet
        .change(|view| view.workers[0] = worker("attic", Some(Moment(0))));
    let (status, word, _) = site.health().await;
    assert_eq!((status, word.as_str()), (200, "healthy"));
    assert_eq!(site.get("/readyz").await.json()["warning"], sentence);
}
