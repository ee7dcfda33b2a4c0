//! `/game`.

use super::*;

const AT_THE_CAP: (&str, &str) = ("MAX_SERVERS", "1");

#[tokio::test]
async fn a_browser_is_sent_to_its_server_with_both_ids_encoded() {
    let site = site(&[]).await;

    let sent = site.get("/game?playerId=Ada%20%26%20Bob%2F%C3%A9").await;

    assert_eq!(sent.status, 302);
    let (url, query) = sent.header("location").split_once('?').unwrap();
    assert_eq!(url, "http://localhost:8081");
    let (session, player) = query.split_once('&').unwrap();
    let session = session.strip_prefix("sessionId=").unwrap();
    assert!(uuid::Uuid::try_parse(session).is_ok());
    assert_eq!(player, "playerId=Ada%20%26%20Bob%2F%C3%A9");
    assert_eq!(sent.header("cache-control"), "no-store");
    let beat = site
        .post("/api/player/heartbeat", &json!({ "sessionId": session }))
        .await;
    assert_eq!(beat.status, 200);
}

#[tokio::test]
async fn whoever_gets_no_server_is_sent_to_the_one_that_is_always_there() {
    let site = site(&[
        AT_THE_CAP,
        ("PERSISTENT_SERVER_URL", "http://lobby.example.org"),
    ])
    .await;
    site.joined("Ada").await;

    let sent = site.get("/game?playerId=Bob").await;

    assert_eq!(sent.status, 302);
    let lobby = "http://lobby.example.org?error=server_assignment_failed";
    assert_eq!(sent.header("location"), lobby);
}

#[tokio::test]
async fn without_such_a_server_people_get_a_page_and_programs_an_error() {
    let site = site(&[AT_THE_CAP]).await;
    site.joined("Ada").await;

    let page = site
        .ask(Method::GET, "/game", &[("accept", "text/html,*/*")], "")
        .await;
    let error = site.get("/game").await;

    assert_eq!(
        (page.status.as_u16(), page.header("retry-after")),
        (503, "3")
    );
    assert!(
        page.text.contains("Maximum server limit reached"),
        "{}",
        page.text
    );
    assert_eq!(error.error(503), "Maximum server limit reached");
}

#[tokio::test]
async fn a_program_that_only_looks_starts_no_server() {
    let site = site(&[]).await;

    let looked = site.ask(Method::HEAD, "/game", &[], "").await;

    assert_eq!(looked.status, 405);
    assert_eq!(site.fleet.slots(), 0);
}
