//! How often an address may ask for what is open to strangers.
//!
//! The only tables that strangers can fill, so they are bounded. A full one keeps nobody out who is in it, and lets
//! newcomers in as long as all together do not ask too often.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;

use super::app::App;
use super::client_address::ClientAddress;
use super::error::ApiError;

/// Attempts to redeem a link code, of all addresses together.
const CONNECTS_PER_MIN: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// Heads that one address may ask for: ten pages of sixty heads. Browsers keep the ones they have.
const HEADS_PER_MIN: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// Heads that all together may ask for; each can cost a look into the store.
const ALL_HEADS_PER_MIN: NonZeroU32 = NonZeroU32::new(60_000).expect("not zero");

/// Addresses remembered at once.
const MAX_ADDRESSES: usize = 4096;

/// After this time without a request an address may do all again that it may do, so it can be forgotten.
const REMEMBERED: Duration = Duration::from_secs(60);

/// A limit per address and one for all together: so many at once, and as many more in each minute, evenly.
///
/// One mutex around the table, held for one look-up, or for one walk through a full table; never while waiting.
pub(crate) struct AddressLimit {
    quota: Quota,
    addresses: Mutex<HashMap<IpAddr, Address>>,
    all_together: DefaultDirectRateLimiter,
}

struct Address {
    limiter: DefaultDirectRateLimiter,
    asked: Instant,
}

impl AddressLimit {
    /// For link codes.
    pub(crate) fn of_connects(per_address_per_min: NonZeroU32) -> AddressLimit {
        AddressLimit::new(per_address_per_min, CONNECTS_PER_MIN)
    }

    /// For heads.
    pub(crate) fn of_heads() -> AddressLimit {
        AddressLimit::new(HEADS_PER_MIN, ALL_HEADS_PER_MIN)
    }

    fn new(per_address_per_min: NonZeroU32, all_per_min: NonZeroU32) -> AddressLimit {
        AddressLimit {
            quota: Quota::per_minute(per_address_per_min),
            addresses: Mutex::default(),
            all_together: RateLimiter::direct(Quota::per_minute(all_per_min)),
        }
    }

    /// Lets a request through or says how long to wait. One address that asks too often takes nothing from the others.
    pub(crate) fn check(&self, client: IpAddr) -> Result<(), Duration> {
        let (client, now) = (network_of(client), Instant::now());
        let mut addresses = self.addresses.lock();
        if let Some(address) = addresses.get_mut(&client) {
            check(&address.limiter)?;
            address.asked = now;
            return check(&self.all_together);
        }
        // Before the newcomer is remembered: who is refused here takes no place in the table.
        check(&self.all_together)?;
        if addresses.len() >= MAX_ADDRESSES {
            addresses.retain(|_, address| now.duration_since(address.asked) < REMEMBERED);
        }
        if addresses.len() < MAX_ADDRESSES {
            let limiter = RateLimiter::direct(self.quota);
            check(&limiter)?;
            addresses.insert(
                client,
                Address {
                    limiter,
                    asked: now,
                },
            );
        }
        Ok(())
    }
}

fn check(limiter: &DefaultDirectRateLimiter) -> Result<(), Duration> {
    limiter
        .check()
        .map_err(|refusal| refusal.wait_time_from(DefaultClock::default().now()))
}

/// Proof that the client may try a link code now.
pub(crate) struct ConnectAttempt;

impl FromRequestParts<Arc<App>> for ConnectAttempt {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Ok(ClientAddress(client)) = ClientAddress::from_request_parts(parts, app).await;
        app.connect_limit.check(client).map_err(ApiError::TooMany)?;
        Ok(ConnectAttempt)
    }
}

/// Proof that the client may look at a head now.
pub(crate) struct HeadLookup;

impl FromRequestParts<Arc<App>> for HeadLookup {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Ok(ClientAddress(client)) = ClientAddress::from_request_parts(parts, app).await;
        app.head_limit.check(client).map_err(ApiError::TooMany)?;
        Ok(HeadLookup)
    }
}

/// One customer usually gets a whole IPv6 /64, so that counts as one address.
fn network_of(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        ip => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit() -> AddressLimit {
        AddressLimit::of_connects(NonZeroU32::new(5).unwrap())
    }

    fn stranger(number: u32) -> IpAddr {
        IpAddr::from((number + (10 << 24)).to_be_bytes())
    }

    #[test]
    fn the_sixth_attempt_of_an_address_has_to_wait_and_others_do_not() {
        let limit = limit();
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));

        for _ in 0..5 {
            limit.check(one).unwrap();
        }

        let wait = limit.check(one).expect_err("five are allowed");
        assert!(
            wait > Duration::from_secs(10) && wait <= Duration::from_secs(12),
            "{wait:?}"
        );
        limit.check(other).unwrap();
    }

    #[test]
    fn all_addresses_of_an_ipv6_network_count_as_one() {
        let limit = limit();
        for host in 0..5 {
            limit
                .check(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]))
                .unwrap();
        }

        limit
            .check(IpAddr::from([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9]))
            .expect_err("the same /64");
        limit
            .check(IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]))
            .unwrap();
    }

    #[test]
    fn who_is_refused_because_of_all_others_takes_no_place() {
        let limit = limit();

        let refused = (0..10_000).filter(|number| limit.check(stranger(*number)).is_err());

        assert!(refused.count() > 9_000);
        assert!(limit.addresses.lock().len() < 1_000);
    }

    #[test]
    fn a_full_table_locks_nobody_out() {
        let limit = AddressLimit::of_heads();
        let known = IpAddr::from([192, 0, 2, 1]);
        limit.check(known).unwrap();
        for number in 0..10_000 {
            limit.check(stranger(number)).unwrap();
        }
        assert_eq!(limit.addresses.lock().len(), MAX_ADDRESSES);

        limit.check(known).unwrap();
        limit.check(IpAddr::from([192, 0, 2, 2])).unwrap();
    }
}
