//! Exits, each reported once however often it is noticed.

use std::collections::HashMap;

use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::engine::Exit;
use crate::ids::SlotId;
use crate::rules::{Listed, Run};

/// How many exits may wait to be received. They are hints, so further ones may be lost.
const MAX_EXITS: usize = 1024;

/// Whoever receives exits, and what they know.
#[derive(Debug, Default)]
pub(super) struct Exits {
    receiver: Mutex<Option<mpsc::Sender<Exit>>>,
    /// The last run of each slot whose exit was reported.
    reported: Mutex<HashMap<SlotId, Run>>,
    /// The last run of each slot that was told to exit.
    expected: Mutex<HashMap<SlotId, Run>>,
}

impl Exits {
    /// Starts with the runs that an earlier program has told to exit.
    pub(super) fn expecting(runs: impl IntoIterator<Item = (SlotId, Run)>) -> Self {
        Self {
            expected: Mutex::new(runs.into_iter().collect()),
            ..Self::default()
        }
    }

    /// Replaces the receiver.
    pub(super) fn receiver(&self) -> mpsc::Receiver<Exit> {
        let (sender, receiver) = mpsc::channel(MAX_EXITS);
        *self.receiver.lock() = Some(sender);
        receiver
    }

    /// Notes that a run was told to exit, which keeps its exit out of the log.
    pub(super) fn expect(&self, slot: SlotId, run: Run) {
        self.expected.lock().insert(slot, run);
    }

    /// Returns whether a run was told to exit.
    pub(super) fn is_expected(&self, slot: SlotId, run: Run) -> bool {
        self.expected.lock().get(&slot) == Some(&run)
    }

    /// Returns whether a run ended because it ran out of memory. `oom_killed` is what the engine says: a part of the
    /// server may have been killed long before it exited as it should, or as it was told to.
    pub(super) fn ran_out_of_memory(&self, exit: Exit, oom_killed: bool) -> bool {
        oom_killed
            && match exit.code {
                None => true,
                Some(0) => false,
                Some(_) => !self.is_expected(exit.slot, exit.run),
            }
    }

    /// Reports an exit, unless it was reported before. `oom_killed` is what the engine says about its memory.
    pub(super) fn report(&self, exit: Exit, oom_killed: bool) {
        if !self.note(exit) {
            return;
        }
        if self.ran_out_of_memory(exit, oom_killed) {
            tracing::warn!(
                slot = %exit.slot,
                "a server was killed because it used more memory than FLEET_DOCKER_MEMORY_MB allows"
            );
        } else if !self.is_expected(exit.slot, exit.run) {
            warn(exit);
        }
        if let Some(receiver) = &*self.receiver.lock() {
            // A full channel loses the hint, and a closed one means that nobody wants it.
            let _ = receiver.try_send(exit);
        }
    }

    /// Takes the exits in a list for known: they were before our time.
    pub(super) fn know(&self, listed: &[Listed]) {
        for exit in exits_in(listed) {
            self.note(exit);
        }
    }

    /// Reports the exits in a list that nobody has noticed.
    pub(super) fn compare(&self, listed: &[Listed]) {
        exits_in(listed).for_each(|exit| self.report(exit, false));
    }

    /// Returns whether an exit is new.
    fn note(&self, exit: Exit) -> bool {
        let mut reported = self.reported.lock();
        let known = reported.get(&exit.slot);
        let is_new = known.is_none_or(|known| *known < exit.run);
        if is_new {
            reported.insert(exit.slot, exit.run);
        }
        is_new
    }

    /// Forgets a slot whose container is gone.
    pub(super) fn forget(&self, slot: SlotId) {
        self.reported.lock().remove(&slot);
        self.expected.lock().remove(&slot);
    }
}

/// Tells operators of an exit that nobody has asked for.
fn warn(exit: Exit) {
    let Exit { slot, code, .. } = exit;
    match code {
        // Whoever plays on it may have told it to.
        Some(0) => tracing::info!(
            %slot,
            "a server has exited by itself, without an error; its output is in the log of its container until that is removed"
        ),
        Some(code) => tracing::warn!(
            %slot,
            exit_code = code,
            "a server has exited by itself, with an error; its output is in the log of its container, and once that is started again or removed, the last lines are in crashes/NAME.log"
        ),
        // podman does not always say that it was the memory.
        None => tracing::warn!(
            %slot,
            "a server was killed, and not by the fleet: it may have used more memory than FLEET_DOCKER_MEMORY_MB allows"
        ),
    }
}

fn exits_in(listed: &[Listed]) -> impl Iterator<Item = Exit> {
    let exited = listed.iter().filter(|listed| !listed.running);
    exited.filter_map(|listed| {
        Some(Exit {
            slot: listed.slot,
            run: listed.run?,
            code: listed.exit_code,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{PlayerId, WorldName};

    fn exited(slot: u64, run: u32) -> Listed {
        let player: PlayerId = "Ada".parse().unwrap();
        Listed {
            slot: SlotId(slot),
            port: 8081,
            world: WorldName::of(&player),
            run: Some(Run(run)),
            running: false,
            exit_code: Some(3),
        }
    }

    #[test]
    fn an_exit_that_was_missed_is_found_in_the_next_list() {
        let exits = Exits::default();
        let mut receiver = exits.receiver();
        exits.know(&[exited(1, 4)]);
        assert!(receiver.try_recv().is_err());

        exits.compare(&[exited(1, 4), exited(2, 1)]);

        let exit = receiver.try_recv().unwrap();
        assert_eq!(
            (exit.slot, exit.run, exit.code),
            (SlotId(2), Run(1), Some(3))
        );
        exits.report(exit, false);
        assert!(receiver.try_recv().is_err());
        exits.compare(&[exited(2, 2), exited(2, 1)]);
        assert_eq!(receiver.try_recv().unwrap().run, Run(2));
        assert!(receiver.try_recv().is_err());
    }
}
