//! The address at which a server listens.

use std::{fmt, net::Ipv6Addr, str::FromStr};

/// A host name or IP address, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

/// Why a text is not an address. The message does not repeat the text, which may contain a secret, and
/// can follow "ADDRESS, but".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// The host is missing or invalid.
    #[error("an address must be like localhost:25585 or [::1]:25585")]
    Host,
    /// The port is missing, or not a number from 1 to 65535.
    #[error("an address must end with a port from 1 to 65535, like localhost:25585")]
    Port,
}

impl Address {
    /// Makes an address. An IPv6 address is given without brackets.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        Self { host, port }
    }

    /// Parses `host:port`, `host`, `[IPv6]:port`, `[IPv6]` or a bare IPv6 address.
    ///
    /// # Errors
    /// When the text is none of these, or has no port and there is no default.
    pub fn parse(text: &str, default_port: Option<u16>) -> Result<Self, InvalidAddress> {
        let (host, port) = split(text.trim())?;
        let port = match port {
            Some(port) => port
                .parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or(InvalidAddress::Port)?,
            None => default_port.ok_or(InvalidAddress::Port)?,
        };
        let impossible = |c: char| c.is_whitespace() || c.is_control() || "/@?#[]".contains(c);
        let without_zone = host.split('%').next().unwrap_or(host);
        let is_wrong_v6 = host.contains(':') && without_zone.parse::<Ipv6Addr>().is_err();
        if host.is_empty() || host.contains(impossible) || is_wrong_v6 {
            return Err(InvalidAddress::Host);
        }
        Ok(Self::new(host, port))
    }

    /// Returns the host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Splits a text into the host without brackets and the text of the port.
pub(crate) fn split(text: &str) -> Result<(&str, Option<&str>), InvalidAddress> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']').ok_or(InvalidAddress::Host)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(InvalidAddress::Host),
        };
    }
    // More than one colon and no brackets: a bare IPv6 address.
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => Ok((host, Some(port))),
        _ => Ok((text, None)),
    }
}

/// Parses an address that includes a port.
impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, None)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, InvalidAddress>) {
        let address = Address::parse(text, Some(25575)).map(|address| address.to_string());
        assert_eq!(address, expected.map(str::to_owned), "{text:?}");
    }

    #[test]
    fn addresses_are_accepted_as_people_write_them() {
        check("localhost", Ok("localhost:25575"));
        check(" mc.example.org:1 ", Ok("mc.example.org:1"));
        check("192.0.2.1:65535", Ok("192.0.2.1:65535"));
        check("::1", Ok("[::1]:25575"));
        check("[2001:db8::1]", Ok("[2001:db8::1]:25575"));
        check("[::1]:80", Ok("[::1]:80"));
    }

    #[test]
    fn anything_but_an_address_is_refused() {
        for text in [
            "",
            ":1",
            "[::1",
            "[::1]x",
            "a b:1",
            "me:secret@host",
            "http://x/",
        ] {
            assert!(Address::parse(text, Some(1)).is_err(), "{text:?}");
        }
        check("host:0", Err(InvalidAddress::Port));
        check("host:65536", Err(InvalidAddress::Port));
        check("host:", Err(InvalidAddress::Port));
        assert_eq!("host".parse::<Address>(), Err(InvalidAddress::Port));
    }
}
