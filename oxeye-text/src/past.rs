//! Who was on at a moment, in words.

use oxeye_db::TimeZone;
use oxeye_db::record::past::{PastMoment, PastRoster};

use crate::lists::TAIL;
use crate::{Facts, width};

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
            let lines = self.past_rosters(&past.servers, zone, budget);
            text.bullets(lines, past.servers.len(), budget).text
        };
        PastText {
            title: text.history_title(&when, &zone.to_string()),
            lines,
        }
    }

    /// Returns a line for each server. What the lines say beside the names comes first; the names share the rest.
    fn past_rosters(self, servers: &[PastRoster], zone: TimeZone, budget: usize) -> Vec<String> {
        let lines: Vec<_> = servers.iter().map(|one| self.past_line(one, "")).collect();
        let named: Vec<_> = servers
            .iter()
            .map(|roster| self.past_names(roster, zone))
            .collect();
        let bare = lines.iter().map(|line| width(line) + 1).sum::<usize>();
        let needed: Vec<_> = named.iter().map(|names| all_listed(names)).collect();
        let shares = shares(&needed, budget.saturating_sub(TAIL + bare));
        let lines = servers.iter().zip(&named).zip(shares);
        lines
            .map(|((roster, names), share)| {
                let has_room = names
                    .first()
                    .is_some_and(|first| listed(first) + TAIL <= share);
                let names = has_room.then(|| {
                    let names = names.iter().cloned();
                    self.text().in_one_line(names, share)
                });
                self.past_line(roster, &names.unwrap_or_default())
            })
            .collect()
    }

    fn past_names(self, roster: &PastRoster, zone: TimeZone) -> Vec<String> {
        let text = self.text();
        let players = roster.players.iter();
        let named = players.map(|one| {
            let name = self.name(one.player.as_str());
            text.player_with_date(name, one.until, zone)
        });
        named.collect()
    }

    fn past_line(self, roster: &PastRoster, names: &str) -> String {
        let text = self.text();
        let server = self.emphasised(roster.server.as_str());
        let count = roster.players.len() + roster.hidden_count;
        match (count, roster.is_known) {
            (0, true) => text.history_nobody(&server),
            (0, false) => text.history_unknown(&server),
            _ if names.is_empty() => text.history_nameless(&server, count),
            _ => text.history_server(&server, count, names),
        }
    }
}

/// Returns the UTF-16 units of a name in a line, with what separates it from its neighbour.
fn listed(name: &str) -> usize {
    width(name) + 2
}

/// Returns the UTF-16 units that a line needs for all of its names.
fn all_listed(names: &[String]) -> usize {
    match names {
        [] => 0,
        names => TAIL + names.iter().map(|name| listed(name)).sum::<usize>(),
    }
}

/// Shares out `left` among those who need so much: whoever needs less than an equal share leaves the rest to the others.
fn shares(needed: &[usize], mut left: usize) -> Vec<usize> {
    let mut shares = vec![0; needed.len()];
    let mut by_need: Vec<_> = (0..needed.len()).collect();
    by_need.sort_by_key(|place| needed[*place]);
    for (done, place) in by_need.into_iter().enumerate() {
        let share = needed[place].min(left / (needed.len() - done));
        shares[place] = share;
        left -= share;
    }
    shares
}

#[cfg(test)]
mod tests {
    use oxeye_db::UnixSeconds;
    use oxeye_db::record::past::PastPlayer;
    use oxeye_db::testing::player;
    use oxeye_plugin_proto::ServerName;

    use super::*;
    use crate::{Locale, Text};

    const ENGLISH: Facts = Facts::in_discord(Text::of(Locale::English));
    const GERMAN: Facts = Facts::in_discord(Text::of(Locale::German));

    fn on(name: &str) -> PastPlayer {
        PastPlayer {
            player: player(name),
            until: None,
        }
    }

    fn roster(server: &str, players: &[&str], is_known: bool) -> PastRoster {
        PastRoster {
            server: ServerName::try_from(server.to_owned()).unwrap(),
            players: players.iter().map(|name| on(name)).collect(),
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
        assert!(width(&said.lines) <= 3_400);
        assert!(
            said.lines.contains(" more\n**hub**: nobody"),
            "{}",
            said.lines
        );
    }

    #[test]
    fn each_of_many_full_servers_has_a_line() {
        let names = vec!["A_name_of_16_char"; 1_000];
        for count in [2, 10, 29, 40] {
            let servers = (0..count).map(|number| roster(&format!("s{number}"), &names, true));
            let said = ENGLISH.past(&past(servers.collect()), TimeZone::UTC, 3_400);
            assert!(width(&said.lines) <= 3_400);
            assert_eq!(said.lines.lines().count(), count, "{}", said.lines);
            assert!(said.lines.lines().all(|line| line.contains("(1,000): A")));
        }
    }

    #[test]
    fn of_very_many_full_servers_as_many_as_fit_have_a_line_with_their_number() {
        let names = vec!["\u{1f600}".repeat(32); 1_000];
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        for count in [100, 250] {
            let servers =
                (0..count).map(|number| roster(&format!("server {number}"), &names, true));
            let said = ENGLISH.past(&past(servers.collect()), TimeZone::UTC, 3_400);
            assert!(width(&said.lines) <= 3_400);
            assert!(
                said.lines.starts_with("**server 0** (1,000)\n"),
                "{}",
                said.lines
            );
            let is_cut = said
                .lines
                .lines()
                .last()
                .is_some_and(|last| last.contains("more"));
            assert_eq!(is_cut, count == 250, "{}", said.lines);
        }
    }

    #[test]
    fn what_a_server_does_not_need_is_left_to_the_others() {
        assert_eq!(shares(&[10, 500, 0, 400], 600), [10, 295, 0, 295]);
        assert_eq!(shares(&[10, 20], 600), [10, 20]);
        let names = vec!["Alex"; 400];
        let mut servers = vec![roster("big", &names, true)];
        servers.extend((0..20).map(|number| roster(&format!("s{number}"), &["Steve"], true)));
        let said = ENGLISH.past(&past(servers), TimeZone::UTC, 3_400);
        let big = said.lines.lines().next().unwrap();
        assert!(big.matches("Alex").count() > 300, "{big}");
        assert_eq!(said.lines.matches("Steve").count(), 20);
    }

    #[test]
    fn whoever_had_a_name_that_another_has_now_is_named_with_a_date() {
        let mut roster = roster("survival", &["Alex", "Steve"], true);
        roster.players[0].until = Some(UnixSeconds(1_777_820_400));
        let said = ENGLISH.past(&past(vec![roster]), TimeZone::UTC, 3_400);
        let expected = "**survival** (2): Alex (until 3 May 2026), Steve";
        assert_eq!(said.lines, expected);
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
