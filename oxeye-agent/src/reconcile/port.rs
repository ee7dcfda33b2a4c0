//! Tracks whether the port on which players connect accepts connections. No I/O: the outcomes of checks
//! are arguments.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

/// How many checks in a row must be refused. A single one may be refused during a restart.
const REFUSED_IN_A_ROW: u32 = 2;

/// How long a port may neither answer nor refuse before it counts as dead. The machine may be gone, but
/// a server that merely hangs comes back.
const NO_ANSWER_FOR: Duration = Duration::from_secs(60);

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortCheck {
    /// The connection was accepted.
    Answered,
    /// The connection was refused.
    Refused,
    /// There was no answer in time.
    NoAnswer,
}

/// A change in the state of the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortChange {
    /// The port accepts connections.
    Alive,
    /// The port no longer accepts connections.
    Dead {
        /// When it last accepted one.
        last_alive: UnixSeconds,
    },
}

/// The state of the port, from the checks so far.
#[derive(Debug, Default)]
pub(crate) struct PortState {
    last_alive: Option<UnixSeconds>,
    refused: u32,
    dead: bool,
}

impl PortState {
    /// Starts from the time at which the port last answered, if that is known from an earlier run.
    #[must_use]
    pub(crate) fn last_alive_at(last_alive: Option<UnixSeconds>) -> Self {
        Self {
            last_alive,
            ..Self::default()
        }
    }

    /// Takes in the outcome of a check. Refusals of a port that has never answered prove nothing,
    /// because it may be the wrong one.
    pub(crate) fn record(&mut self, check: PortCheck, now: UnixSeconds) -> Option<PortChange> {
        match check {
            PortCheck::Answered => {
                self.last_alive = Some(now);
                self.refused = 0;
                std::mem::take(&mut self.dead).then_some(PortChange::Alive)
            }
            PortCheck::Refused => {
                self.refused += 1;
                self.die_if(self.refused >= REFUSED_IN_A_ROW)
            }
            PortCheck::NoAnswer => {
                let since = self.last_alive?;
                self.die_if(now.saturating_since(since) >= NO_ANSWER_FOR)
            }
        }
    }

    fn die_if(&mut self, dead: bool) -> Option<PortChange> {
        let last_alive = self.last_alive?;
        if !dead || self.dead {
            return None;
        }
        self.dead = true;
        Some(PortChange::Dead { last_alive })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port_after(checks: &[(PortCheck, i64)]) -> Vec<PortChange> {
        let mut port = PortState::default();
        let changes = checks
            .iter()
            .filter_map(|(check, now)| port.record(*check, UnixSeconds(*now)));
        changes.collect()
    }

    #[test]
    fn after_two_refusals_a_port_is_dead_since_its_last_answer() {
        use PortCheck::{Answered, Refused};
        let dead = PortChange::Dead {
            last_alive: UnixSeconds(10),
        };

        assert_eq!(port_after(&[(Answered, 10), (Refused, 15)]), []);
        assert_eq!(
            port_after(&[(Answered, 10), (Refused, 15), (Refused, 20), (Refused, 25)]),
            [dead]
        );
        assert_eq!(
            port_after(&[(Answered, 10), (Refused, 15), (Refused, 20), (Answered, 30)]),
            [dead, PortChange::Alive]
        );
    }

    #[test]
    fn a_port_that_never_answered_proves_nothing() {
        use PortCheck::{NoAnswer, Refused};
        assert_eq!(
            port_after(&[(Refused, 1), (Refused, 2), (NoAnswer, 99)]),
            []
        );
    }

    #[test]
    fn a_port_that_answered_in_an_earlier_run_can_die() {
        let mut port = PortState::last_alive_at(Some(UnixSeconds(10)));
        assert_eq!(port.record(PortCheck::Refused, UnixSeconds(500)), None);
        let dead = PortChange::Dead {
            last_alive: UnixSeconds(10),
        };
        assert_eq!(
            port.record(PortCheck::Refused, UnixSeconds(505)),
            Some(dead)
        );
    }

    #[test]
    fn a_port_that_does_not_answer_is_dead_after_a_minute() {
        use PortCheck::{Answered, NoAnswer};
        let dead = PortChange::Dead {
            last_alive: UnixSeconds(10),
        };

        assert_eq!(port_after(&[(Answered, 10), (NoAnswer, 69)]), []);
        assert_eq!(port_after(&[(Answered, 10), (NoAnswer, 70)]), [dead]);
    }
}
