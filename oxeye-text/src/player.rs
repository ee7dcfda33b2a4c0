//! What is known of one player on all servers of a guild together, in words.

use oxeye_db::record::person_figures::PersonFigures;
use oxeye_db::{LinkState, PlayerWords, TimeZone, UnixSeconds};

use crate::{Facts, Text, cut, dot, isolate, width};

/// The most servers that a player who is on is named with.
const MOST_SERVERS: usize = 3;
/// The most earlier names in a heading.
const FORMER_NAMES: usize = 3;
/// Discord's limit for the title of an embed, in UTF-16 units.
const TITLE_LIMIT: usize = 256;
/// Discord's limit for the description of a picture.
const ALT_LIMIT: usize = 1_024;

/// What is said of a player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerText {
    /// The name, with earlier ones.
    pub title: String,
    /// What is known, in lines.
    pub lines: Vec<String>,
    /// The time zone in which its days begin and end.
    pub zone: String,
    /// The last days, for people who do not see the picture. It has no markdown.
    pub alt: String,
}

impl Facts {
    /// Says what is known of a player.
    #[must_use]
    pub fn person(self, figures: &PersonFigures, now: UnixSeconds) -> PlayerText {
        let text = self.text();
        let zone = figures.zone;
        let title = self.title_of(figures);
        let mut lines = self.whereabouts(figures, now);
        let first = figures.first_seen.map(|at| self.day(at, zone));
        lines.extend(first.map(|at| text.player_first_seen(&at)));
        let [today, week, total] = figures.playtime.map(|played| text.long_duration(played));
        lines.push(text.player_played(&today, &week, &total));
        let place = figures.place;
        lines.extend(place.map(|(place, of)| text.player_place(place, of)));
        if figures.visits > 0 {
            let visits = text.visits(u32::try_from(figures.visits).unwrap_or(u32::MAX));
            let longest = text.long_duration(figures.longest);
            lines.push(text.player_visits(&visits, &longest));
        }
        lines.extend(figures.did.and_then(|did| {
            type Words = fn(Text, f64, &str) -> String;
            let both: [(Words, f64); 2] = [
                (Text::player_deaths, did.deaths),
                (Text::player_advancements, did.advancements),
            ];
            let parts: Vec<_> = both
                .into_iter()
                .filter(|(_, count)| *count > 0.0)
                .map(|(words, count)| words(text, count, &text.amount(count)))
                .collect();
            (!parts.is_empty()).then(|| text.player_did_lately(&parts.join(" · ")))
        }));
        if !figures.imported.is_zero() {
            lines.push(text.player_imported(&text.long_duration(figures.imported)));
        }
        PlayerText {
            title,
            lines,
            zone: text.ranking_zone(&zone.to_string()),
            alt: alt(text, figures),
        }
    }

    /// Returns the name of a player with as many earlier ones as fit.
    fn title_of(self, figures: &PersonFigures) -> String {
        let most = figures.former_names.len().min(FORMER_NAMES);
        let titles = (0..=most).rev().map(|count| {
            let former = &figures.former_names[..count];
            self.player(&figures.player, former, figures.until, figures.zone)
        });
        let mut fitting = titles.filter(|title| width(title) <= TITLE_LIMIT);
        fitting.next().unwrap_or_default()
    }

    /// Says where a player is, or when and where they were last seen.
    fn whereabouts(self, figures: &PersonFigures, now: UnixSeconds) -> Vec<String> {
        let text = self.text();
        let on = figures.on.iter().take(MOST_SERVERS).map(|(server, since)| {
            let dot = dot(LinkState::Online);
            let server = self.emphasised(server.as_str());
            text.player_on(dot, &server, &self.time_ago(*since, now))
        });
        let mut lines: Vec<_> = on.collect();
        let more = figures.on.len().saturating_sub(MOST_SERVERS);
        if more > 0 {
            lines.push(text.plus_more(more));
        }
        if lines.is_empty()
            && let Some((server, at)) = &figures.last_seen
        {
            let dot = dot(LinkState::Disconnected);
            let server = self.emphasised(server.as_str());
            lines.push(text.player_off(dot, &server, &self.time_ago(*at, now)));
        }
        lines
    }
}

