//! The vocabulary of `/api`: every key of every JSON answer, and the kind of its value.

mod met;
mod routes;
mod vocabulary;

use oxeye_tests::backend::{OPERATOR_TOKEN, Oxeye, Setup};
use oxeye_tests::game_server::GameServer;
use oxeye_tests::members_file::{ALEX, GUILD};
use oxeye_tests::raw::Request;
use oxeye_tests::skins;
use serde_json::{Value, json};

use met::Met;
use routes::Unvisited;
use vocabulary::{ACTIVITY_VOCABULARY, ANALYTICS_VOCABULARY, Kind, OPEN, VOCABULARY};

#[test]
fn the_ending_of_a_key_says_what_it_holds() {
    for (key, kind) in VOCABULARY {
        let snake = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        assert!(key.bytes().all(snake), "{key}");
        let said = match key {
            key if key.ends_with("_at") => Kind::Time,
            key if key.ends_with("_secs") || key.ends_with("_count") => Kind::Number,
            _ => continue,
        };
        assert_eq!(*kind, said, "{key}");
    }
    assert!(VOCABULARY.is_sorted_by_key(|(key, _)| *key));
}

const SURVIVAL: &str = "/api/servers/0/survival";

/// Links two servers: one with a past, and one that has reported only how many are on.
async fn two_servers() -> Oxeye {
    let setup = Setup::new().set("MAX_NEW_PLAYERS_PER_HOUR", "3");
    let setup = setup.set("SESSION_RETENTION_DAYS", "3650");
    let setup = setup.set("WATCH_ADDRESSES", "any").with_members();
    let oxeye = setup.start().await;
    let survival = oxeye.linked("survival").await;
    survival.syncs(&["Alex", "Steve"]).await;
    survival.leaves("Steve").await;
    for uuid in [
        "069451a51f5d4b5c9d0b2f9d3c0a77b1",
        "069451a51f5d4b5c9d0b2f9d3c0a77b2",
    ] {
        let taken_over = json!({"player": "Steve", "uuid": uuid});
        survival.ask(Request::post("/join").json(&taken_over)).await;
        survival.leaves("Steve").await;
    }
    let account = json!({"player": "Alex", "uuid": "853c80ef3c3749fdaa49938b674adae6"});
    survival.ask(Request::post("/join").json(&account)).await;
    survival.joins("jeb_").await;
    let refused = survival.ask(Request::post("/join").json(&json!({"player": "Eve"})));
    assert_eq!(refused.await.status, 429);
    let about = json!({"version": "1.21.11", "software": "Paper", "motd": "Hello", "max_players": 20,
        "address": "play.example.org", "icon": skins::base64(&skins::png(64, 64, [1, 2, 3]))});
    survival.ask(Request::post("/about").json(&about)).await;
    let now = oxeye.heard_at("survival").await;
    let old = json!({"type": "session", "guild_id": "0", "server": "survival", "player": "Steve",
        "joined_at": now - 20 * 86_400, "left_at": now - 19 * 86_400, "ended": "left", "seen_at": now - 19 * 86_400});
    let lines = format!("{}\n{old}\n", json!({"oxeye": 5, "exported_at": 1}));
    let import = Request::post("/api/import").body(lines);
    assert_eq!(oxeye.operator(import).await.status, 200);
    let creative = oxeye.linked("creative").await;
    let beat = |server: &str, ago: i64| json!({"type": "heartbeat", "server": server, "heartbeat_secs": 15, "at": now - ago});
    let events = [beat("down", 600), beat("up", 590), beat("up", 300)];
    let events = json!({"epoch": 1, "first_seq": 1, "events": events});
    creative.ask(Request::post("/events").json(&events)).await;
    let beat = json!({"players": 7, "heartbeat_secs": 15});
    creative.ask(Request::post("/heartbeat").json(&beat)).await;
    oxeye
}

