//! What an operator types in a shell beside a running backend.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::Discord;
use oxeye_tests::raw::Request;
use serde_json::json;

#[tokio::test]
async fn a_server_is_linked_and_looked_at_from_the_shell() {
    let oxeye = Oxeye::start().await;

    let link = oxeye.command(&["link", "survival"]).await;
    assert_eq!(link.code, Some(0), "{}", link.log);
    let words = link.out.split_whitespace();
    let code = words.filter_map(|word| word.parse().ok()).next();
    let server = oxeye.redeem(&code.expect("a link code is printed")).await;
    server.syncs(&["jeb_", "Alex"]).await;
    server.leaves("jeb_").await;

    let picture = oxeye.folder().join("status.png");
    let to = picture.display().to_string();
    let status = oxeye
        .command(&["status", "survival", "--picture", &to])
        .await;
    assert_eq!(status.code, Some(0), "{}", status.log);
    let (online, last_seen) = status
        .out
        .split_once("Last seen (within 24h):")
        .expect("jeb_");
    assert!(online.contains("Alex"), "{}", status.out);
    assert!(
        last_seen.contains("• jeb_ ("),
        "nothing is escaped here: {}",
        status.out
    );
    image::open(&picture).expect("a picture is saved");
}

#[tokio::test]
async fn scripts_get_json() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await.syncs(&["Alex"]).await;

    let status = oxeye.command(&["status", "survival", "--json"]).await;

    let json: serde_json::Value = serde_json::from_str(&status.out).expect("JSON");
    assert_eq!(json["online"][0]["player"], "Alex", "{json}");
}

#[tokio::test]
async fn a_server_is_unlinked_and_linked_again_from_the_shell() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("my server").await;
    server.syncs(&["Alex"]).await;

    let taken = oxeye.command(&["link", "my server"]).await;
    let unlinked = oxeye.command(&["unlink", "my server"]).await;
    let again = oxeye.command(&["unlink", "my server"]).await;

    assert!(taken.log.contains("already linked"), "{}", taken.log);
    assert_eq!(unlinked.code, Some(0), "{}", unlinked.log);
    assert_eq!(again.code, Some(1), "{}", again.out);
    assert!(
        again.log.contains("no server of that name"),
        "{}",
        again.log
    );
    let refused = server.ask(Request::get("/status")).await;
    assert_eq!(refused.status, 401, "{refused}");
    oxeye.linked("my server").await.syncs(&["Steve"]).await;
    let listed = oxeye.operator(Request::get("/api/servers")).await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error() {
    let oxeye = Oxeye::start().await;
    let status = oxeye.command(&["status", "nether"]).await;
    assert!(!matches!(status.code, Some(0) | None), "{}", status.out);
    assert!(
        status.log.contains("nether") || status.log.contains("server"),
        "{}",
        status.log
    );
}

#[tokio::test]
async fn without_a_backend_the_command_says_so() {
    let mut oxeye = Oxeye::start().await;
    oxeye.terminate().await;
    let status = oxeye.command(&["status"]).await;
    assert!(!matches!(status.code, Some(0) | None), "{}", status.out);
    assert!(status.log.contains("run"), "{}", status.log);
}

#[tokio::test]
async fn check_tells_a_good_installation_from_a_bad_one() {
    let good = Setup::new().arguments(&["check"]).run().await;
    let bad = Setup::new()
        .set("DATABASE_PATH", "/nonexistent/folder/oxeye.db")
        .arguments(&["check"])
        .run()
        .await;

    assert_eq!(good.code, Some(0), "{}{}", good.out, good.log);
    assert!(
        !matches!(bad.code, Some(0) | None),
        "{}{}",
        bad.out,
        bad.log
    );
}

