//! Connections that are opened and not used.

use std::time::Duration;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::{Connection, Request};
use oxeye_tests::watched::PATIENCE;

#[tokio::test]
async fn half_open_connections_do_not_keep_others_out() {
    let oxeye = Setup::new()
        .set("MAX_CONNECTIONS", "4")
        .set("REQUEST_TIMEOUT_SECS", "3")
        .start()
        .await;
    let mut half_open = Vec::new();
    for _ in 0..4 {
        let mut wire = Connection::open(oxeye.address())
            .await
            .expect("the backend listens");
        wire.send(b"GET /health HTTP/1.1\r\nHo")
            .await
            .expect("the backend reads");
        half_open.push(wire);
    }
    let full = oxeye.ask(&Request::get("/health")).await;
    assert_eq!(full.status, 503, "they hold all places: {full}");

    for wire in &mut half_open {
        assert!(
            wire.closed_within(PATIENCE).await,
            "nobody may wait for ever"
        );
    }

    let server = oxeye.linked("survival").await;
    server.joins("Alex").await;
    assert_eq!(oxeye.online("survival").await, ["Alex"]);
}

#[tokio::test]
async fn a_connection_too_many_is_told_so() {
    let oxeye = Setup::new().set("MAX_CONNECTIONS", "4").start().await;
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut wire = Connection::open(oxeye.address())
            .await
            .expect("the backend listens");
        wire.ask(&Request::get("/health")).await.expect("an answer");
        held.push(wire);
    }

    let refused = oxeye.ask(&Request::get("/health")).await;

    assert_eq!(refused.status, 503, "{refused}");
    refused.error();
    oxeye.has_logged("MAX_CONNECTIONS=4").await;
    drop(held.pop());
}

#[tokio::test]
async fn a_connection_is_kept_between_requests() {
    let oxeye = Oxeye::start().await;
    let mut wire = Connection::open(oxeye.address())
        .await
        .expect("the backend listens");
    for _ in 0..3 {
        let answer = wire.ask(&Request::get("/health")).await.expect("an answer");
        assert_eq!(answer.status, 200);
    }
    assert!(!wire.closed_within(Duration::from_millis(1)).await);
}