/// Sends every request that changes nothing.
async fn ask_everything(oxeye: &Oxeye, met: &mut Met) {
    for path in [
        "/api/servers",
        "/api/servers?all=true",
        "/api/servers/0/creative/status",
        "/api/servers/0/creative/uptime",
        "/api/occupancy",
        "/api/guilds/0/occupancy",
        "/api/guilds/0/leaderboard?range=all",
        "/api/guilds/0/persons/Alex",
        "/api/guilds/0/chart?range=all",
        "/api/guilds/0/online",
        "/api/guilds/0/settings",
        "/api/presence",
    ] {
        met.get(oxeye, path).await;
    }
    for kind in ["voice", "game", "streaming", "spotify"] {
        let path = format!("/api/guilds/{GUILD}/presence/top?kind={kind}&range=all");
        met.get(oxeye, &path).await;
    }
    let member = format!("/users/{ALEX}?range=all");
    for path in ["", "/voice", &member] {
        met.get(oxeye, &format!("/api/guilds/{GUILD}/presence{path}"))
            .await;
    }
    for path in [
        "status",
        "players?limit=1",
        "players/Alex",
        "players/Alex/sessions",
        "players/Steve/sessions",
        "leaderboard",
        "leaderboard?what=visits&offset=1",
        "uptime?days=7&limit=1",
        "online",
        "headcount",
        "headcount?step=day",
        "busiest",
        "chart",
    ] {
        met.get(oxeye, &format!("{SURVIVAL}/{path}")).await;
    }
    let export = oxeye.command(&["export"]).await;
    for line in export.out.lines() {
        met.walk("an export", &serde_json::from_str(line).expect("JSON"));
    }
}

/// Sends every request that changes something, the removal last.
async fn change_everything(oxeye: &Oxeye, met: &mut Met) {
    let post = |path: &str, body: Value| Request::post(path).json(&body);
    let link = post("/api/links", json!({"server": "skyblock", "guild_id": "7"}));
    met.ask(oxeye, link).await;
    let playtime = json!({"players": [{"player": "Alex", "playtime_secs": 60}]});
    let import = post(&format!("{SURVIVAL}/imported-playtime"), playtime);
    met.ask(oxeye, import).await;
    let member = json!({"type": "linked_member", "guild_id": "0", "user_id": "5", "player": "jeb_",
        "linked_at": 1, "confirmed_by_user_id": "6", "hidden_since_at": 2});
    let lines = format!("{}\n{member}\n", json!({"oxeye": 5, "exported_at": 1}));
    met.ask(oxeye, Request::post("/api/import").body(lines))
        .await;
    met.get(oxeye, "/api/members").await;
    set_alerts(oxeye, met).await;
    met.ask(oxeye, Request::new("DELETE", "/api/guilds/0/members/5"))
        .await;
    let account = format!("/api/members/{ALEX}");
    met.ask(oxeye, Request::new("DELETE", account)).await;
    met.get(oxeye, "/api/players/steve").await;
    met.ask(oxeye, Request::new("DELETE", "/api/players/Steve"))
        .await;
    met.ask(oxeye, Request::post(format!("{SURVIVAL}/rotate-key")))
        .await;
    let settings = json!({"time_zone": "Asia/Tokyo", "language": "de", "last_seen_hours": 1, "retention_days": 90,
        "shown": ["heads"], "delete_sessions": true});
    let settings = Request::new("PATCH", "/api/guilds/0/settings").json(&settings);
    met.ask(oxeye, settings).await;
    let rename = post(&format!("{SURVIVAL}/rename"), json!({"server": "main"}));
    met.ask(oxeye, rename).await;
    met.ask(oxeye, Request::new("DELETE", "/api/servers/0/main"))
        .await;
    met.ask(oxeye, Request::post("/api/servers/0/main/remove"))
        .await;
}

