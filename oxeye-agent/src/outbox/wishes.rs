//! How often a backend's wish for a full list is granted.

use std::time::Duration;

use tokio::time::Instant;

/// The longest time between two lists that are sent because the backend asks in every answer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The first wish is granted at once. One that comes again and again, whatever is sent, would else
/// have the agent send lists without a pause.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// How many were granted since an answer came without a wish.
    granted: u32,
    next: Option<Instant>,
}

impl Wishes {
    /// Whether the wish of an answer, if there is one, may be granted now.
    pub(super) fn may_be_granted(&mut self, is_wish: bool, now: Instant) -> bool {
        if !is_wish {
            *self = Self::default();
            return false;
        }
        if self.next.is_some_and(|next| now < next) {
            return false;
        }
        let doubled = 2_u32.saturating_pow(self.granted);
        let wait = Duration::from_secs(1).saturating_mul(doubled);
        self.granted = self.granted.saturating_add(1);
        self.next = Some(now + wait.min(LONGEST_WAIT));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_granted_at_once_and_one_without_end_less_and_less_often() {
        let (start, mut wishes) = (Instant::now(), Wishes::default());
        let tenths = (0..6_000).map(|tenth| start + Duration::from_millis(100) * tenth);

        let granted: Vec<_> = tenths
            .filter(|now| wishes.may_be_granted(true, *now))
            .map(|at| (at - start).as_secs())
            .collect();

        assert_eq!(granted[..8], [0, 1, 3, 7, 15, 31, 63, 123]);
        assert_eq!(granted.len(), 15);
    }

    #[test]
    fn an_answer_without_a_wish_makes_the_next_one_the_first() {
        let (now, mut wishes) = (Instant::now(), Wishes::default());
        assert!(wishes.may_be_granted(true, now));
        assert!(!wishes.may_be_granted(true, now));

        assert!(!wishes.may_be_granted(false, now));

        assert!(wishes.may_be_granted(true, now));
    }
}
