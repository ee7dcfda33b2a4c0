//! What players did: events in, exactly once, and the figures that people and programs get.

use chrono::DateTime;
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

const ACCOUNT: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";

/// Writes a time as the clients of the original design read it.
fn naive_utc(at: i64) -> String {
    let time = DateTime::from_timestamp(at, 0).expect("a time");
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}

fn date(at: i64) -> String {
    naive_utc(at)[..10].to_owned()
}

/// The counters that the original design does not have, all 0.
fn no_counters() -> Value {
    json!({"advancements": 0, "chat_messages": 0, "deaths": 0, "kills": 0})
}

/// Lets Alex join a minute ago and do five things since. Returns the backend's time.
async fn busy_minute(oxeye: &Oxeye) -> i64 {
    let (server, now) = oxeye.empty_server("survival").await;
    let join = json!({"player": "Alex", "at": now - 60});
    server.ask(Request::post("/join").json(&join)).await;
    let events = json!([
        {"player": "Alex", "event_type": "sector_move", "details": {"sector_id": 12}, "at": now - 50},
        {"player": "Alex", "event_type": "warp", "details": {"sector_id": "Sol"}, "at": now - 40},
        {"player": "Alex", "event_type": "trade_buy", "details": {"total_value": 150.5}, "at": now - 30},
        {"player": "Alex", "event_type": "combat_attack", "at": now - 20},
        {"player": "Alex", "event_type": "death", "at": now - 10, "uuid": ACCOUNT},
    ]);
    assert_eq!(server.sends_activity(1, 1, &events).await.status, 200);
    now
}

#[tokio::test]
async fn figures_of_a_player_are_answered_key_by_key_as_in_the_original_design() {
    let oxeye = Oxeye::start().await;
    let now = busy_minute(&oxeye).await;

    let mut counters = no_counters();
    counters["deaths"] = json!(1);
    assert_eq!(
        oxeye.activity("players/Alex/session").await,
        json!({"player_id": ACCOUNT, "login_at": naive_utc(now - 60), "last_activity_at": naive_utc(now - 10),
            "actions_count": 5, "trades_count": 1, "trade_volume": 150.5, "combat_events": 1,
            "sectors_visited": ["12", "Sol"], "online": true, "counters": counters})
    );
    let mut summary = oxeye.activity("players/Alex/summary").await;
    let playtime = summary["total_playtime_seconds"].take();
    assert!(playtime.as_f64() >= Some(60.0), "{playtime}");
    assert!(summary["last_updated"].take().is_string(), "{summary}");
    assert_eq!(
        summary,
        json!({"player_id": ACCOUNT, "total_sessions": 1, "total_playtime_seconds": null, "total_actions": 5,
            "total_trades": 1, "total_trade_volume": 150.5, "total_combat_events": 1,
            "unique_sectors_visited": 2, "all_sectors": ["12", "Sol"], "last_updated": null,
            "counters": counters})
    );
    // The story may run at midnight.
    let path = format!("players/Alex/daily?date={}", date(now - 10));
    let mut day = oxeye.activity(&path).await;
    assert!(day["sessions"].take().is_u64() && day["playtime_seconds"].take().is_f64());
    assert_eq!(day["counters"].take()["deaths"], 1);
    assert!(day["actions"].take().as_i64() >= Some(1));
    let keys: Vec<_> = day.as_object().expect("an object").keys().collect();
    assert_eq!(keys.len(), 9, "player_id, date and seven figures: {keys:?}");
    assert_eq!(
        (&day["player_id"], &day["date"]),
        (&json!(ACCOUNT), &json!(date(now - 10)))
    );
}

