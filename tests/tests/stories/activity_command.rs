//! `oxeye activity`: what an operator reads about players.

use oxeye_tests::backend::{Oxeye, Setup};
use serde_json::{Value, json};

/// Links a server on which jeb_ is on and has died, Alex was on and did nothing, and Steve is not on and has traded.
async fn lively(oxeye: &Oxeye) {
    let server = oxeye.linked("survival").await;
    server.syncs(&["jeb_", "Alex"]).await;
    server.leaves("Alex").await;
    for event in [
        json!({"player": "jeb_", "event_type": "death"}),
        json!({"player": "jeb_", "event_type": "mod:ritual", "details": {"word": "a\u{1b}[2Jb"}}),
        json!({"player": "Steve", "event_type": "trade_buy", "details": {"total_value": 1_234.5}}),
    ] {
        server.reports_activity(&event).await;
    }
}

#[track_caller]
fn line<'a>(out: &'a str, word: &str) -> Vec<&'a str> {
    let mut lines = out.lines().map(|line| line.split_whitespace().collect());
    let found = lines.find(|words: &Vec<_>| words.first() == Some(&word));
    found.unwrap_or_else(|| panic!("no line about {word}: {out}"))
}

#[tokio::test]
async fn the_shell_shows_what_somebody_did() {
    let oxeye = Oxeye::start().await;
    lively(&oxeye).await;

    let jeb = oxeye.command(&["activity", "jEb_"]).await;
    assert_eq!(jeb.code, Some(0), "{}", jeb.log);
    assert!(jeb.out.starts_with("jeb_: online for "), "{}", jeb.out);
    assert_eq!(line(&jeb.out, "actions"), ["actions", "2", "2", "2"]);
    assert_eq!(line(&jeb.out, "deaths"), ["deaths", "1", "1", "1"]);
    assert_eq!(line(&jeb.out, "sessions"), ["sessions", "1", "1"]);
    assert!(!jeb.out.contains("trades"), "{}", jeb.out);
    assert!(jeb.out.contains("ago  died\n"), "{}", jeb.out);
    assert!(
        jeb.out.contains("mod:ritual (word: a\u{fffd}[2Jb)"),
        "{}",
        jeb.out
    );
    assert!(!jeb.out.contains('\u{1b}'), "{}", jeb.out);

    let steve = oxeye.command(&["activity", "Steve", "--limit", "1"]).await;
    assert!(
        steve.out.starts_with("Steve: not online, last active "),
        "{}",
        steve.out
    );
    assert!(
        steve.out.contains("bought something (total_value: 1234.5)"),
        "{}",
        steve.out
    );
    assert_eq!(
        line(&steve.out, "trade"),
        ["trade", "volume", "1,234.5", "1,234.5"]
    );

    let alex = oxeye.command(&["activity", "Alex"]).await;
    assert!(alex.out.contains("ago  left ("), "{}", alex.out);

    let nobody = oxeye.command(&["activity", "Eve"]).await;
    assert_eq!((nobody.code, nobody.out.as_str()), (Some(1), ""));
    assert!(
        nobody.log.contains("nobody called Eve has ever been on"),
        "{}",
        nobody.log
    );
}

#[tokio::test]
async fn the_shell_shows_who_has_most_of_a_counter() {
    let oxeye = Oxeye::start().await;
    lively(&oxeye).await;

    let deaths = oxeye
        .command(&["activity", "--top", "deaths", "--range", "today"])
        .await;
    assert_eq!(
        deaths.out, "deaths, today (days in UTC):\n1.  jeb_  1",
        "{}",
        deaths.log
    );
    let kills = oxeye.command(&["activity", "--top", "kills"]).await;
    assert_eq!(
        kills.out,
        "kills, the last 30 days (days in UTC): nothing so far."
    );
    let fame = oxeye.command(&["activity", "--top", "fame"]).await;
    assert_eq!((fame.code, fame.out.as_str()), (Some(1), ""));
    assert!(
        fame.log
            .contains("no counter \"fame\"; the counters are: actions, advancements, "),
        "{}",
        fame.log
    );
    let all = oxeye
        .command(&["activity", "--top", "deaths", "--range", "all"])
        .await;
    assert_eq!(all.code, Some(2), "{all:?}");
    assert!(all.log.contains("1d to 30d"), "{}", all.log);
    let neither = oxeye.command(&["activity"]).await;
    assert_eq!(neither.code, Some(2), "{neither:?}");
    assert!(neither.log.contains("--top <COUNTER>"), "{}", neither.log);
    let range_of_a_player = ["activity", "jeb_", "--range", "today"];
    let range_of_a_player = oxeye.command(&range_of_a_player).await;
    assert_eq!(range_of_a_player.code, Some(2), "{range_of_a_player:?}");
}

