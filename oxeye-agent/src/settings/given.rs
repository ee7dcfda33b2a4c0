//! Gathers the settings from flags, variables and the file, in this order of precedence. Only names are
//! checked here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use oxeye_plugin_proto::ServerName;
use oxeye_process::settings::{self, FileError, Sources};
use toml::Value;

use super::list::{SETTINGS, Setting, VARIABLE_PREFIX};
use super::{InvalidSetting, invalid};
use crate::links::ServerLink;

/// The settings file that is read by default, if it is in the working directory.
const DEFAULT_FILE: &str = "oxeye-agent.toml";

/// The variable that names the file. The flag is `--config`.
const FILE_VARIABLE: &str = "OXEYE_AGENT_CONFIG";

/// All values as given, each with its origin.
#[derive(Debug, Default)]
pub(crate) struct Given {
    values: Sources,
    /// The keys of servers behind a proxy.
    pub(crate) servers: BTreeMap<ServerName, ServerLink>,
}

impl Given {
    /// Combines the flags, the environment and the file. If `file` is not given, [`DEFAULT_FILE`] is
    /// read if it exists.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or a name is not a setting.
    pub(crate) fn gather(
        flags: impl IntoIterator<Item = (&'static Setting, String)>,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, InvalidSetting> {
        let mut given = Self::default();
        let mut named_file = file.map(Path::to_owned);
        let mut variables = Vec::new();
        for (variable, value) in environment {
            variables.extend(read_variable(&variable, value, &mut named_file)?);
        }
        match named_file {
            Some(path) => given.read_file(&path)?,
            None if Path::new(DEFAULT_FILE).exists() => given.read_file(Path::new(DEFAULT_FILE))?,
            None => {}
        }
        for (setting, text) in variables {
            given.values.put(setting.name, text, setting.variable());
        }
        for (setting, text) in flags {
            let flag = format!("--{}", setting.flag());
            given.values.put(setting.name, text, flag);
        }
        Ok(given)
    }

    fn read_file(&mut self, path: &Path) -> Result<(), InvalidSetting> {
        let shown = path.display();
        let table = settings::read_toml(path).map_err(|error| {
            InvalidSetting(match error {
                FileError::Disk(error) if error.kind() == ErrorKind::NotFound => {
                    format!("there is no file {shown}")
                }
                FileError::Disk(error) => format!("{shown} cannot be read: {error}"),
                FileError::NotToml { line, why } => {
                    format!("{shown}, line {line}, is not TOML: {why}")
                }
            })
        })?;
        for (name, value) in table {
            self.read_entry(&name, value, path)?;
        }
        Ok(())
    }

    fn read_entry(&mut self, name: &str, value: Value, path: &Path) -> Result<(), InvalidSetting> {
        match (name, value) {
            ("patterns", Value::Table(patterns)) => {
                for (kind, pattern) in patterns {
                    self.read_value(&format!("{kind}_pattern"), &pattern, path)?;
                }
                Ok(())
            }
            ("servers", Value::Table(servers)) => {
                self.servers = Value::Table(servers).try_into().map_err(|_| {
                    InvalidSetting(format!(
                        "{}: each [servers.NAME] has one entry, key = \"oxk_...\"",
                        path.display()
                    ))
                })?;
                Ok(())
            }
            (name, value) => self.read_value(name, &value, path),
        }
    }

    fn read_value(&mut self, name: &str, value: &Value, path: &Path) -> Result<(), InvalidSetting> {
        let shown = path.display();
        let Some(setting) = Setting::named(name) else {
            let meant = meant_by(name).map_or(String::new(), |meant| {
                format!("; did you mean {}?", meant.name)
            });
            return Err(InvalidSetting(format!(
                "{shown}: {name} is not a setting{meant}"
            )));
        };
        let Some(text) = settings::as_text(value) else {
            return Err(InvalidSetting(format!(
                "{shown}: {name} must be a string or a number"
            )));
        };
        if self.values.find(setting.name).is_none() {
            let origin = format!("{name} in {shown}");
            self.values.put(setting.name, text, origin);
        }
        Ok(())
    }

    /// Sets a value like a flag.
    #[cfg(test)]
    pub(super) fn set(&mut self, name: &'static str, text: &str) {
        self.values.put(name, text.to_owned(), format!("--{name}"));
    }

    /// Returns the value without line breaks at its end, or `None` if it is missing or empty. Spaces
    /// around it are removed unless they may be part of it.
    #[must_use]
    pub(crate) fn text(&self, name: &'static str) -> Option<&str> {
        let setting = Setting::named(name);
        debug_assert!(setting.is_some(), "{name} is in the list");
        let given = self.values.find(name)?;
        // Secret files and multi-line strings end with a line break.
        let text = given.text.trim_end_matches(['\r', '\n']);
        let text = match setting {
            Some(setting) if setting.keeps_blanks => text,
            _ => text.trim(),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// Returns the path exactly as given if it exists, or else without the spaces around it, which are
    /// probably a mistake.
    #[must_use]
    pub(crate) fn path(&self, name: &'static str) -> Option<PathBuf> {
        let text = self.text(name)?;
        let exactly = PathBuf::from(text);
        if exactly.exists() {
            return Some(exactly);
        }
        Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(PathBuf::from)
    }

    /// Parses the value with `read`, whose error says what was expected.
    ///
    /// # Errors
    ///
    /// When the value is invalid. The error contains the setting, the value (unless it is a secret) and
    /// what was expected.
    pub(crate) fn read<T, E: std::fmt::Display>(
        &self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, InvalidSetting> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let is_secret = Setting::named(name).is_some_and(|setting| setting.is_secret);
        let given = self.values.find(name);
        let by = given.map_or_else(|| name.to_owned(), |given| given.origin.to_string());
        read(text)
            .map(Some)
            .map_err(|why| invalid(&by, (!is_secret).then_some(text), &why))
    }
}

/// Returns the setting and its value, if the variable is a setting. The one that names the file is
/// stored in `file`.
fn read_variable(
    variable: &OsString,
    value: OsString,
    file: &mut Option<PathBuf>,
) -> Result<Option<(&'static Setting, String)>, InvalidSetting> {
    let Some(variable) = variable
        .to_str()
        .filter(|name| name.starts_with(VARIABLE_PREFIX))
    else {
        return Ok(None);
    };
    if variable == FILE_VARIABLE {
        if !value.is_empty() {
            file.get_or_insert(PathBuf::from(value));
        }
        return Ok(None);
    }
    let Some(setting) = SETTINGS.iter().find(|one| one.variable() == variable) else {
        return Err(InvalidSetting(format!(
            "{variable} is not a setting{}",
            meant_by(&variable[VARIABLE_PREFIX.len()..].to_ascii_lowercase()).map_or(
                String::new(),
                |meant| format!("; did you mean {}?", meant.variable())
            )
        )));
    };
    let text = value
        .into_string()
        .map_err(|_| InvalidSetting(format!("{variable} is not UTF-8 text")))?;
    Ok(Some((setting, text)))
}

/// Returns the setting that was probably meant. Short names must match more closely than long ones.
fn meant_by(name: &str) -> Option<&'static Setting> {
    let slips = (name.chars().count() / 3).min(2);
    let names = SETTINGS.iter().map(|setting| setting.name);
    settings::meant_by(name, slips, names).and_then(Setting::named)
}
