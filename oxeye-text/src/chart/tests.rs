use oxeye_db::Span;
use oxeye_db::record::calendar::HourOfWeek;

use super::*;
use crate::Locale;

const ENGLISH: Facts = Facts::in_discord(Text::of(Locale::English));
const GERMAN: Facts = Facts::in_discord(Text::of(Locale::German));

/// Saturday, 2026-11-28 20:15 in Berlin.
const SATURDAY: UnixSeconds = UnixSeconds(1_795_893_300);

fn chart() -> PlayerChart {
    let mut week = [[Some(0.0); 24]; 7];
    week[5][20] = Some(12.4);
    week[5][21] = Some(11.0);
    week[0][9] = Some(6.8);
    PlayerChart {
        range: Range::Days(7),
        zone: "Europe/Berlin".parse().unwrap(),
        span: Span {
            from: UnixSeconds(SATURDAY.0 - 6 * 86_400),
            to: SATURDAY,
        },
        points: Vec::new(),
        average: Some(6.24),
        peak: Some(Peak {
            players: 14,
            at: SATURDAY,
        }),
        record: Some(Peak {
            players: 1_031,
            at: UnixSeconds(1_709_420_400),
        }),
        usual: Some(Usual {
            week,
            now: HourOfWeek { day: 0, hour: 9 },
        }),
    }
}

#[test]
fn a_chart_is_said_in_both_languages() {
    let english = ENGLISH.chart(Some("sur_vival"), &chart());
    assert_eq!(english.title, r"sur\_vival · the last 7 days");
    assert_eq!(
        english.lines,
        [
            "Average 6.2 · peak 14 (Sat 20:15) · record 1,031 (3 Mar 2024).",
            "Usually 7 players are on at this time. Best time to come on: Saturday, 20:00–22:00 (about 12).",
            "Days and hours in Europe/Berlin",
        ]
    );
    let german = GERMAN.chart(None, &chart());
    assert_eq!(german.title, "Alle Server zusammen · die letzten 7 Tage");
    assert_eq!(
        german.lines,
        [
            "Durchschnitt 6,2 · Spitze 14 (Sa 20:15) · Rekord 1.031 (3. März 2024).",
            "Um diese Zeit sind gewöhnlich 7 Spieler da. Am meisten los: Samstag, 20–22 Uhr (etwa 12).",
            "Tage und Stunden in Europe/Berlin",
        ]
    );
}

#[test]
fn the_description_of_the_picture_says_the_same_and_names_the_busiest_hours() {
    assert_eq!(
        ENGLISH.chart(None, &chart()).alt,
        "Players over time, all servers, the last 7 days. \
         Average 6.2 · peak 14 (Sat 20:15) · record 1,031 (3 Mar 2024). \
         Usually 7 players are on at this time. Best time to come on: Saturday, 20:00–22:00 (about 12). \
         Busiest single hours of the week: Sat 20:00 (12.4), Sat 21:00 (11) and Mon 9:00 (6.8)."
    );
    let long = "𝔵".repeat(64);
    assert!(crate::width(&GERMAN.chart(Some(&long), &chart()).alt) <= ALT_LIMIT);
}

#[test]
fn what_is_not_known_is_said() {
    let mut chart = PlayerChart {
        average: None,
        peak: None,
        usual: None,
        ..chart()
    };
    assert_eq!(
        ENGLISH.chart(None, &chart).lines[..3],
        [
            "Nothing is known about this time.",
            "Record 1,031 (3 Mar 2024)",
            "It takes 14 days of data to say how many are usually on.",
        ]
    );
    chart.record = None;
    assert_eq!(
        GERMAN.chart(None, &chart).lines,
        [
            "Über diese Zeit ist nichts bekannt.",
            "Tage und Stunden in Europe/Berlin"
        ]
    );
}

#[test]
fn a_time_in_which_nobody_was_on_has_no_peak() {
    let nobody = Peak {
        players: 0,
        at: SATURDAY,
    };
    let chart = PlayerChart {
        average: Some(0.0),
        peak: Some(nobody),
        ..chart()
    };
    let line = &ENGLISH.chart(None, &chart).lines[0];
    assert_eq!(line, "Nobody was on · record 1,031 (3 Mar 2024).");
}

#[test]
fn the_peak_of_a_long_range_has_a_date() {
    let mut chart = chart();
    chart.range = Range::All;
    chart.span.from = UnixSeconds(SATURDAY.0 - 90 * 86_400);
    let english = ENGLISH.chart(None, &chart);
    assert!(english.title.ends_with("· all time"), "{}", english.title);
    assert!(
        english.lines[0].contains("peak 14 (28 Nov 2026)"),
        "{:?}",
        english.lines
    );
}
