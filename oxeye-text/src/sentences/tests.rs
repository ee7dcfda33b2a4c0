//! Tests of all sentences: both languages have them with the same arguments, and the code uses them.

use std::path::Path;

use oxeye_catalogue::{Sentence, testing};

use super::{
    alerts, board_notices, boards, command_line, counters, discord, figures, fleet, front_page,
    members, notices, players, presence, refusals, servers, settings, startup, watching,
};
use crate::catalogue::{CATALOGUE, ENGLISH, GERMAN};
use crate::{Locale, Text};

fn all() -> impl Iterator<Item = Sentence> {
    [
        alerts::ALL,
        servers::ALL,
        discord::ALL,
        counters::ALL,
        boards::ALL,
        command_line::ALL,
        refusals::ALL,
        front_page::ALL,
        watching::ALL,
        board_notices::ALL,
        fleet::ALL,
        figures::ALL,
        members::ALL,
        players::ALL,
        notices::ALL,
        presence::ALL,
        settings::ALL,
        startup::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

#[test]
fn both_catalogues_have_exactly_the_listed_sentences_and_render_them() {
    let all: Vec<_> = all().collect();
    let faults = testing::faults(ENGLISH, GERMAN, &all);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_sentence_is_used_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["src", "../oxeye-bot/src", "../oxeye-backend/src"].map(|name| root.join(name));
    let all: Vec<_> = all().collect();
    let source = testing::source_below(folders).unwrap();
    assert_eq!(testing::unused(&all, &source), [""; 0]);
}

#[track_caller]
fn check_numbers(locale: Locale, sentence: fn(Text, usize) -> String, expected: [&str; 3]) {
    let text = Text::of(locale);
    assert_eq!([0, 1, 2].map(|count| sentence(text, count)), expected);
}

#[test]
fn sentences_agree_with_their_numbers() {
    check_numbers(
        Locale::English,
        Text::players_online,
        ["nobody online", "1 online", "2 online"],
    );
    check_numbers(
        Locale::German,
        Text::players_online,
        ["niemand online", "1 online", "2 online"],
    );
    check_numbers(
        Locale::German,
        Text::and_more,
        ["… und 0 weitere", "… und 1 weiterer", "… und 2 weitere"],
    );
    check_numbers(
        Locale::German,
        Text::plus_more,
        ["+0 weitere", "+1 weiterer", "+2 weitere"],
    );
}

#[test]
fn sentences_of_the_command_line_agree_with_their_numbers() {
    check_numbers(
        Locale::English,
        |text, count| text.player_forgotten("Alex", count, count),
        [
            "Alex is forgotten, with 0 sessions on 0 servers. Earlier backups and exports still contain the name.",
            "Alex is forgotten, with 1 session on 1 server. Earlier backups and exports still contain the name.",
            "Alex is forgotten, with 2 sessions on 2 servers. Earlier backups and exports still contain the name.",
        ],
    );
    check_numbers(
        Locale::German,
        |text, count| text.server_removed("survival", count, count),
        [
            "survival ist entfernt, mit 0 Sitzungen und 0 Spielern, die sonst nirgends waren. Ältere Backups und Exporte enthalten sie noch.",
            "survival ist entfernt, mit 1 Sitzung und 1 Spieler, der sonst nirgends war. Ältere Backups und Exporte enthalten sie noch.",
            "survival ist entfernt, mit 2 Sitzungen und 2 Spielern, die sonst nirgends waren. Ältere Backups und Exporte enthalten sie noch.",
        ],
    );
}

#[test]
fn what_discord_shows_begins_with_a_capital() {
    // These follow something else in a line.
    let fragments = ["overview_nameless", "updated", "manage_server_hint"];
    let sentences = discord::ALL
        .iter()
        .filter(|(key, _)| !fragments.contains(key));
    for (key, arguments) in sentences {
        for locale in Locale::ALL {
            let sentence = CATALOGUE.sentence(locale, key, testing::sample(arguments, 1));
            let first = sentence.chars().find(|c| c.is_alphanumeric());
            let is_capital = first.is_some_and(|first| !first.is_lowercase());
            // An argument begins with what was passed.
            let is_argument = sentence.trim_start_matches('*').starts_with("hours");
            assert!(is_capital || is_argument, "{key} in {locale:?}: {sentence}");
        }
    }
}

#[test]
fn descriptions_stay_within_discords_limit_of_100() {
    let descriptions = all().filter(|(key, _)| key.starts_with("about_"));
    for (key, _) in descriptions {
        for locale in Locale::ALL {
            let description = CATALOGUE.sentence(locale, key, []);
            assert!(description.chars().count() <= 100, "{description}");
        }
    }
}

#[test]
fn the_words_in_a_picture_are_those_of_every_language() {
    for locale in Locale::ALL {
        // `oxeye-render` draws these words for an empty server, whoever looks at the picture.
        assert_eq!(Text::of(locale).choice_online(0), "0 online", "{locale:?}");
    }
}

#[test]
fn sentences_about_kept_sessions_agree_with_the_number_of_days() {
    let sentences: [fn(Text, usize) -> String; 4] = [
        |text, days| text.presence_set_up("x", "y", days),
        |text, days| text.presence_joined("x", "y", days),
        |text, days| text.presence_joined_already("x", days),
        |text, days| text.presence_joined_more("x", "y", days),
    ];
    for (locale, one, two) in [
        (
            Locale::English,
            " Each is deleted after 1 day.",
            " after 2 days.",
        ),
        (
            Locale::German,
            " Jede wird nach 1 Tag gelöscht.",
            " nach 2 Tagen gelöscht.",
        ),
    ] {
        let text = Text::of(locale);
        for sentence in sentences {
            let (of_one, of_two) = (sentence(text, 1), sentence(text, 2));
            assert!(of_one.contains(one), "{of_one}");
            assert!(of_two.contains(two), "{of_two}");
        }
    }
}

#[test]
fn what_an_import_leaves_out_of_a_retention_agrees_with_the_number_of_days() {
    for (locale, of_one, of_two) in [
        (Locale::English, "it is 1 day, and", "it is 2 days, and"),
        (Locale::German, "ist es 1 Tag, und", "sind es 2 Tage, und"),
    ] {
        let sentence = |days| Text::of(locale).retention_left_out("5", days, "x");
        assert!(sentence(1).contains(of_one), "{}", sentence(1));
        assert!(sentence(2).contains(of_two), "{}", sentence(2));
    }
}

#[test]
fn a_single_day_is_not_counted() {
    #[track_caller]
    fn check(locale: Locale, days: u16, expected: [&str; 3]) {
        let text = Text::of(locale);
        let sentences = [
            text.last_days(days),
            text.top_days(days),
            text.activity_nothing(days),
        ];
        assert_eq!(sentences, expected);
    }
    check(
        Locale::English,
        1,
        ["last day", "today", "Nothing in the last day."],
    );
    check(
        Locale::English,
        7,
        [
            "last 7 days",
            "the last 7 days",
            "Nothing in the last 7 days.",
        ],
    );
    check(Locale::German, 1, ["letzter Tag", "heute", "Heute nichts."]);
    check(
        Locale::German,
        7,
        [
            "letzte 7 Tage",
            "in den letzten 7 Tagen",
            "In den letzten 7 Tagen nichts.",
        ],
    );
}
