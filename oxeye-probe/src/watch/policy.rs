//! Which IP addresses and ports may be asked.
//!
//! Whoever types an address makes this machine connect to it. So by default only addresses that anybody
//! on the internet could reach are allowed, and no port below 1024, where no game server listens but
//! many other services do.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Lowest port that may be asked.
const LOWEST_PORT: u16 = 1024;

/// Which IP addresses may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressPolicy {
    /// Only addresses that are reachable from everywhere on the internet.
    #[default]
    Public,
    /// Any address of a single machine, for example in the operator's own network.
    Any,
}

/// Why a place may not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The IP address is not public.
    #[error(
        "this address leads into a private or reserved network, and only public ones are watched"
    )]
    NotPublic,
    /// The IP address does not belong to a single machine.
    #[error("this address does not belong to a machine")]
    NoMachine,
    /// The port belongs to other services.
    #[error("port {0} is below 1024, where no Minecraft server listens")]
    LowPort(u16),
}

impl AddressPolicy {
    /// Checks where a connection would go.
    ///
    /// # Errors
    /// When it may not go there.
    pub fn check(self, ip: IpAddr, port: u16) -> Result<(), Forbidden> {
        check_port(port)?;
        let ip = ip.to_canonical();
        if !is_of_a_machine(ip) {
            return Err(Forbidden::NoMachine);
        }
        if self == Self::Public && !is_public(ip) {
            return Err(Forbidden::NotPublic);
        }
        Ok(())
    }
}

pub(super) fn check_port(port: u16) -> Result<(), Forbidden> {
    if port < LOWEST_PORT {
        return Err(Forbidden::LowPort(port));
    }
    Ok(())
}

/// Neither text is a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("public or any")]
pub struct InvalidPolicy;

impl FromStr for AddressPolicy {
    type Err = InvalidPolicy;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "public" => Ok(Self::Public),
            "any" => Ok(Self::Any),
            _ => Err(InvalidPolicy),
        }
    }
}

fn is_of_a_machine(ip: IpAddr) -> bool {
    let is_broadcast = ip == IpAddr::V4(Ipv4Addr::BROADCAST);
    !(ip.is_unspecified() || ip.is_multicast() || is_broadcast)
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// IPv4 networks that are not global, by IANA's registry of special-purpose addresses, and those above
/// 223, which are not for single machines. 192.0.0.0/24 has two global addresses, which no game server
/// uses.
const RESERVED_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !RESERVED_V4.iter().any(|(network, length)| {
        let mask = u32::MAX << (32 - length);
        ip.to_bits() & mask == u32::from_be_bytes(*network)
    })
}

/// Returns whether an IPv6 address is global. Those that carry an IPv4 address lead there.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        // NAT64 with the well-known prefix.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(v4(high, low)),
        // 6to4.
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // Protocol assignments, among them Teredo; documentation.
        [0x2001, 0..0x200, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..0x1000, ..] => false,
        // All other global addresses of machines.
        [0x2000..0x4000, ..] => true,
        _ => false,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests;
