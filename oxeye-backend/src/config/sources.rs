//! Collects the text of the settings from the environment, `.env` and a file.

use std::path::{Path, PathBuf};

use oxeye_process::settings::{self, Given};
use thiserror::Error;

use super::list::{self, Setting};

/// The number of typing errors up to which an unknown name counts as a misspelt setting. A `.env`, for example beside
/// a Compose file, can also contain variables of other programs, so an unknown name alone is not an error.
const SLIPS: usize = 1;

/// Why the settings cannot be used, as a sentence for the operator. It never shows a token.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    /// A value that cannot be used.
    #[error("{variable} is {shown} ({origin}), but {expected} is expected")]
    BadValue {
        /// The setting.
        variable: &'static str,
        /// Its value in quotes, or a phrase in place of a token.
        shown: String,
        /// Where the value was found.
        origin: String,
        /// What would be accepted.
        expected: String,
    },
    /// A file that cannot be read at all.
    #[error("the settings in {} cannot be read: {why}", path.display())]
    File {
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A key that is not a setting, probably because of a typing error.
    #[error("{} sets {key:?}, which is not a setting of Oxeye; the settings are {known}", path.display())]
    UnknownKey {
        path: PathBuf,
        /// The key.
        key: String,
        /// The names of all settings.
        known: String,
    },
    /// A variable in `.env` that looks like a setting but is not one.
    #[error(
        "{} sets {name}, which is not a setting of Oxeye; did you mean {meant}?",
        path.display()
    )]
    Misspelt {
        path: PathBuf,
        name: String,
        /// The setting it looks like.
        meant: &'static str,
    },
}

/// The texts that were given for the settings. The environment takes precedence over `.env`, and `.env` over the
/// file.
#[derive(Debug, Default)]
pub(super) struct Sources {
    given: settings::Sources,
}

impl Sources {
    /// Reads all places.
    pub(super) fn gather(file: Option<&Path>) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        if let Some(path) = file {
            sources.add_file(path)?;
        }
        sources.add_dotenv(Path::new(".env"))?;
        sources.add_environment()?;
        Ok(sources)
    }

    /// Returns the text of a setting: the one that is given, else the default. An empty text counts as not given,
    /// because that is what `NAME=` means in a compose file.
    pub(super) fn find(&self, setting: Setting) -> Option<Given> {
        let given = self.given.find(setting.name);
        let given = given.filter(|given| !given.text.trim().is_empty());
        given.cloned().or_else(|| {
            setting.default.map(|text| Given {
                text: text.to_owned(),
                origin: "default".to_owned(),
            })
        })
    }

    fn add_environment(&mut self) -> Result<(), ConfigError> {
        for variable in list::names() {
            match settings::variable(variable) {
                Ok(Some(text)) => self.given.put(variable, text, "environment"),
                Ok(None) => {}
                Err(_) => {
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

    fn add_dotenv(&mut self, path: &Path) -> Result<(), ConfigError> {
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
            if let Some(setting) = list::named(&name) {
                self.given.put(setting.name, text, ".env");
            } else if let Some(meant) =
                settings::meant_by(&name.to_ascii_uppercase(), SLIPS, list::names())
            {
                let path = path.to_owned();
                return Err(ConfigError::Misspelt { path, name, meant });
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let broken = |why: String| ConfigError::File {
            path: path.to_owned(),
            why,
        };
        let table = settings::read_toml(path).map_err(|error| broken(error.to_string()))?;
        let origin = path.display().to_string();
        for (key, value) in table {
            let Some(setting) = list::named(&key.to_ascii_uppercase()) else {
                return Err(ConfigError::UnknownKey {
                    path: path.to_owned(),
                    key,
                    known: list::names().collect::<Vec<_>>().join(", "),
                });
            };
            let name = setting.name;
            if self.given.find(name).is_some() {
                return Err(broken(format!("{name} is set twice")));
            }
            let text = settings::as_text(&value).ok_or_else(|| {
                broken(format!(
                    "{name} is neither a text, a number nor a list of texts"
                ))
            })?;
            self.given.put(name, text, &origin);
        }
        Ok(())
    }
}

#[cfg(test)]
impl Sources {
    /// Returns settings for a test, as if they came from the environment.
    pub(super) fn of(values: &[(&'static str, &str)]) -> Sources {
        let mut sources = Sources::default();
        for (name, text) in values {
            sources.given.put(name, (*text).to_owned(), "environment");
        }
        sources
    }

    /// Reads only a file.
    pub(super) fn of_file(path: &Path) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        sources.add_file(path)?;
        Ok(sources)
    }

    /// Reads only a `.env`.
    pub(super) fn of_dotenv(path: &Path) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        sources.add_dotenv(path)?;
        Ok(sources)
    }
}
