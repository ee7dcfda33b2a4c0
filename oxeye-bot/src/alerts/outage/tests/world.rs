//! Made-up servers, their reporters and our restarts, second by second.

use std::ops::Range;
use std::sync::Arc;

use oxeye_db::{GuildId, LinkState, ServerId, ServerName, ServerSummary, UnixSeconds};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::at;
use crate::alerts::outage::Evidence;

/// Seconds that a server may be silent before it is quiet, and before it is stale.
const QUIET_AFTER: i64 = 3;
const STALE_AFTER: i64 = 90;

/// What a server really does from one second to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    Up,
    Starting,
    Down,
}

/// Why nothing is heard for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// Our own restart, and the time until the reporter has reached us again.
    Restart { back_at: i64 },
    /// The connection of the reporter.
    Network,
}

#[derive(Debug, Clone)]
struct Gap {
    seconds: Range<i64>,
    cause: Cause,
}

/// A schedule.
#[derive(Debug)]
pub(super) struct World {
    pub(super) length: i64,
    /// The server's own story, which begins with an `Up`.
    pub(super) story: Vec<(Range<i64>, Truth)>,
    gaps: Vec<Gap>,
    pub(super) random: StdRng,
}

/// One second in which we run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Second {
    pub(super) now: i64,
    pub(super) evidence: Evidence,
    pub(super) heard_at: i64,
    /// Whether this is the first second after a restart.
    pub(super) is_start: bool,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let length = random.random_range(300..1_200);
        let mut story = vec![];
        let mut from = 0;
        while from < length {
            let lasts = match random.random_range(0..4) {
                0 => random.random_range(1..20),
                1 => random.random_range(57..64),
                _ => random.random_range(1..200),
            };
            let truth = match (story.last(), random.random_range(0..3)) {
                (None | Some((_, Truth::Starting | Truth::Down)), 0) | (None, _) => Truth::Up,
                (Some((_, Truth::Down)), _) => Truth::Starting,
                _ => Truth::Down,
            };
            story.push((from..from + lasts, truth));
            from += lasts;
        }
        let mut gaps = vec![];
        let mut from = random.random_range(5..400);
        while from < length && random.random_bool(0.7) {
            let lasts = random.random_range(QUIET_AFTER + 2..150);
            let is_restart = random.random_bool(0.6);
            let cause = if is_restart {
                let back_at = from + random.random_range(1..lasts);
                Cause::Restart { back_at }
            } else {
                Cause::Network
            };
            let seconds = from..from + lasts;
            from = seconds.end + random.random_range(1..200);
            gaps.push(Gap { seconds, cause });
        }
        Self {
            length,
            story,
            gaps,
            random,
        }
    }

    /// Returns what the server does at a time, and since when.
    pub(super) fn truth(&self, now: i64) -> (Truth, i64) {
        let found = self
            .story
            .iter()
            .find(|(seconds, _)| seconds.contains(&now));
        found.map_or((Truth::Up, 0), |(seconds, truth)| (*truth, seconds.start))
    }

    /// Returns the stretches in which the server is up or not, each as long as possible.
    pub(super) fn stretches(&self) -> Vec<(Range<i64>, bool)> {
        let mut stretches: Vec<(Range<i64>, bool)> = vec![];
        for (seconds, truth) in &self.story {
            let is_up = *truth == Truth::Up;
            match stretches.last_mut() {
                Some((last, was_up)) if *was_up == is_up => last.end = seconds.end,
                _ => stretches.push((seconds.clone(), is_up)),
            }
        }
        stretches
    }

    /// Whether every gap lies within one part of the story, so that it can hide nothing, and is too short
    /// to mean anything by itself.
    pub(super) fn hides_nothing(&self) -> bool {
        let stretches = self.stretches();
        let is_within = |gap: &Gap, outer: &Range<i64>| {
            let end = outer.end.min(self.length);
            outer.start < gap.seconds.start && gap.seconds.end < end
        };
        self.gaps.iter().all(|gap| {
            let is_in_whole = |(outer, _): &(Range<i64>, bool)| {
                let is_one = self.story.iter().any(|(seconds, _)| seconds == outer);
                is_one && is_within(gap, outer)
            };
            gap.seconds.end - gap.seconds.start < STALE_AFTER && stretches.iter().any(is_in_whole)
        })
    }

    /// Returns every second in which we run, with what follows from what is reported.
    pub(super) fn seconds(&self) -> Vec<Second> {
        let mut server = server();
        let mut seconds = vec![];
        let (mut started_at, mut heard_at, mut listening_since) = (0, 0, 0);
        let mut is_start = true;
        for now in 0..self.length {
            let gap = self.gaps.iter().find(|gap| gap.seconds.contains(&now));
            if let Some(Gap {
                cause: Cause::Restart { back_at },
                ..
            }) = gap
            {
                if now < *back_at {
                    continue;
                }
                if now == *back_at {
                    (started_at, listening_since, is_start) = (now, now, true);
                    if server.state != LinkState::Down && server.state != LinkState::Starting {
                        server.state = LinkState::AwaitingSync;
                        server.state_since = None;
                    }
                }
            }
            if gap.is_none() {
                let (truth, since) = self.truth(now);
                heard_at = now;
                server.state_since = Some(at(since));
                server.state = match truth {
                    Truth::Up => LinkState::Online,
                    Truth::Starting => LinkState::Starting,
                    Truth::Down => LinkState::Down,
                };
            }
            let silent_for = now - heard_at.max(listening_since);
            server.heard_at = Some(at(heard_at));
            let seen = match silent_for {
                _ if silent_for >= STALE_AFTER => with(&server, LinkState::Stale, Some(heard_at)),
                _ if silent_for >= QUIET_AFTER => with(&server, LinkState::Quiet, Some(heard_at)),
                _ => server.clone(),
            };
            seconds.push(Second {
                now,
                evidence: Evidence::of(&seen, at(started_at), at(now)),
                heard_at,
                is_start,
            });
            is_start = false;
        }
        seconds
    }
}

fn with(server: &ServerSummary, state: LinkState, since: Option<i64>) -> ServerSummary {
    ServerSummary {
        state,
        state_since: since.map(at),
        ..server.clone()
    }
}

/// A server of which nothing was heard yet.
pub(super) fn server() -> ServerSummary {
    ServerSummary {
        id: ServerId(1),
        guild: GuildId(7),
        name: ServerName::try_from("survival".to_owned()).unwrap(),
        state: LinkState::AwaitingSync,
        state_since: None,
        online: 0,
        reported_count: None,
        heard_at: None::<UnixSeconds>,
        about: Arc::default(),
        watched: None,
    }
}
