//! Tracks whether the port on which players connect accepts connections. No I/O: the outcomes of checks
//! are arguments.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

/// How many checks in a row must be refused. One or two may be refused while a server that is running
/// opens its port again.
const REFUSED_IN_A_ROW: u32 = 3;

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
    /// The connection was accepted and closed at once. A container engine does this for a server that is
    /// gone; but so does a proxy to which one address connects too often.
    Closed,
    /// There was no answer in time.
    NoAnswer,
}

/// What the checks show about the port, whenever it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortChange {
    /// The port accepts connections: for the first time in this run of the agent, or again.
    Alive,
    /// The port no longer accepts connections.
    Dead {
        /// When it last accepted one.
        last_alive: UnixSeconds,
    },
    /// The first check proves nothing: the port may be the wrong one, or out of our reach.
    Unclear,
}

/// The state of the port, from the checks so far.
#[derive(Debug, Default)]
pub(crate) struct PortState {
    last_alive: Option<UnixSeconds>,
    refused: u32,
    /// Whether the last check was refused, so that another one soon does no harm.
    is_urgent: bool,
    /// When the port first neither answered nor refused, if no check has shown anything since.
    silent_since: Option<UnixSeconds>,
    shown: Shown,
}

/// What was last shown.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Shown {
    #[default]
    Nothing,
    Unclear,
    Alive,
    Dead,
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
        self.is_urgent = check == PortCheck::Refused;
        match check {
            PortCheck::Answered => {
                self.last_alive = Some(now);
                self.refused = 0;
                self.silent_since = None;
                self.show(Shown::Alive).then_some(PortChange::Alive)
            }
            PortCheck::Refused | PortCheck::Closed => {
                self.refused += 1;
                self.silent_since = None;
                self.die_if(self.refused >= REFUSED_IN_A_ROW, false)
            }
            PortCheck::NoAnswer => {
                // A clock that was set back starts the measurement again.
                let since = self.silent_since.map_or(now, |since| since.min(now));
                self.silent_since = Some(since);
                self.die_if(now.saturating_since(since) >= NO_ANSWER_FOR, true)
            }
        }
    }

    /// Whether the port has refused, but not often enough to be dead. Then it should be checked again
    /// soon.
    #[must_use]
    pub(crate) fn is_doubtful(&self) -> bool {
        self.is_urgent && self.shown != Shown::Dead && self.last_alive.is_some()
    }

    /// Whether the port accepted the last connection.
    #[must_use]
    pub(crate) fn is_alive(&self) -> bool {
        self.shown == Shown::Alive && self.refused == 0 && self.silent_since.is_none()
    }

    /// Returns when the port last answered, if it is dead now.
    #[must_use]
    pub(crate) fn dead_since(&self) -> Option<UnixSeconds> {
        self.last_alive.filter(|_| self.shown == Shown::Dead)
    }

    /// Shows that the port is dead, or that nothing is clear if `is_unclear` or the port never answered.
    fn die_if(&mut self, is_dead: bool, is_unclear: bool) -> Option<PortChange> {
        match self.last_alive {
            Some(last_alive) if is_dead => self
                .show(Shown::Dead)
                .then_some(PortChange::Dead { last_alive }),
            Some(_) if !is_unclear => None,
            _ if self.shown == Shown::Nothing => {
                self.show(Shown::Unclear).then_some(PortChange::Unclear)
            }
            _ => None,
        }
    }

    /// Returns whether this is new.
    fn show(&mut self, shown: Shown) -> bool {
        std::mem::replace(&mut self.shown, shown) != shown
    }
}

#[cfg(test)]
mod tests {
    use PortCheck::{Answered, NoAnswer, Refused};

    use super::*;

    fn changes(port: &mut PortState, checks: &[(PortCheck, i64)]) -> Vec<PortChange> {
        let changes = checks
            .iter()
            .filter_map(|(check, now)| port.record(*check, UnixSeconds(*now)));
        changes.collect()
    }

    fn port_after(checks: &[(PortCheck, i64)]) -> Vec<PortChange> {
        changes(&mut PortState::default(), checks)
    }

    fn dead(last_alive: i64) -> PortChange {
        PortChange::Dead {
            last_alive: UnixSeconds(last_alive),
        }
    }

    #[test]
    fn after_three_refusals_a_port_is_dead_since_its_last_answer() {
        let refused = [(Answered, 10), (Refused, 15), (Refused, 16), (Refused, 17)];

        assert_eq!(port_after(&refused[..3]), [PortChange::Alive]);
        assert_eq!(port_after(&refused), [PortChange::Alive, dead(10)]);
        let mut port = PortState::default();
        changes(&mut port, &refused);
        assert_eq!(changes(&mut port, &[(Refused, 22)]), []);
        assert_eq!(changes(&mut port, &[(Answered, 30)]), [PortChange::Alive]);
    }

    #[test]
    fn a_port_that_never_answered_proves_nothing() {
        let checks = [(Refused, 1), (Refused, 2), (Refused, 3), (NoAnswer, 99)];
        assert_eq!(port_after(&checks), [PortChange::Unclear]);
    }

    #[test]
    fn a_port_that_answered_in_an_earlier_run_can_die() {
        let mut port = PortState::last_alive_at(Some(UnixSeconds(10)));
        let checks = [(Refused, 500), (Refused, 501), (Refused, 502)];
        assert_eq!(changes(&mut port, &checks), [dead(10)]);
    }

    #[test]
    fn a_port_that_does_not_answer_is_dead_after_a_minute() {
        let silent = [(Answered, 10), (NoAnswer, 15), (NoAnswer, 74)];
        assert_eq!(port_after(&silent), [PortChange::Alive]);
        let longer = [(Answered, 10), (NoAnswer, 15), (NoAnswer, 75)];
        assert_eq!(port_after(&longer), [PortChange::Alive, dead(10)]);
    }

    // The network of a machine that has just started may not be up yet.
    #[test]
    fn a_port_must_be_silent_for_a_minute_in_this_run_of_the_agent() {
        let mut port = PortState::last_alive_at(Some(UnixSeconds(10)));
        let checks = [(NoAnswer, 5000), (NoAnswer, 5059)];
        assert_eq!(changes(&mut port, &checks), [PortChange::Unclear]);
        assert_eq!(changes(&mut port, &[(NoAnswer, 5060)]), [dead(10)]);
    }

    #[test]
    fn a_port_that_closes_connections_at_once_is_dead_after_three_unhurried_checks() {
        use PortCheck::Closed;
        let mut port = PortState::default();
        let closed = [(Answered, 10), (Closed, 15), (Closed, 20)];
        assert_eq!(changes(&mut port, &closed), [PortChange::Alive]);
        assert!(!port.is_doubtful());
        assert_eq!(changes(&mut port, &[(Closed, 25)]), [dead(10)]);
    }

    #[test]
    fn a_port_is_doubtful_between_its_first_refusal_and_its_death() {
        let mut port = PortState::default();
        let mut doubtful_after = |check, now| {
            port.record(check, UnixSeconds(now));
            port.is_doubtful()
        };

        assert!(!doubtful_after(Refused, 1), "it never answered");
        assert!(!doubtful_after(Answered, 2));
        assert!(doubtful_after(Refused, 3));
        assert!(!doubtful_after(Answered, 4));
        assert!(doubtful_after(Refused, 5));
        assert!(doubtful_after(Refused, 6));
        assert!(!doubtful_after(Refused, 7), "it is dead");
    }
}
