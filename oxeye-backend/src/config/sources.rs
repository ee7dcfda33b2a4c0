//! Where the text of a setting comes from, before it means anything.

use std::path::{Path, PathBuf};

use oxeye_process::settings::{self, Given};
use thiserror::Error;

/// Slips in a name that is taken for a setting with a typing error in it. A `.env` may hold variables of other
/// programs too, as one beside a Compose file does, so an unknown name is no error by itself.
const SLIPS: usize = 1;

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

/// The texts of all settings that are set anywhere, the strongest place winning.
#[derive(Debug, Default)]
pub(super) struct Sources {
    given: settings::Sources,
}

impl Sources {
    /// Reads every place. The strongest comes last.
    pub(super) fn gather(
        file: Option<&Path>,
        names: &[&'static str],
    ) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        if let Some(path) = file {
            sources.add_file(path, names)?;
        }
        sources.add_dotenv(Path::new(".env"), names)?;
        sources.add_environment(names)?;
        Ok(sources)
    }

    /// An empty value counts as not set: that is what `NAME=` in a compose file means.
    pub(super) fn find(&self, name: &str) -> Option<&Given> {
        self.given
            .find(name)
            .filter(|given| !given.text.trim().is_empty())
    }

    fn add_environment(&mut self, names: &[&'static str]) -> Result<(), ConfigError> {
        for &variable in names {
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

    fn add_dotenv(&mut self, path: &Path, names: &[&'static str]) -> Result<(), ConfigError> {
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
            if let Some(setting) = named(&name, names) {
                self.given.put(setting, text, ".env");
            } else if let Some(meant) =
                settings::meant_by(&name.to_ascii_uppercase(), SLIPS, names.iter().copied())
            {
                let path = path.to_owned();
                return Err(ConfigError::Misspelt { path, name, meant });
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, names: &[&'static str]) -> Result<(), ConfigError> {
        let broken = |why: String| ConfigError::File {
            path: path.to_owned(),
            why,
        };
        let table = settings::read_toml(path).map_err(|error| broken(error.to_string()))?;
        let origin = path.display().to_string();
        for (key, value) in table {
            let name = key.to_ascii_uppercase();
            let Some(setting) = named(&name, names) else {
                return Err(ConfigError::UnknownKey {
                    path: path.to_owned(),
                    key,
                    known: names.join(", "),
                });
            };
            if self.given.find(setting).is_some() {
                return Err(broken(format!("{name} is set twice")));
            }
            let text = settings::as_text(&value).ok_or_else(|| {
                broken(format!(
                    "{name} is neither a text, a number nor a list of texts"
                ))
            })?;
            self.given.put(setting, text, &origin);
        }
        Ok(())
    }
}

fn named(name: &str, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|setting| *setting == name)
}

#[cfg(test)]
impl Sources {
    /// What a test sets, as if it stood in the environment.
    pub(super) fn of(values: &[(&'static str, &str)]) -> Sources {
        let mut sources = Sources::default();
        for (name, text) in values {
            sources.given.put(name, (*text).to_owned(), "environment");
        }
        sources
    }

    /// One file alone.
    pub(super) fn of_file(path: &Path, names: &[&'static str]) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        sources.add_file(path, names)?;
        Ok(sources)
    }

    /// One `.env` alone.
    pub(super) fn of_dotenv(path: &Path, names: &[&'static str]) -> Result<Sources, ConfigError> {
        let mut sources = Sources::default();
        sources.add_dotenv(path, names)?;
        Ok(sources)
    }
}
