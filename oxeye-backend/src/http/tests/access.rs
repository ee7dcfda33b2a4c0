//! Who may use which route, and how often.

use axum::http::header::{ALLOW, RETRY_AFTER};
use serde_json::json;

use super::*;

#[tokio::test]
async fn nobody_gets_in_without_a_key() {
    let site = site();
    let stranger = ApiKey::generate();

    for path in [
        "/join",
        "/leave",
        "/sync",
        "/heartbeat",
        "/disconnect",
        "/skin",
    ] {
        let answer = site.post(path, &stranger, "{}").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.refusal().contains("not linked"), "{path}");
        assert_eq!(
            site.ask(plain("POST", path)).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    assert_eq!(
        site.ask(plain("GET", "/status")).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        site.operator("/status").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_scheme_bearer_may_be_written_in_any_case() {
    let site = site();
    let key = site.linked().await;
    let request = Request::get("/status").header(AUTHORIZATION, format!("bEARER {}", key.expose()));

    assert_eq!(
        site.ask(request.body(Body::empty()).unwrap()).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_json() {
    let site = site();

    let nothing = site.ask(plain("GET", "/nothing/here")).await;
    let wrong = site.ask(plain("DELETE", "/join")).await;

    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert!(nothing.refusal().contains("check the URL"));
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.headers[ALLOW], "POST");
    assert!(wrong.refusal().contains("method"));
    assert_eq!(
        site.ask(plain("HEAD", "/health")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_server_that_sends_too_much_is_told_how_long_to_wait() {
    let site = site_with_burst(3);
    let key = site.linked().await;
    for _ in 0..3 {
        assert_eq!(
            site.ask(get("/status", key.expose())).await.status,
            StatusCode::OK
        );
    }

    let answer = site.ask(get("/status", key.expose())).await;

    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers[RETRY_AFTER], "1");
    assert!(answer.refusal().contains("Too many"));
}

#[tokio::test]
async fn guessing_codes_is_limited_by_the_address_a_trusted_proxy_reports() {
    let site = site();
    let guess = |client: &str| {
        let mut request = post("/connect", "", r#"{"code": "oxeye-0123456789"}"#);
        request
            .headers_mut()
            .insert("x-forwarded-for", client.parse().unwrap());
        request
    };
    for _ in 0..5 {
        assert_eq!(
            site.ask(guess("192.0.2.1")).await.status,
            StatusCode::NOT_FOUND
        );
    }

    let sixth = site.ask(guess("192.0.2.1")).await;

    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(sixth.headers.contains_key(RETRY_AFTER));
    assert_eq!(
        site.ask(guess("192.0.2.2")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn health_and_readiness_are_public() {
    let site = site();

    let ready = site.ask(plain("GET", "/readyz")).await;

    assert_eq!(
        site.ask(plain("GET", "/health")).await.status,
        StatusCode::OK
    );
    assert_eq!(ready.status, StatusCode::OK);
    assert_eq!(
        ready.json(),
        json!({"ready": true, "store": "writable", "discord": "off", "discord_ok": true})
    );
}

#[tokio::test]
async fn an_operator_api_with_an_address_of_its_own_is_answered_only_there() {
    let site = site();
    let key = site.linked().await;
    let public = site.at_address_for(Audience::Public);
    let apart = site.at_address_for(Audience::Operator);

    for path in ["/api", "/api/", "/api/servers", "/api/nothing/here"] {
        let answer = public.operator(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.refusal().contains("OPERATOR_LISTEN"), "{path}");
    }
    let remove = post("/api/servers/0/survival/remove", OPERATOR, "");
    assert_eq!(public.ask(remove).await.status, StatusCode::NOT_FOUND);
    let servers = apart.operator("/api/servers").await;
    assert_eq!(servers.json()[0]["server"], "survival");

    let joined = apart.post("/join", &key, r#"{"player": "Alex"}"#).await;
    assert_eq!(joined.status, StatusCode::NOT_FOUND);
    assert!(joined.refusal().contains("plugins report to HOST and PORT"));
    let joined = public.post("/join", &key, r#"{"player": "Alex"}"#).await;
    assert_eq!(joined.status, StatusCode::OK);
    for site in [&public, &apart] {
        for path in ["/health", "/readyz"] {
            let answer = site.ask(plain("GET", path)).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
        }
    }
}

#[tokio::test]
async fn with_a_closed_store_oxeye_is_not_ready_and_says_so() {
    let site = site();
    site.database.close().await;

    let answer = site.ask(plain("GET", "/readyz")).await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers.contains_key(RETRY_AFTER) && answer.refusal().contains("store"));
    assert_eq!(answer.json()["ready"], false);
}