#[tokio::test]
async fn events_the_online_set_and_a_ranking_are_answered_key_by_key() {
    let oxeye = Oxeye::start().await;
    let now = busy_minute(&oxeye).await;

    let line = |what: &str, ago: i64, details: Value| json!({"event_type": what, "timestamp": naive_utc(now - ago), "details": details});
    assert_eq!(
        oxeye.activity("players/Alex/events").await,
        json!([
            line("death", 10, json!({})),
            line("combat_attack", 20, json!({})),
            line("trade_buy", 30, json!({"total_value": 150.5})),
            line("warp", 40, json!({"sector_id": "Sol"})),
            line("sector_move", 50, json!({"sector_id": 12})),
            line("login", 60, json!({})),
        ])
    );
    let two = oxeye.activity("players/Alex/events?limit=2").await;
    assert_eq!(two[1]["event_type"], "combat_attack");
    assert_eq!(
        oxeye.activity("online").await,
        json!({"guild_id": "0", "online_count": 1, "players": ["Alex"]})
    );
    let top = oxeye.activity("top?by=trade_volume&range=7d").await;
    let (first, last) = (top["first_date"].clone(), top["last_date"].clone());
    assert_eq!(
        top,
        json!({"guild_id": "0", "counter": "trade_volume", "first_date": first, "last_date": last,
            "players": [{"player": "Alex", "former_names": [], "amount": 150.5}],
            "player_count": 1})
    );
    assert!(first.is_string() && last.is_string());
}

#[tokio::test]
async fn a_player_of_whom_nothing_is_known_has_zeros() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;

    for id in ["Alex", ACCOUNT] {
        let path = |tail: &str| format!("players/{id}/{tail}");
        assert_eq!(
            oxeye.activity(&path("session")).await,
            json!({"player_id": id, "login_at": null, "last_activity_at": null, "actions_count": 0,
                "trades_count": 0, "trade_volume": 0, "combat_events": 0, "sectors_visited": [],
                "online": false, "counters": no_counters()})
        );
        assert_eq!(
            oxeye.activity(&path("summary")).await,
            json!({"player_id": id, "total_sessions": 0, "total_playtime_seconds": 0.0, "total_actions": 0,
                "total_trades": 0, "total_trade_volume": 0, "total_combat_events": 0,
                "unique_sectors_visited": 0, "counters": no_counters()})
        );
        assert_eq!(
            oxeye.activity(&path("daily?date=2026-11-27")).await,
            json!({"player_id": id, "date": "2026-11-27", "sessions": 0, "playtime_seconds": 0.0, "actions": 0,
                "trades": 0, "trade_volume": 0, "combat_events": 0, "counters": no_counters()})
        );
        assert_eq!(oxeye.activity(&path("events")).await, json!([]));
    }
    let overview = Request::get("/api/guilds/0/activity/players/Alex");
    let overview = oxeye.operator(overview).await;
    assert_eq!(overview.status, 404, "{overview}");
    assert!(overview.error().starts_with("Nothing is known about"));
    assert!(!oxeye.folder().join("oxeye-activity.db").exists());
}

#[tokio::test]
async fn an_event_of_a_player_who_is_not_on_counts_on_its_day_alone() {
    let oxeye = Oxeye::start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    server
        .reports_activity(&json!({"player": "Alex", "event_type": "dock"}))
        .await;

    let summary = oxeye.activity("players/Alex/summary").await;
    assert_eq!(summary["total_actions"], 1);
    server.joins("Alex").await;
    let session = oxeye.activity("players/Alex/session").await;
    assert_eq!(
        (&session["online"], &session["actions_count"]),
        (&json!(true), &json!(0))
    );
}

#[tokio::test]
async fn an_operator_defines_what_counts_and_whose_events_are_ignored() {
    let setup = Setup::new();
    let file = setup.folder().join("kinds.toml");
    let kinds = "ignore = [\"Bot\"]\n[servers.creative]\nignore = [\"Builder\"]\n\
        [kinds.quest_done]\ncounters = [\"quests\"]\nsum = { reward = \"rewards\" }\n";
    std::fs::write(&file, kinds).expect("the file is written");
    let setup = setup.set("ACTIVITY_KINDS", &file.display().to_string());
    let oxeye = setup.start().await;
    oxeye
        .has_logged("ACTIVITY_KINDS names the server \"creative\", but none is linked")
        .await;
    let health = oxeye.api(Request::get("/api/health")).await;
    let of_kinds = |warning: &&Value| warning["type"] == "unknown_servers_in_kinds";
    let warned = health["warnings"]
        .as_array()
        .into_iter()
        .flatten()
        .find(of_kinds);
    assert_eq!(warned.expect("a warning")["servers"], json!(["creative"]));
    let (survival, _) = oxeye.empty_server("survival").await;
    let (creative, _) = oxeye.empty_server("creative").await;
    let quest = |player: &str| json!({"player": player, "event_type": "quest_done", "details": {"reward": 2.5}});

    for player in ["Alex", "Bot", "Builder"] {
        survival.reports_activity(&quest(player)).await;
        creative.reports_activity(&quest(player)).await;
    }

    let top = oxeye.activity("top?by=rewards").await;
    assert_eq!(
        top["players"],
        json!([{"player": "Alex", "former_names": [], "amount": 5},
            {"player": "Builder", "former_names": [], "amount": 2.5}])
    );
    let session = oxeye.activity("players/Bot/summary").await;
    assert_eq!(session["total_actions"], 0, "{session}");
    let counters = oxeye.activity("counters").await;
    let counters = counters.as_array().expect("a list").clone();
    assert!(counters.contains(&json!("quests")) && counters.contains(&json!("trades")));
}

