use std::sync::Arc;

use oxeye_db::testing::{player, server_name, server_status};
use oxeye_db::{AboutText, OnlinePlayer, ServerAbout, ServerId};
use oxeye_text::Locale;
use serde_json::{Value, json};

use super::*;
use crate::view::rows::tests::server;

const ENGLISH: Text = Text::of(Locale::English);
/// A name that needs the most room: every character is escaped.
const WORST: &str = "________________________________";

fn no_pictures() -> Pictures {
    Pictures {
        roster: None,
        with_icon: false,
        heads: Heads::none(),
    }
}

/// Returns a board of one server as Discord receives it.
fn one(text: Text, status: ServerStatus, pictures: Pictures) -> Value {
    shown(text, &BoardContent::One(Box::new(status), pictures))
}

fn shown(text: Text, content: &BoardContent) -> Value {
    let message = board_message(text, content);
    message.to_payload(UnixSeconds(0)).json
}

/// Returns a board of the servers with these numbers of players.
fn all(players: &[usize]) -> BoardContent {
    let ids = 1..;
    let servers = players.iter().zip(ids);
    let servers =
        servers.map(|(count, id)| server(id, &format!("s{id}"), LinkState::Online, *count));
    let servers: Vec<_> = servers.collect();
    let status = |server: &ServerSummary| ServerStatus {
        id: server.id,
        name: server.name.clone(),
        online: vec![on("Alex", 50); server.online],
        ..server_status(&[], &[("jeb_", 40)])
    };
    let statuses = match servers.len() {
        0..=MAX_EMBEDS => servers.iter().map(status).collect(),
        _ => Vec::new(),
    };
    BoardContent::All {
        servers,
        statuses,
        different: online(players.iter().sum()),
        heads: Heads::none(),
    }
}

fn online(players: usize) -> DifferentPlayers {
    DifferentPlayers {
        online: players,
        ..DifferentPlayers::default()
    }
}

fn on(name: &str, at: i64) -> OnlinePlayer {
    OnlinePlayer {
        player: player(name),
        joined_at: UnixSeconds(at),
    }
}

fn descriptions(json: &Value) -> Vec<&str> {
    let embeds = json["embeds"].as_array().unwrap().iter();
    let text = |embed: &'_ Value| embed["description"].as_str().unwrap().len();
    assert!(embeds.clone().all(|embed| text(embed) > 0));
    embeds
        .map(|embed| embed["description"].as_str().unwrap())
        .collect()
}

#[test]
fn a_board_of_one_server_names_everybody_with_the_time_they_joined() {
    let status = server_status(&[("Alex", 92_800), ("a_b", 99_000)], &[("jeb_", 98_200)]);

    let json = one(ENGLISH, status, no_pictures());

    let expected = "🟢 **2 online**\n• Alex (<t:92800:R>)\n• a\\_b (<t:99000:R>)\n\n\
                    Last seen:\n• jeb\\_ (<t:98200:R>)";
    assert_eq!(descriptions(&json), [expected]);
    assert_eq!(json["embeds"][0]["title"], "survival");
    assert_eq!(json["content"], "");
    assert_eq!(json["components"], json!([]));
}

#[test]
fn a_board_of_all_servers_has_an_embed_for_each_and_a_private_menu() {
    let json = shown(ENGLISH, &all(&[1, 0]));

    assert_eq!(json["content"], "1 player online on 1 server");
    let expected = [
        "🟢 **1 online**\nAlex (<t:50:R>)\nLast seen: jeb\\_ (<t:40:R>)",
        "🟢 **Nobody online**\nLast seen: jeb\\_ (<t:40:R>)",
    ];
    assert_eq!(descriptions(&json), expected);
    let menu = &json["components"][0]["components"][0];
    assert_eq!(menu["custom_id"], "ox1:b");
    assert_eq!(menu["options"][0]["value"], "1");
}

