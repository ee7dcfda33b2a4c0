//! The address of a client, seen through trusted proxies.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

/// The proxies that we believe when they say whose request they forward.
#[derive(Debug, Clone)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Trusts these networks.
    #[must_use]
    pub fn new(networks: &[IpNet]) -> TrustedProxies {
        TrustedProxies(networks.into())
    }

    /// Returns whether an address belongs to one of them.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.trust(address.to_canonical())
    }

    /// Finds the client, by the lines of `X-Forwarded-For`. Each proxy appends the address that it saw,
    /// so we read the list from the right: the first hop that is not a trusted proxy is the client, who
    /// could have written everything to the left of it. An unreadable hop ends the search.
    pub fn client_of<'a>(
        &self,
        peer: IpAddr,
        forwarded_for: impl DoubleEndedIterator<Item = &'a [u8]>,
    ) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = forwarded_for.rev();
        let mut hops = lines.flat_map(|line| std::str::from_utf8(line).unwrap_or("?").rsplit(','));
        while self.trust(client) {
            match hops.next().and_then(hop_address) {
                Some(hop) => client = hop,
                None => break,
            }
        }
        client
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Parses an address, which some proxies write with a port or in brackets.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || {
        hop.parse::<std::net::SocketAddr>()
            .map(|address| address.ip())
    };
    let ip: IpAddr = hop
        .trim_matches(['[', ']'])
        .parse()
        .or_else(|_| with_port())
        .ok()?;
    Some(ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let lines = forwarded.iter().map(|line| line.as_bytes());
        let client = TrustedProxies::new(&trusted).client_of(peer.parse().unwrap(), lines);
        assert_eq!(client.to_string(), expected);
    }

    #[test]
    fn a_stranger_is_not_believed() {
        check("192.0.2.1", &["198.51.100.7"], "192.0.2.1");
        check("192.0.2.1", &[], "192.0.2.1");
    }

    #[test]
    fn a_trusted_proxy_is_believed_about_the_hop_it_saw() {
        check("10.0.0.1", &["198.51.100.7"], "198.51.100.7");
        check("::ffff:10.0.0.1", &["198.51.100.7:5555"], "198.51.100.7");
        check("fd00::1", &["[2001:db8::1]:443"], "2001:db8::1");
        check("10.0.0.1", &[], "10.0.0.1");
    }

    #[test]
    fn what_the_client_wrote_itself_is_ignored() {
        check("10.0.0.1", &["203.0.113.9, 198.51.100.7"], "198.51.100.7");
        check(
            "10.0.0.1",
            &["203.0.113.9, 198.51.100.7, 10.2.2.2"],
            "198.51.100.7",
        );
        check(
            "10.0.0.1",
            &["203.0.113.9", "198.51.100.7", "10.2.2.2"],
            "198.51.100.7",
        );
        check("10.0.0.1", &["203.0.113.9, nonsense"], "10.0.0.1");
    }

    #[test]
    fn garbage_from_a_trusted_proxy_counts_as_the_proxy() {
        for garbage in [
            "",
            ",",
            ", ,",
            "unknown",
            "_hidden",
            "198.51.100.7, ",
            "198.51.100.7;",
            "999.1.1.1",
            "198.51.100.7:99999",
            "fe80::1%eth0",
            "[2001:db8::1",
            "198.51.100.7/32",
        ] {
            let counted = ["10.0.0.1", "2001:db8::1"];
            let trusted = TrustedProxies::new(&["10.0.0.0/8".parse().unwrap()]);
            let lines = std::iter::once(garbage.as_bytes());
            let client = trusted.client_of([10, 0, 0, 1].into(), lines).to_string();
            assert!(counted.contains(&client.as_str()), "{garbage:?}: {client}");
        }
        check("10.0.0.1", &["::ffff:198.51.100.7"], "198.51.100.7");
    }
}
