//! Which of the events may be the one that spoils a batch.

use crate::limits::MAX_EVENTS_PER_BATCH;

/// So many of the oldest events are known to hold one that is refused; 0 when nothing is suspected.
/// As in any search by halves, five hundred events need about ten more requests.
#[derive(Debug, Default)]
pub(super) struct Suspects(usize);

impl Suspects {
    /// How many events to send next at most.
    pub(super) fn batch_size(&self) -> usize {
        match self.0 {
            0 => MAX_EVENTS_PER_BATCH,
            suspects => suspects.div_ceil(2),
        }
    }

    /// The backend has taken so many.
    pub(super) fn taken(&mut self, events: usize) {
        self.0 = self.0.saturating_sub(events);
    }

    /// The backend has refused a batch of so many. One alone is at fault, and was dropped.
    pub(super) fn refused(&mut self, events: usize) {
        self.0 = if events > 1 { events } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Delivers 500 events to a backend that refuses some, and tells which were dropped and how many
    /// requests it took.
    fn deliver(refused: &[usize]) -> (Vec<usize>, usize) {
        let (mut suspects, mut next, mut dropped, mut requests) =
            (Suspects::default(), 0, Vec::new(), 0);
        while next < MAX_EVENTS_PER_BATCH {
            let sent = suspects.batch_size().min(MAX_EVENTS_PER_BATCH - next);
            requests += 1;
            if refused
                .iter()
                .any(|event| (next..next + sent).contains(event))
            {
                suspects.refused(sent);
                if sent > 1 {
                    continue;
                }
                dropped.push(next);
            } else {
                suspects.taken(sent);
            }
            next += sent;
        }
        (dropped, requests)
    }

    #[test]
    fn wherever_the_event_at_fault_is_it_alone_is_dropped_within_few_requests() {
        for culprit in 0..MAX_EVENTS_PER_BATCH {
            let (dropped, requests) = deliver(&[culprit]);

            assert_eq!(dropped, [culprit]);
            assert!(requests <= 12, "{requests} requests for event {culprit}");
        }
    }

    #[test]
    fn several_events_at_fault_are_all_found() {
        assert_eq!(deliver(&[0, 1, 250, 499]).0, [0, 1, 250, 499]);
        let all: Vec<_> = (0..MAX_EVENTS_PER_BATCH).collect();
        assert_eq!(deliver(&all).0, all);
        assert_eq!(deliver(&[]), (Vec::new(), 1));
    }
}
