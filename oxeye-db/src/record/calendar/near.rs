//! Finds the time zone that somebody meant.

use chrono_tz::{TZ_VARIANTS, Tz};

use super::TimeZone;

/// The most letters of a place that may be wrong.
const MOST_MISTAKES: usize = 2;

/// The most zones that are offered.
const MOST_OFFERED: usize = 3;

impl TimeZone {
    /// Returns the time zone of a name that is written in any case, and with spaces or underscores.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let wanted = folded(text);
        let mut zones = TZ_VARIANTS.iter();
        zones
            .find(|zone| folded(zone.name()) == wanted)
            .map(|zone| Self(*zone))
    }

    /// Returns time zones that a name which is none may stand for, the likeliest first.
    #[must_use]
    pub fn near(text: &str) -> Vec<Self> {
        let wanted = folded(text);
        if wanted.len() < 3 || wanted.len() > 64 {
            return Vec::new();
        }
        let mut found: Vec<_> = TZ_VARIANTS
            .iter()
            .filter_map(|zone| Some((distance(*zone, &wanted)?, zone.name(), *zone)))
            .collect();
        found.sort_unstable_by_key(|(distance, name, _)| (*distance, *name));
        let likeliest = found.into_iter().take(MOST_OFFERED);
        likeliest.map(|(_, _, zone)| Self(zone)).collect()
    }
}

fn folded(name: &str) -> String {
    let name = name.trim().replace(' ', "_");
    name.to_lowercase()
}

/// Returns how far a zone is from what was written; `None` if it is not meant.
fn distance(zone: Tz, wanted: &str) -> Option<usize> {
    let name = folded(zone.name());
    let place = name.rsplit('/').next().unwrap_or_default();
    let wanted_place = wanted.rsplit('/').next().unwrap_or_default();
    if place == wanted_place {
        return Some(0);
    }
    let is_part = wanted_place.len() >= 3 && place.contains(wanted_place);
    let mistakes = mistakes(place, wanted_place);
    match (
        mistakes <= MOST_MISTAKES && mistakes < place.len() / 2,
        is_part,
    ) {
        (true, _) => Some(mistakes),
        (false, true) => Some(MOST_MISTAKES + 1),
        (false, false) => None,
    }
}

/// Returns how many letters have to be changed, added or left out to make one text of the other.
fn mistakes(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = line;
        row[0] = line + 1;
        for column in 0..other.len() {
            let above = row[column + 1];
            let same = diagonal + usize::from(letter != other[column]);
            row[column + 1] = same.min(above + 1).min(row[column] + 1);
            diagonal = above;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let near: Vec<_> = TimeZone::near(text)
            .iter()
            .map(TimeZone::to_string)
            .collect();
        assert_eq!(near, expected, "{text}");
    }

    #[test]
    fn a_zone_is_found_in_any_case() {
        let berlin = "Europe/Berlin".parse().ok();
        for text in ["europe/berlin", " Europe/Berlin ", "EUROPE/BERLIN"] {
            assert_eq!(TimeZone::named(text), berlin, "{text}");
        }
        let york = TimeZone::named("america/new york").unwrap();
        assert_eq!(york.to_string(), "America/New_York");
        assert_eq!(TimeZone::named("Mars/Base"), None);
        assert_eq!(TimeZone::named(""), None);
    }

    #[test]
    fn a_mistyped_zone_is_answered_with_those_that_are_near() {
        check("Berlin", &["Europe/Berlin"]);
        check("Europe/Berln", &["Europe/Berlin"]);
        check("Germany/Berlin", &["Europe/Berlin"]);
        check("new york", &["America/New_York"]);
        check("Kolkatta", &["Asia/Kolkata"]);
        check("york", &["America/New_York"]);
        // A part of a name comes after a name with mistakes.
        check("ashga", &["Asia/Kashgar", "Asia/Ashgabat"]);
        check("Mars/Base", &[]);
        check("xx", &[]);
        // Three letters are enough, and 64 are not too many.
        check("rom", &["Europe/Rome"]);
        check("gb", &[]);
        check(&format!("{}/berlin", "x".repeat(57)), &["Europe/Berlin"]);
        check(&format!("{}/berlin", "x".repeat(58)), &[]);
        check(&"x".repeat(4_000), &[]);
    }

    #[test]
    fn mistakes_are_counted_in_letters() {
        assert_eq!(mistakes("berlin", "berlin"), 0);
        assert_eq!(mistakes("berlin", "berln"), 1);
        assert_eq!(mistakes("", "abc"), 3);
        assert_eq!(mistakes("abc", ""), 3);
        assert_eq!(mistakes("zürich", "zurich"), 1);
    }
}
