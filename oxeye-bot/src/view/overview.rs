//! All servers of a guild: the state of each, the number of players on all of them, and a menu to
//! open one.

use oxeye_db::{DifferentPlayers, LinkState, ServerSummary, UnixSeconds};
use oxeye_text::{Facts, Text, capitalised, dot};
use serenity::builder::CreateEmbed;

use super::message::Message;
use super::rows;
use crate::custom_id::CustomId;

/// Longest list of servers in UTF-16 units, well below Discord's limit of 4096.
pub(super) const LIST_LIMIT: usize = 3_200;
pub(super) const COLOUR: u32 = 0x58_65_F2;

/// Makes the overview with its menu.
pub(crate) fn overview(
    text: Text,
    servers: &[ServerSummary],
    different: DifferentPlayers,
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
    different: DifferentPlayers,
    now: UnixSeconds,
) -> Message {
    Message {
        embed: Some(embed(text, servers, different, now)),
        ..Message::default()
    }
}

fn embed(
    text: Text,
    servers: &[ServerSummary],
    different: DifferentPlayers,
    now: UnixSeconds,
) -> CreateEmbed {
    let lines = servers.iter().map(|server| line(text, server, now));
    let list = text.bullets(lines, servers.len(), LIST_LIMIT).text;
    let updated = text.updated(&format!("<t:{}:R>", now.0));
    let mut top = together(text, servers, different);
    top.push(updated);
    CreateEmbed::new()
        .title(text.overview_title())
        .colour(COLOUR)
        .description(format!("{}\n\n{list}", in_one_line(&top)))
}

/// Says in one line how many players are on all servers together; `None` if that is not known.
pub(super) fn online(
    text: Text,
    servers: &[ServerSummary],
    different: DifferentPlayers,
) -> Option<String> {
    let parts = together(text, servers, different);
    (!parts.is_empty()).then(|| in_one_line(&parts))
}

fn in_one_line(parts: &[String]) -> String {
    capitalised(&parts.join(" · "))
}

/// Says how many players are on all servers together and how many of the servers have any, and of how many that is only
/// what we last knew.
fn together(text: Text, servers: &[ServerSummary], different: DifferentPlayers) -> Vec<String> {
    let last_known = match different.last_known() {
        0 => None,
        players => Some(text.players_last_known(players)),
    };
    let nobody_is_known = servers.iter().any(says_who_is_on) && last_known.is_none();
    let online = match (different.online, nameless(servers)) {
        (0, 0) => nobody_is_known.then(|| text.overview_nobody()),
        (0, nameless) => Some(text.overview_only_nameless(nameless)),
        (_, 0) => Some(named(text, servers, different.online)),
        (_, nameless) => {
            let named = named(text, servers, different.online);
            Some(format!("{named}, {}", text.overview_nameless(nameless)))
        }
    };
    online.into_iter().chain(last_known).collect()
}

/// Whether we know who is on a server now, be it nobody.
fn says_who_is_on(server: &ServerSummary) -> bool {
    matches!(
        server.state,
        LinkState::Online | LinkState::Starting | LinkState::Down
    ) || server.state == LinkState::AwaitingSync && server.reported_count.is_some()
}

/// Says how many players with known names are online. Whoever is on several servers is counted once, which is said only
/// where the numbers of the servers add up to more.
fn named(text: Text, servers: &[ServerSummary], different: usize) -> String {
    let online = servers
        .iter()
        .filter(|server| server.state == LinkState::Online);
    let counts = online.map(|server| server.online);
    let with_players = counts.clone().filter(|online| *online > 0).count();
    let players = match counts.sum::<usize>() > different {
        true => text.overview_different(different),
        false => text.overview_players(different),
    };
    text.overview_online(&players, with_players)
}

/// Returns how many players are on the servers that report only a number and no names.
fn nameless(servers: &[ServerSummary]) -> usize {
    let is_counted = |server: &&ServerSummary| match server.state {
        // Those with names are only the last known ones.
        LinkState::AwaitingSync => true,
        LinkState::Online => server.online == 0,
        _ => false,
    };
    let counts = servers.iter().filter(is_counted);
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

    fn online(players: usize) -> DifferentPlayers {
        DifferentPlayers {
            online: players,
            ..DifferentPlayers::default()
        }
    }

    fn shown(servers: &[ServerSummary], different: DifferentPlayers) -> serde_json::Value {
        serde_json::to_value(embed(ENGLISH, servers, different, UnixSeconds(100))).unwrap()
    }

    #[test]
    fn the_overview_shows_each_server_and_counts_each_player_once() {
        let servers = [
            server(1, "hub_1", LinkState::Online, 2),
            server(2, "old", LinkState::AwaitingSync, 0),
        ];

        let json = shown(&servers, online(2));

        assert_eq!(
            json["description"],
            "2 players online on 1 server · updated <t:100:R>\n\n\
             🟢 **hub\\_1** · 2 online\n\
             🟡 **old** · waiting for the server to report · last heard from <t:40:R>"
        );
    }

    #[test]
    fn the_servers_that_are_counted_are_those_on_which_somebody_is() {
        let said = |locale, counts: [usize; 3], different| {
            let servers = [
                server(1, "hub", LinkState::Online, counts[0]),
                server(2, "survival", LinkState::Online, counts[1]),
                server(3, "away", LinkState::Disconnected, counts[2]),
            ];
            super::online(Text::of(locale), &servers, online(different)).unwrap()
        };
        for (counts, different, english, german) in [
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
                [1, 1, 0],
                1,
                "1 player online on 2 servers",
                "1 Spieler online auf 2 Servern",
            ),
            (
                [2, 3, 0],
                4,
                "4 different players online on 2 servers",
                "4 verschiedene Spieler online auf 2 Servern",
            ),
        ] {
            assert_eq!(said(Locale::English, counts, different), english);
            assert_eq!(said(Locale::German, counts, different), german);
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

        let different = DifferentPlayers {
            awaiting_sync: 1,
            ..online(2)
        };

        assert_eq!(
            shown(&servers, different)["description"],
            "2 players online on 1 server, plus 14 whose names are not known · \
             1 player last known · updated <t:100:R>\n\n\
             🟢 **hub** · 2 online\n\
             🟡 **secret** · 7 online · names not reported\n\
             🟡 **back** · 7 online · names not reported · 1 player last known\n\
             🟠 **silent** · last heard from <t:40:R> · 7 players last known"
        );
    }

    #[test]
    fn what_is_only_last_known_is_not_said_to_be_online() {
        let quiet = DifferentPlayers {
            quiet: 3,
            ..online(0)
        };
        let said = |locale, state, different: DifferentPlayers| {
            let servers = [server(1, "hub", state, different.last_known())];
            super::online(Text::of(locale), &servers, different)
        };

        let english = said(Locale::English, LinkState::Quiet, quiet);
        assert_eq!(english.as_deref(), Some("3 players last known"));
        let german = said(Locale::German, LinkState::Quiet, quiet);
        assert_eq!(german.as_deref(), Some("Zuletzt 3 Spieler"));
        for unknown in [
            LinkState::Quiet,
            LinkState::Stale,
            LinkState::AwaitingSync,
            LinkState::Disconnected,
        ] {
            assert_eq!(said(Locale::English, unknown, online(0)), None);
        }
        for known in [LinkState::Online, LinkState::Starting, LinkState::Down] {
            let nobody = said(Locale::English, known, online(0));
            assert_eq!(nobody.as_deref(), Some("0 players online"));
        }
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
                online(1_000),
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
