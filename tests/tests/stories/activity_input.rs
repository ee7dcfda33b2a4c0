//! Reports of activity that cannot be used: each is refused alone, with a sentence, and nothing of it counts.

use std::time::{Duration, Instant};

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::Request;
use serde_json::json;

const DAY: i64 = 86_400;

/// How long twenty joins may take on a busy machine.
const PRESENCE_LIMIT: Duration = Duration::from_secs(10);

/// Returns events that cannot be used, as text because some are not JSON that could be built, with what the sentence
/// says about each.
fn unusable(now: i64) -> Vec<(String, &'static str)> {
    let of = |what: &str, rest: &str| format!(r#"{{"player":"Alex","event_type":{what}{rest}}}"#);
    let with = |details: &str| of("\"trade_buy\"", &format!(",\"details\":{details}"));
    let at = |at: i64| of("\"warp\"", &format!(",\"at\":{at}"));
    vec![
        (
            of(&format!("\"{}\"", "x".repeat(65)), ""),
            "1 to 64 characters",
        ),
        (of("\"\"", ""), "1 to 64 characters"),
        (of("\"two words\"", ""), "ASCII letters"),
        (of("\"\\u0000\"", ""), "ASCII letters"),
        (of("7", ""), "found 7 where a text belongs"),
        (of("\"login\"", ""), "joins and leaves"),
        (of("\"logout\"", ""), "joins and leaves"),
        (r#"{"player":"Alex"}"#.to_owned(), "`event_type` is missing"),
        (r#"{"event_type":"warp"}"#.to_owned(), "`player` is missing"),
        (
            r#"{"player":"","event_type":"warp"}"#.to_owned(),
            "player name",
        ),
        (with("[]"), "JSON object"),
        (with("\"total_value\""), "JSON object"),
        (
            with(&format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100))),
            "4 levels deep",
        ),
        (with(r#"{"total_value":1,"total_value":2}"#), "a key twice"),
        (with(r#"{"total_value":-1}"#), "a number from 0"),
        (with(r#"{"total_value":1e13}"#), "a number from 0"),
        (with(r#"{"total_value":"5"}"#), "a number from 0"),
        (with(r#"{"total_value":true}"#), "a number from 0"),
        (with(r#"{"total_value":1e999}"#), "out of range"),
        (
            with(&format!("{{\"a\":\"{}\"}}", "x".repeat(1_017))),
            "1024 bytes",
        ),
        (
            of("\"warp\"", r#","details":{"sector_id":[1]}"#),
            "a number or a text",
        ),
        (
            of("\"warp\"", r#","uuid":"nobody""#),
            "32 hexadecimal digits",
        ),
        (at(now + 3_600), "ahead of Oxeye's clock"),
        (at(now - 365 * DAY), "older than 7 days"),
        (
            of("\"warp\"", r#","at":"yesterday""#),
            "a whole number belongs",
        ),
    ]
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_with_the_position_of_the_mistake() {
    let oxeye = Setup::unlimited().start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    let body = r#"{"epoch":1,"first_seq":1,"events":[{"player":"Alex","event_type":"warp","details":{"a":NaN}}]}"#;

    let request = Request::post("/activity").header("Content-Type", "application/json");
    let answer = server.ask(request.body(body)).await;

    assert_eq!(answer.status, 400, "{answer}");
    let column = body.find("NaN").expect("it is there") + 1;
    let position = format!("at line 1 column {column}");
    let details = answer.json()["details"].to_string();
    assert!(details.contains(&position), "{answer}");
    nothing_counts(&oxeye).await;
}

#[tokio::test]
async fn a_single_event_that_cannot_be_used_is_refused_with_a_sentence() {
    let oxeye = Setup::unlimited().start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;

    for (event, sentence) in unusable(now) {
        let request = Request::post("/activity").header("Content-Type", "application/json");
        let answer = server.ask(request.body(event.clone())).await;
        assert_eq!(answer.status, 422, "{event}: {answer}");
        assert!(answer.error().contains(sentence), "{event}: {answer}");
    }
    nothing_counts(&oxeye).await;
}

#[tokio::test]
async fn in_a_batch_each_of_them_is_refused_alone() {
    let oxeye = Setup::unlimited().start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;
    let unusable = unusable(now);
    let good = r#"{"player":"Alex","event_type":"warp"}"#;
    let mut events: Vec<_> = unusable.iter().map(|(event, _)| event.as_str()).collect();
    events.push(good);
    let body = format!(
        r#"{{"epoch":1,"first_seq":1,"events":[{}]}}"#,
        events.join(",")
    );

    let request = Request::post("/activity").header("Content-Type", "application/json");
    let answer = server.ask(request.body(body)).await;

    assert_eq!(answer.status, 200, "{answer}");
    let answer = answer.json();
    assert_eq!(answer["acked_seq"], events.len(), "{answer}");
    let refused = answer["refused"].as_array().expect("a list");
    assert_eq!(refused.len(), unusable.len(), "{answer}");
    for ((seq, refused), (event, sentence)) in (1..).zip(refused).zip(&unusable) {
        assert_eq!(refused["seq"], seq, "{event}: {refused}");
        let why = refused["error"].as_str().expect("a sentence");
        assert!(why.contains(sentence), "{event}: {why}");
    }
    let summary = oxeye.activity("players/Alex/summary").await;
    assert_eq!(summary["total_actions"], 1, "{summary}");
}

#[tokio::test]
async fn a_body_that_is_not_json_or_not_a_batch_is_refused_as_a_whole() {
    let oxeye = Setup::unlimited().start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex"]).await;
    let warp = r#"{"player":"Alex","event_type":"warp"}"#;
    let many = vec![warp; 501].join(",");
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));

    for (body, status) in [
        (
            r#"{"player":"Alex","event_type":"trade_buy","details":{"total_value":NaN}}"#
                .to_owned(),
            400,
        ),
        (String::new(), 400),
        ("7".to_owned(), 400),
        ("[]".to_owned(), 400),
        (deep, 400),
        (r#"{"epoch":1,"first_seq":1,"events":[]}"#.to_owned(), 422),
        (r#"{"epoch":1,"first_seq":1,"events":7}"#.to_owned(), 422),
        (
            r#"{"epoch":1,"first_seq":-1,"events":[{}]}"#.to_owned(),
            422,
        ),
        (format!(r#"{{"first_seq":1,"events":[{warp}]}}"#), 422),
        (
            format!(r#"{{"epoch":1,"first_seq":1,"events":[{many}]}}"#),
            422,
        ),
        (
            format!(r#"{{"epoch":1,"first_seq":9223372036854775807,"events":[{warp},{warp}]}}"#),
            422,
        ),
        (
            format!(r#"{{"epoch":9000000000,"first_seq":1,"events":[{warp}]}}"#),
            409,
        ),
        (
            format!(
                r#"{{"player":"Alex","event_type":"warp","note":"{}"}}"#,
                "x".repeat(800_000)
            ),
            413,
        ),
    ] {
        let request = Request::post("/activity").header("Content-Type", "application/json");
        let answer = server.ask(request.body(body.clone())).await;
        let shown: String = body.chars().take(120).collect();
        assert_eq!(answer.status, status, "{shown}: {answer}");
        answer.error();
    }
    let unlinked =
        Request::post("/activity").json(&json!({"player": "Alex", "event_type": "warp"}));
    assert_eq!(oxeye.ask(&unlinked).await.status, 401);
    nothing_counts(&oxeye).await;
}

#[tokio::test]
async fn bodies_that_cannot_be_used_are_limited_by_their_length() {
    let setup = Setup::new().set("RATE_LIMIT_ACTIVITY_EVENTS_PER_SEC", "1");
    let oxeye = setup.start().await;
    let server = oxeye.linked("survival").await;
    let unusable = async |length: usize| {
        let request = Request::post("/activity").header("Content-Type", "application/json");
        server.ask(request.body("x".repeat(length))).await.status
    };

    for _ in 0..3 {
        assert_eq!(unusable(100).await, 400);
    }
    assert_eq!(unusable(100_000).await, 400);

    assert_eq!(unusable(100).await, 429);
    server.joins("Alex").await;
}

#[tokio::test]
async fn a_flood_of_activity_is_limited_and_does_not_delay_presence() {
    let setup = Setup::new().set("RATE_LIMIT_ACTIVITY_EVENTS_PER_SEC", "1");
    let oxeye = setup.start().await;
    let flooding = oxeye.linked("flooding").await;
    let other = oxeye.linked("other").await;
    let warp = json!({"player": "Alex", "event_type": "warp"});
    let batch = json!({"epoch": 1, "first_seq": 1, "events": vec![&warp; 100]});

    assert_eq!(
        flooding
            .ask(Request::post("/activity").json(&batch))
            .await
            .status,
        200
    );
    let refused = flooding.ask(Request::post("/activity").json(&warp)).await;

    assert_eq!(refused.status, 429, "{refused}");
    refused.error();
    assert_eq!(
        other
            .ask(Request::post("/activity").json(&warp))
            .await
            .status,
        200
    );
    let begin = Instant::now();
    for player in 0..20 {
        flooding.joins(&format!("Player{player}")).await;
    }
    // An event of activity may be sent once a second: whoever waited for that would need twenty.
    let took = begin.elapsed();
    assert!(took < PRESENCE_LIMIT, "twenty joins took {took:?}");
    let health = oxeye.api(Request::get("/api/health")).await;
    let limited = &health["limited_servers"][0];
    assert_eq!(
        limited["setting"], "RATE_LIMIT_ACTIVITY_EVENTS_PER_SEC",
        "{health}"
    );
    assert_eq!(limited["server"], "flooding", "{health}");
}

#[tokio::test]
async fn a_url_that_cannot_be_used_says_why() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;

    for (path, sentence) in [
        ("players/Alex/daily?date=27.11.2026", "a date looks like"),
        (
            "players/Alex/daily?day=2026-11-27",
            "there is no `day`, only `date`",
        ),
        ("players/Alex/events?limit=0", "a limit is"),
        ("top", "`by` is missing"),
        ("top?by=fame", "the counters are actions, advancements"),
        ("top?by=trades&range=all", "1d to 30d"),
        ("top?by=trades&range=31d", "1d to 30d"),
    ] {
        let path = format!("/api/guilds/0/activity/{path}");
        let answer = oxeye.operator(Request::get(&path)).await;
        assert_eq!(answer.status, 400, "{path}: {answer}");
        assert!(answer.error().contains(sentence), "{path}: {answer}");
    }
    let stranger = Request::get("/api/guilds/0/activity/online");
    assert_eq!(oxeye.ask(&stranger).await.status, 401);
    let nowhere = oxeye
        .operator(Request::get("/api/guilds/7/activity/online"))
        .await;
    assert_eq!(nowhere.status, 404, "{nowhere}");
}

async fn nothing_counts(oxeye: &Oxeye) {
    let summary = oxeye.activity("players/Alex/summary").await;
    assert_eq!(summary["total_actions"], 0, "{summary}");
}

#[tokio::test]
async fn a_new_player_too_many_may_be_reported_again_later() {
    let oxeye = Setup::new()
        .set("MAX_NEW_PLAYERS_PER_HOUR", "1")
        .start()
        .await;
    let server = oxeye.linked("survival").await;
    let warps = |player: &str| {
        let event = json!({"player": player, "event_type": "warp"});
        server.ask(Request::post("/activity").json(&event))
    };

    let taken = warps("Alex").await;
    let refused = warps("Steve").await;

    assert_eq!(taken.status, 200, "{taken}");
    assert_eq!(refused.status, 429, "{refused}");
    assert!(refused.header("retry-after").is_some(), "{refused}");
}
