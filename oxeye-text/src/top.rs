//! Who has most of something, in words.

use std::time::Duration;

use oxeye_db::record::leaderboard::{Leaderboard, RankedBy, Standing};
use oxeye_db::{PlayerName, Range, TimeZone, TopWords, UnixSeconds};

use crate::{Facts, Text, cut, isolate, neutralise};

/// Discord's limit for the description of a picture, in UTF-16 units.
const ALT_LIMIT: usize = 1_024;
/// Seconds of a day.
const DAY_SECS: u64 = 24 * 3_600;
/// The most earlier names of a player that a list names.
const FORMER_NAMES: usize = 2;

/// What a leaderboard says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopText {
    /// What it is about: what counts, a range, and one server or all of them.
    pub title: String,
    /// A line for each person, or one that says that there is nobody.
    pub lines: Vec<String>,
    /// The place of the member who asks, if they have one.
    pub own: Option<String>,
    /// The time zone in which its days begin and end.
    pub zone: String,
    /// The same for people who do not see the picture. It has no markdown.
    pub alt: String,
}

impl Facts {
    /// Says what a leaderboard shows. `server` is the name of the server; without it, the leaderboard is about all
    /// servers of a guild.
    #[must_use]
    pub fn top(
        self,
        by: &RankedBy,
        range: Range,
        server: Option<&str>,
        zone: TimeZone,
        board: &Leaderboard,
    ) -> TopText {
        let text = self.text();
        let place = server.map_or_else(|| text.all_servers(), |server| self.name(server));
        let what = self.name(&ranked_by(text, by));
        let zone = match by {
            RankedBy::Counter(_) => TimeZone::UTC,
            RankedBy::Playtime | RankedBy::Visits => zone,
        };
        let standings = board.standings.iter();
        let lines: Vec<_> = standings
            .map(|standing| self.standing(by, standing, zone))
            .collect();
        let own = board.own.as_ref().map(|own| {
            let amount = amount(text, by, own.amount);
            let player = self.player(&own.player, &[], own.until, zone);
            text.ranking_own(own.place, board.players, &amount, &player)
        });
        let days = board.span.seconds() / DAY_SECS;
        let range = range_that_counts(by, range, u16::try_from(days).unwrap_or(u16::MAX));
        let alt = self.top_alt(by, range, (server, zone), board);
        TopText {
            alt,
            title: text.ranking_title(&what, &text.range_of_chart(range), &place),
            lines: match lines.is_empty() {
                true => vec![text.ranking_nobody()],
                false => lines,
            },
            own,
            zone: text.ranking_zone(&zone.to_string()),
        }
    }

    /// Says in words what the picture shows.
    fn top_alt(
        self,
        by: &RankedBy,
        range: Range,
        (server, zone): (Option<&str>, TimeZone),
        board: &Leaderboard,
    ) -> String {
        let text = self.text();
        let place = server.map_or_else(|| text.all_servers(), isolate);
        let what = neutralise(&ranked_by(text, by));
        let title = text.ranking_title(&what, &text.range_of_chart(range), &place);
        let lines = board.standings.iter().map(|standing| {
            let place = format!("{}.", standing.place);
            let player = isolate(standing.player.as_str());
            let player = text.player_with_date(player, standing.until, zone);
            text.ranking_place(&place, &player, &amount(text, by, standing.amount))
        });
        let all: Vec<_> = [title].into_iter().chain(lines).collect();
        cut(&all.join("; "), ALT_LIMIT)
    }

    /// Returns the words of each row in the picture of a leaderboard.
    #[must_use]
    pub fn top_words(self, by: &RankedBy, zone: TimeZone, board: &Leaderboard) -> Vec<TopWords> {
        let text = self.text();
        let words = board.standings.iter().map(|standing| TopWords {
            place: format!("{}.", standing.place),
            name: text.player_with_date(standing.player.to_string(), standing.until, zone),
            amount: amount(text, by, standing.amount),
        });
        words.collect()
    }

    fn standing(self, by: &RankedBy, standing: &Standing, zone: TimeZone) -> String {
        let text = self.text();
        let former = &standing.former_names[..standing.former_names.len().min(FORMER_NAMES)];
        let player = self.player(&standing.player, former, standing.until, zone);
        let place = self.emphasised(&format!("{}.", standing.place));
        text.ranking_place(&place, &player, &amount(text, by, standing.amount))
    }

