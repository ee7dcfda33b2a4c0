//! Everybody who was on a server recently, in pages that one member turns.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::community::Community;
use oxeye_tests::crash::now;
use oxeye_tests::discord::{Answer, Discord, Guild};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

/// Lets this many visitors come and go, `p0` last, ten seconds apart.
async fn had_visitors(server: &Plugin, visitors: i64) {
    let now = now().expect("a clock");
    let event = |kind: &str, number: i64, at: i64| json!({"type": kind, "player": format!("p{number}"), "at": at});
    let stays = (0..visitors).flat_map(|number| {
        let left = now - 60 - 10 * number;
        [
            event("join", number, left - 5),
            event("leave", number, left),
        ]
    });
    let events: Vec<Value> = stays.collect();
    for (batch, events) in events.chunks(400).enumerate() {
        let body = json!({"epoch": 1, "first_seq": 1 + 400 * batch, "events": events});
        let answer = server.ask(Request::post("/events").json(&body)).await;
        assert_eq!(answer.status, 200, "{answer}");
    }
}

/// Starts a backend with this setting, and a server that `visitors` have left.
async fn visited(shown: &str, visitors: i64) -> (Discord, Guild, Oxeye, Plugin) {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let setup = Setup::new().set("LAST_SEEN_SHOWN", shown);
    let oxeye = setup.discord(&discord).start().await;
    discord.bot_is_up().await;
    let server = oxeye.linked_from(&guild, "survival").await;
    server.syncs(&[]).await;
    had_visitors(&server, visitors).await;
    (discord, guild, oxeye, server)
}

/// Returns the numbers of the visitors in a list, in its order.
fn visitors(answer: &Answer) -> Vec<i64> {
    let text = answer.text();
    let names = text.lines().filter_map(|line| line.strip_prefix("• p"));
    names
        .map(|name| name.split(' ').next().unwrap_or_default())
        .map(|number| number.parse().expect("a number"))
        .collect()
}

#[tokio::test]
async fn three_players_and_three_hundred_visitors_make_a_short_message() {
    let (_discord, guild, _oxeye, server) = visited("10", 300).await;
    for player in ["Alex", "Steve", "jeb_"] {
        server.joins(player).await;
    }

    let status = guild.member().types("oxeye status", &[]).await;

    let text = status.text();
    let description = status.body["embeds"][0]["description"].as_str();
    assert_eq!(description.map(|text| text.lines().count()), Some(15));
    assert_eq!(visitors(&status), (0..10).collect::<Vec<_>>());
    assert!(text.contains("\n...and 290 more"), "{text}");
    assert!(status.has_component("Show all"), "{text}");
}

#[tokio::test]
async fn the_button_shows_everybody_in_pages_to_the_one_who_presses_it() {
    let (discord, guild, _oxeye, _server) = visited("10", 75).await;
    let status = guild.member().types("oxeye status", &[]).await;

    let somebody = guild.moderator();
    let first = somebody.presses(&status, "Show all").await;
    let second = somebody.presses(&first, "Next").await;
    let third = somebody.presses(&second, "Next").await;
    let back = somebody.presses(&third, "Previous").await;

    for page in [&first, &second, &third, &back] {
        assert!(page.ephemeral, "{}", page.text());
        assert!(page.text().contains("Last seen (within 24h):\n• p"));
        assert!(page.files.is_empty(), "no pictures of players who are away");
    }
    assert_eq!(visitors(&first), (0..30).collect::<Vec<_>>());
    assert_eq!(visitors(&second), (30..60).collect::<Vec<_>>());
    assert_eq!(visitors(&third), (60..75).collect::<Vec<_>>());
    assert_eq!(visitors(&back), (30..60).collect::<Vec<_>>());
    assert!(second.text().contains("31–60 of 75"), "{}", second.text());
    assert!(first.is_disabled("Previous") && !first.is_disabled("Next"));
    assert!(!third.is_disabled("Previous") && third.is_disabled("Next"));
    discord.keeps_the_rules();
}

