//! SIGTERM finishes what is in flight and exits with 0 within ten seconds.

use std::time::Duration;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::Discord;
use oxeye_tests::raw::{Connection, Request};
use serde_json::json;

/// The promised limit.
const TEN_SECONDS: Duration = Duration::from_secs(10);

/// Sends a join up to the middle of its body, which the backend has asked for.
async fn half_a_join(oxeye: &Oxeye, key: &str) -> (Connection, Vec<u8>) {
    let body = json!({"player": "Alex"}).to_string().into_bytes();
    let join = Request::post("/join")
        .bearer(key)
        .header("Expect", "100-continue")
        .header("Content-Type", "application/json")
        .body(body.clone())
        .bytes();
    let mut wire = Connection::open(oxeye.address())
        .await
        .expect("the backend listens");
    let (head, _) = join.split_at(join.len() - body.len());
    wire.send(head).await.expect("the backend reads");
    let go_on = wire.answer().await.expect("an answer");
    assert_eq!(go_on.status, 100, "{go_on}");
    let (first, rest) = body.split_at(body.len() - 8);
    wire.send(first).await.expect("the backend reads");
    (wire, rest.to_vec())
}

#[tokio::test]
async fn a_request_in_flight_is_answered() {
    let mut oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let (mut wire, rest) = half_a_join(&oxeye, server.key()).await;

    oxeye.signal("TERM");
    oxeye.has_logged("stop").await;
    wire.send(&rest)
        .await
        .expect("the backend is still running");
    let answer = wire.answer().await.expect("the request is still answered");

    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(
        oxeye.ends_within(TEN_SECONDS).await.code(),
        Some(0),
        "{}",
        oxeye.log()
    );
}

#[tokio::test]
async fn idle_connections_do_not_delay_the_stop() {
    let mut oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let silent = Connection::open(oxeye.address())
        .await
        .expect("the backend listens");
    let mut half_open = Connection::open(oxeye.address())
        .await
        .expect("the backend listens");
    half_open
        .send(b"POST /join HTTP/1.1\r\nHost: ox")
        .await
        .expect("the backend reads");
    let (half_a_body, _) = half_a_join(&oxeye, server.key()).await;
    let mut idle = Connection::open(oxeye.address())
        .await
        .expect("the backend listens");
    idle.ask(&Request::get("/health")).await.expect("an answer");

    oxeye.signal("TERM");

    assert_eq!(
        oxeye.ends_within(TEN_SECONDS).await.code(),
        Some(0),
        "{}",
        oxeye.log()
    );
    drop((silent, half_open, half_a_body, idle));
}

#[tokio::test]
async fn the_bot_stops_too() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let mut oxeye = Oxeye::start_with(&discord).await;
    oxeye
        .linked_from(&guild, "survival")
        .await
        .joins("Alex")
        .await;

    oxeye.signal("TERM");

    assert_eq!(
        oxeye.ends_within(TEN_SECONDS).await.code(),
        Some(0),
        "{}",
        oxeye.log()
    );
}

#[tokio::test]
async fn an_outage_of_discord_does_not_delay_the_stop() {
    let discord = Discord::start_down().await;
    let mut oxeye = Setup::new().discord(&discord).start().await;
    oxeye.signal("TERM");
    assert_eq!(
        oxeye.ends_within(TEN_SECONDS).await.code(),
        Some(0),
        "{}",
        oxeye.log()
    );
}

#[tokio::test]
async fn an_interrupt_from_the_terminal_stops_it_too() {
    let mut oxeye = Oxeye::start().await;
    oxeye.signal("INT");
    assert_eq!(
        oxeye.ends_within(TEN_SECONDS).await.code(),
        Some(0),
        "{}",
        oxeye.log()
    );
}