    /// Returns the name of a player with their earlier names, and until when they had it if they have not any more.
    pub(crate) fn player(
        self,
        player: &PlayerName,
        former: &[PlayerName],
        until: Option<UnixSeconds>,
        zone: TimeZone,
    ) -> String {
        let text = self.text();
        let mut shown = self.name(player.as_str());
        if !former.is_empty() {
            let former = former.iter().map(|name| self.name(name.as_str()));
            let former = text.list(&former.collect::<Vec<_>>());
            shown = text.player_formerly(&shown, &former);
        }
        text.player_with_date(shown, until, zone)
    }
}

impl Text {
    /// Returns the name of a player with the date until when they had it, if another has it now.
    #[must_use]
    pub fn player_with_date(
        self,
        player: String,
        until: Option<UnixSeconds>,
        zone: TimeZone,
    ) -> String {
        match until {
            Some(until) => self.player_until(&player, &self.date_of(until, zone)),
            None => player,
        }
    }

    /// Returns a name once for each of those who had it until then, with the date. Where several had it until the same day,
    /// all but the first have a number, too.
    #[must_use]
    pub fn namesakes(self, player: &str, until: &[UnixSeconds], zone: TimeZone) -> Vec<String> {
        let dates: Vec<_> = until.iter().map(|at| self.date_of(*at, zone)).collect();
        let labels = dates.iter().enumerate().map(|(place, date)| {
            let before = dates[..place].iter().filter(|other| *other == date).count();
            match before {
                0 => self.player_until(player, date),
                before => self.player_until(player, &format!("{date}, {}", before + 1)),
            }
        });
        labels.collect()
    }
}

/// Returns the range that a leaderboard is about. Of what counters count, only the last days are kept, so that "all time"
/// is these `days_kept`.
#[must_use]
pub fn range_that_counts(by: &RankedBy, asked: Range, days_kept: u16) -> Range {
    match (by, asked) {
        (RankedBy::Counter(_), Range::All) => Range::Days(days_kept),
        _ => asked,
    }
}

/// Returns what counts, in words. A counter of an operator is shown as it is called.
#[must_use]
pub fn ranked_by(text: Text, by: &RankedBy) -> String {
    match by {
        RankedBy::Playtime => text.ranked_by("playtime"),
        RankedBy::Visits => text.ranked_by("visits"),
        RankedBy::Counter(counter) => text.counter_name(counter),
    }
}

