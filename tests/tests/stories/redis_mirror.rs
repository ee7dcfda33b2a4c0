//! The copy of activity in a real Redis: equal to the API, whatever happens to Redis.

use std::time::Duration;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::redis::Redis;
use serde_json::{Value, json};

/// How long the copy may take to be right again.
const LIMIT: Duration = Duration::from_secs(60);

const PLAYERS: &str = "/api/guilds/0/activity/players";

async fn copied_to(url: &str) -> Oxeye {
    Setup::unlimited().set("REDIS_URL", url).start().await
}

async fn did(server: &Plugin, player: &str, event_type: &str, details: Value) {
    let event = json!({"player": player, "event_type": event_type, "details": details});
    let answer = server.ask(Request::post("/activity").json(&event)).await;
    assert_eq!(answer.status, 200, "{answer}");
}

/// Asks again and again until it is so.
async fn becomes(what: &str, is_so: impl AsyncFn() -> bool) {
    let asking = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    let outcome = tokio::time::timeout(LIMIT, asking).await;
    assert!(outcome.is_ok(), "in time: {what}");
}

async fn api(oxeye: &Oxeye, player: &str, record: &str) -> Value {
    oxeye
        .api(Request::get(format!("{PLAYERS}/{player}/{record}")))
        .await
}

/// Returns an answer of the API as it is in Redis.
fn as_copied(mut answer: Value) -> Value {
    let fields = answer.as_object_mut().expect("an object");
    fields.remove("online");
    let counters = fields["counters"].as_object().expect("an object");
    if counters.values().all(|amount| *amount == 0) {
        fields.remove("counters");
    }
    answer
}

async fn text(redis: &Redis, key: &str) -> Option<Value> {
    let text: Option<String> = redis.run(&["GET", key]).await;
    text.map(|text| serde_json::from_str(&text).expect("JSON"))
}

/// Whether the records of a player who is not on equal the answers of the API.
async fn is_copied(redis: &Redis, oxeye: &Oxeye, player: &str) -> bool {
    let summary = as_copied(api(oxeye, player, "summary").await);
    let day = as_copied(api(oxeye, player, "daily").await);
    let date = day["date"].as_str().expect("a date").to_owned();
    let events = api(oxeye, player, "events?limit=500").await;
    let listed: Vec<String> = redis
        .run(&["LRANGE", &format!("activity:events:{player}"), "0", "-1"])
        .await;
    let listed = listed
        .iter()
        .map(|event| serde_json::from_str(event).expect("JSON"));
    text(redis, &format!("activity:summary:{player}")).await == Some(summary)
        && text(redis, &format!("activity:daily:{player}:{date}")).await == Some(day)
        && text(redis, &format!("activity:session:{player}"))
            .await
            .is_none()
        && Value::Array(listed.collect()) == events
}

async fn online(redis: &Redis) -> Vec<String> {
    let mut ids: Vec<String> = redis.run(&["SMEMBERS", "activity:online_players"]).await;
    ids.sort();
    ids
}

/// A guild in which one player left after a trade, and another is on.
async fn a_busy_server(oxeye: &Oxeye) -> Plugin {
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex", "Steve"]).await;
    did(&server, "Alex", "trade_buy", json!({"total_value": 12.5})).await;
    did(&server, "Alex", "warp", json!({"sector_id": 12})).await;
    server.leaves("Alex").await;
    server
}

async fn is_right(redis: &Redis, oxeye: &Oxeye) -> bool {
    is_copied(redis, oxeye, "Alex").await
        && online(redis).await == ["Steve"]
        && text(redis, "activity:session:Steve").await.is_some()
}

async fn warns(oxeye: &Oxeye, reason: &str) -> bool {
    let health = oxeye.api(Request::get("/api/health")).await;
    let warnings = health["warnings"].as_array().expect("a list");
    warnings
        .iter()
        .any(|warning| warning["type"] == "redis_mirror_failing" && warning["reason"] == reason)
}

#[tokio::test]
async fn redis_holds_what_the_api_answers_and_a_forgotten_player_is_gone() {
    let Some(redis) = Redis::start().await else {
        return;
    };
    let oxeye = copied_to(&redis.url()).await;
    let server = a_busy_server(&oxeye).await;
    becomes("everything is copied", async || {
        is_right(&redis, &oxeye).await
    })
    .await;

    let steve = text(&redis, "activity:session:Steve").await.unwrap();
    let session = as_copied(api(&oxeye, "Steve", "session").await);
    assert_eq!(steve, session);
    let ttl = async |key: &str| redis.run::<i64>(&["TTL", key]).await;
    for (key, lifetime) in [
        ("activity:session:Steve", 86_400),
        ("activity:events:Alex", 604_800),
        ("activity:summary:Alex", 2_592_000),
        ("activity:online_players", 90),
    ] {
        let left = ttl(key).await;
        assert!((lifetime - 70..=lifetime).contains(&left), "{key}: {left}");
    }

    let uuid = "853c80ef-3c37-49fd-aa49-938b674adae6";
    let death = json!({"player": "Steve", "event_type": "death", "uuid": uuid});
    server.ask(Request::post("/activity").json(&death)).await;
    becomes("the UUID is the id", async || {
        let summary = text(&redis, &format!("activity:summary:{uuid}")).await;
        summary.is_some_and(|summary| summary["counters"]["deaths"] == 1)
            && text(&redis, "activity:summary:Steve").await.is_none()
            && online(&redis).await == [uuid]
    })
    .await;

    let forgotten = Request::new("DELETE", "/api/players/Alex");
    oxeye.api(forgotten).await;
    becomes("Alex is forgotten", async || {
        let keys: Vec<String> = redis.run(&["KEYS", "*Alex*"]).await;
        keys.is_empty()
    })
    .await;
}

