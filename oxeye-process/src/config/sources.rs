//! Collects the text of the settings from the environment, `.env` and a file.

use std::path::{Path, PathBuf};

use thiserror::Error;
use toml::Value;

use super::{Expected, Setting, SettingList, Shown, own_names};
use crate::settings::{self, Given, Origin};

/// The number of typing errors up to which an unknown name counts as a misspelt setting. A `.env`, for example beside
/// a Compose file, can also contain variables of other programs, so an unknown name alone is not an error.
const SLIPS: usize = 1;

/// Why the settings cannot be used, as a sentence for the operator. It never shows a token.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A value that cannot be used.
    #[error("{variable} is {shown} ({origin}), but {expected} is expected")]
    BadValue {
        /// The setting.
        variable: &'static str,
        /// Its value.
        shown: Shown,
        /// Where the value was found.
        origin: Origin,
        /// What would be accepted.
        expected: Expected,
    },
    /// A file that cannot be read at all.
    #[error("the settings in {} cannot be read: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: FileTrouble,
    },
    /// A key that is not a setting, probably because of a typing error.
    #[error("{} sets {key:?}, which is not a setting of {program}; the settings are {known}", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The program.
        program: &'static str,
        /// The key.
        key: String,
        /// The names of all settings.
        known: String,
    },
    /// A variable in `.env` that looks like a setting but is not one.
    #[error(
        "{} sets {name}, which is not a setting of {program}; did you mean {meant}?",
        path.display()
    )]
    Misspelt {
        /// The file.
        path: PathBuf,
        /// The program.
        program: &'static str,
        /// The variable.
        name: String,
        /// The setting it looks like.
        meant: &'static str,
    },
    /// A variable that can only be meant for this program, and is not a setting.
    #[error("{origin} sets {name}, which is not a setting of {program}; {hint}")]
    UnknownVariable {
        /// Where it was found.
        origin: String,
        /// The program.
        program: &'static str,
        /// The variable.
        name: String,
        /// The setting it looks like, or all that it could be, as a part of the sentence.
        hint: String,
    },
}

