//! When a request may be sent: Discord's rate limits, as its answers tell them, and a pace of our own.

use std::collections::HashMap;
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

/// Shortest time between two requests: 20 a second, well below the 50 that Discord allows a bot.
/// <https://discord.com/developers/docs/topics/rate-limits#global-rate-limit>
const PACE: Duration = Duration::from_millis(50);

/// The longest rate limit that we believe, so that no answer ends our requests for ever.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Number of routes above which we forget those whose limits have passed.
const MANY_ROUTES: usize = 1_000;

/// What a rate limit holds for: a kind of request, and the channel or user that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Route(pub(super) &'static str, pub(super) u64);

/// The rate limits that are known.
#[derive(Debug, Default)]
pub(super) struct RateLimits {
    /// Until when a route is closed.
    closed: HashMap<Route, Instant>,
    /// Until when all routes are closed.
    all_closed: Option<Instant>,
    /// The earliest time of the next request.
    next: Option<Instant>,
}

impl RateLimits {
    /// Returns how long a route is still closed.
    pub(super) fn closed_for(&self, route: Route, now: Instant) -> Duration {
        let until = self.closed.get(&route).copied().max(self.all_closed);
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    /// Reserves the next place in the pace of all requests, and returns when it is.
    pub(super) fn reserve(&mut self, now: Instant) -> Instant {
        let place = self.next.map_or(now, |next| next.max(now));
        self.next = Some(place + PACE);
        place
    }

    /// Notes that a route is closed, or all routes.
    pub(super) fn close(&mut self, route: Route, is_global: bool, wait: Duration, now: Instant) {
        let until = now + wait;
        if is_global {
            self.all_closed = self.all_closed.max(Some(until));
            return;
        }
        if self.closed.len() >= MANY_ROUTES {
            self.closed.retain(|_, until| *until > now);
        }
        let closed = self.closed.entry(route).or_insert(until);
        *closed = until.max(*closed);
    }

    /// Notes what the headers of an answer say: a route without a request left is closed until its
    /// limit is reset.
    pub(super) fn note(&mut self, route: Route, headers: &HeaderMap, now: Instant) {
        if number(headers, "x-ratelimit-remaining") == Some(0.0)
            && let Some(wait) = seconds(headers, "x-ratelimit-reset-after")
        {
            self.close(route, false, wait, now);
        }
    }
}

/// Returns a header as a time.
pub(super) fn seconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    wait(number(headers, name)?)
}

/// Returns how long to wait for a rate limit of so many seconds; `None` if that is not a time.
pub(super) fn wait(seconds: f64) -> Option<Duration> {
    let seconds = seconds.clamp(-1.0, LONGEST.as_secs_f64());
    Duration::try_from_secs_f64(seconds).ok()
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDIT: Route = Route("edit", 1);

    fn headers(remaining: &str, reset_after: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-remaining", remaining.parse().unwrap());
        headers.insert("x-ratelimit-reset-after", reset_after.parse().unwrap());
        headers
    }

    #[test]
    fn a_route_closes_with_its_last_request_and_opens_again() {
        let (mut limits, now) = (RateLimits::default(), Instant::now());

        limits.note(EDIT, &headers("1", "5.0"), now);
        assert_eq!(limits.closed_for(EDIT, now), Duration::ZERO);
        limits.note(EDIT, &headers("0", "2.5"), now);

        assert_eq!(limits.closed_for(EDIT, now), Duration::from_millis(2_500));
        assert_eq!(limits.closed_for(Route("edit", 2), now), Duration::ZERO);
        let later = now + Duration::from_secs(3);
        assert_eq!(limits.closed_for(EDIT, later), Duration::ZERO);
    }

    #[test]
    fn a_global_limit_closes_every_route() {
        let (mut limits, now) = (RateLimits::default(), Instant::now());

        limits.close(EDIT, true, Duration::from_secs(4), now);

        let other = Route("create", 9);
        assert_eq!(limits.closed_for(other, now), Duration::from_secs(4));
    }

    #[test]
    fn no_more_than_twenty_requests_are_sent_in_a_second() {
        let (mut limits, now) = (RateLimits::default(), Instant::now());

        let places: Vec<_> = (0..41).map(|_| limits.reserve(now)).collect();

        assert_eq!(places[0], now);
        assert_eq!(places[40], now + Duration::from_secs(2));
        let later = now + Duration::from_secs(60);
        assert_eq!(limits.reserve(later), later);
    }
}
