//! Which worker gets a new server.

use std::cmp::Reverse;

use crate::ids::WorkerName;

/// What is known of a worker when a server is placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) name: WorkerName,
    pub(super) is_reachable: bool,
    /// Whether an operator wants no new servers there.
    pub(super) is_draining: bool,
    /// Whether its engine has refused every server lately, or this world.
    pub(super) is_refusing: bool,
    pub(super) doubt: Doubt,
    /// How many more servers it takes.
    pub(super) free_servers: usize,
    /// How many servers it has that use memory.
    pub(super) servers: usize,
    /// Memory that no server has been promised, in bytes; `None` if the worker does not say.
    pub(super) free_memory: Option<u64>,
    /// What one server may use, in bytes.
    pub(super) server_memory: u64,
}

/// What speaks against a worker, from nothing to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// Nothing.
    None,
    /// A server is starting there, and none has become ready there yet.
    Unproven,
    /// A server has failed there lately, or it has not said which worlds it has.
    Failed,
}

/// What a worker has too little of for one more server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    /// It has as many servers as it takes.
    Servers,
    /// Its memory is promised to the servers that it has.
    Memory,
}

impl Candidate {
    /// Returns what keeps it from taking one more server now. One server always fits into its memory: what a
    /// server may use is a limit, of which it may need a part only.
    pub(super) fn lack(&self) -> Option<Lack> {
        let is_enough = |free: u64| self.servers == 0 || free >= self.server_memory;
        if self.free_servers == 0 {
            Some(Lack::Servers)
        } else if !self.free_memory.is_none_or(is_enough) {
            Some(Lack::Memory)
        } else {
            None
        }
    }

    fn takes_a_server(&self) -> bool {
        self.is_reachable && !self.is_draining && !self.is_refusing && self.lack().is_none()
    }
}

/// Returns the workers that take a new server now, of those that may have the world, best first: the one with
/// the least doubt, then with the most free memory, then with the most free servers, then the first by name.
pub(super) fn ranked(candidates: &[Candidate]) -> Vec<&WorkerName> {
    let taking = candidates
        .iter()
        .filter(|candidate| candidate.takes_a_server());
    let mut taking: Vec<_> = taking.collect();
    taking.sort_by_key(|candidate| {
        (
            candidate.doubt,
            Reverse((candidate.free_memory, candidate.free_servers)),
            &candidate.name,
        )
    });
    taking
        .into_iter()
        .map(|candidate| &candidate.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(name: &str, free_servers: usize, free_memory: Option<u64>) -> Candidate {
        Candidate {
            name: name.parse().unwrap(),
            is_reachable: true,
            is_draining: false,
            is_refusing: false,
            doubt: Doubt::None,
            free_servers,
            servers: 1,
            free_memory,
            server_memory: 2,
        }
    }

    #[track_caller]
    fn check(candidates: &[Candidate], expected: Option<&str>) {
        let placed = ranked(candidates);
        assert_eq!(placed.first().map(|name| name.as_str()), expected);
    }

    #[test]
    fn the_worker_with_the_most_free_memory_gets_the_server() {
        let workers = [
            worker("a", 9, Some(4)),
            worker("b", 1, Some(8)),
            worker("c", 5, None),
        ];
        check(&workers, Some("b"));
    }

    #[test]
    fn with_as_much_memory_the_most_free_servers_decide_and_then_the_name() {
        let workers = [
            worker("c", 3, Some(8)),
            worker("b", 3, Some(8)),
            worker("a", 2, Some(8)),
        ];
        check(&workers, Some("b"));
        check(&[worker("b", 3, None), worker("a", 3, None)], Some("a"));
    }

    #[test]
    fn the_least_doubt_comes_before_memory_and_all_that_take_a_server_are_named() {
        let doubted = |name, doubt| Candidate {
            doubt,
            ..worker(name, 9, Some(1 << 60))
        };
        let workers = [
            doubted("a", Doubt::Failed),
            worker("b", 0, Some(9)),
            worker("c", 1, Some(2)),
            doubted("d", Doubt::Unproven),
        ];

        let names: Vec<_> = ranked(&workers)
            .into_iter()
            .map(WorkerName::as_str)
            .collect();

        assert_eq!(names, ["c", "d", "a"]);
    }

    #[test]
    fn a_worker_needs_a_free_server_and_the_memory_of_one() {
        let workers = [worker("a", 0, Some(80)), worker("b", 3, Some(1))];
        check(&workers, None);
        check(&[worker("a", 1, Some(2))], Some("a"));
    }

    #[test]
    fn a_worker_without_servers_takes_one_however_little_memory_it_has() {
        let empty = |free_servers, free_memory| Candidate {
            servers: 0,
            ..worker("a", free_servers, free_memory)
        };
        assert_eq!(empty(1, Some(1)).lack(), None);
        assert_eq!(empty(0, Some(1)).lack(), Some(Lack::Servers));
        assert_eq!(worker("a", 1, Some(1)).lack(), Some(Lack::Memory));
        assert_eq!(worker("a", 0, Some(1)).lack(), Some(Lack::Servers));
        // A machine with memory to spare comes first.
        check(&[empty(9, Some(1)), worker("b", 1, Some(2))], Some("b"));
        check(&[empty(9, Some(1)), worker("b", 1, Some(1))], Some("a"));
    }

    #[test]
    fn a_worker_that_is_away_or_drained_or_refuses_gets_no_server() {
        let away = Candidate {
            is_reachable: false,
            ..worker("a", 9, Some(9))
        };
        let draining = Candidate {
            is_draining: true,
            ..worker("b", 9, Some(9))
        };
        let refusing = Candidate {
            is_refusing: true,
            ..worker("c", 9, Some(9))
        };
        let workers = [away, draining, refusing, worker("d", 1, Some(2))];
        check(&workers, Some("d"));
        check(&workers[..3], None);
    }

    #[test]
    fn without_workers_nothing_is_placed() {
        check(&[], None);
    }
}
