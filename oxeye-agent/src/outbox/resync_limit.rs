//! Limits how often a full sync is sent when the backend asks for one.

use std::time::Duration;

use tokio::time::Instant;

/// The longest time between two full syncs while the backend asks for one in every answer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Allows the first full sync at once and further ones at growing intervals. Otherwise a backend that
/// asks for one in every answer would make the agent send full syncs without a pause.
#[derive(Debug, Default)]
pub(super) struct ResyncLimit {
    /// How many were allowed since the last answer that did not ask for one.
    allowed: u32,
    /// When the next one is allowed.
    next: Option<Instant>,
}

impl ResyncLimit {
    /// Takes in an answer, and returns whether a full sync is wanted and may be sent now.
    pub(super) fn allow(&mut self, is_wanted: bool, now: Instant) -> bool {
        if !is_wanted {
            *self = Self::default();
            return false;
        }
        if self.next.is_some_and(|next| now < next) {
            return false;
        }
        let doubled = 2_u32.saturating_pow(self.allowed);
        let wait = Duration::from_secs(1).saturating_mul(doubled);
        self.allowed = self.allowed.saturating_add(1);
        self.next = Some(now + wait.min(LONGEST_WAIT));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_full_sync_is_allowed_at_once_and_further_ones_less_and_less_often() {
        let (start, mut limit) = (Instant::now(), ResyncLimit::default());
        let tenths = (0..6_000).map(|tenth| start + Duration::from_millis(100) * tenth);

        let granted: Vec<_> = tenths
            .filter(|now| limit.allow(true, *now))
            .map(|at| (at - start).as_secs())
            .collect();

        assert_eq!(granted[..8], [0, 1, 3, 7, 15, 31, 63, 123]);
        assert_eq!(granted.len(), 15);
    }

    #[test]
    fn an_answer_that_asks_for_no_full_sync_resets_the_limit() {
        let (now, mut limit) = (Instant::now(), ResyncLimit::default());
        assert!(limit.allow(true, now));
        assert!(!limit.allow(true, now));

        assert!(!limit.allow(false, now));

        assert!(limit.allow(true, now));
    }
}
