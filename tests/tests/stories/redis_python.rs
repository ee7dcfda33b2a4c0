//! A program in Python that was written for the original reads every key, from the copy in Redis and from Oxeye itself.

use oxeye_tests::copied::{Copied, as_copied};
use oxeye_tests::python_client::PythonClient;
use oxeye_tests::redis_client::address;
use serde_json::{Value, json};

const TEST: &str = "a_python_client_of_the_original_reads_every_key";

#[tokio::test]
async fn a_python_client_of_the_original_reads_every_key() {
    let Some(python) = PythonClient::find(TEST) else {
        return;
    };
    let Some((copied, _server)) = Copied::start_with_a_busy_server().await else {
        return;
    };
    let resp = address(&copied.oxeye).await.port();
    for port in [copied.redis.port(), resp] {
        let alex = reads(&copied, python, port, "Alex").await;
        for (record, path) in [("summary", "summary"), ("daily", "daily")] {
            assert_eq!(alex[record], as_copied(copied.api("Alex", path).await));
        }
        assert_eq!(alex["events"], copied.api("Alex", "events").await);
        assert_eq!(alex["summary"]["all_sectors"], json!(["12"]));
        assert_eq!(alex["session"], Value::Null);
        assert_eq!(alex["is_online"], false);
        assert_eq!(alex["keys"].as_array().map(Vec::len), Some(3), "{alex}");
        check_lifetime(&alex["ttl"]["summary"], 2_592_000);
        check_lifetime(&alex["ttl"]["events"], 604_800);
        check_lifetime(&alex["daily_ttl"], 1_209_600);
        assert_eq!(alex["ttl"]["session"], -2);

        let steve = reads(&copied, python, port, "Steve").await;
        let mut session = as_copied(copied.api("Steve", "session").await);
        session["last_activity_at"] = steve["session"]["last_activity_at"].clone();
        assert_eq!(steve["session"], session);
        assert_eq!(steve["online"], json!(["Steve"]));
        assert_eq!(steve["is_online"], true);
        assert_eq!(steve["keys"].as_array().map(Vec::len), Some(4), "{steve}");
        check_lifetime(&steve["ttl"]["session"], 86_400);
    }
}

async fn reads(copied: &Copied, python: PythonClient, port: u16, player: &str) -> Value {
    let day = copied.api(player, "daily").await;
    let date = day["date"].as_str().expect("a date");
    python.reads(port, player, date).await
}

#[track_caller]
fn check_lifetime(left: &Value, lifetime: i64) {
    let left = left.as_i64().expect("seconds");
    assert!((lifetime - 90..=lifetime).contains(&left), "{left}");
}
