//! Discord's rate limits: per route and channel, in all, and for repeated requests after a 429.
//!
//! Discord does not document the numbers per route. These are what its headers have said for years.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::Call;

/// Requests per second in all; answers to interactions do not count.
const GLOBAL: Limit = Limit {
    most: 50,
    within: Duration::from_secs(1),
};

/// How much later than the 429 a request must have been sent before it counts as impatient, because
/// others may have been on their way.
const ON_ITS_WAY: Duration = Duration::from_millis(300);
/// How much earlier than asked a request may arrive, because `Retry-After` may be rounded.
const TOLERANCE: Duration = Duration::from_millis(50);

/// So many requests in so much time.
#[derive(Debug, Clone, Copy)]
struct Limit {
    most: usize,
    within: Duration,
}

/// A route with its channel or guild, which Discord counts together.
pub(super) type Route = (Call, Option<u64>);

/// The requests of late.
#[derive(Debug, Default)]
pub(super) struct Rates {
    global: VecDeque<Instant>,
    routes: HashMap<Route, VecDeque<Instant>>,
    /// Until when all routes are refused, as if the bot had sent too much.
    refused_until: Option<Instant>,
    /// When a 429 was sent, and how long the bot was asked to wait.
    waits: HashMap<Route, (Instant, Duration)>,
}

/// What a request may do.
#[derive(Debug, Clone, Copy)]
pub(super) enum Admitted {
    /// It goes on, with these headers if the route is limited.
    Yes(Option<Headers>),
    /// It is one too many.
    No { wait: Duration, global: bool },
}

/// What the headers of an answer say about the route.
#[derive(Debug, Clone, Copy)]
pub(super) struct Headers {
    pub(super) limit: usize,
    pub(super) remaining: usize,
    pub(super) reset_after: Duration,
}

impl Rates {
    /// Counts a request.
    pub(super) fn admit(&mut self, route: Route) -> Admitted {
        if !route.0.is_about_a_place() {
            return Admitted::Yes(None);
        }
        let refused_until = self.refused_until.unwrap_or_else(Instant::now);
        let refused_for = refused_until.saturating_duration_since(Instant::now());
        if !refused_for.is_zero() {
            return Admitted::No {
                wait: refused_for,
                global: true,
            };
        }
        if let Err(wait) = take(&mut self.global, GLOBAL) {
            return Admitted::No { wait, global: true };
        }
        let Some(limit) = limit(route.0) else {
            return Admitted::Yes(None);
        };
        let lately = self.routes.entry(route).or_default();
        match take(lately, limit) {
            Err(wait) => Admitted::No {
                wait,
                global: false,
            },
            Ok(()) => Admitted::Yes(Some(Headers {
                limit: limit.most,
                remaining: limit.most.saturating_sub(lately.len()),
                reset_after: lately.front().map_or(limit.within, |first| {
                    limit.within.saturating_sub(first.elapsed())
                }),
            })),
        }
    }

    /// Refuses all routes for so long, as if the bot had sent too much.
    pub(super) fn refuse_all(&mut self, time: Duration) {
        self.refused_until = Some(Instant::now() + time);
    }

    /// Notes that the bot was asked to wait.
    pub(super) fn asked_to_wait(&mut self, route: Route, wait: Duration) {
        self.waits.insert(route, (Instant::now(), wait));
    }

    /// Pretends that every 429 was sent this much earlier.
    #[cfg(test)]
    pub(super) fn backdate(&mut self, by: Duration) {
        for (asked, _) in self.waits.values_mut() {
            *asked -= by;
        }
    }

    /// Returns a violation if the bot asks again although it was asked to wait.
    pub(super) fn impatience(&self, route: Route) -> Option<String> {
        let (asked, wait) = self.waits.get(&route)?;
        let waited = asked.elapsed();
        let early = waited > ON_ITS_WAY && waited + TOLERANCE < *wait;
        let (call, channel) = route;
        let channel = channel.unwrap_or_default();
        early.then(|| {
            format!(
                "{call:?} for {channel} was repeated {waited:?} after a 429 that asked for {wait:?}"
            )
        })
    }
}

/// Counts a request, or returns how long to wait until there is room.
fn take(lately: &mut VecDeque<Instant>, limit: Limit) -> Result<(), Duration> {
    while lately
        .front()
        .is_some_and(|first| first.elapsed() >= limit.within)
    {
        lately.pop_front();
    }
    match lately.front() {
        Some(first) if lately.len() >= limit.most => {
            Err(limit.within.saturating_sub(first.elapsed()))
        }
        _ => {
            lately.push_back(Instant::now());
            Ok(())
        }
    }
}

fn limit(call: Call) -> Option<Limit> {
    let (most, seconds) = match call {
        Call::Post | Call::Edit => (5, 5),
        Call::DeleteMessage => (5, 1),
        Call::ChangeChannel => (5, 15),
        Call::VoiceStatus => (5, 60),
        Call::Thread => (10, 60),
        Call::Direct => (10, 60),
        _ => return None,
    };
    Some(Limit {
        most,
        within: Duration::from_secs(seconds),
    })
}
