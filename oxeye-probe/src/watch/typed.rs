//! What a person typed as the address of a server.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use hickory_resolver::proto::rr::Name;

use super::policy::{self, Forbidden};
use crate::address::{Address, split};

/// Longest text that is read: the longest host name and a port.
const MAX_CHARS: usize = 260;

/// Longest host name, and longest part of one between two dots, by the rules of DNS.
const MAX_NAME_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// A host name or IP address, and a port if one was given. Without a port, the name's SRV record counts,
/// and then the default port of the edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedAddress {
    host: String,
    port: Option<u16>,
}

/// Why a text is not the address of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTypedAddress {
    /// Nothing was typed.
    #[error("the address is missing; it must be like play.example.org or 192.0.2.1:25565")]
    Empty,
    /// No host name is that long.
    #[error("no address is that long")]
    TooLong,
    /// A URL.
    #[error("this is the address of a web page; only the host name is needed, and perhaps a port")]
    Url,
    /// Something other than a host name or an IP address.
    #[error(
        "this is no address; it must be like play.example.org, 192.0.2.1:25565 or [2001:db8::1]"
    )]
    Host,
    /// A number that some systems read as an IP address.
    #[error("an IP address must be written as four numbers from 0 to 255, like 192.0.2.1")]
    OddIp,
    /// Not a port.
    #[error("the port must be a number from 1024 to 65535")]
    Port,
    /// A port of other services.
    #[error("port {0} is below 1024, where no Minecraft server listens")]
    LowPort(u16),
}

impl TypedAddress {
    /// Parses `host`, `host:port`, `[IPv6]:port`, `[IPv6]` or a bare IPv6 address.
    ///
    /// # Errors
    /// When the text is none of these, or the port is below 1024.
    pub fn parse(text: &str) -> Result<Self, InvalidTypedAddress> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidTypedAddress::Empty);
        }
        if text.chars().count() > MAX_CHARS {
            return Err(InvalidTypedAddress::TooLong);
        }
        if text.starts_with('@') {
            // A mention in a chat, not a user name in front of a host.
            return Err(InvalidTypedAddress::Host);
        }
        if text.contains(['/', '?', '#', '@']) {
            return Err(InvalidTypedAddress::Url);
        }
        let (host, port) = split(text).map_err(|_| InvalidTypedAddress::Host)?;
        // Only an IPv6 address stands in brackets.
        if text.starts_with('[') && host.parse::<Ipv6Addr>().is_err() {
            return Err(InvalidTypedAddress::Host);
        }
        Ok(Self {
            host: parse_host(host)?,
            port: port.map(parse_port).transpose()?,
        })
    }

    /// Makes an address of parts that were parsed before.
    #[must_use]
    pub fn from_parts(host: impl Into<String>, port: Option<u16>) -> Self {
        let host = host.into();
        Self { host, port }
    }

    /// Returns the host name in lower case and in ASCII, or the IP address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port, if one was given.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Returns whether the host is an IP address.
    #[must_use]
    pub fn is_ip(&self) -> bool {
        self.host.parse::<IpAddr>().is_ok()
    }
}

fn parse_port(text: &str) -> Result<u16, InvalidTypedAddress> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidTypedAddress::Port);
    }
    let port: u16 = text.parse().map_err(|_| InvalidTypedAddress::Port)?;
    match policy::check_port(port) {
        Err(Forbidden::LowPort(0)) => Err(InvalidTypedAddress::Port),
        Err(_) => Err(InvalidTypedAddress::LowPort(port)),
        Ok(()) => Ok(port),
    }
}

fn parse_host(text: &str) -> Result<String, InvalidTypedAddress> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Ok(ip.to_canonical().to_string());
    }
    let name = if text.is_ascii() {
        text.to_lowercase()
    } else {
        // DNS knows a name with other letters in another form.
        let name = Name::from_utf8(text).map_err(|_| InvalidTypedAddress::Host)?;
        name.to_ascii().to_lowercase()
    };
    let name = name.strip_suffix('.').unwrap_or(&name);
    let last = name.rsplit('.').next().unwrap_or(name);
    if looks_like_a_number(last) {
        // With a dot at the end, or in digits of another script.
        return match name.parse::<Ipv4Addr>() {
            Ok(ip) => Ok(ip.to_string()),
            Err(_) => Err(InvalidTypedAddress::OddIp),
        };
    }
    if name.len() > MAX_NAME_BYTES || !name.split('.').all(is_label) {
        return Err(InvalidTypedAddress::Host);
    }
    Ok(name.to_owned())
}

/// Returns whether some system would take a name with this last part for an IP address, like
/// `2130706433`, `0x7f.1` or `0177.0.0.1`. No top-level domain is a number.
fn looks_like_a_number(last: &str) -> bool {
    let hex = last.strip_prefix("0x");
    let is_hex = hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_hex || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns whether a text can stand between two dots of a host name. A hyphen may only be within.
fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_LABEL_BYTES).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for TypedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => Address::new(self.host.as_str(), port).fmt(f),
            None => f.write_str(&self.host),
        }
    }
}

#[cfg(test)]
mod tests;
