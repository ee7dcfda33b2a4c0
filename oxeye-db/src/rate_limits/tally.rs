//! Counts how often something happened in the last hour, by the minute.

use oxeye_plugin_proto::UnixSeconds;

const MINUTES: usize = 60;

/// A count per minute of the last hour. Takes no memory until something happens.
#[derive(Debug, Default)]
pub(super) struct Tally(Option<Box<[Minute; MINUTES]>>);

#[derive(Debug, Clone, Copy, Default)]
struct Minute {
    /// Minutes since 1970.
    number: i64,
    count: u32,
}

impl Tally {
    pub(super) fn count(&mut self, now: UnixSeconds) {
        let number = now.0.div_euclid(60);
        let minutes = self
            .0
            .get_or_insert_with(|| Box::new([Minute::default(); MINUTES]));
        let place = usize::try_from(number.rem_euclid(60)).unwrap_or(0);
        let minute = &mut minutes[place];
        if minute.number != number {
            *minute = Minute { number, count: 0 };
        }
        minute.count = minute.count.saturating_add(1);
    }

    /// Returns how often it happened in the last hour, and the first minute in which it did; `None`
    /// if it did not happen.
    pub(super) fn last_hour(&self, now: UnixSeconds) -> Option<(u64, UnixSeconds)> {
        let this = now.0.div_euclid(60);
        let minutes = self.0.as_deref().into_iter().flatten();
        let recent = minutes.filter(|minute| minute.count > 0 && this - 60 < minute.number);
        recent.fold(None, |sum, minute| {
            let at = UnixSeconds(minute.number.saturating_mul(60));
            let (count, since) = sum.unwrap_or((0, at));
            Some((count + u64::from(minute.count), since.min(at)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_hour_is_counted() {
        let mut tally = Tally::default();
        assert_eq!(tally.last_hour(UnixSeconds(6_000)), None);

        for at in [6_000, 6_030, 7_200, 9_599] {
            tally.count(UnixSeconds(at));
        }

        let last_hour = |at| tally.last_hour(UnixSeconds(at));
        assert_eq!(last_hour(9_599), Some((4, UnixSeconds(6_000))));
        assert_eq!(last_hour(9_600), Some((2, UnixSeconds(7_200))));
        assert_eq!(last_hour(20_000), None);
    }

    #[test]
    fn a_minute_replaces_the_one_an_hour_earlier() {
        let mut tally = Tally::default();
        tally.count(UnixSeconds(0));
        tally.count(UnixSeconds(3_600));

        assert_eq!(
            tally.last_hour(UnixSeconds(3_600)),
            Some((1, UnixSeconds(3_600)))
        );
    }
}
