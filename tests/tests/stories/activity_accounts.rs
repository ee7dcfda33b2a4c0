//! Whose record is whose: the accounts that joins report are the ids of what players did, and nobody is split in two.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::copied::Copied;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::redis_client::{address, redis_cli, redis_cli_is_installed};
use serde_json::{Value, json};

const ACCOUNT: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";
const OTHER_ACCOUNT: &str = "069a79f4-44e9-4726-a5be-fca90e38aaf5";
/// What a server in offline mode makes of the name Alex.
const OFFLINE: &str = "36532b5e-c442-3dbb-bf04-cc0d6c0a4d4a";

async fn docks(server: &Plugin, player: &str) {
    let event = json!({"player": player, "event_type": "dock"});
    server.reports_activity(&event).await;
}

/// Returns the id of a player, and how much they did.
async fn known(oxeye: &Oxeye, player: &str) -> (String, i64, i64) {
    let summary = oxeye.activity(&format!("players/{player}/summary")).await;
    let number = |key: &str| summary[key].as_i64().expect("a number");
    let id = summary["player_id"].as_str().expect("an id").to_owned();
    (id, number("total_actions"), number("total_sessions"))
}

fn id(id: &str, actions: i64, sessions: i64) -> (String, i64, i64) {
    (id.to_owned(), actions, sessions)
}

async fn events(oxeye: &Oxeye, player: &str) -> Vec<Value> {
    let events = oxeye.activity(&format!("players/{player}/events")).await;
    let events = events.as_array().expect("a list").iter();
    events.map(|event| event["event_type"].clone()).collect()
}

#[tokio::test]
async fn what_was_counted_under_the_name_stays_whole_when_a_join_reports_the_account() {
    let oxeye = Oxeye::start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    docks(&server, "Alex").await;
    docks(&server, "Alex").await;
    assert_eq!(known(&oxeye, "Alex").await, id("Alex", 2, 0));

    server.joins_as("Alex", ACCOUNT).await;
    docks(&server, "Alex").await;

    for asked in ["Alex", "aLEX", ACCOUNT] {
        assert_eq!(known(&oxeye, asked).await, id(ACCOUNT, 3, 1), "{asked}");
        let events = events(&oxeye, asked).await;
        assert_eq!(events.len(), 4, "{asked}: {events:?}");
        assert!(events.contains(&json!("login")), "{asked}: {events:?}");
    }
    let top = oxeye.activity("top?by=actions").await;
    let alex = json!({"player": "Alex", "former_names": [], "amount": 3});
    assert_eq!(top["players"], json!([alex]));
    let oxeye = oxeye.restart().await;
    assert_eq!(known(&oxeye, ACCOUNT).await.0, ACCOUNT);
    assert_eq!(known(&oxeye, "Alex").await.1, 3);
}

#[tokio::test]
async fn a_player_who_only_joins_is_known_by_the_account_in_that_guild_alone() {
    let oxeye = Oxeye::start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    let elsewhere = oxeye.linked_in("7", "survival").await;
    elsewhere.syncs(&["Alex"]).await;

    server.joins_as("Alex", ACCOUNT).await;

    let session = oxeye.activity(&format!("players/{ACCOUNT}/session")).await;
    assert_eq!(
        (&session["player_id"], &session["online"]),
        (&json!(ACCOUNT), &json!(true))
    );
    server.leaves("Alex").await;
    assert_eq!(events(&oxeye, ACCOUNT).await, ["logout", "login"]);
    let path = "/api/guilds/7/activity/players/Alex/session";
    let in_other_guild = oxeye.api(Request::get(path)).await;
    assert_eq!(in_other_guild["player_id"], "Alex");

    let forget = oxeye.command(&["forget", "Alex", "--yes"]).await;
    assert_eq!(forget.code, Some(0), "{}", forget.log);
    assert_eq!(known(&oxeye, "Alex").await, id("Alex", 0, 0));
    assert_eq!(known(&oxeye, ACCOUNT).await, id(ACCOUNT, 0, 0));
}

