//! What was told of one player, and what was answered.

use std::ops::RangeInclusive;

/// One join or leave, as it was told or as it is found.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) is_join: bool,
    /// When: one second if the plugin said so, else from the sending to the answer.
    pub(super) at: RangeInclusive<i64>,
}

/// What was told of one player: joins and leaves in turns.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) player: String,
    answered: Vec<Told>,
    /// What was sent and not answered.
    in_flight: Vec<Told>,
}

/// How a file agrees with a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It holds what was answered. Nothing was in flight.
    Exact,
    /// It holds what was answered, and nothing of what was in flight.
    Without,
    /// It holds what was answered, and all that was in flight.
    With,
    /// It lacks so many, or has so many too many.
    Wrong { lost: usize, doubled: usize },
}

impl Script {
    pub(super) fn new(player: String) -> Self {
        Self {
            player,
            answered: Vec::new(),
            in_flight: Vec::new(),
        }
    }

    /// Whether the player is on once all that was told has arrived.
    pub(super) fn is_on(&self) -> bool {
        let last = self.in_flight.last().or(self.answered.last());
        last.is_some_and(|told| told.is_join)
    }

    /// The player joins or leaves.
    pub(super) fn go_on(&mut self, at: RangeInclusive<i64>) -> Told {
        let is_join = !self.is_on();
        let told = Told { is_join, at };
        self.in_flight.push(told.clone());
        told
    }

    /// The first thing that was told and not answered.
    pub(super) fn unanswered(&self) -> Option<&Told> {
        self.in_flight.first()
    }

    /// All that was told is answered at this second, or was found in the file.
    pub(super) fn answered(&mut self, now: i64) {
        for mut told in self.in_flight.drain(..) {
            if told.at.end() == &i64::MAX {
                told.at = *told.at.start()..=now;
            }
            self.answered.push(told);
        }
    }

    /// What was told and not answered never arrived, and nobody tells it again.
    pub(super) fn give_up(&mut self) {
        self.in_flight.clear();
    }

    /// Holds the file's joins and leaves of the player, in order, against what was told.
    pub(super) fn check(&self, found: &[(bool, i64)]) -> Verdict {
        let all = self.answered.iter().chain(&self.in_flight);
        let agrees = all
            .zip(found)
            .all(|(told, (is_join, at))| told.is_join == *is_join && told.at.contains(at));
        let (answered, told) = (
            self.answered.len(),
            self.in_flight.len() + self.answered.len(),
        );
        match found.len() {
            _ if !agrees => Verdict::Wrong {
                lost: 1,
                doubled: 1,
            },
            found if found == told && found == answered => Verdict::Exact,
            found if found == told => Verdict::With,
            found if found == answered => Verdict::Without,
            found if found < answered => Verdict::Wrong {
                lost: answered - found,
                doubled: 0,
            },
            found => Verdict::Wrong {
                lost: 0,
                doubled: found.abs_diff(told),
            },
        }
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A join at 10 and a leave at 20 are answered, a join at 30 is not.
    #[track_caller]
    fn check(found: &[(bool, i64)], expected: Verdict) {
        let mut script = Script::new("Alex".to_owned());
        script.go_on(10..=10);
        script.go_on(19..=i64::MAX);
        script.answered(21);
        script.go_on(30..=30);
        assert_eq!(script.check(found), expected);
    }

    #[test]
    fn a_file_may_hold_what_was_in_flight_and_must_hold_what_was_answered() {
        let lost = |lost| Verdict::Wrong { lost, doubled: 0 };
        let doubled = Verdict::Wrong {
            lost: 0,
            doubled: 1,
        };
        let all = [(true, 10), (false, 20), (true, 30), (false, 30)];
        check(&all[..0], lost(2));
        check(&all[..1], lost(1));
        check(&all[..2], Verdict::Without);
        check(&all[..3], Verdict::With);
        check(&all, doubled);
    }

    #[test]
    fn another_time_is_another_event() {
        let wrong = Verdict::Wrong {
            lost: 1,
            doubled: 1,
        };
        check(&[(true, 10), (false, 22)], wrong);
        check(&[(true, 11), (false, 20)], wrong);
    }
}
