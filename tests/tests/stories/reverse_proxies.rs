//! The configurations of reverse proxies in `docs/`, with the real programs.

use std::net::IpAddr;

use oxeye_tests::backend::{OPERATOR_TOKEN, Setup};
use oxeye_tests::reverse_proxy::{Program, ReverseProxy};
use reqwest::RequestBuilder;
use serde_json::Value;

async fn answer(request: RequestBuilder) -> (u16, String) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("a body"))
}

fn from(number: u8) -> IpAddr {
    IpAddr::from([127, 0, 0, number])
}

fn json(request: RequestBuilder, body: impl Into<reqwest::Body>) -> RequestBuilder {
    request
        .header("Content-Type", "application/json")
        .body(body)
}

async fn plugins_get_through_and_the_operator_api_stays_inside(program: Program) {
    // OPERATOR_LISTEN is not set, so that only the proxy keeps `/api` inside.
    let setup = Setup::new().set("TRUSTED_PROXIES", "127.0.0.1");
    let oxeye = setup.set("RATE_LIMIT_CONNECT_PER_MIN", "1").start().await;
    let server = oxeye.linked("survival").await;
    let Some(proxy) = ReverseProxy::start(program, oxeye.address()).await else {
        return;
    };

    let health = answer(proxy.request("GET", "/health", from(1))).await;
    assert_eq!(health, (200, r#"{"status":"ok"}"#.to_owned()));
    for path in [
        "/api",
        "/api/",
        "/api/servers",
        "//api/servers",
        "/%61pi/servers",
    ] {
        let request = proxy
            .request("GET", path, from(1))
            .bearer_auth(OPERATOR_TOKEN);
        assert_eq!(answer(request).await.0, 404, "{path}");
    }

    let join = proxy
        .request("POST", "/join", from(1))
        .bearer_auth(server.key());
    let join = join
        .header("Connection", "Upgrade, HTTP2-Settings")
        .header("Upgrade", "h2c")
        .header("HTTP2-Settings", "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA");
    let joined = answer(json(join, r#"{"player": "Alex"}"#)).await;
    assert_eq!(joined.0, 200, "{joined:?}");
    assert_eq!(oxeye.online("survival").await, ["Alex"]);

    let large = proxy
        .request("POST", "/sync", from(1))
        .bearer_auth(server.key());
    let (status, refusal) = answer(json(large, vec![b' '; 1_500_000])).await;
    assert_eq!(status, 413, "{refusal}");
    let refusal: Value = serde_json::from_str(&refusal).expect("Oxeye's own refusal");
    let sentence = refusal["error"].as_str().expect("a sentence");
    assert!(sentence.contains("1048576 bytes"), "{sentence}");

    for (client, status) in [(5, 404), (5, 429), (6, 404)] {
        let guess = proxy.request("POST", "/connect", from(client));
        let guess = guess.header("X-Forwarded-For", "203.0.113.9");
        let guess = json(guess, r#"{"code": "oxeye-0123456789"}"#);
        assert_eq!(answer(guess).await.0, status, "from {client}");
    }
}

#[tokio::test]
async fn nginx_as_documented_lets_plugins_through_and_keeps_the_operator_api_inside() {
    plugins_get_through_and_the_operator_api_stays_inside(Program::Nginx).await;
}

#[tokio::test]
async fn caddy_as_documented_lets_plugins_through_and_keeps_the_operator_api_inside() {
    plugins_get_through_and_the_operator_api_stays_inside(Program::Caddy).await;
}
