//! Limits how often an address may ask for something.
//!
//! These tables are filled by strangers, so they are bounded. A full table keeps the addresses that it
//! has, and still admits others as long as the overall rate allows it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;
use parking_lot::Mutex;

use super::network::{address_network, site_network};

/// The share of the overall rate that one site may use: one in this many. Somebody with many addresses,
/// such as an IPv6 /48 or an IPv4 /24, cannot lock everybody else out.
const SHARE_OF_A_SITE: u32 = 10;

/// The most networks of each kind that we remember at once.
const MAX_NETWORKS: usize = 4096;

/// How long we remember a network after its last request. By then it has its whole allowance back.
const REMEMBERED: Duration = Duration::from_secs(60);

/// A limit per address, one per site, and one for all combined. Each is a burst of requests that refills evenly
/// within a minute.
///
/// A mutex guards the tables. It is held for two look-ups or for one pass over a full table, and never while waiting.
#[derive(Debug)]
pub struct AddressLimit {
    tables: Mutex<Tables>,
    all_together: DefaultDirectRateLimiter,
}

#[derive(Debug)]
struct Tables {
    addresses: Networks,
    sites: Networks,
}

/// Networks of one kind, each with the same limit.
#[derive(Debug)]
struct Networks {
    quota: Quota,
    known: HashMap<IpNet, Network>,
}

#[derive(Debug)]
struct Network {
    limiter: DefaultDirectRateLimiter,
    asked: Instant,
}

impl AddressLimit {
    /// Limits an address to so many requests a minute, and all of them together.
    #[must_use]
    pub fn new(per_address_per_min: NonZeroU32, all_per_min: NonZeroU32) -> AddressLimit {
        let site_per_min = all_per_min.get() / SHARE_OF_A_SITE;
        // A site is at least one address.
        let site_per_min =
            per_address_per_min.max(NonZeroU32::new(site_per_min).unwrap_or(NonZeroU32::MIN));
        AddressLimit {
            tables: Mutex::new(Tables {
                addresses: Networks::new(per_address_per_min),
                sites: Networks::new(site_per_min),
            }),
            all_together: RateLimiter::direct(Quota::per_minute(all_per_min)),
        }
    }

    /// Lets a request through or returns how long to wait. An address that asks too often does not use up the
    /// allowance of its neighbours.
    ///
    /// # Errors
    /// When the address, its site or all addresses together ask too often.
    pub fn check(&self, client: IpAddr) -> Result<(), Duration> {
        let (address, site) = (address_network(client), site_network(client));
        let now = Instant::now();
        let mut tables = self.tables.lock();
        let Tables { addresses, sites } = &mut *tables;
        addresses.check_known(&address, now)?;
        sites.check_known(&site, now)?;
        // We check this before we remember a new network, so that one that is refused here takes no place in the
        // tables.
        check(&self.all_together)?;
        addresses.remember(address, now);
        sites.remember(site, now);
        Ok(())
    }
}

impl Networks {
    fn new(per_min: NonZeroU32) -> Networks {
        Networks {
            quota: Quota::per_minute(per_min),
            known: HashMap::new(),
        }
    }

    fn check_known(&mut self, network: &IpNet, now: Instant) -> Result<(), Duration> {
        let Some(known) = self.known.get_mut(network) else {
            return Ok(());
        };
        check(&known.limiter)?;
        known.asked = now;
        Ok(())
    }

    /// Gives the network a limit of its own, if there is room for one more, and counts its first request.
    fn remember(&mut self, network: IpNet, now: Instant) {
        if self.known.contains_key(&network) {
            return;
        }
        if self.known.len() >= MAX_NETWORKS {
            self.known
                .retain(|_, known| now.duration_since(known.asked) < REMEMBERED);
        }
        if self.known.len() < MAX_NETWORKS {
            let limiter = RateLimiter::direct(self.quota);
            // A new limiter always lets the first request through.
            let _ = limiter.check();
            let asked = now;
            self.known.insert(network, Network { limiter, asked });
        }
    }
}

fn check(limiter: &DefaultDirectRateLimiter) -> Result<(), Duration> {
    limiter
        .check()
        .map_err(|refusal| refusal.wait_time_from(DefaultClock::default().now()))
}

#[cfg(test)]
mod tests;
