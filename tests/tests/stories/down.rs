//! A game server that is not running, as the program beside it reports.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::community::Community;
use oxeye_tests::discord::Discord;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;

use serde_json::{Value, json};

/// Sends a heartbeat of a program beside the game server.
async fn says(server: &Plugin, heartbeat: Value) {
    let answer = server
        .ask(Request::post("/heartbeat").json(&heartbeat))
        .await;
    assert_eq!(answer.status, 200, "{answer}");
}

#[tokio::test]
async fn a_server_that_is_down_is_shown_as_down_everywhere_until_somebody_joins() {
    let Community {
        discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, "survival").await;
    server.syncs(&["Alex"]).await;

    says(&server, json!({"server": "down", "heartbeat_secs": 15})).await;

    let shown = guild.member().types("oxeye status", &[]).await;
    let list = guild.member().types("oxeye list", &[]).await;
    let printed = oxeye.command(&["status"]).await.out;
    let reported = oxeye.command(&["status", "--json"]).await.out;
    let reported: Value = serde_json::from_str(&reported).expect("JSON");
    let since = reported[0]["state_since_at"].as_i64().expect("a time");
    for text in [shown.text(), list.text()] {
        let words = format!("down since <t:{since}:r>");
        assert!(text.to_lowercase().contains(&words), "{text}");
        assert!(!text.contains("1 online"), "{text}");
    }
    assert!(
        shown.files.is_empty(),
        "nobody is on, so there is no picture"
    );
    assert_eq!(shown.body["embeds"][0]["color"], 0xED_42_45);
    assert!(shown.text().contains("Alex"), "last seen: {}", shown.text());
    assert!(printed.starts_with("survival: down for "), "{printed}");
    assert_eq!(reported[0]["state"], "down");
    assert_eq!(reported[0]["online_count"], 0);

    says(&server, json!({"server": "starting"})).await;
    let starting = guild.member().types("oxeye status", &[]).await;
    assert!(
        starting.text().contains("**Starting**"),
        "{}",
        starting.text()
    );
    assert_eq!(starting.body["embeds"][0]["color"], 0xFA_A6_1A);

    server.joins("Steve").await;
    let back = guild.member().types("oxeye status", &[]).await;
    let text = back.text();
    assert!(text.contains("online") && text.contains("Steve"), "{text}");
    back.picture();
    discord.keeps_the_rules();
}

#[tokio::test]
async fn discord_says_in_german_that_a_server_is_down() {
    let discord = Discord::start().await;
    let guild = discord.guild(1).prefers("de");
    let oxeye = Oxeye::start_with(&discord).await;
    let server = oxeye.linked_from(&guild, "survival").await;
    server.syncs(&["Alex"]).await;

    says(&server, json!({"server": "down"})).await;
    let down = guild.member().types("oxeye status", &[]).await;
    says(&server, json!({"server": "starting"})).await;
    let starting = guild.member().types("oxeye status", &[]).await;

    let text = down.text();
    assert!(text.contains("Läuft nicht, lief bis <t:"), "{text}");
    assert!(
        starting.text().contains("**Startet**"),
        "{}",
        starting.text()
    );
}

#[tokio::test]
async fn a_restart_of_oxeye_forgets_neither_that_a_server_is_down_nor_since_when() {
    let oxeye = Setup::new()
        .set("STALE_TIMEOUT_SECS", "86400")
        .start()
        .await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex"]).await;
    says(&server, json!({"server": "down", "heartbeat_secs": 15})).await;
    let before = oxeye.status("survival").await;

    let oxeye = oxeye.kill_and_restart().await;

    let after = oxeye.status("survival").await;
    assert_eq!(after["state"], "down", "{after}");
    assert_eq!(after["state_since_at"], before["state_since_at"]);
    let server = oxeye.plugin_with_key_of(&server);
    says(&server, json!({"server": "up"})).await;
    let up = oxeye.status("survival").await;
    assert_eq!(up["state"], "awaiting_sync", "nobody has said who is on");
    server.syncs(&["Alex"]).await;
    assert_eq!(oxeye.status("survival").await["state"], "online");
}

