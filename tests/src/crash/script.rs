//! What was reported of one player, and what was answered.

use std::ops::RangeInclusive;

/// One join or leave, as reported or as found in the file.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) is_join: bool,
    /// When it happened: one second if the plugin said so, otherwise from the sending to the
    /// answer.
    pub(super) at: RangeInclusive<i64>,
}

/// What was reported of one player: joins and leaves in turn.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) player: String,
    answered: Vec<Report>,
    /// Reports that were sent and not answered.
    in_flight: Vec<Report>,
}

/// How a file agrees with a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It holds what was answered, and nothing was in flight.
    Exact,
    /// It holds what was answered, and nothing that was in flight.
    Without,
    /// It holds what was answered, and everything that was in flight.
    With,
    /// It lacks this many events, or has this many too many.
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

    /// Whether the player is on once all reports have arrived.
    pub(super) fn is_on(&self) -> bool {
        let last = self.in_flight.last().or(self.answered.last());
        last.is_some_and(|report| report.is_join)
    }

    /// Adds the next join or leave of the player.
    pub(super) fn next_report(&mut self, at: RangeInclusive<i64>) -> Report {
        let is_join = !self.is_on();
        let report = Report { is_join, at };
        self.in_flight.push(report.clone());
        report
    }

    /// Returns the first report that was not answered.
    pub(super) fn unanswered(&self) -> Option<&Report> {
        self.in_flight.first()
    }

    /// Marks all reports as answered at this second, or as found in the file.
    pub(super) fn answered(&mut self, now: i64) {
        for mut report in self.in_flight.drain(..) {
            if report.at.end() == &i64::MAX {
                report.at = *report.at.start()..=now;
            }
            self.answered.push(report);
        }
    }

    /// Drops unanswered reports: they never arrived and will not be repeated.
    pub(super) fn give_up(&mut self) {
        self.in_flight.clear();
    }

    /// Compares the file's joins and leaves of the player, in order, with the reports.
    pub(super) fn check(&self, found: &[(bool, i64)]) -> Verdict {
        let all = self.answered.iter().chain(&self.in_flight);
        let agrees = all
            .zip(found)
            .all(|(report, (is_join, at))| report.is_join == *is_join && report.at.contains(at));
        let (answered, report) = (
            self.answered.len(),
            self.in_flight.len() + self.answered.len(),
        );
        match found.len() {
            _ if !agrees => Verdict::Wrong {
                lost: 1,
                doubled: 1,
            },
            found if found == report && found == answered => Verdict::Exact,
            found if found == report => Verdict::With,
            found if found == answered => Verdict::Without,
            found if found < answered => Verdict::Wrong {
                lost: answered - found,
                doubled: 0,
            },
            found => Verdict::Wrong {
                lost: 0,
                doubled: found.abs_diff(report),
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
        script.next_report(10..=10);
        script.next_report(19..=i64::MAX);
        script.answered(21);
        script.next_report(30..=30);
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
