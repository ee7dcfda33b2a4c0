//! Says in the language of the person at the terminal why the settings cannot be used.

use std::path::Path;

use oxeye_process::config::{ConfigError, Expected, FileTrouble, Shown, Unit};
use oxeye_process::settings::Origin;
use oxeye_text::Text;

/// Returns the sentence. In English it is what the error says itself.
pub(crate) fn in_words(text: Text, error: &ConfigError) -> String {
    let path_of = |path: &Path| path.display().to_string();
    match error {
        ConfigError::BadValue {
            variable,
            shown,
            origin,
            expected,
        } => text.setting_unusable(
            variable,
            &value(text, shown),
            &place(text, origin),
            &accepted(text, variable, expected),
        ),
        ConfigError::File { path, why } => {
            text.setting_file_fails(&path_of(path), &trouble(text, why))
        }
        ConfigError::UnknownKey {
            path, key, known, ..
        } => text.setting_not_known(&path_of(path), &format!("{key:?}"), known),
        ConfigError::Misspelt {
            path, name, meant, ..
        } => text.setting_misspelt(&path_of(path), name, meant),
        // None of our names can be only ours.
        ConfigError::UnknownVariable { .. } => error.to_string(),
    }
}

fn value(text: Text, shown: &Shown) -> String {
    match shown {
        Shown::Hidden => text.value_hidden(),
        Shown::NotSet => text.value_not_set(),
        Shown::NotText => text.value_not_text(),
        Shown::Quoted(_) | Shown::Other(_) => shown.to_string(),
    }
}

fn place(text: Text, origin: &Origin) -> String {
    match origin {
        Origin::Environment => text.from_environment(),
        Origin::Default => text.from_default(),
        Origin::NoDefault => text.from_no_default(),
        Origin::Other(place) => place.clone(),
    }
}

fn trouble(text: Text, trouble: &FileTrouble) -> String {
    match trouble {
        FileTrouble::Unreadable(why) => why.clone(),
        FileTrouble::Entry(number) => text.entry_not_readable(*number),
        FileTrouble::SetTwice(setting) => text.set_twice(setting),
        FileTrouble::NoText(setting) => text.set_to_no_text(setting),
    }
}

fn accepted(text: Text, variable: &str, expected: &Expected) -> String {
    match expected {
        Expected::Number { unit, least, most } => {
            text.accepts_number(&counted(text, *unit), &least.to_string(), &most.to_string())
        }
        Expected::Token { min_length } => text.accepts_token(*min_length),
        Expected::OneOf(words) => {
            let words = words.iter().cloned();
            let either = words.reduce(|one, other| text.accepts_either(&one, &other));
            either.unwrap_or_default()
        }
        Expected::Text => text.accepts_text(),
        Expected::FilePath => text.accepts_file_path(),
        Expected::FolderPath => text.accepts_folder_path(),
        Expected::Networks => text.accepts_networks(),
        Expected::Other { what, why } => {
            let what = accepted_by(text, variable).unwrap_or_else(|| what.clone());
            match why {
                None => what,
                Some(why) => format!("{what} ({why})"),
            }
        }
    }
}

/// Returns what a setting accepts that is no number, token, word, path or list of networks.
fn accepted_by(text: Text, variable: &str) -> Option<String> {
    Some(match variable {
        "HOST" => text.accepts_ip_address(),
        "PORT" => text.accepts_port(),
        "OPERATOR_LISTEN" => text.accepts_other_address(),
        "ACTIVITY_RESP_LISTEN" => text.accepts_address_with_port("127.0.0.1:6379"),
        "WATCH_DNS_SERVER" => text.accepts_address_with_port("192.0.2.53:53"),
        "DISCORD_API_BASE" | "FLEET_URL" | "SKIN_LOOKUP_BASE" => text.accepts_web_address(),
        "REDIS_URL" => text.accepts_redis_address(),
        "TIME_ZONE" => text.accepts_time_zone(),
        "RUST_LOG" => text.accepts_log_filter(),
        "FONTS_DIR" => text.accepts_fonts(),
        "ACTIVITY_KINDS" => text.accepts_kinds(),
        _ => return None,
    })
}

fn counted(text: Text, unit: Unit) -> String {
    match unit {
        Unit::Seconds => text.unit_seconds(),
        Unit::Hours => text.unit_hours(),
        Unit::Days => text.unit_days(),
        Unit::Bytes => text.unit_bytes(),
        Unit::Connections => text.unit_connections(),
        Unit::Addresses => text.unit_addresses(),
        Unit::Players => text.unit_players(),
        Unit::PlayersPerHour => text.unit_players_per_hour(),
        Unit::AttemptsPerMinute => text.unit_attempts_per_minute(),
        Unit::Events => text.unit_events(),
        Unit::EventsPerSecond => text.unit_events_per_second(),
        Unit::Other(unit) => unit.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use oxeye_process::config::Sources;
    use oxeye_text::Locale;

    use super::super::{Config, list};
    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    /// Checks that an error is said in both languages, and returns the German.
    #[track_caller]
    fn in_german(error: &ConfigError) -> String {
        assert_eq!(in_words(ENGLISH, error), error.to_string());
        let german = in_words(GERMAN, error);
        assert_ne!(german, error.to_string());
        german
    }

    #[test]
    fn what_each_setting_accepts_is_said_in_german_too() {
        for setting in list::ALL {
            let sources = Sources::none(&list::LIST).and(&[(setting.name, "\u{e4} b:")]);
            let Err(error) = Config::read(&sources) else {
                let takes_any_path = setting.name == "DATABASE_PATH";
                assert!(takes_any_path, "{} takes any text", setting.name);
                continue;
            };
            let ConfigError::BadValue { expected, .. } = &error else {
                panic!("{error}");
            };
            let english = match expected {
                Expected::OneOf(_) => "expected".to_owned(),
                Expected::Other { what, .. } => what.clone(),
                other => other.to_string(),
            };

            let german = in_german(&error);

            assert!(german.starts_with(setting.name), "{german}");
            assert!(german.contains("(aus der Umgebung), erwartet"), "{german}");
            assert!(!german.contains(&english), "{german}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_used_is_said_in_german() {
        let sources = Sources::none(&list::LIST).and(&[("MAX_CONNECTIONS", "many")]);
        let error = Config::read(&sources).expect_err("no number");
        assert_eq!(
            in_german(&error),
            "MAX_CONNECTIONS ist \"many\" (aus der Umgebung), erwartet wird aber eine ganze Zahl von 1 bis \
             1000000 (Verbindungen)"
        );
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_german() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("oxeye.toml");
        for (content, words) in [
            ("PORT = 3000\nport = 3001\n", "PORT ist zweimal gesetzt"),
            ("PORT = 1.5\n", "PORT ist weder ein Text"),
            ("PROT = 3000\n", "so heißt keine Einstellung"),
            ("PORT = \n", "lassen sich nicht lesen: line 1"),
        ] {
            fs::write(&file, content).expect("a file");
            let error = Sources::none(&list::LIST).add_file(&file);
            let german = in_german(&error.expect_err(content));
            assert!(german.contains(words), "{german}");
        }
        for (content, words) in [
            ("PORT=3000\nB B\n", "Eintrag 2 hat nicht die Form"),
            ("PROT=3000\n", "ist PORT gemeint?"),
        ] {
            fs::write(&file, content).expect("a file");
            let error = Sources::none(&list::LIST).add_dotenv(&file);
            let german = in_german(&error.expect_err(content));
            assert!(german.contains(words), "{german}");
        }
    }
}
