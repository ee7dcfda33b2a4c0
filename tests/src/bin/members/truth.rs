//! What members really did, which the stand-in knows to the moment.

use std::collections::BTreeMap;
use std::time::SystemTime;

/// Something that a member does or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    Voice,
    Game,
}

/// From when until when something was done, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) from: f64,
    pub(crate) to: f64,
}

/// A time in which a backend ran, in Unix seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    pub(crate) started: f64,
    /// When it had a session with the gateway.
    pub(crate) connected: f64,
    pub(crate) killed: f64,
}

/// From when until when each member did what. Members are counted from 0.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    ended: BTreeMap<(u64, Doing), Vec<Span>>,
    begun: BTreeMap<(u64, Doing), f64>,
}

impl Truth {
    /// Notes that a member begins this, or ends it. Returns whether it begins.
    pub(crate) fn turn(&mut self, member: u64, doing: Doing) -> bool {
        let now = now();
        let Some(from) = self.begun.remove(&(member, doing)) else {
            self.begun.insert((member, doing), now);
            return true;
        };
        let spans = self.ended.entry((member, doing)).or_default();
        spans.push(Span { from, to: now });
        false
    }

    /// All that a member did of this, in order. What goes on lasts until now.
    pub(crate) fn of(&self, member: u64, doing: Doing) -> Vec<Span> {
        let ended = self.ended.get(&(member, doing)).into_iter().flatten();
        let goes_on = self.begun.get(&(member, doing));
        let goes_on = goes_on.map(|from| Span {
            from: *from,
            to: now(),
        });
        ended.copied().chain(goes_on).collect()
    }
}

/// The present time, in Unix seconds.
pub(crate) fn now() -> f64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "what the backend wrote is compared with the real time"
    )]
    let now = SystemTime::now();
    let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH);
    since_1970.expect("it is after 1970").as_secs_f64()
}
