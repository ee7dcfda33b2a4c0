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
    /// How many more servers it takes.
    pub(super) free_servers: usize,
    /// Memory that no server has been promised, in bytes; `None` if the worker does not say.
    pub(super) free_memory: Option<u64>,
    /// What one server may use, in bytes.
    pub(super) server_memory: u64,
}

impl Candidate {
    /// Whether it can take one more server now.
    pub(super) fn has_room(&self) -> bool {
        let has_memory = self
            .free_memory
            .is_none_or(|free| free >= self.server_memory);
        self.free_servers > 0 && has_memory
    }

    fn takes_a_server(&self) -> bool {
        self.is_reachable && !self.is_draining && !self.is_refusing && self.has_room()
    }
}

/// Returns the worker that gets a new server, of those that may have the world: the one with the most free
/// memory, then with the most free servers, then the first by name. Returns `None` if none takes a server
/// now.
pub(super) fn place(candidates: &[Candidate]) -> Option<WorkerName> {
    let best = candidates
        .iter()
        .filter(|candidate| candidate.takes_a_server())
        .max_by_key(|candidate| {
            (
                candidate.free_memory,
                candidate.free_servers,
                Reverse(&candidate.name),
            )
        });
    best.map(|candidate| candidate.name.clone())
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
            free_servers,
            free_memory,
            server_memory: 2,
        }
    }

    #[track_caller]
    fn check(candidates: &[Candidate], expected: Option<&str>) {
        let placed = place(candidates);
        assert_eq!(placed.as_ref().map(WorkerName::as_str), expected);
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
    fn a_worker_needs_a_free_server_and_the_memory_of_one() {
        let workers = [worker("a", 0, Some(80)), worker("b", 3, Some(1))];
        check(&workers, None);
        check(&[worker("a", 1, Some(2))], Some("a"));
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