#[tokio::test]
async fn of_several_accounts_under_a_name_the_one_that_proves_something_and_came_last_is_the_id() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    docks(&server, "Alex").await;
    let joins = async |account: &str, ago: i64| {
        let times = [now - ago, now - ago + 5];
        let join = json!({"type": "join", "player": "Alex", "uuid": account, "at": times[0]});
        let leave = json!({"type": "leave", "player": "Alex", "at": times[1]});
        let batch = json!({"epoch": now - ago, "first_seq": 1, "events": [join, leave]});
        let events = Request::post("/events").json(&batch);
        assert_eq!(server.ask(events).await.status, 200);
    };

    joins(OFFLINE, 600).await;
    assert_eq!(known(&oxeye, "Alex").await, id(OFFLINE, 1, 1));
    joins(ACCOUNT, 500).await;
    assert_eq!(known(&oxeye, "Alex").await, id(ACCOUNT, 1, 2));
    joins(OTHER_ACCOUNT, 400).await;
    joins(OFFLINE, 300).await;

    assert_eq!(known(&oxeye, "Alex").await, id(OTHER_ACCOUNT, 1, 4));
    assert_eq!(known(&oxeye, OTHER_ACCOUNT).await, id(OTHER_ACCOUNT, 1, 4));
    for former in [OFFLINE, ACCOUNT] {
        assert_eq!(known(&oxeye, former).await, id(former, 0, 0));
    }
    // What is sent with activity comes first.
    let event = json!({"player": "Alex", "event_type": "dock", "uuid": ACCOUNT});
    server.reports_activity(&event).await;
    assert_eq!(known(&oxeye, "Alex").await, id(ACCOUNT, 2, 4));
    // One that proves nothing does not.
    let event = json!({"player": "Alex", "event_type": "dock", "uuid": OFFLINE});
    server.reports_activity(&event).await;
    assert_eq!(known(&oxeye, "Alex").await, id(ACCOUNT, 3, 4));
}

#[tokio::test]
async fn an_account_that_proves_nothing_counts_until_a_join_reports_one_that_does() {
    let oxeye = Oxeye::start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    let event = json!({"player": "Alex", "event_type": "dock", "uuid": OFFLINE});
    server.reports_activity(&event).await;
    assert_eq!(known(&oxeye, "Alex").await, id(OFFLINE, 1, 0));

    server.joins_as("Alex", ACCOUNT).await;
    server.reports_activity(&event).await;

    for asked in ["Alex", ACCOUNT] {
        assert_eq!(known(&oxeye, asked).await, id(ACCOUNT, 2, 1), "{asked}");
    }
    assert_eq!(known(&oxeye, OFFLINE).await, id(OFFLINE, 0, 0));
}

#[tokio::test]
async fn an_account_that_was_renamed_stands_for_the_name_that_was_seen_last() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    let join = json!({"player": "Alex", "uuid": ACCOUNT, "at": now - 60});
    server.ask(Request::post("/join").json(&join)).await;
    server.leaves("Alex").await;
    let event = json!({"player": "Alex", "event_type": "dock", "at": now - 50});
    server.reports_activity(&event).await;
    assert_eq!(known(&oxeye, ACCOUNT).await, id(ACCOUNT, 1, 1));

    server.joins_as("Alexa", ACCOUNT).await;

    assert_eq!(known(&oxeye, ACCOUNT).await, id(ACCOUNT, 0, 1));
    assert_eq!(known(&oxeye, "Alex").await, id(ACCOUNT, 1, 1));
}

