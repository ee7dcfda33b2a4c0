//! Changes that nobody waits for, written together: a thousand players who rejoin within a second would
//! otherwise cost a thousand transactions.

use std::time::Duration;

use tokio::time::Instant;

use crate::rules::Write;

/// How long a change may wait for others.
const GATHER_FOR: Duration = Duration::from_millis(100);

/// How many changes may wait.
const MOST: usize = 1_000;

/// Changes that wait to be written.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// In the order in which they were made.
    slots: Vec<Write>,
    /// In the order in which they were made. Each session's slot was written before it waits here.
    sessions: Vec<Write>,
    due_at: Option<Instant>,
}

impl Gathered {
    /// Adds changes.
    pub(crate) fn add(&mut self, writes: impl IntoIterator<Item = Write>) {
        for write in writes {
            let list = match write.is_of_slot() {
                true => &mut self.slots,
                false => &mut self.sessions,
            };
            list.push(write);
        }
        let now = Instant::now();
        match self.slots.len() + self.sessions.len() {
            0 => {}
            1..MOST => _ = self.due_at.get_or_insert(now + GATHER_FOR),
            MOST.. => self.due_at = Some(now),
        }
    }

    /// Returns when they should be written, if there are any.
    pub(crate) fn due_at(&self) -> Option<Instant> {
        self.due_at
    }

    /// Takes out the changes of slots, which must be written before anything newer about a slot.
    pub(crate) fn take_slots(&mut self) -> Vec<Write> {
        std::mem::take(&mut self.slots)
    }

    /// Takes all of them out.
    pub(crate) fn take(&mut self) -> Vec<Write> {
        self.due_at = None;
        let mut writes = self.take_slots();
        writes.append(&mut self.sessions);
        writes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{SessionId, SlotId};

    fn change() -> Write {
        Write::SessionGone(SessionId::random())
    }

    #[tokio::test(start_paused = true)]
    async fn changes_are_due_soon_after_the_first_of_them() {
        let mut gathered = Gathered::default();
        let begin = Instant::now();
        let (first, second) = (change(), change());

        gathered.add([first.clone()]);
        tokio::time::advance(GATHER_FOR / 2).await;
        gathered.add([second.clone()]);

        assert_eq!(gathered.due_at(), Some(begin + GATHER_FOR));
        assert_eq!(gathered.take(), [first, second]);
        assert_eq!(gathered.due_at(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn many_changes_are_due_at_once() {
        let mut gathered = Gathered::default();

        for _ in 0..MOST {
            gathered.add([change()]);
        }

        assert_eq!(gathered.due_at(), Some(Instant::now()));
    }

    #[tokio::test]
    async fn changes_of_slots_can_be_written_first() {
        let mut gathered = Gathered::default();
        let of_session = change();
        let of_slot = Write::SlotGone(SlotId(1));

        gathered.add([of_session.clone(), of_slot.clone()]);

        assert_eq!(gathered.take_slots(), [of_slot]);
        assert_eq!(gathered.take(), [of_session]);
    }

    #[test]
    fn nothing_is_due_if_nothing_has_changed() {
        let mut gathered = Gathered::default();

        gathered.add([]);

        assert_eq!(gathered.due_at(), None);
    }
}
