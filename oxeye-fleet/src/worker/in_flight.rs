//! The calls that are being carried out. A fleet that takes over does not wait for one that hangs; only
//! what concerns its slot does.

use std::mem::{Discriminant, discriminant};

use parking_lot::Mutex;

use super::wire::Verb;
use crate::ids::SlotId;

/// Tells a connection from all others of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConnectionNumber(pub(super) u64);

/// The slots for which something is being done, and for whom.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    calls: Mutex<Vec<Call>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Call {
    connection: ConnectionNumber,
    slot: SlotId,
    kind: Discriminant<Verb>,
}

impl InFlight {
    /// Begins a call; `None` while another connection does something to the same slot, because nobody knows
    /// what the engine makes of both, and while the same is done already, or calls that hang would fill
    /// the worker.
    pub(super) fn begin(
        &self,
        connection: ConnectionNumber,
        slot: SlotId,
        verb: &Verb,
    ) -> Option<Begun<'_>> {
        let call = Call {
            connection,
            slot,
            kind: discriminant(verb),
        };
        let mut calls = self.calls.lock();
        let of_slot = || calls.iter().filter(|other| other.slot == slot);
        if of_slot().any(|other| other.connection != connection || *other == call) {
            return None;
        }
        calls.push(call);
        Some(Begun { all: self, call })
    }
}

/// A call that has begun and not ended.
pub(super) struct Begun<'a> {
    all: &'a InFlight,
    call: Call,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let mut calls = self.all.calls.lock();
        if let Some(index) = calls.iter().position(|call| *call == self.call) {
            calls.swap_remove(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_calls_of_one_connection_go_side_by_side_and_others_wait() {
        let all = InFlight::default();
        let (old, new) = (ConnectionNumber(1), ConnectionNumber(2));
        let begin = |connection, slot| all.begin(connection, slot, &Verb::Kill { slot });
        let slot = SlotId(5);
        let stop = all.begin(old, slot, &Verb::Stop { slot, grace_ms: 1 });
        let kill = begin(old, slot);
        assert!(stop.is_some() && kill.is_some());

        assert!(begin(old, slot).is_none(), "the same call");
        assert!(begin(new, slot).is_none(), "another fleet");
        assert!(begin(new, SlotId(6)).is_some());
        drop(kill);
        assert!(begin(old, slot).is_some());
        assert!(begin(new, slot).is_none());
        drop(stop);
        assert!(begin(new, slot).is_some());
    }
}
