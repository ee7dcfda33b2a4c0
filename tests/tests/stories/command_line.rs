//! What an operator types in a shell beside a running backend.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::Request;
use serde_json::json;

#[tokio::test]
async fn a_server_is_linked_and_shown_from_the_shell() {
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
async fn a_shell_in_german_is_answered_in_german() {
    let oxeye = Setup::new().set("LANG", "de_DE.UTF-8").start().await;
    oxeye.linked("survival").await.syncs(&["Alex"]).await;

    let status = oxeye.command(&["status"]).await;
    let sessions = oxeye.command(&["sessions", "Alex"]).await;
    let unknown = oxeye.command(&["status", "nether"]).await;
    let check = oxeye.command(&["check"]).await;
    let slip = oxeye.command(&["stauts"]).await;

    assert!(
        status.out.contains("survival: 1 online\nAlex (seit "),
        "{}",
        status.out
    );
    assert!(sessions.out.contains("noch online"), "{}", sessions.out);
    assert_eq!(unknown.code, Some(1), "{}", unknown.log);
    assert!(
        unknown
            .log
            .contains("es gibt keinen Server „nether“. Verknüpfte Server: survival."),
        "{}",
        unknown.log
    );
    assert!(
        check.out.contains("Einstellungen: in Ordnung"),
        "{}",
        check.out
    );
    assert!(slip.log.contains("meintest du `status`?"), "{}", slip.log);
    assert!(
        oxeye.log().contains("INFO") && !oxeye.log().contains("verknüpft"),
        "the log stays English"
    );
}

#[tokio::test]
async fn scripts_get_json() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await.syncs(&["Alex"]).await;

    let status = oxeye.command(&["status", "survival", "--json"]).await;

    let json: serde_json::Value = serde_json::from_str(&status.out).expect("JSON");
    assert_eq!(json[0]["online_players"][0]["player"], "Alex", "{json}");
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
    assert!(again.log.contains("is not linked"), "{}", again.log);
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
async fn the_shell_shows_how_long_somebody_played() {
    let oxeye = Oxeye::start().await;
    let survival = oxeye.linked("survival").await;
    survival.syncs(&["jeb_"]).await;
    let now = oxeye.heard_at("survival").await;
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
    assert!(player.out.contains("Time zone: UTC"), "{}", player.out);

    let top = oxeye.command(&["top", "--range", "7d"]).await;
    assert_eq!(top.code, Some(0), "{}", top.log);
    let lines: Vec<&str> = top.out.lines().collect();
    assert_eq!(
        lines[0],
        "creative and survival together, the last 7 days (days in UTC):"
    );
    assert!(lines[1].starts_with("1.  Alex  2h 1m"), "{}", top.out);
    assert!(lines[2].starts_with("2.  jeb_"), "{}", top.out);

    let sessions = oxeye
        .command(&["sessions", "Alex", "--server", "survival", "--json"])
        .await;
    let json: serde_json::Value = serde_json::from_str(&sessions.out).expect("JSON");
    assert_eq!(json[0]["sessions"][0]["joined_at"], now - 7_500, "{json}");
    assert_eq!(json[0]["sessions"][0]["ended"], "left", "{json}");
    let sessions = oxeye.command(&["sessions", "jeb_"]).await;
    assert_eq!(
        sessions.out.matches("still online").count(),
        2,
        "{}",
        sessions.out
    );

    let nobody = oxeye.command(&["player", "Steve"]).await;
    assert_eq!(nobody.code, Some(1), "{}", nobody.out);
    assert!(
        nobody.log.contains("creative and survival"),
        "{}",
        nobody.log
    );
}

#[tokio::test]
async fn names_are_found_in_another_case_if_only_one_matches() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("My Server").await.syncs(&["Alex"]).await;
    oxeye.linked("creative").await.syncs(&["jeb_"]).await;

    let status = oxeye.command(&["status", "my server"]).await;
    assert!(status.out.starts_with("My Server: "), "{status:?}");
    for command in ["player", "sessions"] {
        let found = oxeye
            .command(&[command, "aLEX", "--server", "MY SERVER"])
            .await;
        assert!(found.out.starts_with("Alex on My Server"), "{found:?}");
    }
    let activity = oxeye.command(&["activity", "aLEX"]).await;
    assert!(activity.out.starts_with("Alex: "), "{activity:?}");
    let forget = oxeye.command(&["forget", "alex", "--yes"]).await;
    assert_eq!(forget.code, Some(1), "{forget:?}");
    assert!(forget.log.contains("did you mean \"Alex\"?"), "{forget:?}");
    let unlinked = oxeye.command(&["unlink", "MY SERVER"]).await;
    assert!(
        unlinked.out.starts_with("My Server is unlinked"),
        "{unlinked:?}"
    );
}