/// What is wrong with a file of settings.
#[derive(Debug, Error)]
pub enum FileTrouble {
    /// It cannot be read from the disk, or is not of its format.
    #[error("{0}")]
    Unreadable(String),
    /// An entry of a `.env`, counted from 1, which is not quoted: it may hold a token.
    #[error("entry {0} is not of the form NAME=value (quote values that hold blanks)")]
    Entry(usize),
    /// A setting is there twice.
    #[error("{0} is set twice")]
    SetTwice(&'static str),
    /// The value of a setting cannot be read as text.
    #[error("{0} is neither a text, a number nor a list of texts")]
    NoText(&'static str),
}

/// The texts that were given for the settings. The environment takes precedence over `.env`, and `.env` over the
/// file.
#[derive(Debug)]
pub struct Sources {
    list: &'static SettingList,
    given: settings::Sources,
}

impl Sources {
    /// Reads all places.
    ///
    /// # Errors
    /// When a file cannot be read, or sets something unknown.
    pub fn gather(list: &'static SettingList, file: Option<&Path>) -> Result<Sources, ConfigError> {
        let mut sources = Sources::none(list);
        if let Some(path) = file {
            sources.add_file(path)?;
        }
        sources.add_dotenv(Path::new(".env"))?;
        sources.add_environment()?;
        Ok(sources)
    }

    /// Starts without any text, so that every default counts.
    #[must_use]
    pub fn none(list: &'static SettingList) -> Sources {
        Sources {
            list,
            given: settings::Sources::default(),
        }
    }

    /// Adds a text for each of these settings, as if it came from the environment.
    #[must_use]
    pub fn and(mut self, values: &[(&'static str, &str)]) -> Sources {
        for (name, text) in values {
            self.given
                .put(name, (*text).to_owned(), Origin::Environment);
        }
        self
    }

    /// Returns the text of a setting: the one that is given, else the default. An empty text counts as not given,
    /// because that is what `NAME=` means in a compose file.
    #[must_use]
    pub fn find(&self, setting: Setting) -> Option<Given> {
        let given = self.given.find(setting.name);
        let given = given.filter(|given| !given.text.trim().is_empty());
        given.cloned().or_else(|| {
            setting.default.map(|text| Given {
                text: text.to_owned(),
                origin: Origin::Default,
            })
        })
    }

    fn refuse_misspelt(&self, origin: &str, name: &str, value: &str) -> Result<(), ConfigError> {
        match own_names::misspelt(self.list, name, value) {
            None => Ok(()),
            Some(hint) => Err(ConfigError::UnknownVariable {
                origin: origin.to_owned(),
                program: self.list.program,
                name: name.to_owned(),
                hint,
            }),
        }
    }

    fn add_environment(&mut self) -> Result<(), ConfigError> {
        for (name, value) in settings::variables() {
            let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
            self.refuse_misspelt("the environment", &name, &value)?;
        }
        for variable in self.list.names() {
            match settings::variable(variable) {
                Ok(Some(text)) => self.given.put(variable, text, Origin::Environment),
                Ok(None) => {}
                Err(_) => {
                    return Err(ConfigError::BadValue {
                        variable,
                        shown: Shown::NotText,
                        origin: Origin::Environment,
                        expected: Expected::Text,
                    });
                }
            }
        }
        Ok(())
    }

    /// Reads a `.env`, if there is one.
    ///
    /// # Errors
    /// When it cannot be read, or sets something that looks like a misspelt setting.
    pub fn add_dotenv(&mut self, path: &Path) -> Result<(), ConfigError> {
        if !path.is_file() {
            return Ok(());
        }
        // dotenvy's own error quotes the line, which may hold a token.
        let unreadable = |number: usize| ConfigError::File {
            path: path.to_owned(),
            why: FileTrouble::Entry(number),
        };
        let entries = dotenvy::from_path_iter(path).map_err(|error| ConfigError::File {
            path: path.to_owned(),
            why: FileTrouble::Unreadable(error.to_string()),
        })?;
        for (index, entry) in entries.enumerate() {
            let (name, text) = entry.map_err(|_| unreadable(index + 1))?;
            if let Some(setting) = self.list.named(&name) {
                self.given.put(setting.name, text, ".env");
            } else if let Some(meant) =
                settings::meant_by(&name.to_ascii_uppercase(), SLIPS, self.list.names())
            {
                return Err(ConfigError::Misspelt {
                    path: path.to_owned(),
                    program: self.list.program,
                    name,
                    meant,
                });
            } else {
                self.refuse_misspelt(&path.display().to_string(), &name, &text)?;
            }
        }
        Ok(())
    }

    /// Reads a TOML file.
    ///
    /// # Errors
    /// When it cannot be read, or sets something unknown.
    pub fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let broken = |why: FileTrouble| ConfigError::File {
            path: path.to_owned(),
            why,
        };
        let table = settings::read_toml(path)
            .map_err(|error| broken(FileTrouble::Unreadable(error.to_string())))?;
        let origin = path.display().to_string();
        for (key, value) in table {
            let Some(setting) = self.list.named(&key.to_ascii_uppercase()) else {
                return Err(ConfigError::UnknownKey {
                    path: path.to_owned(),
                    program: self.list.program,
                    key,
                    known: self.list.names().collect::<Vec<_>>().join(", "),
                });
            };
            let name = setting.name;
            if self.given.find(name).is_some() {
                return Err(broken(FileTrouble::SetTwice(name)));
            }
            let is_odd_list = |list: &Vec<Value>| !list.iter().all(Value::is_str);
            let is_odd = value.as_array().is_some_and(is_odd_list);
            let text = settings::as_text(&value).filter(|_| !is_odd);
            let text = text.ok_or_else(|| broken(FileTrouble::NoText(name)))?;
            self.given.put(name, text, origin.as_str());
        }
        Ok(())
    }
}
