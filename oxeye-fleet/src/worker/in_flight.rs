//! The calls that are being carried out, or wait until they are. One that hangs keeps its place, so it must not get
//! company: whatever else concerns its slot or its world is answered at once. A fleet that takes over does not wait
//! for it either.

use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use parking_lot::Mutex;

use super::wire::Verb;
use crate::ids::{SlotId, WorldName};
use crate::rules::CallFailure;

/// The most calls at a time, with those that wait for a place.
const MOST: usize = 1024;

/// Tells a connection from all others of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConnectionNumber(pub(super) u64);

/// The slots and worlds for which something is being done, and for whom.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    calls: Mutex<Vec<Call>>,
}

#[derive(Debug)]
struct Call {
    name: CallName,
    /// Whether it works on the world of its slot.
    uses_world: bool,
    /// That world, if it is known.
    world: Option<WorldName>,
}

/// Tells a call from all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CallName {
    connection: ConnectionNumber,
    slot: SlotId,
    kind: Discriminant<Verb>,
}

impl Call {
    /// Whether nobody knows what the engine makes of both, or they are the same and would only wait together.
    fn excludes(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.name, &other.name);
        let is_same = ours.kind == theirs.kind || (self.uses_world && other.uses_world);
        ours.slot == theirs.slot && (ours.connection != theirs.connection || is_same)
    }

    fn uses(&self, world: &WorldName) -> bool {
        self.uses_world && self.world.as_ref() == Some(world)
    }
}

impl InFlight {
    /// Begins a call that changes `slot`, whose world is `world` as far as that is known.
    ///
    /// # Errors
    /// If an earlier call has not ended: one of another connection for the same slot, the same call, or one that works
    /// on the same world if this one does, too. If there are too many calls. Nothing was done then.
    pub(super) fn begin(
        self: &Arc<Self>,
        connection: ConnectionNumber,
        slot: SlotId,
        verb: &Verb,
        world: Option<WorldName>,
    ) -> Result<Begun, CallFailure> {
        let name = CallName {
            connection,
            slot,
            kind: discriminant(verb),
        };
        let uses_world = verb.uses_world();
        let call = Call {
            name,
            uses_world,
            world: world.filter(|_| uses_world),
        };
        let mut calls = self.calls.lock();
        if calls.iter().any(|other| other.excludes(&call)) {
            // Not `Unreachable`, which would be said of the whole worker.
            return Err(CallFailure::Unknown);
        }
        if let Some(world) = &call.world
            && let Some(other) = calls.iter().find(|other| other.uses(world))
        {
            let sentence = format!(
                "the world {world} is in use by {}: a call for it has not ended",
                other.name.slot
            );
            return Err(CallFailure::WorldUnusable(sentence));
        }
        if calls.len() >= MOST {
            let sentence = format!("the worker has {MOST} calls to carry out");
            return Err(CallFailure::Full(sentence));
        }
        calls.push(call);
        Ok(Begun {
            all: Arc::clone(self),
            name,
        })
    }
}

/// A call that has begun and not ended.
#[derive(Debug)]
pub(super) struct Begun {
    all: Arc<InFlight>,
    name: CallName,
}

impl Drop for Begun {
    fn drop(&mut self) {
        let mut calls = self.all.calls.lock();
        if let Some(index) = calls.iter().position(|call| call.name == self.name) {
            calls.swap_remove(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Run;

    const OLD: ConnectionNumber = ConnectionNumber(1);
    const NEW: ConnectionNumber = ConnectionNumber(2);

    fn world(name: &str) -> Option<WorldName> {
        Some(name.parse().unwrap())
    }

    #[test]
    fn different_calls_of_one_connection_go_side_by_side_and_others_are_answered_at_once() {
        let all = Arc::new(InFlight::default());
        let begin = |connection, slot| all.begin(connection, slot, &Verb::Kill { slot }, None);
        let slot = SlotId(5);
        let stop = all.begin(OLD, slot, &Verb::Stop { slot, grace_ms: 1 }, None);
        let kill = begin(OLD, slot);
        assert!(stop.is_ok() && kill.is_ok());

        assert_eq!(begin(OLD, slot).unwrap_err(), CallFailure::Unknown);
        assert_eq!(begin(NEW, slot).unwrap_err(), CallFailure::Unknown);
        begin(NEW, SlotId(6)).unwrap();
        drop(kill);
        begin(OLD, slot).unwrap();
        begin(NEW, slot).unwrap_err();
        drop(stop);
        begin(NEW, slot).unwrap();
    }

    #[test]
    fn one_call_at_a_time_works_on_a_world() {
        let all = Arc::new(InFlight::default());
        let start = |connection, slot, world| {
            let start = Verb::Start { slot, run: Run(1) };
            all.begin(connection, slot, &start, world)
        };
        let remove = |slot, world| {
            let remove = Verb::Remove {
                slot,
                discards_world: true,
            };
            all.begin(OLD, slot, &remove, world)
        };
        let hanging = start(OLD, SlotId(1), world("ada")).unwrap();

        assert_eq!(
            remove(SlotId(1), world("ada")).unwrap_err(),
            CallFailure::Unknown,
            "its own slot"
        );
        for connection in [OLD, NEW] {
            let refused = start(connection, SlotId(2), world("ada")).unwrap_err();
            let sentence =
                "the world ada is in use by auto-1: a call for it has not ended".to_owned();
            assert_eq!(refused, CallFailure::WorldUnusable(sentence));
        }
        remove(SlotId(2), world("ada")).unwrap_err();
        // A server can be ended whatever its world is doing.
        let slot = SlotId(2);
        all.begin(OLD, slot, &Verb::Kill { slot }, world("ada"))
            .unwrap();
        start(OLD, SlotId(3), world("bea")).unwrap();
        start(OLD, SlotId(4), None).unwrap();

        drop(hanging);
        start(NEW, SlotId(2), world("ada")).unwrap();
    }

    #[test]
    fn there_are_never_more_calls_than_the_worker_can_keep() {
        let all = Arc::new(InFlight::default());
        let begin = |number| {
            let slot = SlotId(number);
            all.begin(OLD, slot, &Verb::Kill { slot }, None)
        };
        let mut begun: Vec<_> = (0..MOST as u64).map(|slot| begin(slot).unwrap()).collect();

        let refused = begin(MOST as u64).unwrap_err();
        assert!(matches!(refused, CallFailure::Full(_)), "{refused:?}");
        begun.pop();
        begin(MOST as u64).unwrap();
    }
}
