//! People and programs that may read the operator API and change nothing.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::Request;
use serde_json::json;

const READER_TOKEN: &str = "reader-token-of-the-stories-0123456789";

async fn started() -> Oxeye {
    let setup = Setup::new().set("READER_TOKEN", READER_TOKEN);
    setup.set("RUST_LOG", "debug").start().await
}

#[tokio::test]
async fn a_reader_sees_who_is_on_and_changes_nothing() {
    let mut oxeye = started().await;
    oxeye.linked("survival").await.syncs(&["Alex"]).await;
    let reads = async |request: Request| oxeye.ask(&request.bearer(READER_TOKEN)).await;

    let status = reads(Request::get("/api/servers/0/survival/status")).await;
    assert_eq!(status.json()["online_players"][0]["player"], "Alex");
    for refused in [
        Request::new("DELETE", "/api/servers/0/survival"),
        Request::new("DELETE", "/api/players/Alex"),
        Request::post("/api/servers/0/survival/remove"),
        Request::post("/api/links").json(&json!({"server": "creative"})),
        Request::get("/api/backup"),
        Request::get("/api/export"),
    ] {
        let answer = reads(refused.clone()).await;
        assert_eq!(answer.status, 403, "{refused:?}: {answer}");
        assert!(answer.error().contains("READER_TOKEN may read"), "{answer}");
    }

    assert_eq!(oxeye.online("survival").await, ["Alex"]);
    let log = oxeye.whole_log().await;
    assert!(log.contains("status=403"), "{log}");
    assert!(!log.contains(READER_TOKEN), "{log}");
}

#[tokio::test]
async fn without_the_setting_there_is_no_reader() {
    let oxeye = Oxeye::start().await;

    for token in ["", READER_TOKEN] {
        let answer = oxeye.ask(&Request::get("/api/servers").bearer(token)).await;
        assert_eq!(answer.status, 401, "{answer}");
    }
}
