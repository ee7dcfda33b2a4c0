//! `/oxeye settings`: the panel in Discord.

use oxeye_tests::community::Community;
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn a_moderator_sets_everything_from_one_panel() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    oxeye.linked_from(&guild, "survival").await;
    let admin = guild.moderator();

    let panel = admin.types("oxeye settings", &[]).await;
    let zone = admin
        .chooses_values(&panel, "time_zone", &["Asia/Tokyo"])
        .await;
    let language = admin.chooses_values(&zone, "language", &["de"]).await;
    let window = admin
        .chooses_values(&language, "last_seen_hours", &["12"])
        .await;
    let shown = admin
        .chooses_values(&window, "shown", &["heads", "history"])
        .await;
    let question = admin
        .chooses_values(&shown, "retention_days", &["90"])
        .await;
    let days = admin.presses(&question, "Keep fewer days").await;
    let german = guild
        .moderator()
        .speaks("de")
        .types("oxeye settings", &[])
        .await;
    let again = admin.chooses_values(&days, "language", &["-"]).await;

    assert!(
        panel.ephemeral && panel.text().contains("UTC (Oxeye's default)"),
        "{}",
        panel.text()
    );
    for (answer, words) in [
        (&zone, r"Time zone: **Asia\/Tokyo**"),
        (&language, "Language: **German**"),
        (&window, "Last seen: **12 hours"),
        (&shown, "Shown to members: **heads and history**"),
        (&days, "Keep sessions: **90 days**"),
        (&german, r"Zeitzone: **Asia\/Tokyo**"),
        (&again, "Language: **as in Discord**"),
        (&question, "None is older yet"),
    ] {
        assert!(
            answer.text().contains(words),
            "{words} in {}",
            answer.text()
        );
    }
    let path = format!("/api/guilds/{}/settings", guild.id());
    let settings = oxeye.api(Request::get(path)).await;
    assert_eq!(
        (&settings["time_zone"], &settings["language"]),
        (&json!("Asia/Tokyo"), &Value::Null)
    );
}

#[tokio::test]
async fn a_modal_takes_other_values_and_explains_bad_ones() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    oxeye.linked_from(&guild, "survival").await;
    let admin = guild.moderator();
    let panel = admin.types("oxeye settings", &[]).await;

    let modal = admin.opens(&panel, "time_zone", "?").await;
    let near = admin.submits(&panel, &modal, "europe/berln").await;
    let mention = admin.submits(&panel, &modal, "<@1> @everyone").await;
    let set = admin.submits(&panel, &modal, "europe/vienna").await;
    let modal = admin.opens(&set, "retention_days", "?").await;
    for days in ["0", "10000", "-1", "soon"] {
        let refused = admin.submits(&set, &modal, days).await;
        assert!(refused.ephemeral, "{}", refused.text());
        assert!(
            refused.text().contains("from 1 to 3,660"),
            "{}",
            refused.text()
        );
    }

    assert!(
        near.text().contains(r"Did you mean Europe\/Berlin"),
        "{}",
        near.text()
    );
    assert!(mention.text().contains(r"\<\@1\>"), "{}", mention.text());
    assert!(
        set.text().contains(r"Time zone: **Europe\/Vienna**"),
        "{}",
        set.text()
    );
}

#[tokio::test]
async fn sessions_are_deleted_only_after_a_second_confirmation() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let plugin = oxeye.linked_from(&guild, "survival").await;
    plugin.joins("Steve").await;
    let now = oxeye.api(Request::get("/api/servers")).await[0]["heard_at"].as_i64();
    let (now, day) = (now.expect("a time"), 86_400);
    plugin
        .reports_stays("Alex", &[(now - 3 * day, now - 3 * day + 60)])
        .await;
    let admin = guild.moderator();
    let panel = admin.types("oxeye settings", &[]).await;
    let modal = admin.opens(&panel, "retention_days", "?").await;

    let question = admin.submits(&panel, &modal, "1").await;
    assert!(
        question.text().contains("**1** session is older"),
        "{}",
        question.text()
    );
    let back = admin.presses(&question, "Back").await;
    assert!(
        back.text().contains("Keep sessions: **for ever**"),
        "{}",
        back.text()
    );
    let question = admin.submits(&back, &modal, "1").await;
    let refused = guild.member().presses(&question, "Keep fewer days").await;
    let done = admin.presses(&question, "Keep fewer days").await;

    assert!(
        refused.text().contains("Manage Server"),
        "{}",
        refused.text()
    );
    assert!(
        done.text().contains("Keep sessions: **1 day**"),
        "{}",
        done.text()
    );
}

#[tokio::test]
async fn a_member_without_the_right_changes_nothing_whatever_they_send() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    oxeye.linked_from(&guild, "survival").await;
    let (admin, member) = (guild.moderator(), guild.member());
    let typed = member.types("oxeye settings", &[]).await;
    // The panel was opened by somebody who had the right then.
    let panel = admin.types("oxeye settings", &[]).await;
    let modal = admin.opens(&panel, "time_zone", "?").await;

    let chosen = member.chooses_values(&panel, "language", &["de"]).await;
    let submitted = member.submits(&panel, &modal, "Asia/Tokyo").await;
    let pressed = member.presses_id(&panel, "ox1:R:1").await;
    let shown = member.presses_id(&panel, "ox1:S").await;

    for refused in [&typed, &chosen, &submitted, &pressed, &shown] {
        assert!(refused.ephemeral, "{}", refused.text());
        assert!(
            refused.text().contains("Manage Server"),
            "{}",
            refused.text()
        );
    }
    for (menu, values) in [
        ("language", ["fr"]),
        ("shown", ["hats"]),
        ("last_seen_hours", ["9999"]),
    ] {
        let odd = admin.chooses_values(&panel, menu, &values).await;
        assert!(
            odd.ephemeral && !odd.text().contains("**Settings**"),
            "{}",
            odd.text()
        );
    }
    let modal_as_button = admin.presses_id(&panel, "ox1:M:time_zone").await;
    assert!(modal_as_button.ephemeral, "{}", modal_as_button.text());
    let path = format!("/api/guilds/{}/settings", guild.id());
    let settings = oxeye.api(Request::get(path)).await;
    assert_eq!(
        (&settings["time_zone"], &settings["language"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn fifty_choices_at_once_are_all_answered() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    oxeye.linked_from(&guild, "survival").await;
    let admin = guild.moderator();
    let panel = admin.types("oxeye settings", &[]).await;

    let hours = ["1", "3", "6", "12", "-"];
    let asked: Vec<_> = (0..50)
        .map(|n| admin.sends_values(&panel, "last_seen_hours", &[hours[n % hours.len()]]))
        .collect();
    for one in &asked {
        let answer = one.answer().await;
        assert!(answer.text().contains("**Settings**"), "{}", answer.text());
    }
}