/// Sets an alert in a guild on Discord, has it tested, and turns it off, and likewise a notice.
async fn set_alerts(oxeye: &Oxeye, met: &mut Met) {
    let server = oxeye.linked_in("9", "alerted").await;
    server.syncs(&["Alex"]).await;
    let alerts = "/api/guilds/9/alerts";
    let order = json!({"channel_id": "5", "role_id": "6", "server": "ALERTED", "language": "de",
        "topics": ["visits", "records", "newcomers"]});
    let notices = "/api/guilds/9/notices";
    let notice = json!({"user_id": "5", "player": "ALEX", "channel_id": "6"});
    met.ask(oxeye, Request::post(notices).json(&notice)).await;
    met.get(oxeye, notices).await;
    met.ask(oxeye, Request::new("DELETE", format!("{notices}/1")))
        .await;
    let set = Request::new("PUT", alerts).json(&order);
    met.ask(oxeye, set).await;
    met.get(oxeye, alerts).await;
    met.ask(oxeye, Request::post(format!("{alerts}/1/test")))
        .await;
    met.ask(oxeye, Request::new("DELETE", format!("{alerts}/1")))
        .await;
}

/// Has two addresses watched, of which one answers, and stops watching both.
async fn watch_addresses(oxeye: &Oxeye, met: &mut Met) {
    let server = GameServer::start().await;
    server.has(&["Alex"]);
    let mut gone = GameServer::start().await;
    gone.is_killed().await;
    for (name, address) in [("hub", server.address()), ("gone", gone.address())] {
        let order = json!({"address": address, "name": name});
        let order = Request::post("/api/guilds/0/watched").json(&order);
        met.ask(oxeye, order).await;
    }
    met.get(oxeye, "/api/watched").await;
    met.get(oxeye, "/api/guilds/0/watched").await;
    met.get(oxeye, "/api/servers").await;
    for name in ["hub", "gone"] {
        let unwatch = Request::new("DELETE", format!("/api/guilds/0/watched/{name}"));
        met.ask(oxeye, unwatch).await;
    }
}

/// Downloads everything that is not JSON.
async fn download_everything(oxeye: &Oxeye) -> Vec<Request> {
    let paths = [
        "/api/servers/0/survival/status.png",
        "/api/servers/0/survival/icon.png",
        "/api/servers/0/survival/chart.png?range=all&lang=de",
        "/api/servers/0/survival/chart.svg?range=all",
        "/api/guilds/0/chart.png?range=all",
        "/api/guilds/0/chart.svg?range=all",
        "/api/servers/0/survival/leaderboard.png?range=all&lang=de",
        "/api/guilds/0/leaderboard.png?range=all",
        "/api/guilds/0/persons/Alex/picture.png",
        "/api/backup",
        "/api/backup/activity",
        "/api/backup/presence",
        "/api/export",
        "/api/analytics/export",
    ];
    let requests: Vec<_> = paths.into_iter().map(Request::get).collect();
    for request in &requests {
        let answer = oxeye.operator(request.clone()).await;
        assert_eq!(answer.status, 200, "{request:?}");
    }
    requests
}

/// Sends every request with the field names of the original design for members.
async fn ask_about_analytics(oxeye: &Oxeye, met: &mut Met) {
    for path in [
        "/api/health",
        "/api/analytics/status",
        "/api/analytics/session-health?details=true",
        "/api/analytics/recover-sessions",
        "/api/discord/server-stats",
        "/api/discord/streaming-status",
    ] {
        met.get(oxeye, path).await;
    }
    for question in ["", "?format=csv&startDate=2020-01-01&endDate=2999-12-31"] {
        // It comes in pieces, which only a whole client puts together.
        let url = format!("{}/api/analytics/export{question}", oxeye.url());
        let answer = reqwest::Client::new().get(url).bearer_auth(OPERATOR_TOKEN);
        let answer = answer.send().await.expect("an answer");
        let body = answer.bytes().await.expect("all of its pieces");
        met.walk(question, &serde_json::from_slice(&body).expect("JSON"));
    }
    let user = format!("/api/analytics/user/{ALEX}");
    met.get(oxeye, &user).await;
    for path in [
        "/api/analytics/session-health",
        "/api/analytics/recover-sessions",
    ] {
        met.ask(oxeye, Request::post(path)).await;
    }
}

