//! The calls that are being carried out. A fleet that takes over does not wait for one that hangs; only
//! what concerns its slot does.

use parking_lot::Mutex;

use crate::ids::SlotId;

/// Tells a connection from all others of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConnectionNumber(pub(super) u64);

/// The slots for which something is being done, and for whom.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    calls: Mutex<Vec<(ConnectionNumber, SlotId)>>,
}

impl InFlight {
    /// Begins a call; `None` while one of another connection concerns the same slot, because nobody knows
    /// what the engine makes of both.
    pub(super) fn begin(&self, connection: ConnectionNumber, slot: SlotId) -> Option<Begun<'_>> {
        let mut calls = self.calls.lock();
        let is_disturbed = calls
            .iter()
            .any(|(other, busy)| *other != connection && *busy == slot);
        if is_disturbed {
            return None;
        }
        calls.push((connection, slot));
        Some(Begun {
            all: self,
            call: (connection, slot),
        })
    }
}

/// A call that has begun and not ended.
pub(super) struct Begun<'a> {
    all: &'a InFlight,
    call: (ConnectionNumber, SlotId),
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
    fn calls_of_one_connection_go_side_by_side_and_others_wait() {
        let all = InFlight::default();
        let (old, new) = (ConnectionNumber(1), ConnectionNumber(2));
        let stop = all.begin(old, SlotId(5));
        let kill = all.begin(old, SlotId(5));
        assert!(stop.is_some() && kill.is_some());

        assert!(all.begin(new, SlotId(5)).is_none());
        assert!(all.begin(new, SlotId(6)).is_some());
        drop(stop);
        assert!(all.begin(new, SlotId(5)).is_none());
        drop(kill);
        assert!(all.begin(new, SlotId(5)).is_some());
    }
}
