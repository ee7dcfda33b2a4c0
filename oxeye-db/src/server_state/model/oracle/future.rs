//! What lies in the future, because the clock was set back.

use std::ops::Range;

use super::{DAY, Oracle, SKEW, Stay};

/// How many gaps between sessions in the future a stay fills, besides the last one.
const GAPS: usize = 16;

impl Oracle {
    /// Returns a time, or that of the last thing known that is not in the future.
    pub(super) fn after_all(&self, who: u8, at: i64, now: i64) -> i64 {
        let person = self.people.get(&who).into_iter();
        let stays = person.clone().flat_map(|person| &person.stays);
        let ended = stays.filter(|stay| stay.end.is_some());
        let of_stays = ended.flat_map(|stay| [Some(stay.joined), stay.end.map(|end| end.0)]);
        let of_loose = person.flat_map(|person| person.loose.keys().map(|end| Some(end.0)));
        let known = of_stays.chain(of_loose).flatten();
        known.filter(|at| *at <= now + SKEW).fold(at, i64::max)
    }

    /// Ends the session that goes on at a time, for a stay that begins then.
    pub(super) fn make_room(&mut self, who: u8, at: i64, now: i64) {
        self.drop_loose_in_future(who, now);
        let person = self.people.entry(who).or_default();
        for stay in person.stays.iter_mut().filter(|stay| stay.joined <= at) {
            if let Some((left, seen, _)) = &mut stay.end {
                (*left, *seen) = ((*left).min(at), (*seen).min(at));
            }
        }
        person.sort();
    }

    /// Ends the session in which a player joins again, and which ends later than now by a clock that was ahead.
    pub(super) fn end_what_ends_in_future(&mut self, who: u8, at: i64, now: i64) {
        let stays = &mut self.people.entry(who).or_default().stays;
        for stay in stays.iter_mut().filter(|stay| stay.joined < at) {
            if let Some((left, seen, _)) = stay.end.as_mut().filter(|end| end.0 > now + SKEW) {
                (*left, *seen) = (at, at.min(*seen));
            }
        }
    }

    pub(super) fn drop_loose_in_future(&mut self, who: u8, now: i64) {
        let person = self.people.entry(who).or_default();
        person.loose.retain(|end, _| end.0 <= now + SKEW);
    }

    /// Adds a stay that is over where there is no session yet, of those that begin after a time. One that
    /// lasted for more than a week is true only after the last of them. Returns the times before and after its last part.
    pub(super) fn record(&mut self, who: u8, stay: &Stay, after: i64) -> Vec<Range<i64>> {
        let person = self.people.entry(who).or_default();
        let Some((left, seen, how)) = stay.end else {
            return Vec::new();
        };
        let closed = person.stays.iter();
        let closed = closed.filter_map(|stay| Some((stay.joined, stay.end?.0)));
        let inside = closed.filter(|other| other.0 > after.max(stay.joined) && other.0 < left);
        let mut inside: Vec<(i64, i64)> = inside.collect();
        inside.sort_unstable();
        let begins = std::iter::once(stay.joined).chain(inside.iter().map(|other| other.1));
        let ends = inside.iter().map(|other| other.0).chain([left]);
        let gaps = begins.zip(ends).enumerate();
        let counts = |place| match left - stay.joined <= 8 * DAY {
            true => place < GAPS || place == inside.len(),
            false => place == inside.len(),
        };
        let gaps = gaps.filter(|(place, _)| counts(*place));
        let mut gaps: Vec<(i64, i64)> = gaps.map(|(_, gap)| gap).collect();
        if !inside.is_empty() {
            let of_some_length: Vec<_> = gaps.iter().copied().filter(|gap| gap.0 < gap.1).collect();
            gaps = match of_some_length.is_empty() {
                true => gaps.iter().map(|gap| (gap.0, gap.0)).collect(),
                false => of_some_length,
            };
        }
        let last = gaps.len() - 1;
        let beside = vec![stay.joined..gaps[last].0, gaps[last].1 + 1..left + 1];
        for (place, (from, to)) in gaps.into_iter().enumerate() {
            self.stay_count += u64::from(place < last);
            person.stays.push(Stay {
                joined: from,
                end: Some((to, seen.clamp(from, to), how)),
                number: if place < last {
                    self.stay_count
                } else {
                    stay.number
                },
                ..stay.clone()
            });
        }
        person.sort();
        beside
    }

    pub(super) fn drop_loose_in(&mut self, who: u8, beside: &[Range<i64>]) {
        let person = self.people.entry(who).or_default();
        let is_beside = |at: i64| beside.iter().any(|times| times.contains(&at));
        person.loose.retain(|end, _| !is_beside(end.0));
    }
}
