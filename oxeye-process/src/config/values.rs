//! Parses the text of the settings.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::sources::{ConfigError, Sources};
use super::{Expected, Setting, Shown, Unit};
use crate::Secret;
use crate::settings::{Given, Origin};
use ipnet::IpNet;

/// Returns the error for a value, and quotes it.
fn refused(setting: Setting, given: &Given, expected: impl Into<Expected>) -> ConfigError {
    ConfigError::BadValue {
        variable: setting.name,
        shown: Shown::Quoted(given.text.clone()),
        origin: given.origin.clone(),
        expected: expected.into(),
    }
}

/// Returns the error for a token. It says that a value is set, but does not show it.
fn refused_secret(setting: Setting, given: &Given, expected: impl Into<Expected>) -> ConfigError {
    ConfigError::BadValue {
        variable: setting.name,
        shown: Shown::Hidden,
        origin: given.origin.clone(),
        expected: expected.into(),
    }
}

impl Sources {
    /// Reads a setting that always has a value, of any type that `FromStr` reads.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn required<T: FromStr>(
        &self,
        setting: Setting,
        expected: impl Into<Expected>,
    ) -> Result<T, ConfigError> {
        let expected = expected.into();
        let given = self.given_or_default(setting, &expected)?;
        let value = given.text.trim().parse();
        value.map_err(|_| refused(setting, &given, expected))
    }

    /// Reads a whole number in a range.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn number(
        &self,
        setting: Setting,
        range: RangeInclusive<u64>,
        unit: impl Into<Unit>,
    ) -> Result<u64, ConfigError> {
        let expected = Expected::Number {
            unit: unit.into(),
            least: *range.start(),
            most: *range.end(),
        };
        let number = self.required(setting, expected.clone())?;
        if range.contains(&number) {
            return Ok(number);
        }
        let given = self.given_or_default(setting, &expected)?;
        Err(refused(setting, &given, expected))
    }

    /// Reads a whole number of seconds.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn seconds(
        &self,
        setting: Setting,
        range: RangeInclusive<u64>,
    ) -> Result<Duration, ConfigError> {
        let seconds = self.number(setting, range, Unit::Seconds)?;
        Ok(Duration::from_secs(seconds))
    }

    /// Reads a number of things that are held in memory.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn size(
        &self,
        setting: Setting,
        range: RangeInclusive<u64>,
        unit: impl Into<Unit>,
    ) -> Result<usize, ConfigError> {
        let number = self.number(setting, range, unit)?;
        Ok(usize::try_from(number).unwrap_or(usize::MAX))
    }

    /// Reads a rate. Its range starts at 1 or above and fits into 32 bits.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn rate(
        &self,
        setting: Setting,
        range: RangeInclusive<u64>,
        unit: impl Into<Unit>,
    ) -> Result<NonZeroU32, ConfigError> {
        let number = self.number(setting, range, unit)?;
        let rate = u32::try_from(number).ok().and_then(NonZeroU32::new);
        Ok(rate.unwrap_or(NonZeroU32::MIN))
    }

    /// Reads a token: visible ASCII without blanks, because it travels in a header.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn secret(
        &self,
        setting: Setting,
        min_length: usize,
    ) -> Result<Option<Secret>, ConfigError> {
        let Some(given) = self.find(setting) else {
            return Ok(None);
        };
        let token = given.text.trim();
        if token.len() < min_length || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let expected = Expected::Token { min_length };
            return Err(refused_secret(setting, &given, expected));
        }
        Ok(Some(Secret::new(token.to_owned())))
    }

    /// Reads a text that may hold a password. An error does not quote it.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn checked_secret(
        &self,
        setting: Setting,
        expected: &str,
        is_valid: impl FnOnce(&str) -> bool,
    ) -> Result<Option<Secret>, ConfigError> {
        let Some(given) = self.find(setting) else {
            return Ok(None);
        };
        let text = given.text.trim();
        match is_valid(text) {
            true => Ok(Some(Secret::new(text))),
            false => Err(refused_secret(setting, &given, expected)),
        }
    }

    /// Reads a setting that may be missing, with a parser.
    ///
    /// # Errors
    /// When the parser does not accept the text.
    pub fn optional<T>(
        &self,
        setting: Setting,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(given) = self.find(setting) else {
            return Ok(None);
        };
        match parse(given.text.trim()) {
            Some(value) => Ok(Some(value)),
            None => Err(refused(setting, &given, expected)),
        }
    }

    /// Reads an IP address with a port.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn socket_address(
        &self,
        setting: Setting,
        expected: &str,
        is_usable: impl FnOnce(SocketAddr) -> bool,
    ) -> Result<Option<SocketAddr>, ConfigError> {
        let Some(given) = self.find(setting) else {
            return Ok(None);
        };
        let address = given.text.trim().parse().ok();
        match address.filter(|address| is_usable(*address)) {
            Some(address) => Ok(Some(address)),
            None => Err(refused(setting, &given, expected)),
        }
    }

    /// Reads the path of a file.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn path(&self, setting: Setting) -> Result<PathBuf, ConfigError> {
        let expected = Expected::FilePath;
        let given = self.given_or_default(setting, &expected)?;
        let text = &given.text;
        let path = PathBuf::from(text);
        // SQLite would take these for a store in memory or a URI, and nothing would be saved.
        let is_special = text.starts_with(':') || text.starts_with("file:");
        if is_special || path.file_name().is_none() || text.ends_with('/') || path.is_dir() {
            return Err(refused(setting, &given, expected));
        }
        Ok(path)
    }

    /// Reads the path of a folder, which need not exist.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn folder(&self, setting: Setting) -> Result<PathBuf, ConfigError> {
        let expected = Expected::FolderPath;
        let given = self.given_or_default(setting, &expected)?;
        let path = PathBuf::from(&given.text);
        if path.is_file() {
            return Err(refused(setting, &given, expected));
        }
        Ok(path)
    }

    /// Reads networks or single addresses, separated by commas or blanks.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn networks(&self, setting: Setting) -> Result<Vec<IpNet>, ConfigError> {
        let Some(given) = self.find(setting) else {
            return Ok(Vec::new());
        };
        let entries = given.text.split([',', ' ']);
        entries
            .filter(|entry| !entry.is_empty())
            .map(|entry| network(entry).ok_or_else(|| refused(setting, &given, Expected::Networks)))
            .collect()
    }

    /// Reads `on` or `off`.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn on_or_off(&self, setting: Setting) -> Result<bool, ConfigError> {
        self.word(setting, [("on", true), ("off", false)])
    }

    /// Reads one of a few words, in either case.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn word<T, const N: usize>(
        &self,
        setting: Setting,
        words: [(&str, T); N],
    ) -> Result<T, ConfigError> {
        let expected = Expected::OneOf(words.each_ref().map(|(word, _)| (*word).to_owned()).into());
        let given = self.given_or_default(setting, &expected)?;
        let text = given.text.trim();
        let meant = words
            .into_iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text));
        meant
            .map(|(_, value)| value)
            .ok_or_else(|| refused(setting, &given, expected))
    }

    /// Returns the text of a setting that always has one.
    fn given_or_default(
        &self,
        setting: Setting,
        expected: &Expected,
    ) -> Result<Given, ConfigError> {
        self.find(setting).ok_or_else(|| ConfigError::BadValue {
            variable: setting.name,
            shown: Shown::NotSet,
            origin: Origin::NoDefault,
            expected: expected.clone(),
        })
    }
}

/// Parses a network or an address. IPv4 written as IPv6 (`::ffff:10.0.0.0/104`) becomes IPv4, as do the addresses of
/// peers.
fn network(entry: &str) -> Option<IpNet> {
    let single = || entry.parse::<IpAddr>().ok().map(IpNet::from);
    let network = entry.parse::<IpNet>().ok().or_else(single)?;
    let ipv4 = match (network.addr().to_canonical(), network.prefix_len()) {
        (address @ IpAddr::V4(_), bits) if network.addr().is_ipv6() => {
            Some((address, bits.checked_sub(96)?))
        }
        _ => None,
    };
    match ipv4 {
        Some((address, bits)) => IpNet::new(address, bits).ok(),
        None => Some(network),
    }
}
