//! Who was on at a moment, in words.

use oxeye_db::TimeZone;
use oxeye_db::record::past::{PastMoment, PastRoster};

use crate::Facts;

/// UTF-16 units that a line has beside the names: that of the server, a number, and how many more there are.
const REST_OF_LINE: usize = 120;

/// Who was on at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastText {
    /// The moment.
    pub title: String,
    /// A line for each server, or one that says that nothing is known.
    pub lines: String,
}

impl Facts {
    /// Says who was on at a moment in a time zone, in at most `budget` UTF-16 units.
    #[must_use]
    pub fn past(self, past: &PastMoment, zone: TimeZone, budget: usize) -> PastText {
        let text = self.text();
        let local = zone.local_time(past.at);
        let (hour, minute) = (local.hour, local.minute);
        let when = format!("{} {hour:02}:{minute:02}", text.date_of(past.at, zone));
        let lines = if past.servers.is_empty() {
            let begins = past
                .begins_at
                .map(|at| text.history_begins(&text.date_of(at, zone)));
            let lines = [text.history_nothing()].into_iter().chain(begins);
            lines.collect::<Vec<_>>().join(" ")
        } else {
            let names = names_per_server(past, budget);
            let lines = past
                .servers
                .iter()
                .map(|roster| self.past_roster(roster, names));
            text.bullets(lines, past.servers.len(), budget).text
        };
        PastText {
            title: text.history_title(&when, &zone.to_string()),
            lines,
        }
    }

    fn past_roster(self, roster: &PastRoster, budget: usize) -> String {
        let text = self.text();
        let server = self.emphasised(roster.server.as_str());
        let count = roster.players.len() + roster.hidden_count;
        match (count, roster.is_known) {
            (0, true) => text.history_nobody(&server),
            (0, false) => text.history_unknown(&server),
            _ if roster.players.is_empty() => text.history_nameless(&server, count),
            _ => {
                let names = roster
                    .players
                    .iter()
                    .map(|player| self.name(player.as_str()));
                text.history_server(&server, count, &text.in_one_line(names, budget))
            }
        }
    }
}

/// Returns the UTF-16 units for the names of each server: a share, but for what else its line says.
fn names_per_server(past: &PastMoment, budget: usize) -> usize {
    let with_names = past.servers.iter();
    let with_names = with_names.filter(|roster| !roster.players.is_empty());
    let share = budget / with_names.count().max(1);
    share.saturating_sub(REST_OF_LINE).min(budget / 2)
}

#[cfg(test)]
mod tests {
    use oxeye_db::UnixSeconds;
    use oxeye_db::testing::player;
    use oxeye_plugin_proto::ServerName;

    use super::*;
    use crate::{Locale, Text};

    const ENGLISH: Facts = Facts::in_discord(Text::of(Locale::English));
    const GERMAN: Facts = Facts::in_discord(Text::of(Locale::German));

    fn roster(server: &str, players: &[&str], is_known: bool) -> PastRoster {
        PastRoster {
            server: ServerName::try_from(server.to_owned()).unwrap(),
            players: players.iter().map(|name| player(name)).collect(),
            hidden_count: 0,
            is_known,
        }
    }

    fn past(servers: Vec<PastRoster>) -> PastMoment {
        PastMoment {
            at: UnixSeconds(1_795_893_300),
            begins_at: Some(UnixSeconds(1_709_420_400)),
            servers,
        }
    }

    #[test]
    fn each_server_has_a_line() {
        let servers = vec![
            roster("a_b", &["jeb_", "@everyone"], true),
            roster("hub", &[], true),
            roster("old", &[], false),
        ];
        let said = ENGLISH.past(
            &past(servers.clone()),
            "Europe/Berlin".parse().unwrap(),
            3_400,
        );
        assert_eq!(said.title, "On at 28 Nov 2026 20:15 (Europe/Berlin)");
        assert_eq!(
            said.lines,
            "**a\\_b** (2): jeb\\_, \\@everyone\n**hub**: nobody\n**old**: nothing is known about that time"
        );
        let said = GERMAN.past(&past(servers), TimeZone::UTC, 3_400);
        assert_eq!(said.title, "Da waren am 28. November 2026 19:15 (UTC)");
        assert!(said.lines.contains("**hub**: niemand\n"), "{}", said.lines);
    }

    #[test]
    fn before_the_first_session_nothing_is_known() {
        let said = ENGLISH.past(&past(Vec::new()), TimeZone::UTC, 3_400);
        assert_eq!(
            said.lines,
            "Nothing is known about that time. The first session began on 2 Mar 2024."
        );
    }

    #[test]
    fn a_thousand_names_are_cut() {
        let names = vec!["A_name_of_16_char"; 1_000];
        let servers = vec![roster("big", &names, true), roster("hub", &[], true)];
        let said = ENGLISH.past(&past(servers), TimeZone::UTC, 3_400);
        assert!(crate::width(&said.lines) <= 3_400);
        assert!(
            said.lines.contains(" more\n**hub**: nobody"),
            "{}",
            said.lines
        );
    }

    #[test]
    fn each_of_many_full_servers_has_a_line() {
        let names = vec!["A_name_of_16_char"; 1_000];
        for count in [2, 10] {
            let servers = (0..count).map(|number| roster(&format!("s{number}"), &names, true));
            let said = ENGLISH.past(&past(servers.collect()), TimeZone::UTC, 3_400);
            assert!(crate::width(&said.lines) <= 3_400);
            assert_eq!(said.lines.lines().count(), count, "{}", said.lines);
            assert!(said.lines.lines().all(|line| line.contains("(1,000): A")));
        }
    }

    #[test]
    fn those_who_hide_are_counted() {
        let mut servers = vec![
            roster("hub", &[], true),
            roster("survival", &["Alex"], true),
        ];
        for (roster, hidden_count) in servers.iter_mut().zip([1, 2]) {
            roster.hidden_count = hidden_count;
        }
        for facts in [ENGLISH, GERMAN] {
            let said = facts.past(&past(servers.clone()), TimeZone::UTC, 3_400);
            assert_eq!(said.lines, "**hub** (1)\n**survival** (3): Alex");
        }
    }
}
