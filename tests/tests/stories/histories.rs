//! Who was on at a moment: `/oxeye history`, `oxeye history` and the API.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::community::Community;
use oxeye_tests::raw::Request;
use serde_json::json;

/// Starts with a server on which Alex is now, and where Steve was from two hours ago until one hour ago.
async fn with_a_past() -> (Community, i64) {
    let (community, server) = Community::with_alex().await;
    let path = format!("/api/servers/{}/survival/status", community.guild.id());
    let status = community.oxeye.api(Request::get(path)).await;
    let now = status["heard_at"].as_i64().expect("it was heard");
    server
        .reports_stays("Steve", &[(now - 7_200, now - 3_600)])
        .await;
    (community, now)
}

#[tokio::test]
async fn members_see_who_was_on_at_a_moment() {
    let (
        Community {
            discord,
            guild,
            oxeye,
        },
        now,
    ) = with_a_past().await;
    let creative = oxeye.linked_from(&guild, "creative").await;
    creative.syncs(&["Eve"]).await;
    let member = guild.member();
    let stamp = format!("<t:{}:R>", now - 4_000);

    let then = member.types("oxeye history", &[("time", &stamp)]).await;
    let ago = member
        .types("oxeye history", &[("time", "90 min ago")])
        .await;
    let current = member.types("oxeye history", &[("time", "jetzt")]).await;
    let german = guild.prefers("de").member();
    let in_german = german
        .types("oxeye history", &[("time", "vor 90 Min.")])
        .await;

    for shown in [&then, &ago] {
        assert!(!shown.ephemeral, "it is for everybody");
        let text = shown.text();
        assert!(text.contains("**survival** (1): Steve"), "{text}");
        assert!(
            text.contains("(UTC)") && !text.contains("creative"),
            "{text}"
        );
    }
    let text = current.text();
    assert!(text.contains("**survival** (1): Alex"), "{text}");
    assert!(text.contains("**creative** (1): Eve"), "{text}");
    assert!(
        in_german.text().contains("Da waren am "),
        "{}",
        in_german.text()
    );
    discord.keeps_the_rules();
}

#[tokio::test]
async fn a_time_that_says_nothing_is_explained() {
    let (
        Community {
            discord,
            guild,
            oxeye: _oxeye,
        },
        now,
    ) = with_a_past().await;
    let member = guild.member();
    let ask = async |time: &str| member.types("oxeye history", &[("time", time)]).await;

    let long = "1".repeat(100);
    for time in ["soon", "2026-02-30", "@everyone", "25:00", &long] {
        let refused = ask(time).await;
        assert!(
            refused.ephemeral && refused.text().contains("I cannot read that time"),
            "{time}"
        );
    }
    let future = ask(&format!("<t:{}>", now + 999_999)).await;
    let old = ask("1970-01-01 00:00").await;

    assert!(
        future.ephemeral && future.text().contains("in the future"),
        "{}",
        future.text()
    );
    let text = old.text();
    assert!(
        text.contains("Nothing is known about that time. The first session began on "),
        "{text}"
    );
    discord.keeps_the_rules();
}

#[tokio::test]
async fn who_hides_is_counted_and_not_named() {
    let (
        Community {
            discord,
            guild,
            oxeye,
        },
        _,
    ) = with_a_past().await;
    let member = json!({"type": "linked_member", "guild_id": guild.id().to_string(), "user_id": "5",
        "player": "Steve", "linked_at": 1, "confirmed_by_user_id": "6", "hidden_since_at": 2});
    let lines = format!("{}\n{member}\n", json!({"oxeye": 5, "exported_at": 1}));
    let import = Request::post("/api/import").body(lines);
    assert_eq!(oxeye.operator(import).await.status, 200);

    let shown = guild
        .member()
        .types("oxeye history", &[("time", "90 min ago")])
        .await;
    let shell = oxeye.command(&["history", "90", "min", "ago"]).await;

    for text in [shown.text(), shell.out] {
        assert!(text.contains("(1)") && !text.contains("Steve"), "{text}");
    }
    discord.keeps_the_rules();
}

#[tokio::test]
async fn the_command_line_and_the_api_say_the_same() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    server
        .reports_stays("jeb_", &[(now - 7_200, now - 3_600)])
        .await;

    let text = oxeye
        .command(&["history", "90m", "ago", "--server", "SURVIVAL"])
        .await;
    let shell = oxeye
        .command(&["history", "vor", "90", "Min.", "--json"])
        .await;
    let path = format!("/api/guilds/0/online?at={}", now - 5_000);
    let report = oxeye.api(Request::get(path)).await;
    let future = format!("/api/guilds/0/online?at={}", now + 9_999);
    let future = oxeye.operator(Request::get(future)).await;
    let odd = oxeye.command(&["history", "soon"]).await;

    assert!(
        text.out.starts_with("On at ") && text.out.ends_with("(UTC)\nsurvival (1): jeb_"),
        "{}",
        text.out
    );
    assert!(shell.out.contains("\"player\": \"jeb_\""), "{}", shell.out);
    let roster = &report["servers"][0];
    assert_eq!(
        roster["players"],
        json!([{"player": "jeb_", "until_at": null}])
    );
    assert_eq!(roster["hidden_count"], json!(0));
    assert_eq!(
        (&roster["server"], &roster["is_known"]),
        (&json!("survival"), &json!(true))
    );
    assert_eq!(future.status, 400, "{future}");
    assert_ne!(odd.code, Some(0));
    assert!(odd.log.contains("yesterday 20:15"), "{}", odd.log);
}
