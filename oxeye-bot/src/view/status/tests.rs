use oxeye_db::testing::{player, server_status};
use oxeye_db::{AboutText, Icon, OfflinePlayerInfo, OnlinePlayer, ServerAbout, ServerName};
use oxeye_text::Locale;
use serde_json::Value;

use super::*;

const ENGLISH: Text = Text::of(Locale::English);
const GERMAN: Text = Text::of(Locale::German);

const NOW: UnixSeconds = UnixSeconds(100_000);

/// Returns the whole message as Discord receives it.
fn message(text: Text, status: &ServerStatus, png: Option<Arc<[u8]>>) -> Value {
    let pictures = Pictures {
        roster: png,
        with_icon: true,
        heads: Heads::none(),
    };
    let message = status_message(text, status, NOW, pictures, None);
    serde_json::to_value(message.to_new()).unwrap()
}

fn png() -> Option<Arc<[u8]>> {
    Some(Arc::from(*b"png"))
}

/// Returns the labels and ids of the buttons.
fn buttons(message: &Value) -> Vec<(String, String)> {
    let buttons = message["components"][0]["components"].as_array().unwrap();
    let texts = ["label", "custom_id"];
    let of = |button: &'_ Value| texts.map(|name| button[name].as_str().unwrap().to_owned());
    buttons.iter().map(|button| of(button).into()).collect()
}

fn shown(label: &str, id: &str) -> (String, String) {
    (label.to_owned(), id.to_owned())
}

#[test]
fn a_status_names_who_is_online_and_who_was_seen_recently() {
    let status = server_status(
        &[("Alex", 92_800), ("a_b", 99_000)],
        &[("jeb_", 98_200), ("Dinnerbone", 92_800)],
    );

    let json = message(ENGLISH, &status, png());

    let embed = &json["embeds"][0];
    assert_eq!(embed["title"], "survival");
    assert_eq!(embed["color"], 0x3B_A5_5D);
    assert_eq!(
        embed["description"],
        "🟢 **2 online** · updated <t:100000:R>\n\
         Joined: Alex (<t:92800:R>), a\\_b (<t:99000:R>)\n\n\
         Last seen (within 24h):\n• jeb\\_ (<t:98200:R>)\n• Dinnerbone (<t:92800:R>)"
    );
    assert_eq!(buttons(&json), [shown("Refresh", "ox1:r:1")]);
}

#[test]
fn those_who_do_not_fit_are_counted_and_a_button_shows_them() {
    let mut status = server_status(&[], &[("jeb_", 98_200)]);
    status.last_seen_total = 146;

    let json = message(ENGLISH, &status, None);

    let description = json["embeds"][0]["description"].as_str().unwrap();
    assert!(
        description.ends_with("• jeb\\_ (<t:98200:R>)\n...and 145 more"),
        "{description}"
    );
    assert_eq!(
        buttons(&json),
        [shown("Refresh", "ox1:r:1"), shown("Show all", "ox1:s:1")]
    );
}

#[test]
fn a_list_of_last_seen_that_is_hidden_is_neither_counted_nor_offered() {
    let mut status = server_status(&[("Alex", 92_800)], &[]);
    status.last_seen_total = 146;

    let json = message(ENGLISH, &status, None);

    assert_eq!(
        json["embeds"][0]["description"],
        "🟢 **1 online** · updated <t:100000:R>\nJoined: Alex (<t:92800:R>)"
    );
    assert_eq!(buttons(&json), [shown("Refresh", "ox1:r:1")]);
}

#[test]
fn a_german_guild_reads_german() {
    let mut status = server_status(&[("Alex", 92_800)], &[("jeb_", 98_200)]);
    status.last_seen_total = 2;

    let json = message(GERMAN, &status, png());

    assert_eq!(
        json["embeds"][0]["description"],
        "🟢 **1 online** · aktualisiert <t:100000:R>\n\
         Beigetreten: Alex (<t:92800:R>)\n\n\
         Zuletzt gesehen (in den letzten 24 Stunden):\n• jeb\\_ (<t:98200:R>)\n\
         … und 1 weiterer"
    );
    assert_eq!(buttons(&json)[1].0, "Alle zeigen");
    assert_eq!(
        alt_text(GERMAN, &status),
        "1 Spieler online auf survival: Alex"
    );
}

