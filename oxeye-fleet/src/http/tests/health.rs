//! Whether new servers can be started.

use std::sync::atomic::Ordering;

use super::*;

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
