//! What a guild sets for itself, by the API and the command line, and what comes of it.

mod moving;
mod panel;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::community::Community;
use oxeye_tests::discord::ChannelKind;
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

const SETTINGS: &str = "/api/guilds/0/settings";

async fn patch(oxeye: &Oxeye, path: &str, order: &Value) -> (u16, Value) {
    let answer = oxeye
        .operator(Request::new("PATCH", path).json(order))
        .await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn settings_are_changed_one_by_one_and_bad_values_change_nothing() {
    let oxeye = Setup::new()
        .set("SESSION_RETENTION_DAYS", "365")
        .set("TIME_ZONE", "Asia/Tokyo")
        .start()
        .await;
    oxeye.linked("survival").await;

    let before = oxeye.api(Request::get(SETTINGS)).await;
    let order = json!({"time_zone": "europe/berlin", "language": "de", "last_seen_hours": 12});
    let (status, after) = patch(&oxeye, SETTINGS, &order).await;
    let fewer = json!({"time_zone": null, "retention_days": 90, "shown": ["heads"], "delete_sessions": true});
    let (_, fewer) = patch(&oxeye, SETTINGS, &fewer).await;

    let expected = json!({"guild_id": "0", "time_zone": null, "language": null, "last_seen_hours": null,
        "retention_days": null, "shown": ["heads", "playtime", "rankings", "history"],
        "default_time_zone": "Asia/Tokyo", "last_seen_hours_limit": 24, "retention_days_limit": 365});
    assert_eq!(before, expected);
    assert_eq!(status, 200, "{after}");
    assert_eq!(
        (&after["time_zone"], &after["language"]),
        (&json!("Europe/Berlin"), &json!("de"))
    );
    assert_eq!(
        (&fewer["time_zone"], &fewer["last_seen_hours"]),
        (&Value::Null, &json!(12))
    );
    for (order, words) in [
        (
            json!({"time_zone": "Europe/Berln"}),
            "Did you mean Europe/Berlin?",
        ),
        (
            json!({"time_zone": "Mars/Base", "language": "en"}),
            "There is no time zone Mars/Base",
        ),
        (json!({"language": "fr"}), "only en and de"),
        (json!({"last_seen_hours": 25}), "from 1 to 24"),
        (json!({"retention_days": 0}), "from 1 to 365"),
        (json!({"retention_days": 10_000}), "from 1 to 365"),
        (
            json!({"shown": ["hats"]}),
            "Members cannot be shown hats, only heads",
        ),
        (json!({"hats": true}), "hats"),
        (json!({"time_zone": 7}), "found 7 where a text belongs"),
    ] {
        let (status, refused) = patch(&oxeye, SETTINGS, &order).await;
        assert_eq!(status, 422, "{order}: {refused}");
        let error = refused["error"].as_str().unwrap_or_default();
        assert!(error.contains(words), "{order}: {error}");
    }
    assert_eq!(oxeye.api(Request::get(SETTINGS)).await, fewer);
    let (status, _) = patch(&oxeye, "/api/guilds/9/settings", &json!({})).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn fewer_days_are_asked_about_also_while_nothing_is_old_enough() {
    let oxeye = Setup::new()
        .set("SESSION_RETENTION_DAYS", "365")
        .start()
        .await;
    oxeye.linked("survival").await;
    let fewer = json!({"retention_days": 90});

    let (asked, why) = patch(&oxeye, SETTINGS, &fewer).await;
    let confirmed = json!({"retention_days": 90, "delete_sessions": true});
    let (confirmed, _) = patch(&oxeye, SETTINGS, &confirmed).await;
    let (same, _) = patch(&oxeye, SETTINGS, &fewer).await;
    let (longer, _) = patch(&oxeye, SETTINGS, &json!({"retention_days": 100})).await;

    assert_eq!(
        (asked, &why["code"], &why["session_count"]),
        (409, &json!("deletes_sessions"), &json!(0))
    );
    assert_eq!([confirmed, same, longer], [200, 200, 200]);
}

#[tokio::test]
async fn no_list_of_what_is_shown_shows_everything_and_an_empty_one_nothing() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;

    let (_, nothing) = patch(&oxeye, SETTINGS, &json!({"shown": []})).await;
    let (_, everything) = patch(&oxeye, SETTINGS, &json!({"shown": null})).await;

    assert_eq!(nothing["shown"], json!([]));
    let all = json!(["heads", "playtime", "rankings", "history"]);
    assert_eq!(everything["shown"], all);
}

#[tokio::test]
async fn the_command_line_asks_before_it_has_sessions_deleted() {
    let oxeye = Oxeye::start().await;
    let (plugin, now) = oxeye.empty_server("survival").await;
    let day = 86_400;
    plugin
        .reports_stays("Alex", &[(now - 3 * day, now - 3 * day + 60)])
        .await;

    let refused = oxeye.command(&["settings", "retention_days=1"]).await;
    let untouched = oxeye.api(Request::get(SETTINGS)).await;
    let order = json!({"retention_days": 1});
    let (status, by_api) = patch(&oxeye, SETTINGS, &order).await;
    let changed = oxeye
        .command(&["settings", "retention_days=1d", "language=de", "--yes"])
        .await;
    let wrong = oxeye.command(&["settings", "time_zone=Berln"]).await;
    let nothing = oxeye.command(&["settings", "hats=on"]).await;

    assert_eq!(refused.code, Some(1), "{}", refused.log);
    assert!(refused.log.contains("--yes"), "{}", refused.log);
    assert_eq!(untouched["retention_days"], Value::Null);
    assert_eq!((status, &by_api["code"]), (409, &json!("deletes_sessions")));
    assert_eq!(by_api["session_count"], 1);
    assert_eq!(changed.code, Some(0), "{}", changed.log);
    for line in [
        "language         German",
        "retention_days   1 day",
        "time_zone        UTC (Oxeye's",
    ] {
        assert!(changed.out.contains(line), "{line} in {}", changed.out);
    }
    assert!(
        wrong.log.contains("Did you mean Europe/Berlin?"),
        "{}",
        wrong.log
    );
    assert!(
        nothing.log.contains("There is no setting hats"),
        "{}",
        nothing.log
    );
}

#[tokio::test]
async fn the_command_line_and_the_api_count_the_days_of_the_guild() {
    let oxeye = Setup::new().set("TIME_ZONE", "Asia/Tokyo").start().await;
    let (plugin, now) = oxeye.empty_server("survival").await;
    plugin.reports_stays("Alex", &[(now - 600, now - 60)]).await;
    let (status, _) = patch(&oxeye, SETTINGS, &json!({"time_zone": "Europe/Berlin"})).await;
    assert_eq!(status, 200);

    for command in [
        &["player", "Alex"][..],
        &["sessions", "Alex"],
        &["top"],
        &["uptime"],
        &["history", "5m", "ago"],
        &["chart"],
    ] {
        let said = oxeye.command(command).await.out;
        assert!(said.contains("Europe/Berlin"), "{command:?}: {said}");
        let elsewhere = [command, &["--tz", "America/Lima"]].concat();
        let said = oxeye.command(&elsewhere).await.out;
        assert!(said.contains("America/Lima"), "{elsewhere:?}: {said}");
    }
    let person = Request::get("/api/guilds/0/persons/Alex");
    assert_eq!(oxeye.api(person).await["time_zone"], "Europe/Berlin");
    let games = Request::get("/api/guilds/0/presence/top");
    assert_eq!(oxeye.api(games).await["time_zone"], "Europe/Berlin");
}

#[tokio::test]
async fn what_is_public_speaks_the_guilds_language_and_its_time_zone() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let plugin = oxeye.linked_from(&guild, "survival").await;
    plugin.joins("Alex").await;
    let lobby = guild.channel(ChannelKind::Text, "lobby");
    let options = [("channel", &*lobby.id_text())];
    guild.moderator().types("oxeye board post", &options).await;
    lobby.message_says("Alex").await;
    let settings = format!("/api/guilds/{}/settings", guild.id());
    let english = guild.member().types("oxeye status", &[]).await;

    let order = json!({"language": "de", "time_zone": "Asia/Tokyo", "shown": ["playtime"]});
    let (status, answer) = patch(&oxeye, &settings, &order).await;
    assert_eq!(status, 200, "{answer}");

    let member = guild.member();
    let german = member.types("oxeye status", &[]).await;
    assert!(
        !english.text().contains("Aktualisieren"),
        "{}",
        english.text()
    );
    assert!(german.text().contains("Aktualisieren"), "{}", german.text());
    assert!(
        english.files.len() > german.files.len(),
        "heads are not shown any more"
    );
    let chart = member.types("oxeye chart", &[]).await;
    assert!(chart.text().contains("Asia/Tokyo"), "{}", chart.text());
    let player = member.types("oxeye player", &[("name", "Alex")]).await;
    assert!(!player.text().contains("Platz"), "{}", player.text());
    let history = member.types("oxeye history", &[("time", "1h ago")]).await;
    let top = member.types("oxeye top", &[]).await;
    for refused in [history, top] {
        assert!(refused.ephemeral, "{}", refused.text());
        assert!(
            refused.text().contains("turned off here"),
            "{}",
            refused.text()
        );
    }
    let report = format!("/api/guilds/{}/chart", guild.id());
    assert_eq!(
        oxeye.api(Request::get(report)).await["time_zone"],
        "Asia/Tokyo"
    );
    plugin.leaves("Alex").await;
    lobby.message_says("Zuletzt gesehen").await;
}