#[test]
fn an_empty_server_has_no_names_and_no_picture() {
    let json = message(ENGLISH, &server_status(&[], &[]), png());

    assert_eq!(
        json["embeds"][0]["description"],
        "🟢 **Nobody online** · updated <t:100000:R>"
    );
    assert!(json["embeds"][0]["image"].is_null(), "{json}");
    assert!(
        json["attachments"].as_array().is_none_or(Vec::is_empty),
        "{json}"
    );
}

#[test]
fn the_embed_shows_the_picture_only_if_it_is_attached() {
    let status = server_status(&[("Alex", 0)], &[]);
    let image = |png| message(ENGLISH, &status, png)["embeds"][0]["image"]["url"].clone();
    assert_eq!(image(png()), "attachment://status.png");
    assert!(image(None).is_null());
}

#[test]
fn a_server_that_has_not_reported_is_not_shown_as_empty() {
    let mut status = server_status(&[], &[]);
    status.state = LinkState::AwaitingSync;
    status.heard_at = Some(UnixSeconds(99_000));

    assert_eq!(
        description(ENGLISH, &status, &Heads::none(), NOW).text,
        "🟡 **Waiting for the server to report** · last heard from <t:99000:R> \
         · updated <t:100000:R>\n\
         *No player list from it has been saved since Oxeye started.*"
    );
}

#[test]
fn a_server_that_reports_no_names_is_shown_with_its_count() {
    let mut status = server_status(&[], &[]);
    status.state = LinkState::AwaitingSync;
    status.heard_at = Some(UnixSeconds(99_990));
    status.reported_count = Some(7);

    assert_eq!(
        description(ENGLISH, &status, &Heads::none(), NOW).text,
        "🟡 **7 online** · names not reported · updated <t:100000:R>"
    );
}

#[test]
fn a_silent_server_is_shown_with_the_time_it_was_last_heard_from() {
    let mut status = server_status(&[("Alex", 92_800)], &[]);
    status.heard_at = Some(UnixSeconds(99_000));
    status.state = LinkState::Quiet;
    let quiet = description(ENGLISH, &status, &Heads::none(), NOW).text;
    status.state = LinkState::Stale;
    status.online.clear();
    let stale = description(ENGLISH, &status, &Heads::none(), NOW).text;

    assert_eq!(
        quiet,
        "🟠 **Last heard from <t:99000:R>** · 1 player last known · updated <t:100000:R>\n\
         *The Minecraft server has stopped reporting.*\n\
         Last known: Alex (<t:92800:R>)"
    );
    assert!(
        stale.starts_with("🔴 **Last heard from <t:99000:R> - nobody is shown as online** · "),
        "{stale}"
    );
}

#[test]
fn every_state_begins_with_a_capital() {
    for text in [ENGLISH, GERMAN] {
        for state in LinkState::ALL {
            let mut status = server_status(&[], &[]);
            status.state = state;
            let description = description(text, &status, &Heads::none(), NOW).text;
            let starts = description.lines().map(|line| {
                let word = |c: char| c.is_alphanumeric();
                line.chars().find(|c| word(*c)).unwrap()
            });
            for start in starts {
                assert!(!start.is_lowercase(), "{description}");
            }
        }
    }
}

/// A name of 32 characters that takes the most room: in UTF-16, as markdown, and in both directions.
fn worst(first: &str) -> String {
    let name = first.to_owned() + &"🦀".repeat(15) + &"_".repeat(16);
    assert_eq!(name.chars().count(), 32);
    name
}

#[test]
fn the_largest_number_of_the_worst_names_stays_within_the_limit() {
    for players in [12, 13, 1_000] {
        for shown in [10, 50] {
            check_size(players, shown);
        }
    }
}

