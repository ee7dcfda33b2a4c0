//! What the text of a setting must look like to mean something.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use oxeye_process::Secret;
use oxeye_process::logging::LogFormat;
use oxeye_process::settings::Given;

use super::sources::{ConfigError, Sources};

fn refused(given: &Given, variable: &'static str, expected: impl Into<String>) -> ConfigError {
    refused_as(given, variable, format!("{:?}", given.text), expected)
}

/// For tokens: the sentence says that there is a value, not which.
fn refused_unseen(
    given: &Given,
    variable: &'static str,
    expected: impl Into<String>,
) -> ConfigError {
    let shown = "set to a value that is not shown here".to_owned();
    refused_as(given, variable, shown, expected)
}

fn refused_as(
    given: &Given,
    variable: &'static str,
    shown: String,
    expected: impl Into<String>,
) -> ConfigError {
    ConfigError::BadValue {
        variable,
        shown,
        origin: given.origin.clone(),
        expected: expected.into(),
    }
}

impl Sources {
    /// Anything `FromStr` reads.
    pub(super) fn parsed<T: FromStr>(
        &self,
        name: &'static str,
        default: T,
        expected: &str,
    ) -> Result<T, ConfigError> {
        match self.find(name) {
            None => Ok(default),
            Some(found) => found
                .text
                .trim()
                .parse()
                .map_err(|_| refused(found, name, expected)),
        }
    }

    /// A whole number in a range.
    pub(super) fn number(
        &self,
        name: &'static str,
        default: u64,
        range: RangeInclusive<u64>,
        unit: &str,
    ) -> Result<u64, ConfigError> {
        let expected = format!(
            "a whole number of {unit} from {} to {}",
            range.start(),
            range.end()
        );
        let number = self.parsed(name, default, &expected)?;
        match self.find(name) {
            Some(found) if !range.contains(&number) => Err(refused(found, name, expected)),
            _ => Ok(number),
        }
    }

    /// A number of things held in memory.
    pub(super) fn size(
        &self,
        name: &'static str,
        default: u64,
        range: RangeInclusive<u64>,
        unit: &str,
    ) -> Result<usize, ConfigError> {
        Ok(usize::try_from(self.number(name, default, range, unit)?).unwrap_or(usize::MAX))
    }

    /// A number for a rate limit; the range starts at one.
    pub(super) fn rate(
        &self,
        name: &'static str,
        default: u64,
        range: RangeInclusive<u64>,
        unit: &str,
    ) -> Result<NonZeroU32, ConfigError> {
        let number = self.number(name, default, range, unit)?;
        Ok(u32::try_from(number)
            .ok()
            .and_then(NonZeroU32::new)
            .unwrap_or(NonZeroU32::MIN))
    }

    /// A token: visible ASCII without blanks, since it travels in a header.
    pub(super) fn secret(
        &self,
        name: &'static str,
        at_least: usize,
    ) -> Result<Option<Secret>, ConfigError> {
        let Some(found) = self.find(name) else {
            return Ok(None);
        };
        let token = found.text.trim();
        if token.len() < at_least || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let expected =
                format!("a token of at least {at_least} visible ASCII characters without blanks");
            return Err(refused_unseen(found, name, expected));
        }
        Ok(Some(Secret::new(token.to_owned())))
    }

    /// An `http` or `https` address. What it contains beyond that is the reader's business.
    pub(super) fn web_address(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        let Some(found) = self.find(name) else {
            return Ok(None);
        };
        let address = found.text.trim().trim_end_matches('/');
        match reqwest::Url::parse(address) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                Ok(Some(address.to_owned()))
            }
            _ => Err(refused(
                found,
                name,
                "an address such as http://127.0.0.1:8080",
            )),
        }
    }

    /// The path of a file.
    pub(super) fn path(&self, name: &'static str, default: &str) -> Result<PathBuf, ConfigError> {
        let Some(found) = self.find(name) else {
            return Ok(PathBuf::from(default));
        };
        let path = PathBuf::from(&found.text);
        // SQLite would take these for a store in memory or a URI, and nothing would be kept.
        let is_special = found.text.starts_with(':') || found.text.starts_with("file:");
        if is_special || path.file_name().is_none() || found.text.ends_with('/') || path.is_dir() {
            return Err(refused(
                found,
                name,
                "the path of a file such as /var/lib/oxeye/oxeye.db",
            ));
        }
        Ok(path)
    }

    /// Networks or single addresses, separated by commas or blanks.
    pub(super) fn networks(&self, name: &'static str) -> Result<Vec<IpNet>, ConfigError> {
        let Some(found) = self.find(name) else {
            return Ok(Vec::new());
        };
        let entries = found
            .text
            .split([',', ' '])
            .filter(|entry| !entry.is_empty());
        entries
            .map(|entry| {
                network(entry).ok_or_else(|| {
                    refused(
                        found,
                        name,
                        "a list such as 10.0.0.0/8, 192.0.2.7, fd00::/8",
                    )
                })
            })
            .collect()
    }

    /// `text` or `json`.
    pub(super) fn log_format(&self, name: &'static str) -> Result<LogFormat, ConfigError> {
        match self.find(name) {
            None => Ok(LogFormat::Text),
            Some(found) => match found.text.trim().to_ascii_lowercase().as_str() {
                "text" => Ok(LogFormat::Text),
                "json" => Ok(LogFormat::Json),
                _ => Err(refused(found, name, "text or json")),
            },
        }
    }
}

/// IPv4 written as IPv6 (`::ffff:10.0.0.0/104`) is the IPv4 network: that is how we look at peers.
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