/// Says how long the player was on each of the last days on which they were, the longest at the end.
fn alt(text: Text, figures: &PersonFigures) -> String {
    let name = isolate(figures.player.as_str());
    let name = text.player_with_date(name, figures.until, figures.zone);
    let heading = text.player_alt(&name, figures.days.len());
    let played = figures.days.iter().filter(|(_, played)| !played.is_zero());
    let days = played.map(|(day, played)| {
        let date = text.date_of(day.from, figures.zone);
        text.player_alt_day(&date, &text.long_duration(*played))
    });
    let days: Vec<_> = days.collect();
    let days = match days.is_empty() {
        true => text.player_alt_nothing(),
        false => text.list(&days),
    };
    // A German duration may end in a full stop.
    let days = days.strip_suffix('.').unwrap_or(&days);
    cut(&format!("{heading} {days}."), ALT_LIMIT)
}

impl Text {
    /// Returns the words in the picture of a player.
    #[must_use]
    pub fn player_words(self, figures: &PersonFigures) -> PlayerWords {
        let played = figures.days.iter().map(|(_, played)| *played);
        PlayerWords {
            days: self.weekdays_of(figures),
            most: self.long_duration(played.max().unwrap_or_default()),
        }
    }

    /// Returns the labels of days: the day of the week in short.
    fn weekdays_of(self, figures: &PersonFigures) -> Vec<String> {
        let label =
            |at: UnixSeconds, zone: TimeZone| self.weekday_short(zone.local_time(at).weekday);
        let days = figures.days.iter();
        days.map(|(day, _)| label(day.from, figures.zone)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use oxeye_db::Span;
    use oxeye_db::record::person_figures::Did;
    use oxeye_db::testing::{player, server_name};

    use super::*;
    use crate::Locale;

    const NOW: UnixSeconds = UnixSeconds(1_795_893_300);
    const DAY: i64 = 86_400;

    fn figures() -> PersonFigures {
        let midnight = NOW.0 - NOW.0 % DAY;
        let day = |ago: i64| Span {
            from: UnixSeconds(midnight - ago * DAY),
            to: UnixSeconds(midnight - (ago - 1) * DAY),
        };
        let mut days: Vec<_> = (0..14)
            .rev()
            .map(|ago| (day(ago), Duration::ZERO))
            .collect();
        days[7].1 = Duration::from_secs(7_200);
        days[13].1 = Duration::from_secs(3_900);
        PersonFigures {
            player: player("jeb_"),
            former_names: vec![player("notch2"), player("@everyone")],
            until: None,
            on: vec![(server_name("survival"), UnixSeconds(NOW.0 - 1_500))],
            last_seen: Some((server_name("survival"), NOW)),
            first_seen: Some(UnixSeconds(1_709_420_400)),
            playtime: [3_900, 34_800, 1_051_200].map(Duration::from_secs),
            days,
            place: Some((3, 214)),
            visits: 231,
            longest: Duration::from_secs(25_920),
            imported: Duration::ZERO,
            did: Some(Did {
                deaths: 12.0,
                advancements: 34.0,
            }),
            zone: TimeZone::UTC,
        }
    }

    #[test]
    fn everything_that_is_known_of_a_player_is_said() {
        let english = Facts::in_discord(Text::of(Locale::English));
        let said = english.person(&figures(), NOW);
        assert_eq!(said.title, r"jeb\_ (formerly notch2 and \@everyone)");
        assert_eq!(
            said.lines,
            [
                "🟢 on **survival**, joined <t:1795891800:R>",
                "First seen <t:1709420400:D>",
                "Today 1h 5m · this week 9h 40m · in all 12d 4h",
                "Place 3 of 214 by playtime",
                "231 visits · the longest 7h 12m",
                "12 deaths · 34 advancements in the last 30 days",
            ]
        );
        let words = Text::of(Locale::English).player_words(&figures());
        assert_eq!((words.days.len(), words.most.as_str()), (14, "2h"));
        assert_eq!(
            (words.days[0].as_str(), words.days[13].as_str()),
            ("Sun", "Sat")
        );
        assert_eq!(
            said.alt,
            "Playtime of jeb_ in the last 14 days: 22 Nov 2026: 2h and 28 Nov 2026: 1h 5m."
        );
    }

    #[test]
    fn what_a_player_did_agrees_with_its_number() {
        let did = |locale, deaths, advancements| {
            let figures = PersonFigures {
                did: Some(Did {
                    deaths,
                    advancements,
                }),
                ..figures()
            };
            let said = Facts::in_discord(Text::of(locale)).person(&figures, NOW);
            said.lines.last().cloned().unwrap()
        };
        assert_eq!(
            did(Locale::English, 1.0, 1.0),
            "1 death · 1 advancement in the last 30 days"
        );
        assert_eq!(
            did(Locale::English, 1.5, 0.0),
            "1.5 deaths in the last 30 days"
        );
        assert_eq!(
            did(Locale::German, 1.0, 1.0),
            "1 Tod · 1 Fortschritt in den letzten 30 Tagen"
        );
        assert_eq!(
            did(Locale::German, 1_000.0, 2.0),
            "1.000 Tode · 2 Fortschritte in den letzten 30 Tagen"
        );
    }

    #[test]
    fn the_description_of_a_picture_is_a_sentence_in_each_language() {
        let german = Facts::in_discord(Text::of(Locale::German));
        assert_eq!(
            german.person(&figures(), NOW).alt,
            "Spielzeit von jeb_ in den letzten 14 Tagen: 22. November 2026: 2 Std. und 28. November \
             2026: 1 Std. 5 Min."
        );
    }

    #[test]
    fn a_player_who_is_off_was_last_seen_somewhere() {
        let mut figures = figures();
        figures.on.clear();
        figures.last_seen = Some((server_name("a_b"), UnixSeconds(NOW.0 - 7_200)));
        (figures.did, figures.place) = (None, None);
        figures.imported = Duration::from_secs(3_600);
        figures
            .days
            .iter_mut()
            .for_each(|(_, day)| *day = Duration::ZERO);
        let german = Facts::in_terminal(Text::of(Locale::German));
        let said = german.person(&figures, NOW);
        assert_eq!(said.title, "jeb_ (früher notch2 und @everyone)");
        assert_eq!(
            said.lines,
            [
                "⚫ zuletzt gesehen auf a_b vor 2 Stunden",
                "Zuerst gesehen am 2. März 2024",
                "Heute 1 Std. 5 Min. · diese Woche 9 Std. 40 Min. · insgesamt 12 Tage 4 Std.",
                "231 Besuche · der längste 7 Std. 12 Min.",
                "Aus der Zeit vor Oxeye: 1 Std.",
            ]
        );
        assert_eq!(
            said.alt,
            "Spielzeit von jeb_ in den letzten 14 Tagen: keine."
        );
    }

    #[test]
    fn the_longest_names_break_no_limit() {
        let mut figures = figures();
        figures.player = player(&"_".repeat(32));
        figures.former_names = vec![player(&"|".repeat(32)); 15];
        figures.until = Some(NOW);
        figures.on = vec![(server_name(&"*".repeat(64)), NOW); 9];
        figures
            .days
            .iter_mut()
            .for_each(|(_, day)| *day = Duration::from_secs(86_399));
        let said = Facts::in_discord(Text::of(Locale::German)).person(&figures, NOW);
        assert!(width(&said.title) <= 256, "{}", said.title);
        assert!(said.title.contains("früher"), "{}", said.title);
        assert!(said.title.ends_with(')'), "nothing is cut: {}", said.title);
        assert!(width(&said.alt) <= 1_024, "{}", said.alt);
        assert_eq!(said.lines[3], "+6 weitere");
    }
}