/// Returns a board of ten servers, all of whose players have a head: one is on each, and these are on the last.
fn ten_servers(on_the_last: &[&str]) -> BoardContent {
    let mut content = all(&[1; MAX_EMBEDS]);
    let BoardContent::All {
        statuses, heads, ..
    } = &mut content
    else {
        unreachable!("a board of several servers");
    };
    statuses[MAX_EMBEDS - 1].online = on_the_last.iter().map(|name| on(name, 50)).collect();
    let players = on_the_last.iter().chain(&["Alex"]).map(|name| player(name));
    *heads = Heads::new(players.zip(1..));
    content
}

#[test]
fn all_servers_of_a_board_are_shown_with_heads_or_none_are() {
    let few = shown(ENGLISH, &ten_servers(&["jeb_"]));
    let many = shown(ENGLISH, &ten_servers(&[WORST; 20]));
    let nobody = shown(ENGLISH, &ten_servers(&[]));

    let heads = |json: &Value| {
        let all = descriptions(json).into_iter();
        all.filter(|text| text.contains("<:h:")).count()
    };
    assert_eq!((heads(&few), heads(&many), heads(&nobody)), (10, 0, 9));
    assert!(descriptions(&many)[0].contains("\nAlex (<t:50:R>)"));
    check_size(&few);
}

#[test]
fn more_servers_than_embeds_get_a_line_each() {
    let json = shown(ENGLISH, &all(&[2; MAX_EMBEDS + 1]));

    let descriptions = descriptions(&json);
    assert_eq!(descriptions.len(), 1);
    let start = "22 players online on 11 servers\n\n🟢 **s1** · 2 online\n";
    assert!(descriptions[0].starts_with(start), "{}", descriptions[0]);
    assert_eq!(descriptions[0].lines().count(), 13);
}

#[test]
fn a_board_without_servers_says_how_to_link_one() {
    let json = shown(ENGLISH, &all(&[]));

    assert!(descriptions(&json)[0].contains("`/oxeye connect`"));
    assert_eq!(json["components"], json!([]));
}

/// Checks whether a report that changes nothing but when the server was heard from changes its boards.
#[track_caller]
fn check_heard(state: LinkState, changes: bool) {
    let status = |at| ServerStatus {
        state,
        heard_at: Some(UnixSeconds(at)),
        ..server_status(&[], &[])
    };
    let summary = |at| ServerSummary {
        heard_at: Some(UnixSeconds(at)),
        ..server(1, "survival", state, 0)
    };
    let boards = |at| {
        let many = vec![summary(at); MAX_EMBEDS + 1];
        [
            BoardContent::One(Box::new(status(at)), no_pictures()),
            BoardContent::All {
                servers: vec![summary(at); 2],
                statuses: vec![status(at); 2],
                different: online(0),
                heads: Heads::none(),
            },
            BoardContent::All {
                servers: many,
                statuses: Vec::new(),
                different: online(0),
                heads: Heads::none(),
            },
        ]
    };
    for (before, after) in boards(50).iter().zip(&boards(51)) {
        let hash = |content| board_message(ENGLISH, content).hash();
        assert_eq!(hash(before) != hash(after), changes, "{state:?}");
    }
}

#[test]
fn a_report_without_news_changes_no_board() {
    check_heard(LinkState::Online, false);
    check_heard(LinkState::AwaitingSync, false);
    check_heard(LinkState::Starting, false);
    check_heard(LinkState::Down, false);
    check_heard(LinkState::Quiet, true);
    check_heard(LinkState::Stale, true);
}

#[test]
fn a_silent_server_says_since_when_and_shows_who_was_last_known() {
    let status = ServerStatus {
        state: LinkState::Quiet,
        heard_at: Some(UnixSeconds(70)),
        ..server_status(&[("Alex", 50)], &[])
    };

    let json = one(ENGLISH, status, no_pictures());

    let expected = "🟠 **Last heard from <t:70:R>** · 1 player last known\n\
                    *The Minecraft server has stopped reporting.*\n• Alex (<t:50:R>)";
    assert_eq!(descriptions(&json), [expected]);
}

