//! Where the text of a setting comes from: the environment or a TOML file. Each program interprets
//! the text itself.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::{env, fmt, fs, io};

use toml::{Table, Value};

/// Where the text of a setting was found; `Display` says it in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A variable of the environment.
    Environment,
    /// Nowhere: it is the default.
    Default,
    /// Nowhere, and there is no default.
    NoDefault,
    /// Somewhere else, for example the path of a file.
    Other(String),
}

impl From<&str> for Origin {
    fn from(place: &str) -> Self {
        Self::Other(place.to_owned())
    }
}

impl From<String> for Origin {
    fn from(place: String) -> Self {
        Self::Other(place)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "environment",
            Self::Default => "default",
            Self::NoDefault => "no default",
            Self::Other(place) => place,
        })
    }
}

/// The text that was given for a setting. It may be a secret, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    /// The text as it was given.
    pub text: String,
    /// Where it was found.
    pub origin: Origin,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "given in {}", self.origin)
    }
}

/// The texts that were given for a program's settings, by the name of the setting.
#[derive(Debug, Default)]
pub struct Sources {
    given: BTreeMap<&'static str, Given>,
}

impl Sources {
    /// Adds a text. It replaces one from an earlier place, so read the place with the highest
    /// precedence last.
    pub fn put(&mut self, name: &'static str, text: String, origin: impl Into<Origin>) {
        let origin = origin.into();
        self.given.insert(name, Given { text, origin });
    }

    /// Returns the text that counts for a setting.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Given> {
        self.given.get(name)
    }
}

/// Returns a variable of the process's environment.
///
/// # Errors
///
/// When the value is not UTF-8; the error is the value.
pub fn variable(name: &str) -> Result<Option<String>, OsString> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the only code that may read the environment"
    )]
    let value = env::var_os(name);
    value.map(OsString::into_string).transpose()
}

/// Returns all variables of the process's environment.
pub fn variables() -> impl Iterator<Item = (OsString, OsString)> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the only code that may read the environment"
    )]
    env::vars_os()
}

/// Why a settings file cannot be read. No message quotes the file, which may contain a secret.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read from the disk.
    #[error(transparent)]
    Disk(#[from] io::Error),
    /// The file is not TOML.
    #[error("line {line}: {why}")]
    NotToml {
        /// The line where the parser gave up, counted from 1.
        line: usize,
        /// The first line of the parser's message.
        why: String,
    },
}

/// Reads a TOML file.
///
/// # Errors
///
/// When the file cannot be read or is not TOML.
pub fn read_toml(path: &Path) -> Result<Table, FileError> {
    let content = fs::read_to_string(path)?;
    content.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = &content.as_bytes()[..start.min(content.len())];
        let why = error.message().lines().next().unwrap_or("not TOML");
        FileError::NotToml {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            why: why.to_owned(),
        }
    })
}

/// Returns a value of a file as the text that a variable would have; the entries of a list are
/// joined with commas. Returns `None` for anything but a text, a whole number or a list of them.
#[must_use]
pub fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Array(list) => {
            let texts: Option<Vec<_>> = list.iter().map(as_text).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

/// Returns the name that an unknown one most likely stands for: the one with the fewest typos, if there
/// are at most `max_typos`. A typo is a letter that is missing, added, wrong or swapped with its
/// neighbour.
#[must_use]
pub fn meant_by<'a>(
    name: &str,
    max_typos: usize,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let distance = |known: &&str| strsim::damerau_levenshtein(known, name);
    let closest = known.into_iter().min_by_key(distance)?;
    (distance(&closest) <= max_typos).then_some(closest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_meant(name: &str, expected: Option<&str>) {
        let settings = ["DATABASE_PATH", "DISCORD_TOKEN", "PORT", "RUST_LOG"];
        assert_eq!(meant_by(name, 1, settings), expected, "{name}");
    }

    #[test]
    fn a_typo_is_distinguished_from_another_programs_variable() {
        check_meant("DISCORD_TOKE", Some("DISCORD_TOKEN"));
        check_meant("DISCORD_TOKENS", Some("DISCORD_TOKEN"));
        check_meant("DICSORD_TOKEN", Some("DISCORD_TOKEN"));
        check_meant("DISCORDTOKEN", Some("DISCORD_TOKEN"));
        check_meant("PROT", Some("PORT"));
        check_meant("DATABASE_PASS", None);
        check_meant("RUST_LOG_STYLE", None);
        check_meant("HTTP_PORT", None);
        check_meant("PATH", None);
        check_meant("", None);
    }

    #[test]
    fn the_place_that_is_read_last_wins() {
        let mut sources = Sources::default();
        sources.put("PORT", "1".to_owned(), "a file");
        sources.put("PORT", "2".to_owned(), Origin::Environment);

        let found = sources.find("PORT").unwrap();
        assert_eq!(
            (found.text.as_str(), &found.origin),
            ("2", &Origin::Environment)
        );
        assert!(sources.find("HOST").is_none());
    }

    #[test]
    fn a_text_that_was_given_is_not_printed_by_accident() {
        let mut sources = Sources::default();
        sources.put("DISCORD_TOKEN", "hunter2".to_owned(), Origin::Environment);

        assert!(!format!("{sources:?}").contains("hunter2"));
    }

    #[test]
    fn texts_numbers_and_lists_of_them_become_text() {
        let table: Table = "a = 'b'\nc = 7\nd = ['x', 8]\ne = true\nf = {}"
            .parse()
            .unwrap();
        let text = |name: &str| as_text(&table[name]);

        assert_eq!(text("a").as_deref(), Some("b"));
        assert_eq!(text("c").as_deref(), Some("7"));
        assert_eq!(text("d").as_deref(), Some("x,8"));
        assert_eq!((text("e"), text("f")), (None, None));
    }

    #[test]
    fn the_error_about_a_broken_file_does_not_quote_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, "port = 1\ntoken = \"hunter2\n").unwrap();

        let sentence = read_toml(&path).unwrap_err().to_string();

        assert!(sentence.starts_with("line 2: "), "{sentence}");
        assert!(!sentence.contains("hunter2"), "{sentence}");
    }
}
