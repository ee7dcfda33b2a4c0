//! The seconds that all players together played in each step.

use oxeye_plugin_proto::UnixSeconds;

use crate::record::Record;
use crate::record::span::Span;
use crate::record::steps::Steps;

/// Adds up stays. Each costs a few operations, however many steps it covers.
#[derive(Debug)]
pub(super) struct PlayedSeconds<'a> {
    steps: &'a Steps,
    /// Seconds of stays that do not cover the whole step.
    partly: Vec<u64>,
    /// For each step, how many more stays cover all of it than cover all of the previous one.
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

    /// Adds a stay within the steps. Returns the steps in which it begins and ends.
    pub(super) fn add(&mut self, stay: Span) -> (usize, usize) {
        let last_second = UnixSeconds((stay.to.0 - 1).max(stay.from.0));
        let first = self.steps.index(stay.from);
        let last = self.steps.index(last_second);
        // Whether a stay goes beyond a step is unpredictable, for the processor as well, so this
        // does not branch.
        let is_longer = first != last;
        self.partly[first] += stay.within(self.steps.at(first)).seconds();
        self.partly[last] += stay.within(self.steps.at(last)).seconds() * u64::from(is_longer);
        self.more[first + 1] += i64::from(is_longer);
        self.more[last] -= i64::from(is_longer);
        (first, last)
    }

    /// Returns, for each step, how many stays cover all of it, and the seconds of all stays.
    pub(super) fn throughout_and_seconds(self) -> impl Iterator<Item = (u32, u64)> {
        let mut throughout = 0;
        let steps = self.steps.iter().zip(self.partly).zip(self.more);
        steps.map(move |((step, partly), more)| {
            throughout += more;
            let all = step.seconds() * throughout.cast_unsigned();
            (throughout as u32, all + partly)
        })
    }
}

impl Record {
    /// Returns the seconds that all players together played in each step.
    pub(in crate::record) fn played(&self, steps: &Steps) -> impl Iterator<Item = u64> {
        let span = steps.span();
        let mut played = PlayedSeconds::new(steps);
        self.stays_in(span).for_each(|(_, stay)| {
            played.add(stay.within(span));
        });
        played.throughout_and_seconds().map(|(_, seconds)| seconds)
    }
}
