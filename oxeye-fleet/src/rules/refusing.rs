//! Why a player gets no server.

use std::time::Duration;

use super::{Fleet, Reply, State};
use crate::time::Moment;

/// When to try again while the engine is away or the fleet is drained.
pub(super) const RETRY: Duration = Duration::from_secs(5);

/// The longest time that a player without a server waits before the next try.
const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// What players learn while all memory is promised to other servers.
const NO_MEMORY: &str = "No memory is free for a new server";

impl Fleet {
    pub(super) fn has_capacity(&self, now: Moment) -> Result<(), Reply> {
        match self.live_count() < self.limits.max_servers {
            true => Ok(()),
            false => Err(self.full(now)),
        }
    }

    /// Says when a server may become free.
    pub(super) fn full(&self, now: Moment) -> Reply {
        Reply::Full {
            retry_after: self.until_next_stop(now),
        }
    }

    /// Says when the memory of a server may become free.
    pub(super) fn no_memory(&self, now: Moment) -> Reply {
        Reply::Unavailable {
            reason: NO_MEMORY.to_owned(),
            retry_after: self.until_next_stop(now),
        }
    }

    fn until_next_stop(&self, now: Moment) -> Duration {
        let idle = self.slots.values().filter(|slot| slot.state == State::Idle);
        let next = idle.filter_map(|slot| slot.deadline).min();
        let retry_after = next.map_or(LONGEST_RETRY, |deadline| deadline.since(now));
        retry_after.clamp(Duration::from_secs(1), LONGEST_RETRY)
    }
}

pub(super) fn unavailable(reason: &str) -> Reply {
    Reply::Unavailable {
        reason: reason.to_owned(),
        retry_after: RETRY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{SessionId, WorkerName};
    use crate::rules::{Action, CallFailure, Event, Limits, Step};
    use crate::time::{Now, UnixMillis};

    fn at(secs: u64) -> Now {
        Now {
            moment: Moment(secs * 1000),
            wall: UnixMillis(1_762_578_000_000 + secs * 1000),
        }
    }

    fn try_to_join(fleet: &mut Fleet, player: &str, now: Now) -> Step {
        let player = player.parse().unwrap();
        let session = SessionId::random();
        fleet.step(Event::Join { player, session }, now)
    }

    fn join(fleet: &mut Fleet, player: &str, now: Now) -> Reply {
        try_to_join(fleet, player, now).reply
    }

    /// A player joins, and the engine cannot use their world.
    fn join_in_vain(fleet: &mut Fleet, player: &str, now: Now) {
        let mut step = try_to_join(fleet, player, now);
        let Reply::Joined { slot, .. } = step.reply else {
            panic!("{player} must get a server")
        };
        let failure = CallFailure::WorldUnusable("it is a link".to_owned());
        for result in [Err(failure), Ok(())] {
            let call = step.actions.iter().find_map(|action| match action {
                Action::Call { number, .. } => Some(*number),
                _ => None,
            });
            let called = Event::Called {
                slot,
                number: call.unwrap(),
                result,
            };
            step = fleet.step(called, now);
        }
        assert!(fleet.slot(slot).is_none());
    }

    #[test]
    fn a_world_that_cannot_be_used_keeps_only_its_player_waiting() {
        let mut fleet = Fleet::new(Limits::default(), at(0));
        join_in_vain(&mut fleet, "Ada", at(0));

        let refused = Reply::Refused {
            sentence: "it is a link".to_owned(),
            retry_after: Duration::from_secs(7),
        };
        assert_eq!(join(&mut fleet, "Ada", at(3)), refused);
        join_in_vain(&mut fleet, "Ada", at(10));
        assert_eq!(
            fleet.refusal().filter(|(_, until)| at(10).moment < *until),
            None
        );
        let joined = join(&mut fleet, "Bob", at(11));
        assert!(matches!(joined, Reply::Joined { .. }), "{joined:?}");
    }

    #[test]
    fn a_port_of_another_program_is_used_as_soon_as_it_is_free_and_has_rested() {
        let limits = Limits {
            ports: 8081..=8082,
            ..Limits::default()
        };
        let mut fleet = Fleet::new(limits, at(0));
        let local = WorkerName::local();
        fleet.avoid_port(&local, 8081, at(0));
        fleet.avoid_port(&local, 8082, at(0));

        let refused = join(&mut fleet, "Ada", at(1));
        assert!(matches!(refused, Reply::NoPort { .. }), "{refused:?}");
        let foreign = [8081, 8082].map(|port| (local.clone(), port));
        assert_eq!(fleet.foreign_ports(), foreign);
        fleet.use_port_again(&local, 8082);
        let joined = join(&mut fleet, "Ada", at(2));
        assert!(
            matches!(joined, Reply::Joined { port: 8082, .. }),
            "{joined:?}"
        );
    }
}
