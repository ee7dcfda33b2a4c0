//! Events that are not in order: whether they are new, and what everything known of the player then
//! amounts to.

use std::ops::Range;

use super::{MOST_LOOSE, Mark, Oracle, Place, Read, SKEW, Stay};
use crate::session::SessionEnd;

impl Oracle {
    /// Returns where a numbered event belongs, or `None` if it was reported by others before.
    pub(super) fn number(
        &mut self,
        event: (u8, bool),
        at: i64,
        is_out_of_order: bool,
    ) -> Option<Place> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.unnumbered_until = None;
        }
        let numbered = (event.0, event.1, at);
        let same = self.numbered.iter().filter(|other| **other == numbered);
        let reported = same.count();
        self.numbered.push(numbered);
        let by_others = self.unnumbered_until.is_some_and(|until| at <= until);
        if by_others && !is_out_of_order && self.known(event.0, event.1, at) > reported {
            return None;
        }
        Some(match is_out_of_order {
            true => Place::Between,
            false => Place::Last,
        })
    }

    pub(super) fn known(&self, who: u8, is_join: bool, at: i64) -> usize {
        let Some(person) = self.people.get(&who) else {
            return 0;
        };
        let stays = person.stays.iter().filter(|stay| match is_join {
            true => stay.joined == at,
            false => stay
                .end
                .is_some_and(|(left, _, how)| (left, how) == (at, SessionEnd::Left)),
        });
        stays.count() + usize::from(person.loose.contains_key(&(at, is_join)))
    }

    /// Inserts a late event and reads everything known of the player again.
    pub(super) fn put(&mut self, who: u8, is_join: bool, at: i64, place: Option<Place>, now: i64) {
        if place.is_none() && self.known(who, is_join, at) > 0 {
            return;
        }
        self.drop_loose_in_future(who, now);
        if is_join && !self.is_online(who) {
            self.end_what_ends_in_future(who, at, now);
        }
        let reach = self.reach(who, now);
        let (read_loose, kept) = self.reachable(who, now);
        let marks = self.marks(&read_loose, &kept, at, now);
        let until = marks.iter().filter(|mark| mark.0 <= at).count();
        let partner = (
            at,
            if is_join {
                Mark::Stray
            } else {
                Mark::LooseJoin
            },
        );
        let partner = marks.iter().position(|mark| (mark.0, mark.1) == partner);
        let index = match place {
            Some(Place::Between) => partner.unwrap_or(until),
            _ => until,
        };
        let (mut before, after) = (marks.clone(), marks[index..].to_vec());
        before.truncate(index);
        before.push(match is_join {
            true => (at, Mark::Join, self.account),
            false => (at, Mark::Leave, None),
        });
        before.extend(after);
        let (stays, loose) = self.read(&before);
        self.settled = self.settled.max(Some(at));
        let beside = self.keep(who, kept, &stays, reach, now);

        let person = self.people.entry(who).or_default();
        person.loose.retain(|end, account| {
            let end = (*end, *account);
            !read_loose.contains(&end) || loose.iter().find(|other| other.0 == end.0) == Some(&end)
        });
        for (end, account) in loose {
            if person.loose.len() < MOST_LOOSE {
                person.loose.entry(end).or_insert(account);
            }
        }
        self.drop_loose_in(who, &beside);
        let person = self.people.entry(who).or_default();
        let stays = person.stays.iter();
        let seen = stays.flat_map(|stay| [Some(stay.joined), stay.end.map(|end| end.1)]);
        let loose = person.loose.keys().map(|end| Some(end.0));
        let seen = seen
            .chain(loose)
            .flatten()
            .filter(|seen| *seen <= now + SKEW);
        let seen = seen.fold(at, i64::max);
        match self.is_online(who) {
            true => drop(self.seen.remove(&who)),
            false => self.note_seen(who, seen, now),
        }
    }

    /// Updates the stays. Each keeps its number if it begins as before, or else ends as before. Sessions that
    /// begin after `reach` were not read.
    pub(super) fn keep(
        &mut self,
        who: u8,
        mut old: Vec<Stay>,
        stays: &[Read],
        reach: i64,
        now: i64,
    ) -> Vec<Range<i64>> {
        let mut beside = Vec::new();
        let person = self.people.entry(who).or_default();
        let mut changed = Vec::new();
        for stay in stays {
            let same = old
                .iter()
                .position(|old| (old.joined, old.end, old.account) == *stay);
            match same {
                Some(place) => drop(old.remove(place)),
                None => changed.push(*stay),
            }
        }
        person.stays.retain(|stay| !old.contains(stay));
        for (joined, end, account) in &changed {
            let lasts = old
                .iter()
                .position(|stay| (stay.joined, stay.end) == (*joined, *end));
            let is_only_named = lasts.is_some();
            let begins = old.iter().position(|stay| stay.joined == *joined);
            let same = lasts
                .or(begins)
                .or_else(|| old.iter().position(|stay| stay.end == *end));
            let kept = same.map(|place| old.remove(place));
            self.stay_count += u64::from(kept.is_none());
            if kept.is_none() && *joined > reach {
                self.make_room(who, *joined, now);
            }
            let stay = Stay {
                joined: *joined,
                end: *end,
                account: *account,
                number: kept.as_ref().map_or(self.stay_count, |kept| kept.number),
                by_our_clock: kept.is_some_and(|kept| is_only_named && kept.by_our_clock),
            };
            match end {
                Some(_) => beside.extend(self.record(who, &stay, reach)),
                None => self.people.entry(who).or_default().stays.push(stay),
            }
        }
        assert!(old.is_empty(), "a late event reduced the number of stays");
        let person = self.people.entry(who).or_default();
        person.sort();
        let open = person.stays.last().filter(|stay| stay.end.is_none());
        self.settled = self.settled.max(open.map(|stay| stay.joined));
        beside
    }
}
