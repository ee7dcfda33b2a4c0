//! Which addresses count as one.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Returns the network that counts as one address: an IPv6 /64, which one customer usually has, or a single IPv4
/// address. `::ffff:192.0.2.1` is an IPv4 address.
#[must_use]
pub fn address_network(address: IpAddr) -> IpNet {
    network(address, 32, 64)
}

/// Returns the network that counts as one site, the most that one customer usually has: an IPv6 /48 or an IPv4 /24.
#[must_use]
pub fn site_network(address: IpAddr) -> IpNet {
    network(address, 24, 48)
}

fn network(address: IpAddr, ipv4_bits: u8, ipv6_bits: u8) -> IpNet {
    let network = match address.to_canonical() {
        IpAddr::V4(ip) => Ipv4Net::new(ip, ipv4_bits).map(IpNet::from),
        IpAddr::V6(ip) => Ipv6Net::new(ip, ipv6_bits).map(IpNet::from),
    };
    // This cannot fail, because the lengths above are valid.
    network.map_or(IpNet::from(address), |network| network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: [&str; 2]) {
        let address = address.parse().unwrap();
        let networks = [address_network(address), site_network(address)];
        assert_eq!(networks.map(|network| network.to_string()), expected);
    }

    #[test]
    fn an_address_has_a_network_that_counts_as_one() {
        check("192.0.2.77", ["192.0.2.77/32", "192.0.2.0/24"]);
        check("::ffff:192.0.2.77", ["192.0.2.77/32", "192.0.2.0/24"]);
        check(
            "2001:db8:1:2:3::4",
            ["2001:db8:1:2::/64", "2001:db8:1::/48"],
        );
        check("::1", ["::/64", "::/48"]);
    }
}
