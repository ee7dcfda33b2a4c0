//! How often an address may try link codes.
//!
//! The only table that strangers can fill, so it is bounded: when it is full of recent addresses, new attempts wait.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use governor::clock::Clock;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use super::app::App;
use super::client_address::ClientAddress;
use super::error::ApiError;

/// Attempts per minute of all addresses together.
const ALL_TOGETHER_PER_MIN: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// Addresses remembered at once. An address is forgotten when all its attempts are allowed again: within a minute,
/// in which no more than some 1200 can get past the limit for all together.
const MAX_ADDRESSES: usize = 4096;

/// Attempts per address and of all together. Both limiters lock by themselves; neither is held while waiting.
pub(crate) struct ConnectLimit {
    per_address: DefaultKeyedRateLimiter<IpAddr>,
    all_together: DefaultDirectRateLimiter,
}

impl ConnectLimit {
    pub(crate) fn new(per_address_per_min: NonZeroU32) -> ConnectLimit {
        ConnectLimit {
            per_address: RateLimiter::hashmap(Quota::per_minute(per_address_per_min)),
            all_together: RateLimiter::direct(Quota::per_minute(ALL_TOGETHER_PER_MIN)),
        }
    }

    /// Lets an attempt through or says how long to wait. One address that tries too often takes nothing from the others.
    pub(crate) fn check(&self, client: IpAddr) -> Result<(), Duration> {
        if self.per_address.len() >= MAX_ADDRESSES {
            self.per_address.retain_recent();
            if self.per_address.len() >= MAX_ADDRESSES {
                return Err(Duration::from_secs(60));
            }
        }
        let wait = |refusal: NotUntil<_>| refusal.wait_time_from(self.all_together.clock().now());
        self.per_address
            .check_key(&network_of(client))
            .map_err(wait)?;
        self.all_together.check().map_err(wait)
    }
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

    fn limit() -> ConnectLimit {
        ConnectLimit::new(NonZeroU32::new(5).unwrap())
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
    fn strangers_cannot_make_the_table_grow_without_end() {
        let limit = limit();
        let refused = (0..10_000_u32).filter(|host| {
            limit
                .check(IpAddr::from((host + (10 << 24)).to_be_bytes()))
                .is_err()
        });

        assert!(refused.count() > 9_000);
        assert!(limit.per_address.len() <= MAX_ADDRESSES);
    }
}
