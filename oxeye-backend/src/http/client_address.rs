//! The address of the client, seen through trusted proxies.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

/// The other end of the TCP connection. [`super::service`] adds it to every request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The address of the client: that of the peer, or the one that a trusted proxy reports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl<S> FromRequestParts<S> for ClientAddress
where
    S: Send + Sync,
    TrustedProxies: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(TrustedProxies::from_ref(state).client_of(parts))
    }
}

/// The proxies that we believe when they say whose request they forward.
#[derive(Debug, Clone)]
pub(crate) struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    pub(crate) fn new(networks: &[IpNet]) -> TrustedProxies {
        TrustedProxies(networks.into())
    }

    /// Returns whether an address belongs to one of them.
    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        is_trusted(address.to_canonical(), &self.0)
    }

    /// Returns the client that sent the request.
    pub(crate) fn client_of(&self, parts: &Parts) -> ClientAddress {
        let peer = parts
            .extensions
            .get()
            .map_or(IpAddr::from([0, 0, 0, 0]), |Peer(ip)| *ip);
        ClientAddress(client_address(peer, &parts.headers, &self.0))
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Finds the client. Each proxy appends the address that it saw, so we read the list from the right: the first hop
/// that is not a trusted proxy is the client, who could have written everything to the left of it. An unreadable hop
/// ends the search.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let mut hops = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
    while is_trusted(client, trusted) {
        match hops.next().and_then(hop_address) {
            Some(hop) => client = hop,
            None => break,
        }
    }
    client
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
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        assert_eq!(
            client_address(peer.parse().unwrap(), &headers, &trusted).to_string(),
            expected
        );
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
            let mut headers = HeaderMap::new();
            headers.append("x-forwarded-for", garbage.parse().unwrap());
            let trusted = ["10.0.0.0/8".parse().unwrap()];
            let client = client_address([10, 0, 0, 1].into(), &headers, &trusted).to_string();
            assert!(counted.contains(&client.as_str()), "{garbage:?}: {client}");
        }
        check("10.0.0.1", &["::ffff:198.51.100.7"], "198.51.100.7");
    }
}