#[tokio::test]
async fn players_were_on_a_server_until_it_stopped() {
    let oxeye = Oxeye::start().await;
    let (_other, now) = oxeye.empty_server("survival").await;
    let events = json!({"epoch": 1, "first_seq": 1, "events": [
        {"type": "join", "player": "Alex", "at": now - 500},
        {"type": "heartbeat", "server": "up", "at": now - 400},
    ]});
    let fresh = oxeye.linked("fresh").await;
    let sent = fresh.ask(Request::post("/events").json(&events)).await;
    assert_eq!(sent.status, 200, "{sent}");

    let events = json!({"epoch": 1, "first_seq": 3, "events": [
        {"type": "heartbeat", "server": "down", "since": now - 395, "at": now - 390},
        {"type": "heartbeat", "server": "starting", "since": now - 300, "at": now - 300},
    ]});
    let sent = fresh.ask(Request::post("/events").json(&events)).await;
    assert_eq!(sent.status, 200, "{sent}");

    let status = oxeye.status("fresh").await;
    assert_eq!(status["state"], "starting", "{status}");
    assert_eq!(status["state_since_at"], now - 300);
    let seen = json!([{"player": "Alex", "last_seen_at": now - 395}]);
    assert_eq!(status["last_seen_players"], seen);
}

/// Links a server that reports these heartbeats, each with its state and how many seconds ago it was.
async fn reported(oxeye: &Oxeye, name: &str, heartbeats: &[(&str, i64)]) -> Plugin {
    let (_other, now) = oxeye.empty_server("clock").await;
    let server = oxeye.linked(name).await;
    let events: Vec<_> = heartbeats
        .iter()
        .map(|(state, ago)| {
            json!({"type": "heartbeat", "server": state, "heartbeat_secs": 60, "at": now - ago})
        })
        .collect();
    let events = json!({"epoch": 1, "first_seq": 1, "events": events});
    let sent = server.ask(Request::post("/events").json(&events)).await;
    assert_eq!(sent.status, 200, "{sent}");
    server
}

#[tokio::test]
async fn uptime_leaves_out_what_is_not_known_and_survives_a_kill() {
    let oxeye = Oxeye::start().await;
    let minutes = |from: i64, to: i64| (to..=from).rev().map(|minute| ("up", 60 * minute));
    let mut heartbeats: Vec<_> = minutes(100, 90).collect();
    // Nothing for 50 minutes, up for 10, down for 10, up again.
    heartbeats.extend(minutes(40, 31));
    heartbeats.extend((21..=30).rev().map(|minute| ("down", 60 * minute)));
    heartbeats.extend(minutes(20, 0));
    reported(&oxeye, "survival", &heartbeats).await;
    let url = "/api/servers/0/survival/uptime?days=1";

    let before = oxeye.api(Request::get(url)).await;
    let oxeye = oxeye.kill_and_restart().await;
    let after = oxeye.api(Request::get(url)).await;

    for uptime in [&before, &after] {
        assert_eq!(uptime["down_secs"], 600, "{uptime}");
        assert_eq!(uptime["unknown_secs"], 3_000, "{uptime}");
        assert_eq!(uptime["outage_count"], 1, "{uptime}");
        assert_eq!(uptime["outages"][0]["ended"], "up", "{uptime}");
        assert_eq!(uptime["outages"][0]["known_by"], "report", "{uptime}");
        assert_eq!(uptime["gap_count"], 1, "{uptime}");
    }
    assert_eq!(before["outages"], after["outages"]);
    let printed = oxeye.command(&["uptime", "survival"]).await.out;
    assert!(printed.contains("survival: up 80 % since "), "{printed}");
    assert!(printed.contains("nothing known for 50m"), "{printed}");
    assert!(printed.contains("1 outage\n"), "{printed}");
}

#[tokio::test]
async fn no_uptime_is_claimed_for_a_mod_without_heartbeats() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("modded").await;
    server.syncs(&["Alex"]).await;
    server.leaves("Alex").await;

    let uptime = oxeye
        .api(Request::get("/api/servers/0/modded/uptime"))
        .await;
    let printed = oxeye.command(&["uptime", "modded"]).await.out;

    assert_eq!(uptime["up_percent"], Value::Null, "{uptime}");
    assert!(
        printed.contains("nothing is known about the last 30 days"),
        "{printed}"
    );
}

#[tokio::test]
async fn a_server_that_goes_up_and_down_twice_a_second_is_not_believed() {
    let oxeye = Setup::unlimited().start().await;
    let mut heartbeats = vec![("up", 2_000)];
    for ago in (1_000..1_200).rev() {
        heartbeats.extend([("down", ago), ("up", ago)]);
    }
    reported(&oxeye, "survival", &heartbeats).await;

    let uptime = oxeye
        .api(Request::get("/api/servers/0/survival/uptime"))
        .await;

    let periods = uptime["outage_count"]
        .as_i64()
        .zip(uptime["gap_count"].as_i64());
    let (outages, gaps) = periods.expect("numbers");
    assert!(outages + gaps < 20, "{uptime}");
    assert_eq!(
        uptime["gaps"][0]["known_by"], "too_many_changes",
        "{uptime}"
    );
}
