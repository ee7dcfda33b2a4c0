//! Sessions and days: what counts as one session, and on which UTC day it counts.

use chrono::DateTime;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::plugin::Plugin;
use serde_json::{Value, json};

const DAY: i64 = 86_400;

/// Writes a time as the clients of the original design read it.
fn naive_utc(at: i64) -> String {
    let time = DateTime::from_timestamp(at, 0).expect("a time");
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}

fn date(at: i64) -> String {
    naive_utc(at)[..10].to_owned()
}

/// Alex was on a server for 100 seconds, and some seconds later on another until 200 seconds ago. Returns the backend,
/// the first server and the time.
async fn went_on_after(seconds: i64) -> (Oxeye, Plugin, i64) {
    let oxeye = Oxeye::start().await;
    let (survival, now) = oxeye.empty_server("survival").await;
    let (creative, _) = oxeye.empty_server("creative").await;
    let left = now - 300;
    survival.reports_stays("Alex", &[(left - 100, left)]).await;
    let went_on = [(left + seconds, now - 200)];
    creative.reports_stays("Alex", &went_on).await;
    (oxeye, survival, now)
}

#[tokio::test]
async fn going_to_another_server_within_thirty_seconds_is_one_session() {
    let (oxeye, survival, now) = went_on_after(30).await;
    survival
        .reports_stays("Steve", &[(now - 400, now - 300)])
        .await;

    let summary = oxeye.activity("players/Alex/summary").await;
    assert_eq!(
        (
            &summary["total_sessions"],
            &summary["total_playtime_seconds"]
        ),
        (&json!(1), &json!(170.0))
    );
    let events = oxeye.activity("players/Alex/events").await;
    assert_eq!(events[0]["event_type"], "logout");
    assert_eq!(events[0]["timestamp"], naive_utc(now - 200));
    assert_eq!(events[0]["details"], json!({"duration_seconds": 170.0}));
    assert_eq!(events[1]["timestamp"], naive_utc(now - 400));
    assert_eq!(events.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_second_more_is_two_sessions() {
    let (oxeye, _, _) = went_on_after(31).await;

    let summary = oxeye.activity("players/Alex/summary").await;

    assert_eq!(
        (
            &summary["total_sessions"],
            &summary["total_playtime_seconds"]
        ),
        (&json!(2), &json!(169.0))
    );
}

#[tokio::test]
async fn a_stay_over_midnight_utc_is_cut_there() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    let midnight = now / DAY * DAY - 2 * DAY;
    server
        .reports_stays("Alex", &[(midnight - 3_600, midnight + 1_800)])
        .await;
    let trade = |at: i64| json!({"player": "Alex", "event_type": "trade_buy", "at": at});
    let trades = json!([trade(midnight - 1), trade(midnight), trade(midnight + 60)]);
    server.sends_activity(1, 1, &trades).await;

    let day = async |at: i64| {
        let day = oxeye
            .activity(&format!("players/Alex/daily?date={}", date(at)))
            .await;
        let figures = ["sessions", "playtime_seconds", "trades"].map(|key| day[key].clone());
        Value::from(figures.to_vec())
    };
    assert_eq!(day(midnight - 1).await, json!([1, 3_600.0, 1]));
    assert_eq!(day(midnight).await, json!([0, 1_800.0, 2]));
    let summary = oxeye.activity("players/Alex/summary").await;
    assert_eq!(summary["total_sessions"], 1, "{summary}");
    assert_eq!(summary["total_playtime_seconds"], 5_400.0, "{summary}");
    assert_eq!(summary["total_trades"], 3, "{summary}");
}

#[tokio::test]
async fn what_happened_up_to_seven_days_ago_still_counts() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    let week_ago = now - 7 * DAY + 60;
    server
        .reports_stays("Alex", &[(week_ago, week_ago + 600)])
        .await;
    let event = |at: i64| json!({"player": "Alex", "event_type": "warp", "at": at});
    let events = json!([event(week_ago), event(now - 7 * DAY - 60)]);
    let answer = server.sends_activity(1, 1, &events).await.json();

    assert_eq!(answer["refused"][0]["seq"], 2, "{answer}");
    let summary = oxeye.activity("players/Alex/summary").await;
    assert_eq!(
        (
            &summary["total_playtime_seconds"],
            &summary["total_actions"]
        ),
        (&json!(600.0), &json!(1))
    );
}
