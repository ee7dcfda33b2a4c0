//! The copy of activity in a real Redis: equal to the API, whatever happens to Redis.

use std::time::{Duration, Instant};

use oxeye_tests::copied::{Copied, as_copied};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::redis::Redis;
use serde_json::json;

/// How long a handful of answers may take together on a busy machine while Redis takes nothing.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

async fn did(server: &Plugin, event_type: &str) {
    let event = json!({"player": "Alex", "event_type": event_type});
    server.reports_activity(&event).await;
}

#[tokio::test]
async fn redis_holds_what_the_api_answers_and_a_forgotten_player_is_gone() {
    let Some((copied, server)) = Copied::start_with_a_busy_server().await else {
        return;
    };
    let steve = copied.text("activity:session:Steve").await.unwrap();
    let session = as_copied(copied.api("Steve", "session").await);
    assert_eq!(steve, session);
    for (key, lifetime) in [
        ("activity:session:Steve", 86_400),
        ("activity:events:Alex", 604_800),
        ("activity:summary:Alex", 2_592_000),
        ("activity:online_players", 90),
    ] {
        let left: i64 = copied.redis.run(&["TTL", key]).await;
        assert!((lifetime - 70..=lifetime).contains(&left), "{key}: {left}");
    }

    let uuid = "853c80ef-3c37-49fd-aa49-938b674adae6";
    let death = json!({"player": "Steve", "event_type": "death", "uuid": uuid});
    server.reports_activity(&death).await;
    let has_uuid = async |copied: &Copied| {
        let summary = copied.text(&format!("activity:summary:{uuid}")).await;
        summary.is_some_and(|summary| summary["counters"]["deaths"] == 1)
            && copied.text("activity:summary:Steve").await.is_none()
            && copied.online().await == [uuid]
    };
    copied.becomes("the UUID is the id", has_uuid).await;

    let forgotten = Request::new("DELETE", "/api/players/Alex");
    copied.oxeye.api(forgotten).await;
    let has_no_key = async |copied: &Copied| {
        let keys: Vec<String> = copied.redis.run(&["KEYS", "*Alex*"]).await;
        keys.is_empty()
    };
    copied.becomes("Alex is forgotten", has_no_key).await;
}

#[tokio::test]
async fn guilds_other_than_the_local_one_have_keys_of_their_own() {
    let Some(copied) = Copied::start().await else {
        return;
    };
    let server = copied.oxeye.linked_in("7", "survival").await;
    server.syncs(&["Alex"]).await;

    let is_copied = async |copied: &Copied| {
        let key = "guild:7:activity:online_players";
        let online: Vec<String> = copied.redis.run(&["SMEMBERS", key]).await;
        let session = copied.text("guild:7:activity:session:Alex").await;
        online == ["Alex"] && session.is_some()
    };
    copied.becomes("the guild is copied", is_copied).await;
    assert_eq!(copied.text("activity:session:Alex").await, None);
}

#[tokio::test]
async fn an_emptied_a_stopped_and_a_killed_redis_is_filled_again() {
    let Some((mut copied, server)) = Copied::start_with_a_busy_server().await else {
        return;
    };
    copied.redis.run::<()>(&["FLUSHALL"]).await;
    copied.becomes("after FLUSHALL", Copied::is_right).await;

    copied.redis.signal("STOP");
    did(&server, "dock").await;
    let silent = async |copied: &Copied| copied.warns("Redis does not answer in time").await;
    copied.becomes("Redis is silent", silent).await;
    copied.redis.signal("CONT");
    copied.becomes("after SIGSTOP", Copied::is_right).await;

    copied.redis.kill_and_restart().await;
    did(&server, "undock").await;
    copied.becomes("after a restart", Copied::is_right).await;
    let is_well = async |copied: &Copied| {
        let health = copied.health().await;
        health["redis"] == "up to date" && health["status"] == "ok"
    };
    copied.becomes("nothing is wrong", is_well).await;
}

#[tokio::test]
async fn a_replica_and_a_full_memory_are_reported_and_then_made_up_for() {
    let Some((copied, server)) = Copied::start_with_a_busy_server().await else {
        return;
    };
    let redis = &copied.redis;
    redis.run::<()>(&["REPLICAOF", "127.0.0.1", "1"]).await;
    did(&server, "dock").await;
    let replica = async |copied: &Copied| copied.warns("Redis is a read-only replica").await;
    copied.becomes("Redis is a replica", replica).await;
    redis.run::<()>(&["REPLICAOF", "NO", "ONE"]).await;
    copied
        .becomes("after the fail-over", Copied::is_right)
        .await;

    redis.run::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    did(&server, "undock").await;
    let reason = "the memory of Redis is full (maxmemory)";
    let full = async |copied: &Copied| copied.warns(reason).await;
    copied.becomes("the memory is full", full).await;
    redis.run::<()>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    copied.becomes("with memory again", Copied::is_right).await;
}

#[tokio::test]
async fn what_others_wrote_under_our_keys_is_replaced() {
    let Some((copied, server)) = Copied::start_with_a_busy_server().await else {
        return;
    };
    let redis = &copied.redis;
    for (key, kind, player) in [
        ("activity:online_players", "set", "Notch"),
        ("oxeye:activity_mirror", "string", "jeb_"),
    ] {
        redis.run::<()>(&["DEL", key]).await;
        redis.run::<()>(&["HSET", key, "field", "value"]).await;
        server.joins(player).await;
        let session = format!("activity:session:{player}");
        let is_ours = async |copied: &Copied| {
            let found: String = copied.redis.run(&["TYPE", key]).await;
            found == kind
                && copied.text(&session).await.is_some()
                && copied.online().await.iter().any(|id| id == player)
        };
        copied.becomes(key, is_ours).await;
    }
}

#[tokio::test]
async fn a_database_that_redis_does_not_have_is_named() {
    let Some(redis) = Redis::start().await else {
        return;
    };
    let url = format!("{}/99", redis.url().trim_end_matches('/'));
    let copied = Copied::start_with(redis, &url).await;
    let reason = "Redis has no database with the number at the end of REDIS_URL";
    let named = async |copied: &Copied| copied.warns(reason).await;
    copied.becomes("the database is not there", named).await;
}

#[tokio::test]
async fn a_wrong_password_is_reported_without_being_shown_and_no_answer_waits() {
    let Some(redis) = Redis::start().await else {
        return;
    };
    let set = ["CONFIG", "SET", "requirepass"];
    redis.run::<()>(&[&set[..], &["right"]].concat()).await;
    let url = redis.url_with("wr0ng-secret");
    let mut copied = Copied::start_with(redis, &url).await;
    let begin = Instant::now();
    copied.a_busy_server().await;
    let took = begin.elapsed();
    assert!(took < ANSWER_LIMIT, "six answers took {took:?}");
    let reason = "Redis does not accept the user and password of REDIS_URL";
    let refused = async |copied: &Copied| copied.warns(reason).await;
    copied.becomes("the password is wrong", refused).await;

    let corrected = [&set[..], &["wr0ng-secret"]].concat();
    copied.redis.run_with::<()>("right", &corrected).await;
    let up_to_date = Copied::is_up_to_date;
    copied.becomes("the password is right", up_to_date).await;
    let who = ["SMEMBERS", "activity:online_players"];
    let online: Vec<String> = copied.redis.run_with("wr0ng-secret", &who).await;
    assert_eq!(online, ["Steve"]);

    let log = copied.oxeye.whole_log().await;
    assert_eq!(log.matches(reason).count(), 1, "{log}");
    assert!(!log.contains("wr0ng-secret"));
}
