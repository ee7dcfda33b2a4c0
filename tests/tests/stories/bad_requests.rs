//! Addresses and headers that lie.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::Request;
use serde_json::json;

fn guess(number: u32) -> Request {
    Request::post("/connect")
        .header("X-Forwarded-For", &format!("192.0.2.{number}"))
        .json(&json!({"code": "oxeye-0123456789"}))
}

#[tokio::test]
async fn a_forged_forwarding_header_gives_no_more_guesses() {
    let oxeye = Oxeye::start().await;
    let mut statuses = Vec::new();
    for number in 0..8 {
        statuses.push(oxeye.ask(&guess(number)).await.status);
    }
    assert_eq!(statuses, [404, 404, 404, 404, 404, 429, 429, 429]);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_address_has_its_own_guesses() {
    let oxeye = Setup::new()
        .set("TRUSTED_PROXIES", "127.0.0.0/8")
        .start()
        .await;
    for number in 0..12 {
        let answer = oxeye.ask(&guess(number)).await;
        assert_eq!(answer.status, 404, "{answer}");
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_only_the_address_that_the_proxy_added_counts() {
    let oxeye = Setup::new()
        .set("TRUSTED_PROXIES", "127.0.0.1")
        .start()
        .await;
    let mut statuses = Vec::new();
    for number in 0..7 {
        // The client forged the first address; the proxy added the second.
        let lie = format!("10.0.0.{number}, 198.51.100.7");
        let request = Request::post("/connect")
            .header("X-Forwarded-For", &lie)
            .json(&json!({"code": "oxeye-0123456789"}));
        statuses.push(oxeye.ask(&request).await.status);
    }
    assert_eq!(statuses, [404, 404, 404, 404, 404, 429, 429]);
}

#[tokio::test]
async fn a_body_with_two_lengths_smuggles_no_request() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let smuggled = Request::post("/leave")
        .bearer(server.key())
        .header("Content-Type", "application/json")
        .header("Content-Length", "5")
        .body("{\"player\": \"Alex\"}");
    let answer = oxeye.ask(&smuggled).await;
    assert_eq!(answer.status, 400, "{answer}");
}
