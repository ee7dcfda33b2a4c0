//! Whether anybody listens where players connect. No I/O: who knocks tells what came of it.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

/// So many knocks in a row must be refused: one may fall between a restart's stop and start.
const REFUSED_IN_A_ROW: u32 = 2;

/// A port that neither answers nor refuses may belong to a machine that is gone. A server that only
/// hangs comes back; give it time.
const SILENT_TOO_LONG: Duration = Duration::from_secs(60);

/// What came of a knock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knock {
    /// Somebody opened.
    Answered,
    /// The machine says that nobody listens.
    Refused,
    /// Nothing came back.
    Silent,
}

/// What has become of the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortChange {
    /// Somebody listens.
    Alive,
    /// Nobody listens any more.
    Dead {
        /// The last time somebody did.
        last_alive: UnixSeconds,
    },
}

/// The port's history, as far as it matters.
#[derive(Debug, Default)]
pub struct Port {
    last_alive: Option<UnixSeconds>,
    refused: u32,
    dead: bool,
}

impl Port {
    /// A port at which somebody last opened then, if that is known from before.
    #[must_use]
    pub fn last_alive_at(last_alive: Option<UnixSeconds>) -> Self {
        Self {
            last_alive,
            ..Self::default()
        }
    }

    /// Takes what came of a knock. A port that never answered proves nothing when it refuses: it may
    /// be the wrong one.
    pub fn knocked(&mut self, knock: Knock, now: UnixSeconds) -> Option<PortChange> {
        match knock {
            Knock::Answered => {
                self.last_alive = Some(now);
                self.refused = 0;
                std::mem::take(&mut self.dead).then_some(PortChange::Alive)
            }
            Knock::Refused => {
                self.refused += 1;
                self.die_if(self.refused >= REFUSED_IN_A_ROW)
            }
            Knock::Silent => {
                let since = self.last_alive?;
                self.die_if(now.saturating_since(since) >= SILENT_TOO_LONG)
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

    fn port_after(knocks: &[(Knock, i64)]) -> Vec<PortChange> {
        let mut port = Port::default();
        let changes = knocks
            .iter()
            .filter_map(|(knock, now)| port.knocked(*knock, UnixSeconds(*now)));
        changes.collect()
    }

    #[test]
    fn two_refusals_after_an_answer_are_a_death_at_the_last_answer() {
        use Knock::{Answered, Refused};
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
        use Knock::{Refused, Silent};
        assert_eq!(port_after(&[(Refused, 1), (Refused, 2), (Silent, 99)]), []);
    }

    #[test]
    fn a_port_that_answered_before_the_agent_was_started_proves_something() {
        let mut port = Port::last_alive_at(Some(UnixSeconds(10)));
        assert_eq!(port.knocked(Knock::Refused, UnixSeconds(500)), None);
        let dead = PortChange::Dead {
            last_alive: UnixSeconds(10),
        };
        assert_eq!(port.knocked(Knock::Refused, UnixSeconds(505)), Some(dead));
    }

    #[test]
    fn a_silent_port_gets_a_minute() {
        use Knock::{Answered, Silent};
        let dead = PortChange::Dead {
            last_alive: UnixSeconds(10),
        };

        assert_eq!(port_after(&[(Answered, 10), (Silent, 69)]), []);
        assert_eq!(port_after(&[(Answered, 10), (Silent, 70)]), [dead]);
    }
}
