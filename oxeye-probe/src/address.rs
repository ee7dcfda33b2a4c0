//! Where a server listens.

use std::{fmt, net::Ipv6Addr, str::FromStr};

/// A host name or IP address, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

/// Why a text is not an address. The sentence does not repeat the text, which may hold a secret, and
/// can stand behind "ADDRESS, but".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// Nothing before the port, or something no host can be called.
    #[error("an address must be like localhost:25585 or [::1]:25585")]
    Host,
    /// No port where one is needed, or not a number from 1 to 65535.
    #[error("an address must end with a port from 1 to 65535, like localhost:25585")]
    Port,
}

impl Address {
    /// Takes an IP version 6 address without its brackets.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        Self { host, port }
    }

    /// Reads `host:port`, `host`, `[v6]:port`, `[v6]` or a bare version 6 address.
    ///
    /// # Errors
    /// When it is none of these, or has no port and there is no default.
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

    /// Without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// The host without brackets, and the text of the port.
fn split(text: &str) -> Result<(&str, Option<&str>), InvalidAddress> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']').ok_or(InvalidAddress::Host)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(InvalidAddress::Host),
        };
    }
    // More than one colon and no brackets: a bare version 6 address.
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => Ok((host, Some(port))),
        _ => Ok((text, None)),
    }
}

/// Reads an address that has its port.
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
    fn addresses_are_read_as_people_write_them() {
        check("localhost", Ok("localhost:25575"));
        check(" mc.example.org:1 ", Ok("mc.example.org:1"));
        check("192.0.2.1:65535", Ok("192.0.2.1:65535"));
        check("::1", Ok("[::1]:25575"));
        check("[2001:db8::1]", Ok("[2001:db8::1]:25575"));
        check("[::1]:80", Ok("[::1]:80"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
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
