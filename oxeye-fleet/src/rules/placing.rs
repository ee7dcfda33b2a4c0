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

/// Returns the worker that gets a new server: the one that the world is bound to; without such a bond,
/// the one with the most free memory, then with the most free servers, then the first by name. Returns
/// `None` if that worker, or every worker, takes no server now.
pub(super) fn place(
    candidates: &[Candidate],
    world_home: Option<&WorkerName>,
) -> Option<WorkerName> {
    let may_have_it = |candidate: &&Candidate| {
        let is_home = world_home.is_none_or(|home| *home == candidate.name);
        is_home && candidate.takes_a_server()
    };
    let best = candidates
        .iter()
        .filter(may_have_it)
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
    fn check(candidates: &[Candidate], home: Option<&str>, expected: Option<&str>) {
        let home: Option<WorkerName> = home.map(|name| name.parse().unwrap());
        let placed = place(candidates, home.as_ref());
        assert_eq!(placed.as_ref().map(WorkerName::as_str), expected);
    }

    #[test]
    fn the_worker_with_the_most_free_memory_gets_the_server() {
        let workers = [
            worker("a", 9, Some(4)),
            worker("b", 1, Some(8)),
            worker("c", 5, None),
        ];
        check(&workers, None, Some("b"));
    }

    #[test]
    fn with_as_much_memory_the_most_free_servers_decide_and_then_the_name() {
        let workers = [
            worker("c", 3, Some(8)),
            worker("b", 3, Some(8)),
            worker("a", 2, Some(8)),
        ];
        check(&workers, None, Some("b"));
        check(
            &[worker("b", 3, None), worker("a", 3, None)],
            None,
            Some("a"),
        );
    }

    #[test]
    fn a_worker_needs_a_free_server_and_the_memory_of_one() {
        let workers = [worker("a", 0, Some(80)), worker("b", 3, Some(1))];
        check(&workers, None, None);
        check(&[worker("a", 1, Some(2))], None, Some("a"));
    }

    #[test]
    fn a_world_stays_on_its_worker() {
        let workers = [worker("a", 1, Some(2)), worker("b", 9, Some(9))];
        check(&workers, Some("a"), Some("a"));

        let workers = [worker("a", 0, Some(2)), worker("b", 9, Some(9))];
        check(&workers, Some("a"), None);
        check(&workers, Some("elsewhere"), None);
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
        check(&workers, None, Some("d"));
        check(&workers, Some("a"), None);
        check(&workers[..3], None, None);
    }

    #[test]
    fn without_workers_nothing_is_placed() {
        check(&[], None, None);
    }
}
