//! Who waits for whom: calls for the same slot do, and processes are spawned one after another. A folder that hangs
//! holds up its own slot, and nobody else for long.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::ids::SlotId;

/// How long a process may take to be spawned before others are spawned beside it.
const SPAWN_TIME: Duration = Duration::from_secs(1);

/// The slots for which something is being done.
#[derive(Debug, Default)]
pub(super) struct Gates {
    busy: Mutex<BTreeSet<SlotId>>,
    left: Condvar,
}

impl Gates {
    /// Waits until no other call changes this slot.
    pub(super) fn enter(&self, slot: SlotId) -> Gate<'_> {
        let mut busy = self.busy.lock();
        while !busy.insert(slot) {
            self.left.wait(&mut busy);
        }
        Gate { all: self, slot }
    }
}

/// Keeps other calls from a slot.
pub(super) struct Gate<'a> {
    all: &'a Gates,
    slot: SlotId,
}

impl Drop for Gate<'_> {
    fn drop(&mut self) {
        self.all.busy.lock().remove(&self.slot);
        self.all.left.notify_all();
    }
}

/// The turns in which a port is tried and a process is spawned. A process inherits the sockets that are open when it
/// is forked, which is the first thing that happens: if it then hangs on its way to its own program, it cannot get the
/// socket with which somebody else tries a port.
#[derive(Debug, Default)]
pub(super) struct Spawning {
    turn: Mutex<Current>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Current {
    number: u64,
    /// When it began, unless it has ended.
    since: Option<Instant>,
}

impl Spawning {
    /// Waits until nobody else spawns a process, apart from those that hang.
    pub(super) fn begin(&self) -> Turn<'_> {
        let mut turn = self.turn.lock();
        while let Some(since) = turn.since
            && since.elapsed() < SPAWN_TIME
        {
            self.ended.wait_until(&mut turn, since + SPAWN_TIME);
        }
        turn.number += 1;
        turn.since = Some(Instant::now());
        Turn {
            all: self,
            number: turn.number,
        }
    }
}

/// Keeps others from spawning processes.
pub(super) struct Turn<'a> {
    all: &'a Spawning,
    number: u64,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut turn = self.all.turn.lock();
        if turn.number == self.number {
            turn.since = None;
            self.all.ended.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, mpsc};
    use std::thread;

    use super::*;

    /// Longer than anything takes on a busy machine.
    const LIMIT: Duration = Duration::from_secs(30);

    #[test]
    fn a_slot_that_hangs_holds_up_no_other() {
        let gates = Arc::new(Gates::default());
        let _hanging = gates.enter(SlotId(1));
        let (entered, others) = mpsc::channel();

        let all = Arc::clone(&gates);
        thread::spawn(move || {
            for other in 2..=200 {
                drop(all.enter(SlotId(other)));
                entered.send(other).unwrap();
            }
        });

        for other in 2..=200 {
            assert_eq!(others.recv_timeout(LIMIT), Ok(other));
        }
    }

    #[test]
    fn calls_for_the_same_slot_are_never_side_by_side() {
        let (gates, inside) = (Gates::default(), AtomicUsize::new(0));
        let call_often = || {
            for _ in 0..200 {
                let _gate = gates.enter(SlotId(1));
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                // Others have time to come in, if they can.
                thread::yield_now();
                inside.fetch_sub(1, Ordering::SeqCst);
            }
        };

        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(call_often);
            }
        });

        assert!(gates.busy.lock().is_empty());
    }

    #[test]
    fn a_process_that_hangs_while_it_is_spawned_holds_up_others_for_a_moment() {
        let spawning = Spawning::default();
        let hanging = spawning.begin();
        let start = Instant::now();

        let second = spawning.begin();

        assert!(start.elapsed() >= SPAWN_TIME);
        // The end of the first one is not that of the second.
        drop(hanging);
        assert!(spawning.turn.lock().since.is_some());
        drop(second);
        let start = Instant::now();
        drop(spawning.begin());
        assert!(start.elapsed() < SPAWN_TIME);
    }
}