/// Returns an amount of what counts, in words.
fn amount(text: Text, by: &RankedBy, amount: f64) -> String {
    match by {
        RankedBy::Playtime => text.long_duration(Duration::from_secs(amount as u64)),
        RankedBy::Visits => text.visits(amount as u32),
        RankedBy::Counter(_) => text.amount(amount),
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::Span;
    use oxeye_db::testing::player;

    use super::*;
    use crate::Locale;

    const ENGLISH: Facts = Facts::in_discord(Text::of(Locale::English));
    const GERMAN: Facts = Facts::in_discord(Text::of(Locale::German));

    #[test]
    fn those_who_had_a_name_until_the_same_day_are_told_apart() {
        let until = [1_777_820_400, 1_777_816_800, 1_777_809_600, 1_700_000_000];
        let until = until.map(UnixSeconds);
        let labels = |facts: Facts| facts.text().namesakes("Alex", &until, TimeZone::UTC);
        assert_eq!(
            labels(ENGLISH),
            [
                "Alex (until 3 May 2026)",
                "Alex (until 3 May 2026, 2)",
                "Alex (until 3 May 2026, 3)",
                "Alex (until 14 Nov 2023)",
            ]
        );
        assert_eq!(labels(GERMAN)[1], "Alex (bis 3. Mai 2026, 2)");
    }

    fn standing(place: usize, name: &str, amount: u32) -> Standing {
        Standing {
            place,
            player: player(name),
            former_names: Vec::new(),
            until: None,
            amount: f64::from(amount),
            playtime: None,
            sessions: None,
        }
    }

    fn board(standings: Vec<Standing>) -> Leaderboard {
        Leaderboard {
            span: Span::ALL,
            offset: 0,
            own: standings.last().cloned(),
            players: 214,
            most: 0.0,
            standings,
        }
    }

    #[test]
    fn places_are_shown_with_what_counts() {
        let board = board(vec![
            standing(1, "jeb_", 34_800),
            standing(2, "@everyone", 60),
        ]);
        let said = ENGLISH.top(
            &RankedBy::Playtime,
            Range::Week,
            None,
            TimeZone::UTC,
            &board,
        );
        assert_eq!(said.title, "Top · playtime · this week · all servers");
        assert_eq!(
            said.lines,
            [r"**1\.** jeb\_ · 9h 40m", r"**2\.** \@everyone · 1m"]
        );
        assert_eq!(said.own.unwrap(), r"Your place: 2 of 214 · 1m (\@everyone)");
        assert_eq!(said.zone, "Days in UTC");
        assert_eq!(
            said.alt,
            "Top · playtime · this week · all servers; 1. jeb_ · 9h 40m; 2. @everyone · 1m"
        );
        let words = ENGLISH.top_words(&RankedBy::Playtime, TimeZone::UTC, &board);
        assert_eq!(
            (words[0].place.as_str(), words[0].amount.as_str()),
            ("1.", "9h 40m")
        );
        assert_eq!(words[1].name, "@everyone", "a picture mentions nobody");

        let zone = "Europe/Berlin".parse().unwrap();
        let said = GERMAN.top(&RankedBy::Playtime, Range::All, Some("a_b"), zone, &board);
        assert_eq!(said.title, r"Rangliste · Spielzeit · seit Beginn · a\_b");
        assert_eq!(said.lines[0], r"**1\.** jeb\_ · 9 Std. 40 Min.");
        assert_eq!(said.zone, "Tage in Europe/Berlin");
    }

    #[test]
    fn visits_and_counters_are_shown_as_numbers_and_counters_have_days_in_utc() {
        let board = board(vec![standing(1, "Alex", 1_234), standing(2, "Eve", 1)]);
        let zone = "Europe/Berlin".parse().unwrap();
        let lines = |by: &RankedBy| {
            let said = Facts::in_terminal(Text::of(Locale::English));
            said.top(by, Range::Days(30), None, zone, &board)
        };
        let visits = lines(&RankedBy::Visits);
        assert_eq!(visits.lines, ["1. Alex · 1,234 visits", "2. Eve · 1 visit"]);
        assert_eq!(
            visits.title,
            "Top · visits · the last 30 days · all servers"
        );
        let deaths = lines(&RankedBy::Counter("deaths".to_owned()));
        assert_eq!(deaths.lines[0], "1. Alex · 1,234");
        assert_eq!(deaths.zone, "Days in UTC");
        let own = lines(&RankedBy::Counter("bells_rung".to_owned()));
        assert!(own.title.starts_with("Top · bells_rung · "), "{own:?}");
    }

    #[test]
    fn earlier_names_are_named_and_two_players_never_look_the_same() {
        let mut bob = standing(1, "Bob", 120);
        bob.former_names = ["Alex", "Al", "Older"].map(player).to_vec();
        let mut alex = standing(2, "Alex", 60);
        alex.until = Some(UnixSeconds(1_709_420_400));
        // The own place is that of the last one.
        let board = board(vec![bob, alex]);
        let said = ENGLISH.top(&RankedBy::Playtime, Range::All, None, TimeZone::UTC, &board);
        assert_eq!(
            said.lines,
            [
                r"**1\.** Bob (formerly Alex and Al) · 2m",
                r"**2\.** Alex (until 2 Mar 2024) · 1m"
            ]
        );
        let own = said.own.unwrap();
        assert!(own.ends_with("1m (Alex (until 2 Mar 2024))"), "{own}");
        assert!(
            said.alt.ends_with("2. Alex (until 2 Mar 2024) · 1m"),
            "{}",
            said.alt
        );
    }

    #[test]
    fn all_time_of_a_counter_is_the_days_that_are_kept() {
        let mut board = board(vec![standing(1, "Alex", 3)]);
        board.span = Span {
            from: UnixSeconds(0),
            to: UnixSeconds(30 * 86_400),
        };
        let title = |by| {
            let said = ENGLISH.top(&by, Range::All, None, TimeZone::UTC, &board);
            assert!(said.alt.starts_with(&said.title), "{}", said.alt);
            said.title
        };
        let deaths = title(RankedBy::Counter("deaths".to_owned()));
        assert_eq!(deaths, "Top · deaths · the last 30 days · all servers");
        assert_eq!(
            title(RankedBy::Visits),
            "Top · visits · all time · all servers"
        );
    }

    #[test]
    fn an_empty_leaderboard_says_so() {
        let empty = board(Vec::new());
        let said = GERMAN.top(&RankedBy::Visits, Range::Today, None, TimeZone::UTC, &empty);
        assert_eq!(said.lines, ["Bisher niemand."]);
        assert_eq!(said.own, None);
    }
}
