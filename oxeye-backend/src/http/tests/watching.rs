//! Watched addresses: which are refused, and with which sentence.

use super::*;

impl Site {
    async fn watch(&self, body: &str) -> Answer {
        self.operator_posts("/api/guilds/0/watched", body).await
    }
}

async fn check(body: &str, status: u16, words: &str) {
    let answer = site().watch(body).await;
    assert_eq!(answer.status, status, "{body}");
    let sentence = answer.refusal();
    assert!(sentence.contains(words), "{body}: {sentence}");
}

#[tokio::test]
async fn each_text_that_is_no_address_is_refused_with_its_own_sentence() {
    let long = format!(r#"{{"address": "{}"}}"#, "x".repeat(300));
    for (body, words) in [
        (r#"{"address": ""}"#, "Give the address of the server"),
        (r#"{"address": " "}"#, "Give the address of the server"),
        (&*long, "No address is that long"),
        (
            r#"{"address": "https://example.org/map"}"#,
            "This is a web address",
        ),
        (r#"{"address": "example.org:22"}"#, "Ports below 1024"),
        (
            r#"{"address": "example.org:65536"}"#,
            "a number from 1024 to 65535",
        ),
        (
            r#"{"address": "example.org:0"}"#,
            "a number from 1024 to 65535",
        ),
        (
            r#"{"address": "my server"}"#,
            "This is not the address of a server",
        ),
        (r#"{"address": "2130706433"}"#, "unusual way"),
        (r#"{"address": "0.0.0.0"}"#, "no server can have"),
        (
            r#"{"address": "127.0.0.1", "name": "a", "server": "b"}"#,
            "but not both",
        ),
    ] {
        check(body, 422, words).await;
    }
}

#[tokio::test]
async fn the_server_of_an_address_must_be_linked() {
    let body = r#"{"address": "127.0.0.1:25566", "server": "survival"}"#;
    check(body, 404, "There is no server in guild 0").await;
}

#[tokio::test]
async fn only_addresses_that_are_watched_can_be_unwatched() {
    let site = site();
    let _key = site.linked().await;

    let answer = site
        .ask(
            Request::builder()
                .method("DELETE")
                .uri("/api/guilds/0/watched/survival")
                .header(AUTHORIZATION, format!("Bearer {OPERATOR}"))
                .body(Body::empty())
                .unwrap(),
        )
        .await;

    assert_eq!(answer.status, 404);
    assert!(answer.refusal().contains("No address of this server"));
}
