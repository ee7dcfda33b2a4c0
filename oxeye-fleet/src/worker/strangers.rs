//! Connections on which nobody has been let in yet. Each address has a few places, and the newest connection
//! takes the one of the oldest: whoever keeps many open and says nothing does not keep a fleet out.

use std::collections::VecDeque;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;

use oxeye_sqlite::LogThrottle;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

/// The most connections from all addresses.
const MOST: usize = 64;

/// The most connections from one address.
const FROM_ONE_ADDRESS: usize = 4;

/// The bits of an IPv6 address that a provider gives to one customer.
const IPV6_NETWORK: u128 = !0 << 64;

/// Where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// This machine, through the Unix socket.
    Socket,
    /// An address.
    Address(IpAddr),
}

impl Origin {
    /// Returns what counts as one address: for IPv6, its network.
    fn network(self) -> Option<IpAddr> {
        match self {
            Self::Socket => None,
            Self::Address(address) => Some(match address.to_canonical() {
                IpAddr::V6(address) => {
                    IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK))
                }
                address @ IpAddr::V4(_) => address,
            }),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket => f.write_str("this machine"),
            Self::Address(address) => address.to_canonical().fmt(f),
        }
    }
}

/// All connections on which nobody has been let in yet.
#[derive(Default)]
pub(super) struct Strangers {
    waiting: Mutex<Waiting>,
    refusals: Mutex<LogThrottle>,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    /// The oldest first.
    places: VecDeque<Place>,
}

struct Place {
    number: u64,
    network: Option<IpAddr>,
    is_displaced: CancellationToken,
}

impl Strangers {
    /// Takes a place for a connection, and the one of the oldest if there is no other.
    pub(super) fn enter(self: &Arc<Self>, origin: Origin) -> Stranger {
        let network = origin.network();
        let is_displaced = CancellationToken::new();
        let mut waiting = self.waiting.lock();
        let of_same = |place: &Place| network.is_some() && place.network == network;
        let same = waiting.places.iter().filter(|place| of_same(place)).count();
        let oldest = match (same >= FROM_ONE_ADDRESS, waiting.places.len() >= MOST) {
            (true, _) => waiting.places.iter().position(of_same),
            (false, true) => Some(0),
            (false, false) => None,
        };
        if let Some(oldest) = oldest.and_then(|index| waiting.places.remove(index)) {
            oldest.is_displaced.cancel();
        }
        waiting.last += 1;
        let number = waiting.last;
        waiting.places.push_back(Place {
            number,
            network,
            is_displaced: is_displaced.clone(),
        });
        Stranger {
            all: Arc::clone(self),
            number,
            origin,
            is_displaced,
        }
    }
}

/// The place of a connection on which nobody has been let in yet.
pub(super) struct Stranger {
    all: Arc<Strangers>,
    number: u64,
    origin: Origin,
    is_displaced: CancellationToken,
}

impl Stranger {
    /// Returns when a newer connection has taken the place.
    pub(super) async fn displaced(&self) {
        self.is_displaced.cancelled().await;
    }

    /// Logs why nobody is let in, with the address for the operator's firewall, unless the last such line was
    /// only just written.
    pub(super) fn log_refusal(&self, reason: &str) {
        let due = self.all.refusals.lock().count(1, Instant::now());
        match due {
            Some(1) => tracing::warn!("a connection from {} is closed: {reason}", self.origin),
            Some(count) => tracing::warn!(
                "{count} connections were closed, the last one from {}: {reason}",
                self.origin
            ),
            None => {}
        }
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let mut waiting = self.all.waiting.lock();
        let mut places = waiting.places.iter();
        if let Some(index) = places.position(|place| place.number == self.number) {
            waiting.places.remove(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Origin {
        Origin::Address(address.parse().unwrap())
    }

    fn displaced(strangers: &[Stranger]) -> Vec<bool> {
        let is_displaced = |one: &Stranger| one.is_displaced.is_cancelled();
        strangers.iter().map(is_displaced).collect()
    }

    #[test]
    fn the_newest_connection_of_an_address_takes_the_place_of_its_oldest() {
        let all = Arc::new(Strangers::default());
        let fleet = all.enter(from("10.0.0.1"));
        let mut attic: Vec<_> = (0..5).map(|_| all.enter(from("10.0.0.7"))).collect();

        assert_eq!(displaced(&attic), [true, false, false, false, false]);
        assert!(!fleet.is_displaced.is_cancelled());

        drop(attic.pop());
        attic.push(all.enter(from("10.0.0.7")));
        assert_eq!(displaced(&attic), [true, false, false, false, false]);
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address_and_a_mapped_one_as_ipv4() {
        let network = |address| from(address).network();

        assert_eq!(network("fd00::1:2"), network("fd00::7:8"));
        assert_ne!(network("fd00::1"), network("fd00:0:0:1::1"));
        assert_eq!(network("::ffff:10.0.0.7"), network("10.0.0.7"));
        assert_ne!(network("10.0.0.7"), network("10.0.0.8"));
        assert_eq!(from("::ffff:10.0.0.7").to_string(), "10.0.0.7");
    }

    #[test]
    fn all_addresses_together_have_a_limit_and_a_new_one_still_comes_in() {
        let all = Arc::new(Strangers::default());
        let flood: Vec<_> = (0..MOST)
            .map(|number| all.enter(from(&format!("10.0.{number}.1"))))
            .collect();

        let newest = all.enter(Origin::Socket);

        let displaced = displaced(&flood);
        assert!(displaced[0]);
        assert_eq!(displaced.iter().filter(|is| **is).count(), 1);
        assert!(!newest.is_displaced.is_cancelled());
        drop((flood, newest));
        assert!(all.waiting.lock().places.is_empty());
    }
}