#[tokio::test]
async fn a_player_is_found_by_account_and_by_a_name_in_another_case() {
    let oxeye = Oxeye::start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;
    let dock = |player: &str| json!({"player": player, "event_type": "dock", "uuid": null});
    let mut by_account = dock("jeb_");
    by_account["uuid"] = json!(ACCOUNT);
    server.reports_activity(&by_account).await;
    server.reports_activity(&dock("Steve")).await;
    server.reports_activity(&dock("STEVE")).await;
    // A player of another guild is unknown here.
    let other = oxeye.linked_in("7", "survival").await;
    other.reports_activity(&dock("Elsewhere")).await;

    let id = async |asked: &str| {
        let path = format!("players/{asked}/session");
        oxeye.activity(&path).await["player_id"].clone()
    };
    assert_eq!(id("aLEX").await, "Alex");
    assert_eq!(id("JEB_").await, ACCOUNT);
    assert_eq!(id(&ACCOUNT.to_uppercase()).await, ACCOUNT);
    assert_eq!(id("Steve").await, "Steve");
    assert_eq!(id("sTEVE").await, "sTEVE", "two match");
    assert_eq!(id("elsewhere").await, "elsewhere");
    let summary = oxeye.activity(&format!("players/{ACCOUNT}/summary")).await;
    assert_eq!(summary["total_actions"], 1, "{summary}");
}

#[tokio::test]
async fn with_activity_off_nothing_is_kept_and_everything_says_so() {
    let oxeye = Setup::new().set("ACTIVITY", "off").start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;
    let event = json!({"player": "Alex", "event_type": "dock"});

    let answer = server.ask(Request::post("/activity").json(&event)).await;
    assert_eq!(answer.status, 404, "{answer}");
    assert!(answer.error().contains("ACTIVITY is off"), "{answer}");
    for path in [
        "players/Alex",
        "players/Alex/session",
        "players/Alex/summary",
        "players/Alex/daily",
        "players/Alex/events",
        "online",
        "counters",
        "top?by=trades",
    ] {
        let answer = oxeye
            .operator(Request::get(format!("/api/guilds/0/activity/{path}")))
            .await;
        assert_eq!(answer.status, 404, "{path}: {answer}");
        assert!(
            answer.error().contains("ACTIVITY is off"),
            "{path}: {answer}"
        );
    }
    assert_eq!(oxeye.online("survival").await, ["Alex"]);
    assert!(!oxeye.folder().join("oxeye-activity.db").exists());
    for arguments in [
        ["activity", "Alex"].as_slice(),
        &["activity", "--top", "trades"],
    ] {
        let command = oxeye.command(arguments).await;
        assert_eq!(command.code, Some(1), "{command:?}");
        assert!(command.log.contains("ACTIVITY is off"), "{command:?}");
    }
}

#[tokio::test]
async fn a_forgotten_player_leaves_nothing_and_begins_again_with_the_next_event() {
    let oxeye = Oxeye::start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    let chat = json!({"player": "Forgettable", "event_type": "chat"});
    server.reports_activity(&chat).await;
    server.reports_activity(&chat).await;

    let forget = oxeye.command(&["forget", "Forgettable", "--yes"]).await;

    assert_eq!(forget.code, Some(0), "{}", forget.log);
    for file in std::fs::read_dir(oxeye.folder()).expect("the folder") {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).expect("the file is read");
        let has_name = bytes.windows(11).any(|bytes| bytes == b"Forgettable");
        assert!(!has_name, "{}", path.display());
    }
    server.reports_activity(&chat).await;
    let summary = oxeye.activity("players/Forgettable/summary").await;
    assert_eq!(summary["total_actions"], 1, "{summary}");
}