#[tokio::test]
async fn names_that_differ_only_in_case_are_named() {
    let oxeye = Oxeye::start().await;
    let hub = oxeye.linked("hub").await;
    hub.syncs(&["Steve", "steve", "steven"]).await;

    for command in ["player", "sessions", "activity"] {
        let found = oxeye.command(&[command, "STEVE"]).await;
        assert_eq!(found.code, Some(1), "{found:?}");
        let both = "\"STEVE\" could be Steve or steve; use the same capital letters";
        assert!(found.log.contains(both), "{found:?}");
    }
}

#[tokio::test]
async fn players_of_two_servers_whose_names_differ_only_in_case_are_not_mixed() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("hub").await.syncs(&["Steve", "Alex"]).await;
    oxeye.linked("lobby").await.syncs(&["steve", "Alex"]).await;

    for command in ["player", "sessions"] {
        let exact = oxeye.command(&[command, "steve"]).await;
        assert!(exact.out.starts_with("steve on lobby"), "{exact:?}");
        assert!(!exact.out.contains("Steve"), "{exact:?}");
        let unclear = oxeye.command(&[command, "STEVE"]).await;
        let both = "\"STEVE\" could be Steve or steve; use the same capital letters";
        assert!(unclear.log.contains(both), "{unclear:?}");
        let same = oxeye.command(&[command, "ALEX"]).await;
        assert!(
            same.out.contains("hub") && same.out.contains("lobby"),
            "{same:?}"
        );
    }
}

#[tokio::test]
async fn a_typing_error_on_the_command_line_is_answered_with_a_suggestion() {
    let stauts = Setup::new().arguments(&["stauts"]).run().await;
    let jsno = Setup::new().arguments(&["status", "--jsno"]).run().await;
    let help = Setup::new().arguments(&["--help"]).run().await;

    assert_eq!(stauts.code, Some(2), "{stauts:?}");
    assert!(stauts.log.contains("did you mean `status`?"), "{stauts:?}");
    assert_eq!(jsno.code, Some(2), "{jsno:?}");
    assert!(jsno.log.contains("did you mean `--json`?"), "{jsno:?}");
    assert_eq!(help.code, Some(0), "{help:?}");
    assert!(help.out.contains("oxeye forget jeb_"), "{}", help.out);
}

#[tokio::test]
async fn the_shell_says_in_its_own_words_and_language_what_cannot_be_done() {
    let oxeye = Setup::new().set("LANG", "de_DE.UTF-8").start().await;
    oxeye.linked("survival").await.syncs(&["Alex"]).await;
    oxeye.linked_in(7, "hub").await;

    let what = ["top", "--guild", "0", "--what", "bells"];
    let what = oxeye.command(&what).await;
    let local = ["alerts", "--guild", "0", "--set", "123"];
    let local = oxeye.command(&local).await;
    let everyone = ["alerts", "--guild", "7", "--set", "123", "--role", "7"];
    let everyone = oxeye.command(&everyone).await;
    let limit = oxeye.command(&["top", "--limit", "0"]).await;
    let forget = oxeye.command(&["forget", "Alex"]).await;

    let words = "es gibt keine Rangliste für „bells“; diese gibt es: playtime, visits, ";
    assert!(what.log.contains(words), "{what:?}");
    assert!(local.log.contains("Guild 0 ist lokal"), "{local:?}");
    let words = "Eine Warnung kann nicht alle benachrichtigen.";
    assert!(everyone.log.contains(words), "{everyone:?}");
    assert_eq!(limit.code, Some(2), "{limit:?}");
    let words = "`0` geht nicht für `--limit <N>`: das ist eine ganze Zahl ab 1";
    assert!(limit.log.contains(words), "{limit:?}");
    let words = "Alex auf allen Servern aller Guilds vergessen?";
    assert!(forget.log.contains(words), "{forget:?}");
}

#[tokio::test]
async fn a_test_of_an_alert_without_a_bot_is_not_promised() {
    let oxeye = Oxeye::start().await;
    oxeye.linked_in(7, "hub").await;
    let set = ["alerts", "--guild", "7", "--set", "123"];
    let set = oxeye.command(&set).await;
    assert_eq!(set.code, Some(0), "{set:?}");

    let test = ["alerts", "--guild", "7", "--test", "1"];
    let test = oxeye.command(&test).await;

    assert_eq!(test.code, Some(0), "{test:?}");
    assert!(
        test.out
            .contains("the bot is off (DISCORD_TOKEN is not set)"),
        "{test:?}"
    );
}
