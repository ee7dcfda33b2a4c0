//! What people read on the command line, in English or German. The words are in `en.ftl` and `de.ftl`. Log
//! lines, errors over HTTP, errors of settings and `--help` are English and stay in the code that uses them.
//!
//! | module      | subject                                               |
//! |-------------|-------------------------------------------------------|
//! | `sentences` | the list of all sentences; each is a method of `Text` |
//! | `amounts`   | spans of time, sizes, percentages                     |
//! | `said`      | what other parts of the fleet say, translated         |
//! | `failures`  | why the fleet cannot be started or asked              |

mod amounts;
mod failures;
mod said;
mod sentences;

use std::sync::LazyLock;

use oxeye_catalogue::{Catalogue, FluentValue, Locale};
use oxeye_process::settings;

const ENGLISH: &str = include_str!("../en.ftl");
const GERMAN: &str = include_str!("../de.ftl");

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(ENGLISH, GERMAN));

/// The sentences of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text(Locale);

impl Text {
    /// Selects the sentences of a language.
    pub(crate) const fn of(locale: Locale) -> Self {
        Self(locale)
    }

    /// Selects the language by `LC_ALL`, `LC_MESSAGES` and `LANG`, as in other programs.
    pub(crate) fn of_environment() -> Self {
        let variable = |name: &str| settings::variable(name).ok().flatten();
        Self::of(Locale::of_environment(variable))
    }

    fn sentence<const N: usize>(
        self,
        key: &'static str,
        arguments: [(&'static str, FluentValue<'_>); N],
    ) -> String {
        CATALOGUE.sentence(self.0, key, arguments)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use oxeye_catalogue::testing;

    use super::*;

    #[test]
    fn both_catalogues_have_exactly_the_listed_sentences_and_render_them() {
        let faults = testing::faults(ENGLISH, GERMAN, sentences::ALL);
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn every_sentence_is_used_somewhere() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let source = testing::source_below([folder]).unwrap();
        assert_eq!(testing::unused(sentences::ALL, &source), [""; 0]);
    }

    #[track_caller]
    fn check(sentence: fn(Text, usize) -> String, english: [&str; 3], german: [&str; 3]) {
        let of = |locale| [0, 1, 2].map(|count| sentence(Text::of(locale), count));
        assert_eq!(of(Locale::English), english);
        assert_eq!(of(Locale::German), german);
    }

    #[test]
    fn sentences_agree_with_their_numbers() {
        check(
            |text, count| text.servers_in_use(count, count, count),
            [
                "0 of 0 servers in use, 0 players",
                "1 of 1 server in use, 1 player",
                "2 of 2 servers in use, 2 players",
            ],
            [
                "0 von 0 Servern belegt, 0 Spieler",
                "1 von 1 Server belegt, 1 Spieler",
                "2 von 2 Servern belegt, 2 Spieler",
            ],
        );
        check(
            Text::things_wrong,
            [
                "0 things are wrong",
                "1 thing is wrong",
                "2 things are wrong",
            ],
            [
                "0 Dinge stimmen nicht, siehe oben",
                "eine Sache stimmt nicht, siehe oben",
                "2 Dinge stimmen nicht, siehe oben",
            ],
        );
    }
}