#[test]
fn those_who_do_not_fit_are_counted_and_a_button_shows_them() {
    let mut status = server_status(&[], &[("jeb_", 98_200)]);
    status.last_seen_total = 146;

    let json = one(ENGLISH, status, no_pictures());

    assert!(descriptions(&json)[0].ends_with("...and 145 more"));
    let button = &json["components"][0]["components"][0];
    assert_eq!(button["custom_id"], "ox1:s:1");
}

#[test]
fn an_empty_server_has_no_picture() {
    let pictures = Pictures {
        roster: Some(Arc::from(*b"png")),
        with_icon: true,
        heads: Heads::none(),
    };

    let empty = one(ENGLISH, server_status(&[], &[]), pictures.clone());
    let played = one(ENGLISH, server_status(&[("Alex", 1)], &[]), pictures);

    assert_eq!(empty["attachments"], json!([]));
    assert_eq!(played["attachments"][0]["filename"], "status.png");
    assert_eq!(
        played["embeds"][0]["image"]["url"],
        "attachment://status.png"
    );
}

/// A server on which everything is as long as it can be.
fn worst(id: i64, state: LinkState) -> ServerStatus {
    let players = vec![on(WORST, 1_764_000_000); 200];
    let long = AboutText::new(&"_".repeat(100));
    ServerStatus {
        id: ServerId(id),
        name: server_name(&"_".repeat(64)),
        state,
        heard_at: Some(UnixSeconds(1_764_000_000)),
        state_since: Some(UnixSeconds(1_764_000_000)),
        last_seen_total: 10_000,
        about: Arc::new(ServerAbout {
            software: long.clone(),
            version: long,
            max_players: Some(u32::MAX),
            ..ServerAbout::default()
        }),
        online: players,
        ..server_status(&[], &[(WORST, 1_764_000_000); 25])
    }
}

#[track_caller]
fn check_size(json: &Value) {
    let embeds = json["embeds"].as_array().unwrap();
    assert!(!embeds.is_empty() && embeds.len() <= MAX_EMBEDS);
    let text = |embed: &Value, part: &str| width(embed[part].as_str().unwrap());
    let sizes = embeds
        .iter()
        .map(|embed| (text(embed, "title"), text(embed, "description")));
    let sizes: Vec<_> = sizes.collect();
    assert!(sizes.iter().all(|(title, _)| *title <= 256), "{sizes:?}");
    assert!(sizes.iter().all(|(_, text)| *text <= 4_096), "{sizes:?}");
    let sum: usize = sizes.iter().map(|(title, text)| title + text).sum();
    assert!(sum <= 6_000, "{sum}");
    assert!(width(json["content"].as_str().unwrap()) <= 2_000);
}

#[test]
fn the_largest_boards_stay_within_discords_limits_in_every_language() {
    for locale in Locale::ALL {
        let text = Text::of(locale);
        for state in LinkState::ALL {
            check_size(&one(text, worst(1, state), no_pictures()));
            for count in [2, MAX_EMBEDS, 200] {
                let ids = 0..i64::try_from(count).unwrap();
                let statuses: Vec<_> = ids.map(|id| worst(id, state)).collect();
                let summary = |status: &ServerStatus| ServerSummary {
                    reported_count: Some(1_000_000),
                    ..server(status.id.0, status.name.as_str(), state, 200)
                };
                let content = BoardContent::All {
                    servers: statuses.iter().map(summary).collect(),
                    statuses: if count > MAX_EMBEDS {
                        Vec::new()
                    } else {
                        statuses
                    },
                    different: online(1_000_000),
                    heads: Heads::none(),
                };
                check_size(&shown(text, &content));
            }
        }
    }
}