/// Checks a server with this many players online, and this many shown as last seen.
#[track_caller]
fn check_size(players: i64, shown: i64) {
    let worst = worst("\u{10A00}");
    let mut status = server_status(&[], &[]);
    status.state = LinkState::Quiet;
    status.heard_at = Some(NOW);
    status.online = (0..players)
        .map(|n| OnlinePlayer {
            player: player(&worst),
            joined_at: UnixSeconds(1_764_000_000 + n),
        })
        .collect();
    status.last_seen = (0..shown)
        .map(|n| OfflinePlayerInfo {
            player_name: player(&worst),
            last_seen: UnixSeconds(1_764_000_000 + n),
        })
        .collect();
    status.last_seen_total = 1_000_000;

    for (text, more, heading) in [
        (ENGLISH, "\n...and ", "\n\nLast seen (within 24h):\n• "),
        (
            GERMAN,
            "\n… und ",
            "\n\nZuletzt gesehen (in den letzten 24 Stunden):\n• ",
        ),
    ] {
        let description = description(text, &status, &Heads::none(), NOW);

        assert!(width(&description.text) <= DESCRIPTION_LIMIT);
        assert!(description.text.contains(heading));
        assert_eq!(description.text.matches(more).count(), 1);
        assert!(description.hides_last_seen);
        let bullets = description.text.matches("\n• ").count();
        assert!(bullets >= 10, "{bullets} of {shown} with {players} online");
        assert!(width(&alt_text(text, &status)) <= ALT_TEXT_LIMIT);
    }
}

#[test]
fn three_players_and_three_hundred_visitors_fit_on_a_phones_screen() {
    let online = [("jeb_", 99_000), ("Alex", 99_100), ("Steve", 99_200)];
    let visitors = vec![("Dinnerbone", 98_000); 10];
    let mut status = server_status(&online, &visitors);
    status.last_seen_total = 300;

    let description = description(ENGLISH, &status, &Heads::none(), NOW).text;

    // The facts, the names, a blank line, the heading, ten visitors, and the number of the others.
    assert_eq!(description.lines().count(), 15);
}

#[test]
fn the_title_is_escaped_and_the_alt_text_is_not() {
    let mut status = server_status(&[("a_b", 0)], &[]);
    status.name = ServerName::try_from("s_1").unwrap();
    let json = message(ENGLISH, &status, png());
    assert_eq!(json["embeds"][0]["title"], r"s\_1");
    assert_eq!(alt_text(ENGLISH, &status), "1 player online on s_1: a_b");
}

#[test]
fn what_a_server_says_about_itself_is_in_the_line_of_facts_and_its_icon_beside_it() {
    let mut status = server_status(&[("Alex", 92_800)], &[]);
    status.about = Arc::new(ServerAbout {
        version: AboutText::new("1.21.11"),
        software: AboutText::new("Paper"),
        max_players: Some(20),
        icon: Some(Icon::from_own_png(b"an icon")),
        ..ServerAbout::default()
    });

    let json = message(ENGLISH, &status, png());

    let embed = &json["embeds"][0];
    assert_eq!(
        embed["description"],
        "🟢 **1/20 online** · Paper 1\\.21\\.11 · updated <t:100000:R>\nJoined: Alex (<t:92800:R>)"
    );
    assert_eq!(embed["thumbnail"]["url"], "attachment://icon.png");
    let files: Vec<_> = json["attachments"].as_array().unwrap().iter().collect();
    assert_eq!(files[0]["filename"], "status.png");
    assert_eq!(files[1]["filename"], "icon.png");

    let refused = Pictures {
        roster: None,
        with_icon: false,
        heads: Heads::none(),
    };
    let text_alone = status_message(ENGLISH, &status, NOW, refused, None);
    let json = serde_json::to_value(text_alone.to_new()).unwrap();
    assert!(json["embeds"][0]["thumbnail"].is_null(), "{json}");
    assert!(
        json["attachments"].as_array().is_none_or(Vec::is_empty),
        "{json}"
    );
}