#[tokio::test]
async fn check_finds_a_running_bot_that_discord_refuses() {
    let discord = Discord::start().await;
    discord.refuses_identify(Some(4014));
    let oxeye = Setup::new().discord(&discord).start().await;
    oxeye.has_logged("Discord refused the bot").await;

    let check = oxeye.command(&["check"]).await;

    assert_eq!(check.code, Some(1), "{}", check.out);
    assert!(check.out.contains("Discord: WRONG"), "{}", check.out);
    assert!(check.out.contains("intents"), "{}", check.out);
}

#[tokio::test]
async fn check_does_not_open_the_store_for_writing() {
    let mut oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;
    oxeye.terminate().await;
    let file = oxeye.folder().join("oxeye.db");
    let before = std::fs::read(&file).expect("the store is there");

    let check = oxeye.command(&["check"]).await;

    assert_eq!(check.code, Some(0), "{}{}", check.out, check.log);
    assert!(check.out.contains("is fine"), "{}", check.out);
    assert!(before == std::fs::read(&file).expect("it still is"));
}

#[tokio::test]
async fn the_demo_shows_something_by_itself_and_survives_being_killed() {
    let oxeye = Setup::new().arguments(&["serve", "--demo"]).start().await;
    shows_the_demo(&oxeye).await;
    shows_the_demo(&oxeye.kill_and_restart().await).await;
}

async fn shows_the_demo(oxeye: &Oxeye) {
    oxeye.has_logged("is open").await;
    let status = oxeye.status("Oxeye%20demo").await;
    assert_eq!(status["state"], "online", "{status}");
    let online = oxeye.online("Oxeye%20demo").await;
    assert!(online.len() >= 3, "{online:?}");
    assert!(!oxeye.last_seen("Oxeye%20demo").await.is_empty());
}

#[tokio::test]
async fn how_long_somebody_played_is_told_in_the_shell() {
    let oxeye = Oxeye::start().await;
    let survival = oxeye.linked("survival").await;
    survival.syncs(&["jeb_"]).await;
    let now = oxeye.status("survival").await["heard_at"]
        .as_i64()
        .expect("it was heard");
    for (route, event) in [
        ("/join", json!({"player": "Alex", "at": now - 7_500})),
        ("/leave", json!({"player": "Alex", "at": now - 200})),
    ] {
        let taken = survival.ask(Request::post(route).json(&event)).await;
        assert_eq!(taken.status, 200, "{taken}");
    }
    oxeye.linked("creative").await.syncs(&["jeb_"]).await;

    let player = oxeye.command(&["player", "Alex"]).await;
    assert_eq!(player.code, Some(0), "{}", player.log);
    assert!(
        player.out.starts_with("Alex on survival\n"),
        "{}",
        player.out
    );
    assert!(
        player.out.contains("in all        2h 1m\n"),
        "{}",
        player.out
    );
    assert!(player.out.contains("those of UTC."), "{}", player.out);

    let top = oxeye.command(&["top", "--range", "7d"]).await;
    assert_eq!(top.code, Some(0), "{}", top.log);
    let lines: Vec<&str> = top.out.lines().collect();
    assert_eq!(
        lines[0],
        "creative, survival together, the last 7 days (days of UTC):"
    );
    assert!(lines[1].starts_with("1.  Alex  2h 1m"), "{}", top.out);
    assert!(lines[2].starts_with("2.  jeb_"), "{}", top.out);

    let sessions = oxeye
        .command(&["sessions", "Alex", "--server", "survival", "--json"])
        .await;
    let json: serde_json::Value = serde_json::from_str(&sessions.out).expect("JSON");
    assert_eq!(json["sessions"][0]["joined_at"], now - 7_500, "{json}");
    assert_eq!(json["sessions"][0]["ended"], "left", "{json}");
    let sessions = oxeye.command(&["sessions", "jeb_"]).await;
    assert_eq!(
        sessions.out.matches("still there").count(),
        2,
        "{}",
        sessions.out
    );

    let nobody = oxeye.command(&["player", "alex"]).await;
    assert_eq!(nobody.code, Some(1), "{}", nobody.out);
    assert!(nobody.log.contains("creative, survival"), "{}", nobody.log);
}
