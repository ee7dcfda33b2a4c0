//! A server that goes up and down all the time. It must not flood those who watch it with changes.

use std::collections::VecDeque;

use oxeye_plugin_proto::{UnixSeconds, limits};

/// Number of changes in [`WITHIN`] from which a server is flapping.
const MANY: usize = 10;
/// Seconds in which changes are counted.
const WITHIN: i64 = 600;
/// Seconds for which a flapping server keeps a state that heartbeats report.
const KEPT_FOR: i64 = 60;

/// The times of a server's last changes between up, starting and down.
#[derive(Debug, Default)]
pub(super) struct Flapping(VecDeque<UnixSeconds>);

impl Flapping {
    /// Notes a change.
    pub(super) fn note(&mut self, at: UnixSeconds) {
        if self.0.len() == MANY {
            self.0.pop_front();
        }
        self.0.push_back(at);
    }

    /// Whether the server changed too often lately to be recorded.
    pub(super) fn is_flapping(&self, at: UnixSeconds) -> bool {
        let first = self.0.front().filter(|_| self.0.len() == MANY);
        first.is_some_and(|first| is_within(*first, WITHIN, at))
    }

    /// Whether a change that a heartbeat reports has to wait.
    pub(super) fn must_wait(&self, at: UnixSeconds) -> bool {
        let last = self.0.back().filter(|_| self.is_flapping(at));
        last.is_some_and(|last| is_within(*last, KEPT_FOR, at))
    }
}

/// Whether a moment was less than some seconds ago. A clock that was set back makes it later than
/// clocks may differ, and then it says nothing.
fn is_within(moment: UnixSeconds, seconds: i64, now: UnixSeconds) -> bool {
    let early = limits::EARLY_EVENT_LIMIT.as_secs().cast_signed();
    (-early..seconds).contains(&now.0.saturating_sub(moment.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_changes_in_ten_minutes_are_too_many() {
        let mut flapping = Flapping::default();
        for at in 0..9 {
            flapping.note(UnixSeconds(at));
            assert!(!flapping.is_flapping(UnixSeconds(at)));
        }
        flapping.note(UnixSeconds(9));
        assert!(flapping.must_wait(UnixSeconds(68)));
        assert!(!flapping.must_wait(UnixSeconds(69)));
        assert!(flapping.is_flapping(UnixSeconds(599)));
        assert!(!flapping.is_flapping(UnixSeconds(600)));
    }

    #[test]
    fn changes_in_the_future_do_not_count() {
        let mut flapping = Flapping::default();
        for _ in 0..10 {
            flapping.note(UnixSeconds(1_000));
        }
        assert!(flapping.is_flapping(UnixSeconds(970)));
        assert!(!flapping.is_flapping(UnixSeconds(969)));
    }
}