#[tokio::test]
async fn the_shell_takes_the_account_that_the_records_name() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let account = "853c80ef-3c37-49fd-aa49-938b674adae6";
    server.syncs(&[]).await;
    let event = json!({"player": "jeb_", "event_type": "death", "uuid": account});
    server.reports_activity(&event).await;

    let shown = oxeye.command(&["activity", &account.to_uppercase()]).await;

    assert_eq!(shown.code, Some(0), "{}", shown.log);
    assert_eq!(line(&shown.out, "deaths"), ["deaths", "1", "1"]);
}

#[tokio::test]
async fn a_german_shell_shows_activity_in_german() {
    let oxeye = Setup::new().set("LANG", "de_DE.UTF-8").start().await;
    lively(&oxeye).await;

    let jeb = oxeye.command(&["activity", "jeb_"]).await;
    assert!(jeb.out.starts_with("jeb_: seit "), "{}", jeb.out);
    assert_eq!(line(&jeb.out, "Tode"), ["Tode", "1", "1", "1"]);
    assert!(jeb.out.contains("  gestorben\n"), "{}", jeb.out);
    let top = oxeye.command(&["activity", "--top", "trade_volume"]).await;
    assert_eq!(
        top.out,
        "Handelsvolumen, in den letzten 30 Tagen (Tage in UTC):\n1.  Steve  1.234,5"
    );
    let fame = oxeye.command(&["activity", "--top", "Ruhm"]).await;
    assert!(
        fame.log.contains("es gibt keinen Zähler „Ruhm“"),
        "{}",
        fame.log
    );
    let nobody = oxeye.command(&["activity", "Eve"]).await;
    assert!(
        nobody.log.contains("noch niemand namens Eve"),
        "{}",
        nobody.log
    );
}

#[tokio::test]
async fn scripts_get_the_answers_of_the_api() {
    let oxeye = Oxeye::start().await;
    lively(&oxeye).await;

    let steve = oxeye.command(&["activity", "Steve", "--json"]).await;
    let top = oxeye
        .command(&["activity", "--top", "trades", "--json"])
        .await;

    let printed: Value = serde_json::from_str(&steve.out).expect("JSON");
    assert_eq!(printed, oxeye.activity("players/Steve").await);
    let printed: Value = serde_json::from_str(&top.out).expect("JSON");
    assert_eq!(printed, oxeye.activity("top?by=trades").await);
}

#[tokio::test]
async fn with_several_guilds_one_has_to_be_named() {
    let oxeye = Oxeye::start().await;
    lively(&oxeye).await;
    let other = oxeye.linked_in("7", "survival").await;
    other.syncs(&["Eve"]).await;

    let which = oxeye.command(&["activity", "Eve"]).await;
    assert_eq!(which.code, Some(1), "{which:?}");
    assert!(which.log.contains("--guild"), "{}", which.log);
    let eve = oxeye.command(&["activity", "Eve", "--guild", "7"]).await;
    assert!(eve.out.starts_with("Eve: online for "), "{eve:?}");
    let elsewhere = oxeye.command(&["activity", "Eve", "--guild", "0"]).await;
    assert_eq!(elsewhere.code, Some(1), "{elsewhere:?}");
}
