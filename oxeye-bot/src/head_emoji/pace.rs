//! How quickly emoji may be made. Discord does not document the limit of this route, so we begin with a few
//! at once and go on slowly, besides obeying what it answers.

use std::time::Duration;

use tokio::time::Instant;

/// How many emoji may be made at once after a pause.
const BURST: u32 = 10;
/// The time after which one more may be made.
const EVERY: Duration = Duration::from_secs(5);

/// When the next emoji may be made.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// The time at which the burst will be whole again; `None` before the first emoji.
    whole_at: Option<Instant>,
}

impl Pace {
    /// Returns when the next emoji may be made.
    pub(super) fn next(&self, now: Instant) -> Instant {
        let Some(whole_at) = self.whole_at else {
            return now;
        };
        now.max(whole_at.checked_sub(EVERY * (BURST - 1)).unwrap_or(now))
    }

    /// Notes that an emoji is made.
    pub(super) fn spend(&mut self, now: Instant) {
        let whole_at = self.whole_at.map_or(now, |at| at.max(now));
        self.whole_at = Some(whole_at + EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_are_made_at_once_then_one_every_five_seconds() {
        let start = Instant::now() + Duration::from_secs(3_600);
        let mut pace = Pace::default();
        let mut now = start;
        let mut times = Vec::new();
        for _ in 0..13 {
            now = pace.next(now);
            pace.spend(now);
            times.push((now - start).as_secs());
        }
        assert_eq!(times, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 10, 15]);

        let later = now + EVERY * 2;
        let made_at = |pace: &mut Pace| {
            let at = pace.next(later);
            pace.spend(at);
            (at - later).as_secs()
        };
        assert_eq!([(); 3].map(|()| made_at(&mut pace)), [0, 0, 5]);
    }
}
