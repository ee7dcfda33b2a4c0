//! What `/oxeye status` shows.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::chat;
use oxeye_tests::community::Community;
use oxeye_tests::discord::Discord;
use oxeye_tests::raw::Request;
use oxeye_tests::skins;
use serde_json::json;

#[tokio::test]
async fn the_status_shows_who_is_on_and_who_was_with_a_picture() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, "survival").await;
    server.syncs(&["jeb_"]).await;
    server
        .joins_with_skin("Alex", "alex", &skins::skin(200, 10, 10))
        .await;
    server.leaves("jeb_").await;

    let answer = guild.member().types("oxeye status", &[]).await;

    let text = answer.text();
    assert!(!answer.ephemeral, "a status is for everybody");
    assert!(text.contains("survival") && text.contains("Alex"), "{text}");
    let (_, last_seen) = text
        .split_once("Last seen (within 24h):\n")
        .expect("jeb_ was here");
    assert!(last_seen.starts_with("• jeb\\_ (<t:"), "{text}");
    assert!(text.contains("🟢 **1 online** · updated <t:"), "{text}");
    assert!(text.contains("\nJoined: Alex (<t:"), "{text}");
    let picture = answer.picture();
    assert!(
        picture.width() >= 32 && picture.height() >= 16,
        "{picture:?}"
    );
    let alt = answer.files[0].description.clone().unwrap_or_default();
    assert!(
        alt.contains("Alex"),
        "the alt text says what the picture shows: {alt:?}"
    );
}

#[tokio::test]
async fn the_picture_shows_the_skin_that_was_sent() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, "survival").await;
    let colour = [201, 33, 77, 255];
    server
        .joins_with_skin("Alex", "alex", &skins::skin(201, 33, 77))
        .await;

    let picture = guild
        .member()
        .types("oxeye status", &[])
        .await
        .picture()
        .to_rgba8();

    let drawn = picture.pixels().filter(|pixel| pixel.0 == colour).count();
    assert!(
        drawn >= 64,
        "a head has 64 pixels, {drawn} of this colour are there"
    );
}

#[tokio::test]
async fn a_chat_client_shows_the_title_the_names_the_picture_and_the_buttons() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, "sur_vival").await;
    server.syncs(&["__x__"]).await;

    let status = guild.member().types("oxeye status", &[]).await;

    let page = chat::page(&status).expect("the message can be drawn");
    for shown in [
        "<h1>sur_vival</h1>",
        "<b>1 online</b> · updated <time>20 seconds ago</time><br>Joined: __x__ (<time>",
        "src=\"data:image/png;base64,iVBORw0",
        ">Refresh</span>",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
}

#[tokio::test]
async fn refresh_replaces_the_picture_and_the_text() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, "survival").await;
    server.syncs(&["Alex"]).await;
    let before = guild.member().types("oxeye status", &[]).await;
    server.joins("Steve").await;

    let after = guild.member().presses(&before, "Refresh").await;
    let again = guild.member().presses(&after, "Refresh").await;

    assert!(after.text().contains("Steve"), "{}", after.text());
    assert_ne!(after.files[0].bytes, before.files[0].bytes);
    after.picture();
    assert!(
        again.ephemeral,
        "a second press right afterwards is answered in private"
    );
}

#[tokio::test]
async fn hostile_names_are_escaped() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, "[x](http://e) <@1>").await;
    for name in [
        "@everyone",
        "__x__",
        "a`b",
        "*bold*",
        "||spoiler||",
        "<@123>",
        "# Title",
    ] {
        server.joins(name).await;
    }

    let answer = guild.member().types("oxeye status", &[]).await;

    let text = answer.text();
    for raw in [
        "__x__",
        "*bold* ",
        "||spoiler||",
        " <@123>",
        " @everyone",
        " # Title",
    ] {
        assert!(!text.contains(raw), "{raw} is not escaped: {text}");
    }
    assert!(text.contains("\\_\\_x\\_\\_"), "{text}");
    let mentions = answer.body["allowed_mentions"].as_object().unwrap();
    assert!(mentions.contains_key("parse"), "nobody is to be pinged");
    assert!(
        mentions.values().all(|whom| *whom == json!([])),
        "nobody is to be pinged"
    );
}

#[tokio::test]
async fn a_status_with_a_thousand_of_the_worst_names_fits() {
    let Community {
        discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, &"_".repeat(64)).await;
    let names: Vec<_> = (0..1000).map(|number| format!("{number:_>32}")).collect();
    let sync = server
        .ask(Request::post("/sync").json(&json!({ "players": names })))
        .await;
    assert_eq!(sync.status, 200, "{sync}");

    let online = guild.member().types("oxeye status", &[]).await;
    server.syncs(&[]).await;
    let gone = guild.member().types("oxeye status", &[]).await;

    let names = online.text();
    assert!(names.contains("**1,000 online**"), "{names}");
    assert!(
        names.contains(", +99") && names.contains(" more"),
        "{names}"
    );
    assert!(!names.contains(" (<t:"), "{names}");
    online.picture();
    let left = gone.text();
    assert!(left.contains("\n...and 990 more"), "{left}");
    assert!(gone.files.is_empty(), "an empty server has no picture");
    discord.keeps_the_rules();
}

