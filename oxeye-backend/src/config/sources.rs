//! Where the text of a setting comes from, before it means anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::misspelt::meant_by;

/// Why the settings cannot be used, as a sentence for the operator. It never shows a token.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A value that means nothing.
    #[error("{variable} is {shown} ({origin}), but {expected} is expected")]
    BadValue {
        /// The setting.
        variable: &'static str,
        /// Its value in quotes, or words that stand for a token.
        shown: String,
        /// Where the value was found.
        origin: String,
        /// What would be accepted.
        expected: String,
    },
    /// A file of settings that cannot be read at all.
    #[error("the settings in {} cannot be read: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A key that is no setting: most likely a typing error.
    #[error("{} sets {key:?}, which is not a setting of Oxeye; the settings are {known}", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// All keys that mean something.
        known: String,
    },
    /// A variable in `.env` that is no setting and looks like one.
    #[error(
        "{} sets {name}, which is not a setting of Oxeye; did you mean {meant}?",
        path.display()
    )]
    Misspelt {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
        /// The setting it looks like.
        meant: &'static str,
    },
}

/// One text found, with the place it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) origin: String,
}

/// The texts of all settings that are set anywhere, the strongest place winning.
#[derive(Debug, Default)]
pub(super) struct Sources {
    found: BTreeMap<String, Found>,
}

impl Sources {
    /// Reads every place. The strongest comes last.
    pub(super) fn gather(
        file: Option<&Path>,
        settings: &[&'static str],
    ) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        if let Some(path) = file {
            sources.add_file(path, settings)?;
        }
        sources.add_dotenv(Path::new(".env"), settings)?;
        sources.add_environment(settings)?;
        Ok(sources)
    }

    /// An empty value counts as not set: that is what `NAME=` in a compose file means.
    pub(super) fn find(&self, name: &str) -> Option<&Found> {
        self.found
            .get(name)
            .filter(|found| !found.text.trim().is_empty())
    }

    fn put(&mut self, name: String, text: String, origin: &str) {
        self.found.insert(
            name,
            Found {
                text,
                origin: origin.to_owned(),
            },
        );
    }

    fn add_environment(&mut self, settings: &[&'static str]) -> Result<(), ConfigError> {
        for &variable in settings {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one reader of the environment"
            )]
            match std::env::var(variable) {
                Ok(text) => self.put(variable.to_owned(), text, "environment"),
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(ConfigError::BadValue {
                        variable,
                        shown: "not valid UTF-8".to_owned(),
                        origin: "environment".to_owned(),
                        expected: "text".to_owned(),
                    });
                }
            }
        }
        Ok(())
    }

    fn add_dotenv(&mut self, path: &Path, settings: &[&'static str]) -> Result<(), ConfigError> {
        if !path.is_file() {
            return Ok(());
        }
        // dotenvy's own error quotes the line, which may hold a token.
        let unreadable = |number: usize| ConfigError::File {
            path: path.to_owned(),
            why: format!(
                "entry {number} is not of the form NAME=value (quote values that hold blanks)"
            ),
        };
        let entries = dotenvy::from_path_iter(path).map_err(|error| ConfigError::File {
            path: path.to_owned(),
            why: error.to_string(),
        })?;
        for (index, entry) in entries.enumerate() {
            let (name, text) = entry.map_err(|_| unreadable(index + 1))?;
            if settings.contains(&name.as_str()) {
                self.put(name, text, ".env");
            } else if let Some(meant) = meant_by(&name, settings) {
                let path = path.to_owned();
                return Err(ConfigError::Misspelt { path, name, meant });
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, settings: &[&'static str]) -> Result<(), ConfigError> {
        let broken = |why: String| ConfigError::File {
            path: path.to_owned(),
            why,
        };
        let content = std::fs::read_to_string(path).map_err(|error| broken(error.to_string()))?;
        let table: toml::Table = content
            .parse()
            .map_err(|error| broken(toml_sentence(&error, &content)))?;
        let origin = path.display().to_string();
        for (key, value) in table {
            let name = key.to_ascii_uppercase();
            if !settings.contains(&name.as_str()) {
                return Err(ConfigError::UnknownKey {
                    path: path.to_owned(),
                    key,
                    known: settings.join(", "),
                });
            }
            if self.found.contains_key(&name) {
                return Err(broken(format!("{name} is set twice")));
            }
            let text = toml_text(&value).ok_or_else(|| {
                broken(format!(
                    "{name} is neither a text, a number nor a list of texts"
                ))
            })?;
            self.put(name, text, &origin);
        }
        Ok(())
    }
}

/// The parser's message without the quoted line, which may hold a token.
fn toml_sentence(error: &toml::de::Error, content: &str) -> String {
    let line = error.span().map_or(1, |span| {
        content[..span.start.min(content.len())]
            .matches('\n')
            .count()
            + 1
    });
    format!(
        "line {line}: {}",
        error.message().lines().next().unwrap_or("not TOML")
    )
}

fn toml_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map(|texts| texts.join(",")),
        _ => None,
    }
}

#[cfg(test)]
impl Sources {
    /// What a test sets, as if it stood in the environment.
    pub(super) fn of(values: &[(&str, &str)]) -> Sources {
        let mut sources = Sources::default();
        for (name, text) in values {
            sources.put((*name).to_owned(), (*text).to_owned(), "environment");
        }
        sources
    }

    /// One file alone.
    pub(super) fn of_file(path: &Path, settings: &[&'static str]) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        sources.add_file(path, settings)?;
        Ok(sources)
    }

    /// One `.env` alone.
    pub(super) fn of_dotenv(
        path: &Path,
        settings: &[&'static str],
    ) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        sources.add_dotenv(path, settings)?;
        Ok(sources)
    }
}
