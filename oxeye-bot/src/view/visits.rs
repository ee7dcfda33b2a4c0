//! The messages about who has joined and left.

use oxeye_db::{PlayerName, ServerId, ServerName, UnixSeconds};
use oxeye_text::{Text, escape_markdown, width};
use serde_json::json;

use crate::rest::Payload;

/// The most names in one line.
const MOST_NAMES: usize = 20;
/// The most characters of a message, without its last line.
const LIMIT: usize = 1_900;
/// `SUPPRESS_NOTIFICATIONS`: nobody's phone rings.
const SILENT: u64 = 1 << 12;

/// Who has joined and left on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerVisits {
    pub(crate) id: ServerId,
    pub(crate) server: ServerName,
    /// Those who have joined for the first time.
    pub(crate) newcomers: Vec<PlayerName>,
    /// The others who have joined.
    pub(crate) joined: Vec<PlayerName>,
    pub(crate) left: Vec<PlayerName>,
}

impl ServerVisits {
    pub(crate) fn is_empty(&self) -> bool {
        self.newcomers.is_empty() && self.joined.is_empty() && self.left.is_empty()
    }

    /// Leaves out those who may not be named.
    pub(crate) fn keep(&mut self, may_be_named: impl Fn(&PlayerName) -> bool) {
        for players in [&mut self.newcomers, &mut self.joined, &mut self.left] {
            players.retain(&may_be_named);
        }
    }

    /// Returns the lines about the server, each with the number of players in it.
    fn lines(&self, text: Text, time: &str) -> impl Iterator<Item = (usize, String)> {
        let server = escape_markdown(self.server.as_str());
        let line = |players: &[PlayerName], line: fn(Text, usize, &str, &str, &str) -> String| {
            let names = names(text, players);
            let count = players.len();
            (count > 0).then(|| (count, line(text, count, &names, &server, time)))
        };
        let lines = [
            line(&self.newcomers, Text::visits_new),
            line(&self.joined, Text::visits_joined),
            line(&self.left, Text::visits_left),
        ];
        lines.into_iter().flatten()
    }
}

/// Returns what is posted about some servers. It mentions nobody, and no two messages read the same.
pub(crate) fn posted(locale: &str, visits: &[ServerVisits], at: UnixSeconds) -> Payload {
    let text = Text::of_tag(locale);
    let time = format!("<t:{}:t>", at.0);
    let mut content = String::new();
    let mut left_out = 0;
    let lines = visits.iter().flat_map(|server| server.lines(text, &time));
    for (count, line) in lines {
        if left_out > 0 || width(&content) + width(&line) > LIMIT {
            left_out += count;
            continue;
        }
        content.push_str(&line);
        content.push('\n');
    }
    if left_out > 0 {
        content.push_str(&text.visits_elsewhere(left_out));
    }
    Payload {
        json: json!({
            "content": content.trim_end(),
            "allowed_mentions": {"parse": []},
            "flags": SILENT,
        }),
        files: Vec::new(),
    }
}

/// Returns names as in "a, b and 180 more".
fn names(text: Text, players: &[PlayerName]) -> String {
    let shown = players.iter().take(MOST_NAMES);
    let mut shown: Vec<_> = shown
        .map(|player| format!("**{}**", escape_markdown(player.as_str())))
        .collect();
    let more = players.len() - shown.len();
    if more > 0 {
        shown.push(text.visits_more(more));
    }
    text.list(&shown)
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::{player, server_name};

    use super::*;

    const AT: UnixSeconds = UnixSeconds(1_700_000_000);

    fn players(names: &[&str]) -> Vec<PlayerName> {
        names.iter().map(|name| player(name)).collect()
    }

    fn on(server: &str, joined: Vec<PlayerName>) -> ServerVisits {
        ServerVisits {
            id: ServerId(1),
            server: server_name(server),
            newcomers: Vec::new(),
            joined,
            left: Vec::new(),
        }
    }

    fn content(locale: &str, visits: &[ServerVisits]) -> String {
        let payload = posted(locale, visits, AT).json;
        assert_eq!(payload["allowed_mentions"], json!({"parse": []}));
        assert_eq!(payload["flags"], 4_096);
        payload["content"].as_str().unwrap().to_owned()
    }

    #[test]
    fn one_message_says_who_has_joined_and_left_in_both_languages() {
        let visits = [
            ServerVisits {
                newcomers: players(&["Grumm"]),
                left: players(&["Dinnerbone"]),
                ..on("sky_block", players(&["jeb_", "Alex"]))
            },
            on("hub", players(&["Steve"])),
        ];
        assert_eq!(
            content("en", &visits),
            "👋 **Grumm** is on **sky\\_block** for the first time (<t:1700000000:t>). Welcome!\n\
             📥 **jeb\\_** and **Alex** are now on **sky\\_block** (<t:1700000000:t>).\n\
             📤 **Dinnerbone** has left **sky\\_block** (<t:1700000000:t>).\n\
             📥 **Steve** is now on **hub** (<t:1700000000:t>)."
        );
        assert_eq!(
            content("de", &visits),
            "👋 **Grumm** ist zum ersten Mal auf **sky\\_block** (<t:1700000000:t>). Willkommen!\n\
             📥 **jeb\\_** und **Alex** sind jetzt auf **sky\\_block** (<t:1700000000:t>).\n\
             📤 **Dinnerbone** hat **sky\\_block** verlassen (<t:1700000000:t>).\n\
             📥 **Steve** ist jetzt auf **hub** (<t:1700000000:t>)."
        );
    }

    #[test]
    fn many_players_and_many_servers_fit_into_a_message() {
        let two_hundred: Vec<_> = (0..200)
            .map(|number| player(&format!("p{number}")))
            .collect();
        let crowd = content("en", &[on("hub", two_hundred)]);
        assert!(
            crowd.contains("**p19** and 180 more are now on **hub**"),
            "{crowd}"
        );

        let long: Vec<_> = (0..25)
            .map(|number| player(&format!("{}{number:02}", "_*".repeat(15))))
            .collect();
        let servers: Vec<_> = (0..12)
            .map(|number| ServerVisits {
                left: long.clone(),
                ..on(&format!("{}{number:02}", "_".repeat(62)), long.clone())
            })
            .collect();
        let cut = content("de", &servers);
        assert!(width(&cut) <= 2_000, "{}", width(&cut));
        assert!(cut.ends_with("… und 575 weitere Spieler."), "{cut}");
    }

    #[test]
    fn nobody_is_mentioned_whatever_they_are_called() {
        for name in ["<@1>", "@everyone", "||x||", "`a`", "<@&2>", "*_*"] {
            let said = content("en", &[on("@here", players(&[name]))]);
            assert!(!said.contains("<@") && !said.contains(" @"), "{said}");
        }
    }

    #[test]
    fn whoever_hides_is_left_out() {
        let mut visits = on("hub", players(&["Alex", "Steve"]));
        visits.keep(|player| player.as_str() != "Alex");
        assert_eq!(visits.joined, players(&["Steve"]));
        visits.keep(|_| false);
        assert!(visits.is_empty());
    }
}