#[tokio::test]
async fn without_a_server_the_answer_says_who_can_link_one_and_to_them_how() {
    let Community {
        discord: _discord,
        guild,
        oxeye: _oxeye,
    } = Community::start().await;

    for command in ["oxeye status", "oxeye list", "oxeye top", "oxeye chart"] {
        let member = guild.member().types(command, &[]).await;
        let moderator = guild.moderator().types(command, &[]).await;

        assert!(member.ephemeral && moderator.ephemeral, "{command}");
        let who =
            "Somebody with the **Manage Server** permission can link one with `/oxeye connect`";
        assert!(member.text().contains(who), "{}", member.text());
        let how = "`oxeye-agent connect CODE --backend URL`";
        assert!(!member.text().contains(how), "{}", member.text());
        assert!(moderator.text().contains(how), "{}", moderator.text());
    }
}

#[tokio::test]
async fn members_choose_one_of_several_servers_from_a_menu() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    oxeye
        .linked_from(&guild, "survival")
        .await
        .syncs(&["Alex"])
        .await;
    oxeye
        .linked_from(&guild, "creative")
        .await
        .syncs(&["Steve", "Alex"])
        .await;

    let overview = guild.member().types("oxeye status", &[]).await;
    let chosen = guild.member().chooses(&overview, "creative").await;

    let text = overview.text();
    assert!(
        text.contains("survival") && text.contains("creative"),
        "{text}"
    );
    assert!(text.contains("2 different players"), "{text}");
    assert!(chosen.text().contains("Steve"), "{}", chosen.text());
    chosen.picture();
}

#[tokio::test]
async fn thirty_servers_fit_into_menu_and_autocomplete() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let oxeye = oxeye_tests::backend::Setup::new()
        .set("RATE_LIMIT_CONNECT_PER_MIN", "600")
        .discord(&discord)
        .start()
        .await;
    discord.bot_is_up().await;
    for number in 0..30 {
        oxeye
            .linked_from(&guild, &format!("server {number:02} {}", "_".repeat(54)))
            .await;
    }

    let overview = guild.member().types("oxeye status", &[]).await;
    let choices = guild
        .member()
        .is_typing("oxeye status", "server", "server 29")
        .await;

    assert_eq!(overview.menu().len(), 25);
    assert_eq!(choices.len(), 1, "{choices:?}");
    let (_, id) = &choices[0];
    let chosen = guild
        .member()
        .types("oxeye status", &[("server", id)])
        .await;
    assert!(chosen.text().contains("server 29"), "{}", chosen.text());
}

#[tokio::test]
async fn public_answers_are_in_the_guilds_language_and_private_ones_in_the_members() {
    let discord = Discord::start().await;
    let guild = discord.guild(1).prefers("de");
    let oxeye = Oxeye::start_with(&discord).await;
    let server = oxeye.linked_from(&guild, "survival").await;
    server.syncs(&["Alex", "jeb_"]).await;
    server.leaves("jeb_").await;

    let status = guild.member().types("oxeye status", &[]).await;
    let again = guild.member().presses(&status, "Aktualisieren").await;
    let too_soon = guild
        .member()
        .speaks("de")
        .presses(&again, "Aktualisieren")
        .await;
    let unknown = [("server", "nether")];
    let english = guild.member().types("oxeye status", &unknown).await;
    let austrian = guild.member().speaks("de");
    let german = austrian.types("oxeye status", &unknown).await;

    for public in [&status, &again] {
        let text = public.text();
        assert!(
            text.contains("🟢 **1 online** · aktualisiert <t:"),
            "{text}"
        );
        assert!(text.contains("\nBeigetreten: Alex (<t:"), "{text}");
        assert!(
            text.contains("Zuletzt gesehen (in den letzten 24 Stunden):\n• jeb\\_ (<t:"),
            "{text}"
        );
    }
    let alt = status.files[0].description.clone().unwrap_or_default();
    assert_eq!(alt, "1 Spieler online auf survival: Alex");
    assert!(too_soon.ephemeral && too_soon.text().contains("gerade erst aktualisiert"));
    assert!(
        english.text().contains("No server called"),
        "{}",
        english.text()
    );
    assert!(
        german.text().contains("kein Server namens"),
        "{}",
        german.text()
    );
}

#[tokio::test]
async fn commands_are_described_in_german_too() {
    let discord = Discord::start().await;
    discord.guild(1);
    let _oxeye = Oxeye::start_with(&discord).await;

    let oxeye = &discord.commands()[0];

    assert_eq!(oxeye["options"][0]["name"], "status");
    assert_eq!(
        oxeye["options"][0]["description"],
        "Who is on a Minecraft server, and who was on recently."
    );
    assert_eq!(
        oxeye["options"][0]["description_localizations"]["de"],
        "Wer auf einem Minecraft-Server online ist und wer zuletzt da war."
    );
}

#[tokio::test]
async fn a_typed_server_name_is_looked_up_again() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    oxeye
        .linked_from(&guild, "Survival")
        .await
        .syncs(&["Alex"])
        .await;
    oxeye.linked_from(&guild, "creative").await;

    let found = guild
        .member()
        .types("oxeye status", &[("server", "survival")])
        .await;
    let unknown = guild
        .member()
        .types("oxeye status", &[("server", "nether")])
        .await;

    assert!(found.text().contains("Alex"), "{}", found.text());
    assert!(unknown.ephemeral, "{}", unknown.text());
}
