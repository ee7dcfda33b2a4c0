//! Connections that are not a fleet's: they get nothing, and do not keep a fleet away from the worker.

use serde_json::json;

use super::site::{Site, launch};
use crate::engine::Engine as _;
use crate::worker::wire::LONGEST_CALL;

#[track_caller]
fn check_reason(reason: &str, words: &str) {
    assert!(reason.contains(words), "{reason}");
}

#[tokio::test]
async fn somebody_who_speaks_something_else_is_sent_away() {
    let site = Site::start();

    for (text, words) in [
        ("GET /containers/json HTTP/1.1\r\n\r\n", "not understood"),
        ("\u{0}\u{1}\u{2}\n", "not understood"),
        ("{}\n", "not understood"),
        ("[[[[[[[[[[[[[[[[[[[[\n", "not understood"),
        (
            "{\"hello\": {\"protocol\": 3, \"epoch\": -5}}\n",
            "not understood",
        ),
        (
            "{\"hello\": {\"protocol\": 99, \"epoch\": 5}}\n",
            "version 3",
        ),
        (
            "{\"call\": {\"number\": 1, \"verb\": \"list\"}}\n",
            "must be a hello",
        ),
    ] {
        let mut stranger = site.stranger().await;
        stranger.says(text).await;
        check_reason(&stranger.is_refused().await, words);
    }

    assert_eq!(site.machine.calls(), []);
    site.fleet(1).create(&launch(1, 8081)).await.unwrap();
}

#[tokio::test]
async fn a_line_that_never_ends_is_not_kept_in_memory() {
    let site = Site::start();
    let mut stranger = site.stranger().await;

    stranger.says(&"a".repeat(LONGEST_CALL + 1)).await;

    check_reason(&stranger.is_refused().await, "65536 bytes");
}

#[tokio::test]
async fn somebody_who_goes_away_in_the_middle_of_a_call_has_asked_for_nothing() {
    let site = Site::start();
    let mut stranger = site.stranger().await;
    stranger.says_hello(1).await;
    stranger
        .says("{\"call\": {\"number\": 1, \"verb\": {\"kill\"")
        .await;
    drop(stranger);

    // The fleet is let in after everything of the earlier connection.
    assert_eq!(site.fleet(1).list().await, Ok(Vec::new()));

    assert_eq!(site.machine.calls(), []);
}

#[tokio::test]
async fn a_verb_that_is_not_understood_is_refused_by_its_number() {
    let site = Site::start();
    let mut stranger = site.stranger().await;
    stranger.says_hello(1).await;

    for verb in [
        json!("exec"),
        json!({"start": {"slot": "auto-1"}}),
        json!({"create": {"slot": "auto-1", "port": 8081, "world": "../../etc", "player": "a"}}),
        json!({"create": {"slot": "auto-1", "port": 99_999, "world": "w", "player": "a"}}),
        json!({"create": {"slot": "auto-1", "port": 8081, "world": "w", "player": ""}}),
        json!({"mount": {"path": "/"}}),
        json!(null),
    ] {
        let call = json!({"call": {"number": 5, "verb": verb}});
        stranger.says(&format!("{call}\n")).await;
        let answer = stranger.hears().await;
        assert_eq!(answer["answer"]["number"], 5, "{answer}");
        let sentence = &answer["answer"]["answer"]["failed"]["refused"];
        check_reason(sentence.as_str().unwrap(), "does not understand this call");
    }

    assert_eq!(site.machine.calls(), []);
    stranger
        .says("{\"call\": {\"number\": 6, \"verb\": \"list\"}}\n")
        .await;
    let listed = json!({"answer": {"number": 6, "answer": {"containers": []}}});
    assert_eq!(stranger.hears().await, listed);
}

#[tokio::test]
async fn garbage_after_a_hello_ends_the_connection() {
    let site = Site::start();
    let mut stranger = site.stranger().await;
    stranger.says_hello(1).await;

    stranger.says("what?\n").await;

    check_reason(&stranger.is_refused().await, "not understood");
}

#[tokio::test]
async fn somebody_who_never_reads_keeps_nobody_waiting() {
    let site = Site::start();
    let mut stranger = site.stranger().await;
    stranger.says_hello(1).await;
    for slot in 1..=1_000_u16 {
        let launch = launch(slot.into(), 10_000 + slot);
        let call = json!({"call": {"number": slot, "verb": {"create": launch}}});
        stranger.says(&format!("{call}\n")).await;
        stranger.hears().await;
    }
    // Their answers are larger than any buffer on the way.
    let lists = "{\"call\": {\"number\": 1, \"verb\": \"list\"}}\n".repeat(200);
    stranger.says(&lists).await;

    let listed = site.fleet(2).list().await.unwrap();

    assert_eq!(listed.len(), 1_000);
}