#[tokio::test]
async fn the_next_page_is_right_although_players_came_and_left_meanwhile() {
    let (_discord, guild, _oxeye, server) = visited("10", 75).await;
    let status = guild.member().types("oxeye status", &[]).await;
    let member = guild.member();

    let first = member.presses(&status, "Show all").await;
    for back in ["p3", "p4", "p5", "p40"] {
        server.joins(back).await;
    }
    let second = member.presses(&first, "Next").await;
    for back in ["p3", "p4", "p5", "p40"] {
        server.leaves(back).await;
    }
    let third = member.presses(&second, "Next").await;

    let expected: Vec<i64> = (30..61).filter(|number| *number != 40).collect();
    assert_eq!(visitors(&second), expected);
    assert_eq!(visitors(&third), (61..75).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_that_is_too_old_or_made_up_does_no_harm() {
    let (discord, guild, oxeye, _server) = visited("10", 75).await;
    let other = discord.guild(2);
    let theirs = oxeye.linked_from(&other, "survival").await;
    had_visitors(&theirs, 1).await;
    theirs.syncs(&["Steve"]).await;
    theirs.syncs(&[]).await;
    let member = guild.member();
    let status = member.types("oxeye status", &[]).await;
    let their_status = other.member().types("oxeye status", &[]).await;
    let their_id = their_status.component("Refresh").replace("ox1:r:", "");
    let id = status.component("Refresh").replace("ox1:r:", "");
    let press = async |custom_id: &str| member.presses_id(&status, custom_id).await;

    let behind = press(&format!("ox1:p:{id}:{}", usize::MAX)).await;
    let odd_time = press(&format!("ox1:p:{id}:30:{}", i64::MAX)).await;
    let no_number = press(&format!("ox1:p:{id}:-1")).await;
    let foreign = press(&format!("ox1:s:{their_id}")).await;
    let foreign_page = press(&format!("ox1:p:{their_id}:0")).await;
    let nowhere = press("ox1:s:999999").await;

    assert_eq!(visitors(&behind), (60..75).collect::<Vec<_>>());
    assert_eq!(visitors(&odd_time), (0..30).collect::<Vec<_>>());
    assert!(no_number.text().contains("out of date"));
    for refused in [&foreign, &foreign_page, &nowhere] {
        let text = refused.text();
        assert!(text.contains("no longer linked here"), "{text}");
        assert!(!text.contains("Steve"), "{text}");
    }
    for answer in [&behind, &no_number, &foreign] {
        assert!(answer.ephemeral, "the status itself stays as it is");
    }
}

#[tokio::test]
async fn the_setting_says_how_many_are_named_and_zero_hides_the_list() {
    let (_discord, guild, oxeye, _server) = visited("3", 5).await;
    let three = guild.member().types("oxeye status", &[]).await;
    let on_command_line = oxeye.command(&["status"]).await.out;
    let (_discord, guild, oxeye, _server) = visited("0", 5).await;
    let none = guild.member().types("oxeye status", &[]).await;
    let made_up = none.component("Refresh").replace(":r:", ":s:");
    let pressed = guild.member().presses_id(&none, &made_up).await;
    let nothing = oxeye.command(&["status"]).await.out;
    let all = oxeye.command(&["status", "--all"]).await.out;

    assert_eq!(visitors(&three), [0, 1, 2]);
    assert!(three.text().contains("\n...and 2 more"));
    assert!(on_command_line.contains("• p2 ("), "{on_command_line}");
    let end = "\n...and 2 more; --all shows them";
    assert!(on_command_line.ends_with(end), "{on_command_line}");
    assert!(!none.text().contains("Last seen"), "{}", none.text());
    assert!(!none.has_component("Show all"));
    assert!(pressed.ephemeral && !pressed.text().contains("p0"));
    assert_eq!(nothing, "survival: nobody online");
    assert!(all.contains("• p4 (") && !all.contains("more"), "{all}");
}

#[tokio::test]
async fn the_one_who_presses_reads_their_own_language() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, "survival").await;
    had_visitors(&server, 40).await;
    let status = guild.member().types("oxeye status", &[]).await;

    let austrian = guild.member().speaks("de");
    let first = austrian.presses(&status, "Show all").await;
    let second = austrian.presses(&first, "Weiter").await;

    assert!(status.text().contains("Last seen"), "{}", status.text());
    let text = second.text();
    assert!(text.contains("Zuletzt gesehen (in den letzten 24 Stunden):"));
    assert!(
        text.contains("31–40 von 40") && text.contains("Zurück"),
        "{text}"
    );
}
