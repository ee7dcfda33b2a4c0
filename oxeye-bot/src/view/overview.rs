//! All servers of a guild: the state of each, the number of players on all of them, and a menu to
//! open one.

use oxeye_db::{LinkState, ServerSummary, UnixSeconds};
use oxeye_text::{Facts, Text, dot};
use serenity::builder::CreateEmbed;

use super::message::Message;
use super::rows;
use crate::custom_id::CustomId;

/// Longest list of servers in UTF-16 units, well below Discord's limit of 4096.
pub(super) const LIST_LIMIT: usize = 3_200;
pub(super) const COLOUR: u32 = 0x58_65_F2;

/// Makes the overview with its menu. `different` counts each player once, even on several servers.
pub(crate) fn overview(
    text: Text,
    servers: &[ServerSummary],
    different: usize,
    now: UnixSeconds,
) -> Message {
    Message {
        embed: Some(embed(text, servers, different, now)),
        rows: vec![
            rows::refresh(text, &CustomId::RefreshOverview),
            rows::open_menu(text, servers, None),
        ],
        ..Message::default()
    }
}

/// Makes the overview without buttons.
pub(crate) fn list(
    text: Text,
    servers: &[ServerSummary],
    different: usize,
    now: UnixSeconds,
) -> Message {
    Message {
        embed: Some(embed(text, servers, different, now)),
        ..Message::default()
    }
}

fn embed(text: Text, servers: &[ServerSummary], different: usize, now: UnixSeconds) -> CreateEmbed {
    let lines = servers.iter().map(|server| line(text, server, now));
    let list = text.bullets(lines, servers.len(), LIST_LIMIT).text;
    let online = online(text, servers, different);
    let updated = text.updated(&format!("<t:{}:R>", now.0));
    CreateEmbed::new()
        .title(text.overview_title())
        .colour(COLOUR)
        .description(format!("{online} · {updated}\n\n{list}"))
}

/// Says how many players are on all servers together, and how many of the servers have any.
pub(super) fn online(text: Text, servers: &[ServerSummary], different: usize) -> String {
    let online = named(text, servers, different);
    match nameless(servers) {
        0 => online,
        nameless => format!("{online}, {}", text.overview_nameless(nameless)),
    }
}

/// Says how many players with known names are online. Whoever is on several servers is counted once, which is said only
/// where the numbers of the servers add up to more.
fn named(text: Text, servers: &[ServerSummary], different: usize) -> String {
    let counts = servers.iter().map(|server| server.online);
    let with_players = counts.clone().filter(|online| *online > 0).count();
    if different == 0 || with_players == 0 {
        return text.overview_nobody();
    }
    let players = match counts.sum::<usize>() > different {
        true => text.overview_different(different),
        false => text.overview_players(different),
    };
    text.overview_online(&players, with_players)
}

/// Returns how many players are on the servers that report only a number and no names.
fn nameless(servers: &[ServerSummary]) -> usize {
    let nobody_known = |server: &&ServerSummary| {
        let is_counted = matches!(server.state, LinkState::AwaitingSync | LinkState::Online);
        is_counted && server.online == 0
    };
    let counts = servers.iter().filter(nobody_known);
    counts.filter_map(|server| server.reported_count).sum()
}

fn line(text: Text, server: &ServerSummary, now: UnixSeconds) -> String {
    let facts = Facts::in_discord(text);
    let name = facts.name(server.name.as_str());
    let summary = facts.summary(server, now);
    format!("{} **{name}** · {}", dot(server.state), summary.join(" · "))
}

#[cfg(test)]
mod tests {
    use oxeye_text::{Locale, width};

    use super::*;
    use crate::view::rows::tests::server;

    const ENGLISH: Text = Text::of(Locale::English);

    #[test]
    fn the_overview_shows_each_server_and_counts_each_player_once() {
        let servers = [
            server(1, "hub_1", LinkState::Online, 2),
            server(2, "old", LinkState::AwaitingSync, 0),
        ];

        let json = serde_json::to_value(embed(ENGLISH, &servers, 2, UnixSeconds(100))).unwrap();

        assert_eq!(
            json["description"],
            "2 players online on 1 server · updated <t:100:R>\n\n\
             🟢 **hub\\_1** · 2 online\n\
             🟡 **old** · waiting for the server to report · last heard from <t:40:R>"
        );
    }

    #[test]
    fn the_servers_that_are_counted_are_those_on_which_somebody_is() {
        let said = |locale, online: [usize; 3], different| {
            let servers = [
                server(1, "hub", LinkState::Online, online[0]),
                server(2, "survival", LinkState::Online, online[1]),
                server(3, "away", LinkState::Disconnected, online[2]),
            ];
            super::online(Text::of(locale), &servers, different)
        };
        for (online, different, english, german) in [
            ([0, 0, 0], 0, "0 players online", "0 Spieler online"),
            (
                [1, 0, 0],
                1,
                "1 player online on 1 server",
                "1 Spieler online auf 1 Server",
            ),
            (
                [12, 0, 0],
                12,
                "12 players online on 1 server",
                "12 Spieler online auf 1 Server",
            ),
            (
                [2, 3, 0],
                5,
                "5 players online on 2 servers",
                "5 Spieler online auf 2 Servern",
            ),
            (
                [2, 3, 0],
                4,
                "4 different players online on 2 servers",
                "4 verschiedene Spieler online auf 2 Servern",
            ),
        ] {
            assert_eq!(said(Locale::English, online, different), english);
            assert_eq!(said(Locale::German, online, different), german);
        }
    }

    #[test]
    fn players_without_names_are_counted_separately() {
        let mut servers = [
            server(1, "hub", LinkState::Online, 2),
            server(2, "secret", LinkState::AwaitingSync, 0),
            server(3, "back", LinkState::AwaitingSync, 1),
            server(4, "silent", LinkState::Quiet, 0),
        ];
        for server in &mut servers[1..] {
            server.reported_count = Some(7);
        }

        let json = serde_json::to_value(embed(ENGLISH, &servers, 3, UnixSeconds(100))).unwrap();

        assert_eq!(
            json["description"],
            "3 players online on 2 servers, plus 7 whose names are not known · \
             updated <t:100:R>\n\n\
             🟢 **hub** · 2 online\n\
             🟡 **secret** · 7 online · names not reported\n\
             🟡 **back** · 7 online · names not reported · 1 player last known\n\
             🟠 **silent** · last heard from <t:40:R> · 7 players last known"
        );
    }

    #[test]
    fn many_servers_stay_within_discords_limits() {
        let worst = "_".repeat(64);
        let servers: Vec<_> = (0..200)
            .map(|id| server(id, &worst, LinkState::AwaitingSync, 1_000))
            .collect();

        for locale in Locale::ALL {
            check_size(&overview(
                Text::of(locale),
                &servers,
                1_000,
                UnixSeconds(i64::MAX),
            ));
        }
    }

    #[track_caller]
    fn check_size(message: &Message) {
        let json = serde_json::to_value(message.to_new()).unwrap();
        assert!(width(json["embeds"][0]["description"].as_str().unwrap()) < 3_500);
        let options = json["components"][1]["components"][0]["options"]
            .as_array()
            .unwrap();
        assert_eq!(options.len(), 25);
        assert!(
            options
                .iter()
                .all(|option| width(option["label"].as_str().unwrap()) <= 100)
        );
    }
}