#[tokio::test]
async fn redis_clients_find_the_account_and_no_second_key_under_the_name() {
    let test = "redis_clients_find_the_account_and_no_second_key_under_the_name";
    if !redis_cli_is_installed(test) {
        return;
    }
    let setup = Setup::unlimited().set("ACTIVITY_RESP_LISTEN", "127.0.0.1:0");
    let oxeye = setup.start().await;
    let address = address(&oxeye).await;
    let (server, _) = oxeye.empty_server("survival").await;
    docks(&server, "Alex").await;
    server.joins_as("Alex", ACCOUNT).await;
    server.joins_as("Steve", OTHER_ACCOUNT).await;
    let ask = async |arguments: &[&str]| redis_cli(address, arguments).await;

    let summary = ask(&["GET", &format!("activity:summary:{ACCOUNT}")]).await;

    let summary: Value = serde_json::from_str(&summary).expect("a summary is JSON");
    assert_eq!(
        (&summary["player_id"], &summary["total_actions"]),
        (&json!(ACCOUNT), &json!(1))
    );
    let online = ask(&["SMEMBERS", "activity:online_players"]).await;
    assert_eq!(online, format!("{OTHER_ACCOUNT}\n{ACCOUNT}\n"));
    let keys = ask(&["--scan"]).await;
    assert!(
        !keys.contains("Alex") && !keys.contains("Steve"),
        "two players: {keys}"
    );
    assert_eq!(keys.matches("activity:summary:").count(), 2, "{keys}");
}

#[tokio::test]
async fn the_copy_in_redis_moves_to_the_account_that_a_join_reports() {
    let Some((copied, server)) = Copied::start_with_a_busy_server().await else {
        return;
    };
    let has_moved = async |copied: &Copied, from: &str, to: &str| {
        let keys: Vec<String> = copied.redis.run(&["KEYS", &format!("*{from}*")]).await;
        let summary = copied.text(&format!("activity:summary:{to}")).await;
        let online = copied.online().await;
        let is_on = online.contains(&to.to_owned()) && !online.contains(&from.to_owned());
        keys.is_empty() && is_on && summary.is_some_and(|summary| summary["total_trades"] == 1)
    };

    server.joins_as("Alex", ACCOUNT).await;
    let to_account = async |copied: &Copied| has_moved(copied, "Alex", ACCOUNT).await;
    copied.becomes("the account is the id", to_account).await;

    let event = json!({"player": "Alex", "event_type": "dock", "uuid": OTHER_ACCOUNT});
    server.reports_activity(&event).await;
    let to_other = async |copied: &Copied| has_moved(copied, ACCOUNT, OTHER_ACCOUNT).await;
    copied.becomes("the account sent is the id", to_other).await;
}

#[tokio::test]
async fn who_is_forgotten_takes_their_days_of_a_shared_name_out_of_the_copy_and_no_others() {
    let Some(copied) = Copied::start().await else {
        return;
    };
    let (server, now) = copied.oxeye.empty_server("survival").await;
    let plays = async |name: &str, account: &str, days_ago: i64| {
        let at = now - days_ago * 86_400;
        let join = json!({"type": "join", "player": name, "uuid": account, "at": at});
        let leave = json!({"type": "leave", "player": name, "at": at + 5});
        let batch = json!({"epoch": at, "first_seq": 1, "events": [join, leave]});
        let events = Request::post("/events").json(&batch);
        assert_eq!(server.ask(events).await.status, 200);
        let event = json!({"player": name, "event_type": "dock", "at": at + 1});
        server.reports_activity(&event).await;
    };
    plays("Alex", ACCOUNT, 6).await;
    plays("Robin", ACCOUNT, 4).await;
    plays("Alex", OTHER_ACCOUNT, 1).await;
    let has_done = async |copied: &Copied, account: &str, actions: i64| {
        let summary = copied.text(&format!("activity:summary:{account}")).await;
        summary.is_some_and(|summary| summary["total_actions"] == actions)
    };
    let by_name = async |copied: &Copied| {
        has_done(copied, ACCOUNT, 1).await && has_done(copied, OTHER_ACCOUNT, 2).await
    };
    copied.becomes("keys are by name", by_name).await;

    let forget = copied.oxeye.command(&["forget", "Robin", "--yes"]).await;

    assert_eq!(forget.code, Some(0), "{}", forget.log);
    let is_forgotten = async |copied: &Copied| {
        let keys: Vec<String> = copied.redis.run(&["KEYS", &format!("*{ACCOUNT}*")]).await;
        keys.is_empty() && has_done(copied, OTHER_ACCOUNT, 1).await
    };
    copied.becomes("the days are gone", is_forgotten).await;
}