#[tokio::test]
async fn guilds_other_than_the_local_one_have_keys_of_their_own() {
    let Some(redis) = Redis::start().await else {
        return;
    };
    let oxeye = copied_to(&redis.url()).await;
    let server = oxeye.linked_in("7", "survival").await;
    server.syncs(&["Alex"]).await;

    becomes("the guild is copied", async || {
        let online: Vec<String> = redis
            .run(&["SMEMBERS", "guild:7:activity:online_players"])
            .await;
        let session = text(&redis, "guild:7:activity:session:Alex").await;
        online == ["Alex"] && session.is_some()
    })
    .await;
    assert_eq!(text(&redis, "activity:session:Alex").await, None);
}

#[tokio::test]
async fn an_emptied_a_stopped_and_a_killed_redis_is_filled_again() {
    let Some(mut redis) = Redis::start().await else {
        return;
    };
    let oxeye = copied_to(&redis.url()).await;
    let server = a_busy_server(&oxeye).await;
    becomes("everything is copied", async || {
        is_right(&redis, &oxeye).await
    })
    .await;

    redis.run::<()>(&["FLUSHALL"]).await;
    becomes("after FLUSHALL", async || is_right(&redis, &oxeye).await).await;

    redis.signal("STOP");
    did(&server, "Alex", "dock", json!({})).await;
    becomes("it says that Redis is silent", async || {
        warns(&oxeye, "Redis does not answer in time").await
    })
    .await;
    redis.signal("CONT");
    becomes("after SIGSTOP", async || is_right(&redis, &oxeye).await).await;

    redis.kill_and_restart().await;
    did(&server, "Alex", "undock", json!({})).await;
    becomes("after a restart", async || is_right(&redis, &oxeye).await).await;
    becomes("nothing is wrong", async || {
        let health = oxeye.api(Request::get("/api/health")).await;
        health["redis"] == "up to date" && health["status"] == "ok"
    })
    .await;
}

#[tokio::test]
async fn a_replica_and_a_full_memory_are_reported_and_then_made_up_for() {
    let Some(redis) = Redis::start().await else {
        return;
    };
    let oxeye = copied_to(&redis.url()).await;
    let server = a_busy_server(&oxeye).await;
    becomes("everything is copied", async || {
        is_right(&redis, &oxeye).await
    })
    .await;

    redis.run::<()>(&["REPLICAOF", "127.0.0.1", "1"]).await;
    did(&server, "Alex", "dock", json!({})).await;
    becomes("it says that Redis is a replica", async || {
        warns(&oxeye, "Redis is a read-only replica").await
    })
    .await;
    redis.run::<()>(&["REPLICAOF", "NO", "ONE"]).await;
    becomes("after the fail-over", async || {
        is_right(&redis, &oxeye).await
    })
    .await;

    redis.run::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    did(&server, "Alex", "undock", json!({})).await;
    becomes("it says that the memory is full", async || {
        warns(&oxeye, "the memory of Redis is full (maxmemory)").await
    })
    .await;
    redis.run::<()>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    becomes("with memory again", async || is_right(&redis, &oxeye).await).await;
}

#[tokio::test]
async fn a_wrong_password_is_reported_without_being_shown_and_no_answer_waits() {
    let Some(redis) = Redis::start().await else {
        return;
    };
    redis
        .run::<()>(&["CONFIG", "SET", "requirepass", "right"])
        .await;
    let mut oxeye = copied_to(&redis.url_with("wr0ng-secret")).await;
    a_busy_server(&oxeye).await;
    let reason = "Redis does not accept the user and password of REDIS_URL";
    becomes("it says that the password is wrong", async || {
        warns(&oxeye, reason).await
    })
    .await;

    redis
        .run_with::<()>("right", &["CONFIG", "SET", "requirepass", "wr0ng-secret"])
        .await;
    becomes("the password is right", async || {
        let health = oxeye.api(Request::get("/api/health")).await;
        health["redis"] == "up to date"
    })
    .await;
    let online: Vec<String> = redis
        .run_with("wr0ng-secret", &["SMEMBERS", "activity:online_players"])
        .await;
    assert_eq!(online, ["Steve"]);

    let log = oxeye.whole_log().await;
    assert_eq!(log.matches(reason).count(), 1, "{log}");
    assert!(!log.contains("wr0ng-secret"));
}
