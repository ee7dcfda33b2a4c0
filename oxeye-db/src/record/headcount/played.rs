//! Seconds that all players together were on, in each step.

use oxeye_plugin_proto::UnixSeconds;

use crate::record::Record;
use crate::record::span::Span;
use crate::record::steps::Steps;

/// Takes one stay after the other, at the cost of a few operations for each, however many steps it
/// covers.
#[derive(Debug)]
pub(super) struct PlayedSeconds<'a> {
    steps: &'a Steps,
    /// Of those who were not on through all of the step.
    partly: Vec<u64>,
    /// How many more are on through all of a step than through all of the one before.
    more: Vec<i64>,
}

impl<'a> PlayedSeconds<'a> {
    pub(super) fn new(steps: &'a Steps) -> Self {
        Self {
            steps,
            partly: vec![0; steps.count()],
            more: vec![0; steps.count() + 1],
        }
    }

    /// Takes a stay within the steps; answers in which it begins and in which it ends.
    pub(super) fn take(&mut self, stay: Span) -> (usize, usize) {
        let last_second = UnixSeconds((stay.to.0 - 1).max(stay.from.0));
        let first = self.steps.index(stay.from);
        let last = self.steps.index(last_second);
        // Nobody can foresee which stays go beyond a step, a processor neither: no branch.
        let is_longer = first != last;
        self.partly[first] += stay.within(self.steps.at(first)).seconds();
        self.partly[last] += stay.within(self.steps.at(last)).seconds() * u64::from(is_longer);
        self.more[first + 1] += i64::from(is_longer);
        self.more[last] -= i64::from(is_longer);
        (first, last)
    }

    /// How many stays last through all of each step, and the seconds of all.
    pub(super) fn through_and_seconds(self) -> impl Iterator<Item = (u32, u64)> {
        let mut through = 0;
        let steps = self.steps.iter().zip(self.partly).zip(self.more);
        steps.map(move |((step, partly), more)| {
            through += more;
            let all = step.seconds() * through.cast_unsigned();
            (through as u32, all + partly)
        })
    }
}

impl Record {
    /// Seconds that all players together were on in each step.
    pub(in crate::record) fn played(&self, steps: &Steps) -> impl Iterator<Item = u64> {
        let span = steps.span();
        let mut played = PlayedSeconds::new(steps);
        self.stays_in(span).for_each(|(_, stay)| {
            played.take(stay.within(span));
        });
        played.through_and_seconds().map(|(_, seconds)| seconds)
    }
}
