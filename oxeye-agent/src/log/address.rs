//! Addresses as Java programs print them, and the traces of connections that we store instead of them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The text in place of an address if the administrator wants no addresses in the log.
pub(crate) const WITHHELD: &[u8] = b"<ip address withheld>";

/// Whether the text is an address: `/192.0.2.7:5`, `host.example/192.0.2.7:5`,
/// `/[2001:db8:0:0:0:0:0:7%0]:5` or the latter without brackets.
pub(crate) fn is_address(text: &[u8]) -> bool {
    let read = || {
        let (host, rest) = std::str::from_utf8(text).ok()?.rsplit_once('/')?;
        let (ip, port) = rest.rsplit_once(':')?;
        let ip = ip
            .strip_prefix('[')
            .map_or(Some(ip), |ip| ip.strip_suffix(']'))?;
        let (ip, scope) = ip.split_once('%').unwrap_or((ip, ""));
        port.parse::<u16>().ok()?;
        ip.parse::<IpAddr>().ok()?;
        Some(is_word(host) && is_word(scope))
    };
    read().unwrap_or(false)
}

fn is_word(text: &str) -> bool {
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.bytes().all(in_word)
}

/// Four bytes of the digest of an address and its port. They distinguish two connections of a player,
/// but so many addresses share each value that none can be recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trace(u32);

impl Trace {
    /// Returns the trace of a printed address, or `None` if it is not an address with a port.
    pub(crate) fn of(address: &[u8]) -> Option<Self> {
        // The host name appears before the slash once anything has looked it up.
        let address = &address[memchr::memrchr(b'/', address)?..];
        let digest = Sha256::digest(address);
        address.contains(&b':').then(|| {
            Self(u32::from_be_bytes([
                digest[0], digest[1], digest[2], digest[3],
            ]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_distinguished_from_other_text_with_a_slash() {
        for address in [
            "/192.0.2.7:5",
            "host.example/192.0.2.7:65535",
            "/2001:db8:0:0:0:0:0:7:5",
            "/[2001:db8:0:0:0:0:0:7%eth0]:5",
        ] {
            assert!(is_address(address.as_bytes()), "{address}");
        }
        for other in [
            "",
            "/",
            "192.0.2.7:5",
            "/192.0.2.7",
            "/192.0.2.7:x",
            "/192.0.2.7:65536",
            "/[192.0.2.7:5",
            "/a executed command: /192.0.2.7:5",
            "x y/192.0.2.7:5",
            "<ip address withheld>",
        ] {
            assert!(!is_address(other.as_bytes()), "{other}");
        }
    }
}
