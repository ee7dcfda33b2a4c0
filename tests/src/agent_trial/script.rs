//! What really happened, and its comparison with the backend's answers.

use std::collections::BTreeMap;
use std::fmt;

use super::found::{Found, Session};

/// One stay as it really was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stay {
    joined_at: i64,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    StillOn,
    At(i64),
    /// The server was killed, so nobody can know more precisely than this.
    Between(i64, i64),
}

/// Everybody's stays, each player's in order of time.
#[derive(Debug, Default)]
pub(super) struct Script {
    stays: BTreeMap<String, Vec<Stay>>,
    /// When the log last showed a join or a leave.
    last_logged: i64,
    pub(super) joins: usize,
    pub(super) leaves: usize,
    pub(super) cut_off: usize,
}

/// The differences between the backend's answers and the script.
#[derive(Debug, Default)]
pub struct Differences {
    /// Number of stays that the backend does not know.
    pub lost: usize,
    /// Number of stays that the backend has invented or counted more than once.
    pub doubled: usize,
    /// Number of stays that the backend has with another start or end.
    pub wrong_times: usize,
    /// A line for each player with a difference: what really happened, and what the backend
    /// answers.
    pub players: Vec<String>,
}

impl Differences {
    /// Whether both agree.
    pub fn is_empty(&self) -> bool {
        self.players.is_empty()
    }
}

impl Script {
    pub(super) fn joins(&mut self, player: &str, at: i64) {
        let end = End::StillOn;
        let stays = self.stays.entry(player.to_owned()).or_default();
        stays.push(Stay { joined_at: at, end });
        self.last_logged = at;
        self.joins += 1;
    }

    pub(super) fn leaves(&mut self, player: &str, at: i64) {
        let open = self.open_stays().find(|(name, _)| *name == player);
        if let Some((_, stay)) = open {
            stay.end = End::At(at);
            self.last_logged = at;
            self.leaves += 1;
        }
    }

    /// Records that the server stops and everybody leaves.
    pub(super) fn all_leave(&mut self, at: i64) {
        let left = self.open_stays().map(|(_, stay)| stay.end = End::At(at));
        self.leaves += left.count();
        self.last_logged = at;
    }

    /// Records that the server starts at this second after it was killed. It was alive when its log
    /// last showed a join or a leave.
    pub(super) fn boots_after_a_crash(&mut self, at: i64) {
        let alive = self.last_logged;
        let cut = self.open_stays().map(|(_, stay)| {
            stay.end = End::Between(alive, at);
        });
        self.cut_off += cut.count();
    }

    /// Returns all differences from the backend's answers.
    pub(super) fn differences(&self, found: &Found) -> Differences {
        let mut differences = Differences::default();
        let names = self.stays.keys();
        let strangers = found.keys().filter(|name| !self.stays.contains_key(*name));
        for name in names.chain(strangers) {
            let stays = self.stays.get(name).map_or(&[][..], Vec::as_slice);
            let sessions = found.get(name).map_or(&[][..], Vec::as_slice);
            differences.compare(name, stays, sessions);
        }
        differences
    }

    fn open_stays(&mut self) -> impl Iterator<Item = (&str, &mut Stay)> {
        self.stays.iter_mut().filter_map(|(name, stays)| {
            let last = stays.last_mut()?;
            (last.end == End::StillOn).then_some((name.as_str(), last))
        })
    }
}

impl Differences {
    fn compare(&mut self, player: &str, stays: &[Stay], sessions: &[Session]) {
        let unfound = without(stays, |stay| sessions.iter().any(|found| stay.is(found)));
        let untrue = without(sessions, |found| stays.iter().any(|stay| stay.is(found)));
        let surplus = sessions.len().saturating_sub(stays.len());
        if unfound.is_empty() && untrue.is_empty() && surplus == 0 {
            return;
        }
        let pairs = unfound.len().min(untrue.len());
        self.wrong_times += pairs;
        self.lost += unfound.len() - pairs;
        self.doubled += (untrue.len() - pairs).max(surplus);
        self.players.push(format!(
            "{player}: {} stays and {} sessions\n  was:   {}\n  found: {}",
            stays.len(),
            sessions.len(),
            in_words(&unfound),
            in_words(&untrue)
        ));
    }
}

