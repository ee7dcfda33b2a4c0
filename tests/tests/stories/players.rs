//! What is known of one player: `/oxeye player`, `oxeye player` and the API.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::community::Community;
use oxeye_tests::discord::Person;
use oxeye_tests::raw::Request;
use serde_json::json;

const ALEX: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";
const OTHER: &str = "069451a5-1f5d-4b5c-9d0b-2f9d3c0a77b1";

/// Asks about a player.
async fn asks(member: &Person, name: &str) -> oxeye_tests::discord::Answer {
    member.types("oxeye player", &[("name", name)]).await
}

#[tokio::test]
async fn members_see_what_is_known_of_a_player_under_all_their_names() {
    let (community, server) = Community::with_alex().await;
    let creative = community
        .oxeye
        .linked_from(&community.guild, "creative")
        .await;
    server.joins_as("Steve", ALEX).await;
    server.leaves("Steve").await;
    creative.joins_as("jeb_", ALEX).await;
    for (kind, count) in [("death", 2), ("advancement", 3)] {
        for _ in 0..count {
            let event = json!({"player": "jeb_", "event_type": kind});
            creative.reports_activity(&event).await;
        }
    }
    let member = community.guild.member();

    let now = asks(&member, "JEB_").await;
    let former = asks(&member, "Steve").await;
    let german = asks(&community.guild.prefers("de").member(), "jeb_").await;
    let another = asks(&member, "Alex").await;

    assert!(!now.ephemeral, "it is for everybody");
    for shown in [&now, &former] {
        let text = shown.text();
        for words in [
            r"jeb\_ (formerly Steve)",
            "🟢 on **creative**, joined <t:",
            "First seen <t:",
            "Today ",
            "Place ",
            " of 2",
            "2 visits · the longest ",
            "2 deaths · 3 advancements in the last 30 days",
            "Days in UTC",
        ] {
            assert!(text.contains(words), "{words:?} in {text}");
        }
    }
    let [file] = &now.files[..] else {
        panic!("one picture in {now:?}")
    };
    assert_eq!(file.name, "player.png");
    let alt = file.description.clone().unwrap_or_default();
    assert!(
        alt.starts_with("Playtime of jeb_ in the last 14 days: "),
        "{alt}"
    );
    assert_eq!(now.picture().width(), 960);
    let text = german.text();
    for words in ["(früher Steve)", "auf **creative**", "2 Besuche", "2 Tode"] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    assert!(
        another.text().contains("on **survival**"),
        "{}",
        another.text()
    );
    assert!(!another.text().contains("deaths"), "{}", another.text());
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn whoever_hides_is_as_unknown_as_whoever_was_never_there() {
    let (community, _server) = Community::with_alex().await;
    let member = community.guild.member();
    let asked = member.types("oxeye me link", &[("name", "Alex")]).await;
    community.guild.moderator().presses(&asked, "Confirm").await;
    member.types("oxeye me hide", &[]).await;
    let other = community.guild.other_member();

    let hidden = asks(&other, "Alex").await;
    let nobody = asks(&other, "Eve").await;
    let long = asks(&other, &"x".repeat(100)).await;
    let mention = asks(&other, "<@1> @everyone").await;
    let path = format!("/api/guilds/{}/persons/Alex", community.guild.id());
    let report = community.oxeye.api(Request::get(path)).await;

    for refused in [&hidden, &nobody, &long, &mention] {
        assert!(refused.ephemeral, "{}", refused.text());
        assert!(
            refused.text().contains("is known here"),
            "{}",
            refused.text()
        );
    }
    assert_eq!(hidden.text(), nobody.text().replace("Eve", "Alex"));
    // Operators see everybody, but the place would say that somebody is missing from the others'.
    assert_eq!(
        (&report["player"], &report["place"]),
        (&json!("Alex"), &json!(null))
    );
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn two_players_of_one_name_can_both_be_asked_about() {
    let (community, server) = Community::with_alex().await;
    server.joins_as("Robin", ALEX).await;
    server.leaves("Robin").await;
    server.joins_as("Robin", OTHER).await;
    let member = community.guild.member();

    let offered = member.is_typing("oxeye player", "name", "Robin").await;
    let [(_, now), (label, before)] = &offered[..] else {
        panic!("two in {offered:?}")
    };
    let holder = asks(&member, now).await;
    let namesake = asks(&member, before).await;
    let top = member.types("oxeye top", &[("range", "all time")]).await;

    assert!(label.contains("Robin (until "), "{label}");
    assert!(
        holder.text().contains("🟢 on **survival**"),
        "{}",
        holder.text()
    );
    let text = namesake.text();
    assert!(
        text.contains("Robin (until ") && text.contains("last seen on"),
        "{text}"
    );
    let alt = top.files[0].description.clone().unwrap_or_default();
    assert!(alt.contains("Robin (until "), "{alt}");
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn buttons_lead_from_a_player_to_the_leaderboard_and_to_a_notice() {
    let (community, _server) = Community::with_alex().await;
    let (member, other) = (community.guild.member(), community.guild.other_member());
    let shown = asks(&member, "Alex").await;

    let top = other.presses(&shown, "Leaderboard").await;
    let told = other.presses(&shown, "Notify me").await;
    let twice = other.presses(&shown, "Notify me").await;

    assert!(top.ephemeral, "the player stays");
    assert!(
        top.text().contains("Top · playtime · all time"),
        "{}",
        top.text()
    );
    assert!(
        told.ephemeral && told.text().contains("Alex"),
        "{}",
        told.text()
    );
    assert!(twice.ephemeral, "{}", twice.text());
    assert_ne!(told.text(), twice.text());
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn odd_names_are_shown_exactly() {
    let (community, server) = Community::with_alex().await;
    let names = [
        "__x__",
        "||a||",
        "`b`",
        "@everyone",
        "<@1>",
        "שלום",
        "🦀🦀",
        "*".repeat(32).as_str(),
    ]
    .map(str::to_owned);
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    server.syncs(&all).await;
    let member = community.guild.member();

    for name in &names {
        let shown = asks(&member, name).await;
        assert!(!shown.ephemeral, "{}", shown.text());
        let plain = shown.text().replace('\\', "");
        assert!(plain.contains(name.as_str()), "{name} in {plain}");
    }
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn the_command_line_and_the_api_say_the_same() {
    let oxeye = Oxeye::start().await;
    let (_server, now) = oxeye.empty_server("survival").await;
    oxeye.linked("creative").await.syncs(&["Alex"]).await;
    let stays = [
        ("Alex", now - 9_000, now - 8_000),
        ("Eve", now - 9_000, now - 1_000),
    ];
    oxeye.had_stays(0, "survival", &stays).await;

    let text = oxeye.command(&["player", "alex"]).await;
    let on_one = oxeye
        .command(&["player", "Alex", "--server", "survival"])
        .await;
    let report = oxeye.api(Request::get("/api/guilds/0/persons/alex")).await;
    let unknown = oxeye
        .operator(Request::get("/api/guilds/0/persons/Nobody"))
        .await;

    let png = Request::get("/api/guilds/0/persons/ALEX/picture.png?lang=de");
    let png = oxeye.operator(png).await;
    let file = oxeye.folder().join("player.png");
    let path = file.display().to_string();
    let saved = oxeye.command(&["player", "Alex", "--picture", &path]).await;

    for words in [
        "Alex on survival\n",
        "Alex on all servers together\n  🟢 on creative, joined ",
        "\n  Place 2 of 2 by playtime\n  2 visits · the longest 16m",
    ] {
        assert!(text.out.contains(words), "{words:?} in {}", text.out);
    }
    assert!(!on_one.out.contains("together"), "{}", on_one.out);
    assert_eq!(report["servers"][0]["server"], "creative");
    assert_eq!(
        (&report["place"], &report["session_count"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(report["longest_session_secs"], 1_000);
    assert_eq!(report["days"].as_array().map(Vec::len), Some(14));
    assert_eq!(unknown.status, 404, "{unknown}");
    assert!(png.body.starts_with(b"\x89PNG") && png.header("etag").is_some());
    assert_eq!(saved.code, Some(0), "{}", saved.log);
    assert!(
        std::fs::read(file)
            .expect("it is there")
            .starts_with(b"\x89PNG")
    );
}