/// Sends every request about what a player did on the third server.
async fn ask_about_activity(oxeye: &Oxeye, met: &mut Met) {
    let lobby = oxeye.linked("lobby").await;
    let moved = json!({"player": "Alex", "event_type": "warp", "details": {"sector_id": 12}});
    lobby.reports_activity(&moved).await;
    for path in [
        "players/Alex",
        "players/Alex/session",
        "players/Alex/summary",
        "players/Alex/daily",
        "players/Alex/events",
        "players/nobody/session",
        "players/nobody/summary",
        "online",
        "counters",
        "top?by=actions",
    ] {
        met.get(oxeye, &format!("/api/guilds/0/activity/{path}"))
            .await;
    }
}

#[tokio::test]
async fn every_route_answers_and_every_answer_speaks_its_vocabulary() {
    let oxeye = two_servers().await;
    let mut met = Met::new(VOCABULARY, &[]);
    let mut activity = Met::new(ACTIVITY_VOCABULARY, OPEN);
    let mut analytics = Met::new(ANALYTICS_VOCABULARY, &[]);

    ask_everything(&oxeye, &mut met).await;
    ask_about_analytics(&oxeye, &mut analytics).await;
    ask_about_activity(&oxeye, &mut activity).await;
    let downloads = download_everything(&oxeye).await;
    watch_addresses(&oxeye, &mut met).await;
    change_everything(&oxeye, &mut met).await;

    met.has_met_everything();
    activity.has_met_everything();
    analytics.has_met_everything();
    assert!(ANALYTICS_VOCABULARY.is_sorted_by_key(|(key, _)| *key));
    assert!(ACTIVITY_VOCABULARY.is_sorted_by_key(|(key, _)| *key));
    let mut unvisited = Unvisited::all();
    for requests in [
        met.requests(),
        activity.requests(),
        analytics.requests(),
        &downloads,
    ] {
        requests.iter().for_each(|request| unvisited.note(request));
    }
    unvisited.are_none();
}

#[tokio::test]
async fn the_error_for_an_unknown_guild_or_server_lists_those_that_exist() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;

    for path in [
        "/api/guilds/7/leaderboard",
        "/api/guilds/7/persons/Alex",
        "/api/guilds/7/occupancy",
        "/api/guilds/7/activity/online",
        "/api/servers/7/survival/status",
    ] {
        let answer = oxeye.operator(Request::get(path)).await;
        assert_eq!(answer.status, 404, "{path}: {answer}");
        let sentence = answer.error();
        assert!(
            sentence.ends_with("guilds with servers are: 0."),
            "{sentence}"
        );
    }
    let path = "/api/servers/0/creative/status";
    let answer = oxeye.operator(Request::get(path)).await;
    assert_eq!(answer.status, 404, "{answer}");
    let sentence = answer.error();
    assert!(
        sentence.ends_with("its servers are: survival."),
        "{sentence}"
    );
}

#[tokio::test]
async fn scripts_get_a_list_whether_there_is_one_server_or_two() {
    let oxeye = Oxeye::start().await;
    let list = async |arguments: &[&str]| {
        let printed = oxeye.command(arguments).await;
        let json: Value = serde_json::from_str(&printed.out).expect("JSON");
        json.as_array().expect("a list").len()
    };
    assert_eq!(list(&["status", "--json"]).await, 0);

    for servers in 1..=2 {
        let name = format!("server {servers}");
        oxeye.linked(&name).await.syncs(&["Alex"]).await;
        assert_eq!(list(&["status", "--json"]).await, servers);
        assert_eq!(list(&["status", &name, "--json"]).await, 1);
        assert_eq!(list(&["player", "Alex", "--json"]).await, servers);
        let of_one = ["sessions", "Alex", "--server", &name, "--json"];
        assert_eq!(list(&of_one).await, 1);
    }
}