fn without<T: Clone>(all: &[T], known: impl Fn(&T) -> bool) -> Vec<T> {
    all.iter().filter(|one| !known(one)).cloned().collect()
}

fn in_words<T: fmt::Display>(all: &[T]) -> String {
    let words: Vec<_> = all.iter().map(ToString::to_string).collect();
    words.join(", ")
}

impl Stay {
    fn is(&self, found: &Session) -> bool {
        let same_end = match self.end {
            End::StillOn => found.left_at.is_none(),
            End::At(at) => found.left_at == Some(at),
            End::Between(first, last) => {
                let left = found.left_at;
                left.is_some_and(|at| (first..=last).contains(&at))
            }
        };
        same_end && self.joined_at == found.joined_at
    }
}

impl fmt::Display for Stay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end {
            End::StillOn => write!(f, "{}..", self.joined_at),
            End::At(at) => write!(f, "{}..{at}", self.joined_at),
            End::Between(first, last) => {
                write!(f, "{}..({first} to {last})", self.joined_at)
            }
        }
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.left_at.map(|at| at.to_string()).unwrap_or_default();
        write!(f, "{}..{left} ({})", self.joined_at, self.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alex was on from 10 to 20 and from 30 until the server was killed (last log line at 35, next
    /// start at 50), and has been on since 60.
    fn script() -> Script {
        let mut script = Script::default();
        script.joins("Alex", 10);
        script.leaves("Alex", 20);
        script.joins("Alex", 30);
        script.joins("Steve", 31);
        script.leaves("Steve", 35);
        script.boots_after_a_crash(50);
        script.joins("Alex", 60);
        script
    }

    /// Expects these numbers of lost and doubled stays and wrong times for Alex, and no difference
    /// for Steve.
    #[track_caller]
    fn check(alex: &[(i64, i64)], expected: [usize; 3]) {
        let session = |(joined_at, left_at): &(i64, i64)| Session {
            joined_at: *joined_at,
            left_at: (*left_at > 0).then_some(*left_at),
            ended: "left".to_owned(),
        };
        let mut found = Found::new();
        found.insert("Alex".to_owned(), alex.iter().map(session).collect());
        found.insert("Steve".to_owned(), vec![session(&(31, 35))]);
        let differences = script().differences(&found);
        let counts = [
            differences.lost,
            differences.doubled,
            differences.wrong_times,
        ];
        assert_eq!(counts, expected, "{differences:?}");
        assert_eq!(differences.is_empty(), expected == [0; 3]);
    }

    #[test]
    fn only_the_end_of_a_stay_that_was_cut_off_may_vary() {
        check(&[(10, 20), (30, 35), (60, 0)], [0, 0, 0]);
        check(&[(10, 20), (30, 50), (60, 0)], [0, 0, 0]);
        check(&[(10, 20), (30, 34), (60, 0)], [0, 0, 1]);
        check(&[(10, 20), (30, 51), (60, 0)], [0, 0, 1]);
        check(&[(10, 21), (30, 40), (60, 0)], [0, 0, 1]);
        check(&[(11, 20), (30, 40), (60, 70)], [0, 0, 2]);
    }

    #[test]
    fn missing_and_surplus_stays_are_counted() {
        check(&[(10, 20), (60, 0)], [1, 0, 0]);
        check(&[], [3, 0, 0]);
        check(&[(10, 20), (10, 20), (30, 40), (60, 0)], [0, 1, 0]);
        check(&[(10, 20), (25, 26), (30, 40), (60, 0)], [0, 1, 0]);
    }

    #[test]
    fn a_player_who_was_never_there_counts_as_invented() {
        let mut found = Found::new();
        found.insert("Herobrine".to_owned(), Vec::new());
        assert!(Script::default().differences(&found).is_empty());

        let session = Session {
            joined_at: 1,
            left_at: None,
            ended: "lasts".to_owned(),
        };
        found.insert("Herobrine".to_owned(), vec![session]);
        assert_eq!(Script::default().differences(&found).doubled, 1);
    }
}
