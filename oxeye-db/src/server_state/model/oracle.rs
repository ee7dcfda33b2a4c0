//! What the rules mean for events that come late, twice, in one second or from a broken clock, as
//! plainly as it can be said: everything that is known of a player is read again for each event, and
//! nothing here is taken from the rules but the words.

use std::collections::{BTreeMap, BTreeSet};

use super::Step;
use crate::session::SessionEnd;

const DAY: i64 = 24 * 3600;
const WINDOW: i64 = 3_600;
/// How far apart clocks may be.
const SKEW: i64 = 30;
const MOST_LOOSE: usize = 64;

/// The end of a stay: the time left, the last evidence, and how it is known.
type End = (i64, i64, SessionEnd);

#[derive(Debug, Clone, PartialEq)]
struct Stay {
    joined: i64,
    end: Option<End>,
    /// The how many-th stay of the server this is.
    born: u64,
    by_our_clock: bool,
}

#[derive(Debug, Default)]
struct Person {
    stays: Vec<Stay>,
    /// Joins within a stay and leaves outside of one: when, and whether it is a join.
    loose: BTreeSet<(i64, bool)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    Join,
    /// A join that was loose before.
    LooseJoin,
    Named,
    Leave,
    /// A leave that was loose before.
    Stray,
    /// Found missing, or disconnected.
    Gone(SessionEnd),
    /// Not heard any more; the end is estimated.
    Silent(i64),
}

/// All that is known of one server.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    people: BTreeMap<u8, Person>,
    pub(super) seen: BTreeMap<u8, i64>,
    /// The last evidence.
    heard: Option<i64>,
    synced: Option<i64>,
    /// Stays born until then were there at the last sync.
    named_until: Option<u64>,
    settled: Option<i64>,
    started: Option<(i64, u64)>,
    births: u64,
    /// The latest time that a report without a number named.
    told_alone: Option<i64>,
    /// Whether an epoch has begun since the start.
    has_begun: bool,
    /// The numbered events of the last second, one after the other.
    second: i64,
    in_second: Vec<(u8, bool)>,
}

impl Oracle {
    pub(super) fn online(&self) -> BTreeMap<u8, i64> {
        let last = self.people.iter().filter_map(|(who, person)| {
            let last = person.stays.last()?;
            Some((*who, last.joined)).filter(|_| last.end.is_none())
        });
        last.collect()
    }

    /// Beginning, end and kind of each closed stay.
    pub(super) fn stays(&self, who: u8) -> Vec<(i64, i64, SessionEnd)> {
        let stays = self.people.get(&who).into_iter().flat_map(|p| &p.stays);
        stays
            .filter_map(|stay| stay.end.map(|(left, _, how)| (stay.joined, left, how)))
            .collect()
    }

    pub(super) fn loose(&self, who: u8) -> Vec<(i64, bool)> {
        let loose = self.people.get(&who).into_iter().flat_map(|p| &p.loose);
        loose.copied().collect()
    }

    pub(super) fn step(&mut self, step: &Step, now: i64) {
        let time = |at: &Option<i64>| at.map_or(now, |at| believed(now + at, now));
        match step {
            Step::Join(who, at) => self.join(*who, time(at), at.is_some(), None, now),
            Step::Leave(who, at) => self.leave(*who, time(at), at.is_some(), None, now),
            Step::Numbered(who, is_join, at, is_behind) => {
                let at = believed(now + at, now);
                match self.number((*who, *is_join), at, *is_behind) {
                    None => self.hear(at, now),
                    told if *is_join => self.join(*who, at, true, told, now),
                    told => self.leave(*who, at, true, told, now),
                }
            }
            Step::Flood(who) => {
                for late in 0..70 {
                    self.join(*who, now - 100 + late, true, None, now);
                }
            }
            Step::Sync(named, is_startup, at) => {
                self.sync(named, *is_startup, time(at), at.is_some(), now);
            }
            Step::Heartbeat(_) => self.hear(now, now),
            Step::Disconnect => {
                self.hear(now, now);
                for who in self.online().into_keys() {
                    self.end(who, (now, now, SessionEnd::Disconnected), now);
                }
            }
            Step::GoneStale => {
                let evidence = self.heard.map_or(i64::MIN, |heard| heard.min(now));
                let left = evidence.saturating_add(120).min(now);
                for who in self.online().into_keys() {
                    self.end(who, (left, evidence, SessionEnd::Stale), now);
                }
            }
            Step::BatchEnds => self.end_denied(now),
            Step::Forget => {
                let people = self.people.values_mut();
                people.for_each(|p| p.loose.retain(|(at, _)| *at >= now - 8 * DAY));
            }
            Step::ClockMoves(_) | Step::WriteFails => {}
        }
    }

    /// All is read back from the file, which says when the server was heard last.
    pub(super) fn restart(&mut self, heard: Option<i64>, now: i64) {
        self.heard = heard;
        self.seen.clear();
        self.has_begun = false;
        self.in_second.clear();
        let mut settled = self.synced.unwrap_or(0);
        for (who, person) in &mut self.people {
            let mut evidence: Vec<i64> = person.loose.iter().map(|(at, _)| *at).collect();
            for stay in &mut person.stays {
                stay.by_our_clock = false;
                let (left, seen, _) =
                    stay.end
                        .unwrap_or((stay.joined, stay.joined, SessionEnd::Left));
                settled = settled.max(left);
                evidence.push(seen);
            }
            settled = person
                .loose
                .iter()
                .fold(settled, |last, (at, _)| last.max(*at));
            self.heard = self.heard.max(evidence.iter().copied().max());
            let is_online = person.stays.last().is_some_and(|stay| stay.end.is_none());
            let lately = evidence.into_iter().filter(|at| *at >= now - WINDOW).max();
            if let Some(at) = lately.filter(|_| !is_online) {
                self.seen.insert(*who, at.min(now + SKEW));
            }
        }
        self.settled = Some(settled);
    }

    fn join(&mut self, who: u8, at: i64, is_timed: bool, place: Option<Place>, now: i64) {
        self.hear(at, now);
        let was_online = self.is_online(who);
        let is_behind = matches!(place, Some(Place::Between));
        let is_in_order = self.is_in_order(at, is_behind);
        if !was_online && is_in_order {
            self.begin(who, at);
        } else if is_timed || self.is_in_order(at, false) {
            self.put(who, true, at, place, now);
        } else if !was_online {
            let at = self.after_all(who, at);
            self.begin(who, at);
        }
        if !was_online && !is_timed {
            self.by_our_clock(who);
        }
        if is_timed && place.is_none() {
            self.told_alone = self.told_alone.max(Some(at));
        }
    }

    fn leave(&mut self, who: u8, at: i64, is_timed: bool, place: Option<Place>, now: i64) {
        self.hear(at, now);
        let is_behind = matches!(place, Some(Place::Between));
        let open = self.people.entry(who).or_default().stays.last().cloned();
        let open = open.filter(|stay| stay.end.is_none());
        let is_skewed = open.as_ref().is_some_and(|stay| {
            stay.by_our_clock && (stay.joined - SKEW..stay.joined).contains(&at)
        });
        let counts_now = self.is_in_order(at, is_behind) || !is_timed || is_skewed;
        if open.is_some() && counts_now {
            self.end(who, (at, at, SessionEnd::Left), now);
        } else {
            self.put(who, false, at, place, now);
        }
        if is_timed && place.is_none() {
            self.told_alone = self.told_alone.max(Some(at));
        }
    }

    fn sync(&mut self, named: &[u8], is_startup: bool, at: i64, is_timed: bool, now: i64) {
        let newest = self.settled.max(self.heard);
        let is_old = is_timed && newest.is_some_and(|newest| at + SKEW < newest);
        let before = self.heard;
        self.hear(at, now);
        if is_old {
            named.iter().for_each(|who| self.sight(*who, at, now));
            return;
        }
        let evidence = before.map_or(at, |before| before.min(at));
        for (who, joined) in self.online() {
            let stays = !is_startup && named.contains(&who);
            if !stays && (!is_timed || joined <= at) {
                let how = match is_startup {
                    true => SessionEnd::ServerStopped,
                    false => SessionEnd::MissingFromSync,
                };
                self.end(who, (evidence, evidence, how), now);
            }
        }
        let is_in_order = self.is_in_order(at, false);
        self.synced = self.synced.max(Some(at));
        self.settled = self.settled.max(Some(at));
        for who in named
            .iter()
            .filter(|who| !self.is_online(**who))
            .copied()
            .collect::<BTreeSet<_>>()
        {
            let since = if is_in_order {
                at
            } else {
                self.after_all(who, at)
            };
            if is_timed && since > at {
                self.sight(who, at, now);
                continue;
            }
            self.begin(who, since);
            if !is_timed {
                self.by_our_clock(who);
            }
        }
        self.named_until = Some(self.births);
        if is_startup {
            self.started = Some((at, self.births));
        }
    }

    fn end_denied(&mut self, now: i64) {
        let Some((started, births)) = self.started else {
            return;
        };
        for (who, joined) in self.online() {
            let born = self.people[&who].stays.last().map_or(0, |stay| stay.born);
            if born > births && joined < started - SKEW {
                let end = (i64::MIN, i64::MIN, SessionEnd::MissingFromSync);
                self.end(who, end, now);
            }
        }
    }

    fn hear(&mut self, at: i64, now: i64) {
        self.drop_seen(now);
        let believed = self.heard.filter(|heard| *heard <= now + SKEW);
        self.heard = believed.max(Some(at));
    }

    fn drop_seen(&mut self, now: i64) {
        self.seen.retain(|_, at| *at >= now - WINDOW);
    }

    fn is_online(&self, who: u8) -> bool {
        self.online().contains_key(&who)
    }

    fn is_in_order(&self, at: i64, is_behind: bool) -> bool {
        self.settled
            .is_none_or(|settled| at > settled || (at == settled && !is_behind))
    }

    fn begin(&mut self, who: u8, at: i64) {
        self.births += 1;
        self.settled = self.settled.max(Some(at));
        self.seen.remove(&who);
        self.people.entry(who).or_default().stays.push(Stay {
            joined: at,
            end: None,
            born: self.births,
            by_our_clock: false,
        });
    }

    fn by_our_clock(&mut self, who: u8) {
        let stays = &mut self.people.entry(who).or_default().stays;
        let open = stays.last_mut().filter(|stay| stay.end.is_none());
        open.into_iter().for_each(|stay| stay.by_our_clock = true);
    }

    fn end(&mut self, who: u8, (left, seen, how): End, now: i64) {
        let person = self.people.entry(who).or_default();
        let loose = person.loose.iter().map(|(at, _)| *at).max();
        let Some(stay) = person.stays.last_mut() else {
            return;
        };
        let first = loose.map_or(stay.joined, |loose| loose.max(stay.joined));
        let (left, seen) = (left.max(first), seen.max(first));
        stay.end = Some((left, seen, how));
        person.sort();
        self.settled = self.settled.max(Some(left));
        self.seen.insert(who, seen.min(now + SKEW));
        self.drop_seen(now);
    }

    fn sight(&mut self, who: u8, at: i64, now: i64) {
        if !self.is_online(who) {
            let seen = self.seen.get(&who).filter(|seen| **seen <= now + SKEW);
            let at = seen.map_or(at, |seen| at.max(*seen)).min(now + SKEW);
            self.seen.insert(who, at);
            self.drop_seen(now);
        }
    }

    fn after_all(&self, who: u8, at: i64) -> i64 {
        let person = self.people.get(&who);
        let left = person.into_iter().flat_map(|p| &p.stays);
        let left = left.filter_map(|stay| stay.end.map(|end| end.0));
        let loose = person.into_iter().flat_map(|p| &p.loose);
        left.chain(loose.map(|loose| loose.0)).fold(at, i64::max)
    }

    /// What the number of an event says: `None` when others have told it.
    fn number(&mut self, event: (u8, bool), at: i64, is_behind: bool) -> Option<Place> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.told_alone = None;
        }
        if at != self.second {
            self.in_second.clear();
        }
        self.second = at;
        let told = self.in_second.iter().filter(|told| **told == event).count();
        self.in_second.push(event);
        let by_others = self.told_alone.is_some_and(|until| at <= until);
        if by_others && !is_behind && self.known(event.0, event.1, at) > told {
            return None;
        }
        Some(match is_behind {
            true => Place::Between,
            false => Place::Last,
        })
    }

    fn known(&self, who: u8, is_join: bool, at: i64) -> usize {
        let Some(person) = self.people.get(&who) else {
            return 0;
        };
        let stays = person.stays.iter().filter(|stay| match is_join {
            true => stay.joined == at,
            false => stay
                .end
                .is_some_and(|(left, _, how)| (left, how) == (at, SessionEnd::Left)),
        });
        stays.count() + usize::from(person.loose.contains(&(at, is_join)))
    }

    /// A late event: all that is known of the player is read again.
    fn put(&mut self, who: u8, is_join: bool, at: i64, place: Option<Place>, now: i64) {
        if place.is_none() && self.known(who, is_join, at) > 0 {
            return;
        }
        let (marks, read_loose, kept) = self.marks(who, at, now);
        let until = marks.iter().filter(|mark| mark.0 <= at).count();
        let partner = (
            at,
            if is_join {
                Mark::Stray
            } else {
                Mark::LooseJoin
            },
        );
        let partner = marks.iter().position(|mark| *mark == partner);
        let index = match place {
            Some(Place::Between) => partner.unwrap_or(until),
            _ => until,
        };
        let (mut before, after) = (marks.clone(), marks[index..].to_vec());
        before.truncate(index);
        before.push((at, if is_join { Mark::Join } else { Mark::Leave }));
        before.extend(after);
        let (stays, loose) = self.read(&before);
        self.settled = self.settled.max(Some(at));
        self.keep(who, kept, &stays);

        let person = self.people.entry(who).or_default();
        person
            .loose
            .retain(|end| !read_loose.contains(end) || loose.contains(end));
        for end in loose {
            if person.loose.len() < MOST_LOOSE {
                person.loose.insert(end);
            }
        }
        let seen = person
            .stays
            .iter()
            .filter_map(|stay| stay.end.map(|end| end.1));
        let loose = person.loose.iter().map(|end| end.0);
        let seen = seen.chain(loose).fold(at, i64::max);
        match self.is_online(who) {
            true => drop(self.seen.remove(&who)),
            false => self.sight(who, seen, now),
        }
    }

    /// Everything that can still be changed, in order; what of it is loose; and whose stays these are.
    fn marks(&self, who: u8, at: i64, now: i64) -> (Vec<(i64, Mark)>, Vec<(i64, bool)>, Vec<Stay>) {
        let (mut marks, mut stays) = (Vec::new(), Vec::new());
        let person = self.people.get(&who);
        let loose = person.into_iter().flat_map(|p| p.loose.iter().copied());
        let loose: Vec<_> = loose.filter(|end| end.0 >= now - 8 * DAY).collect();
        let mut rest = loose.clone();
        for stay in person.into_iter().flat_map(|p| &p.stays) {
            if stay.end.is_some_and(|end| end.0 < now - 8 * DAY) {
                continue;
            }
            stays.push(stay.clone());
            let (strays, others) = rest
                .into_iter()
                .partition(|(at, is_join)| !is_join && *at <= stay.joined);
            rest = others;
            marks.extend::<Vec<_>>(
                strays
                    .into_iter()
                    .map(|(at, _): (i64, bool)| (at, Mark::Stray))
                    .collect(),
            );
            marks.push((stay.joined, Mark::Join));
            let was_there = self.named_until.is_some_and(|born| stay.born <= born);
            let is_within = |synced: &i64| {
                at < synced - SKEW
                    && stay.joined < *synced
                    && stay.end.is_none_or(|end| *synced < end.1)
            };
            marks.extend(
                self.synced
                    .filter(|synced| was_there && is_within(synced))
                    .map(|synced| (synced, Mark::Named)),
            );
            if let Some((left, seen, how)) = stay.end {
                let (time, mark) = match how {
                    SessionEnd::Stale => (seen, Mark::Silent(left)),
                    SessionEnd::Left => (left, Mark::Leave),
                    how => (left, Mark::Gone(how)),
                };
                let (joins, others) = rest
                    .into_iter()
                    .partition(|(at, is_join)| *is_join && *at <= time);
                rest = others;
                marks.extend::<Vec<_>>(
                    joins
                        .into_iter()
                        .map(|(at, _): (i64, bool)| (at, Mark::LooseJoin))
                        .collect(),
                );
                marks.push((time, mark));
            }
        }
        marks.extend(rest.into_iter().map(|(at, is_join)| {
            (
                at,
                if is_join {
                    Mark::LooseJoin
                } else {
                    Mark::Stray
                },
            )
        }));
        marks.sort_by_key(|mark| mark.0);
        (marks, loose, stays)
    }

    /// What the marks come to, one after the other.
    fn read(&self, marks: &[(i64, Mark)]) -> (Vec<(i64, Option<End>)>, Vec<(i64, bool)>) {
        let mut stays: Vec<(i64, Option<End>)> = Vec::new();
        let mut loose = Vec::new();
        for (at, mark) in marks {
            let at = *at;
            let is_on = stays.last().is_some_and(|stay| stay.1.is_none());
            match mark {
                Mark::Join | Mark::LooseJoin if is_on => loose.push((at, true)),
                Mark::Named if is_on => {}
                Mark::Join | Mark::LooseJoin | Mark::Named => {
                    if let Some((_, Some(end))) = stays.last_mut()
                        && end.0 > at
                    {
                        end.0 = at;
                    }
                    stays.push((at, None));
                }
                Mark::Leave | Mark::Stray | Mark::Gone(_) | Mark::Silent(_) if is_on => {
                    let end = match mark {
                        Mark::Gone(how) => (at, at, *how),
                        Mark::Silent(until) => (*until, at, SessionEnd::Stale),
                        _ => (at, at, SessionEnd::Left),
                    };
                    stays.last_mut().unwrap().1 = Some(end);
                }
                Mark::Silent(_) => {}
                Mark::Leave => match stays.last_mut() {
                    Some((_, Some(end))) if self.is_better(at, *end, &loose) => {
                        *end = (at, at, SessionEnd::Left);
                    }
                    _ => loose.push((at, false)),
                },
                Mark::Stray | Mark::Gone(_) => loose.push((at, false)),
            }
        }
        (stays, loose)
    }

    /// Whether a leave is the true end of a stay whose end was concluded.
    fn is_better(&self, at: i64, (left, seen, how): End, loose: &[(i64, bool)]) -> bool {
        let is_cut_off = loose.iter().any(|end| end.0 >= left);
        let is_known_to_be_later = match how {
            SessionEnd::Left | SessionEnd::Disconnected => false,
            SessionEnd::MissingFromSync | SessionEnd::ServerStopped => {
                self.synced.is_some_and(|synced| at < synced)
            }
            SessionEnd::Stale => match self.synced {
                Some(synced) if synced > seen => at < synced,
                _ => true,
            },
        };
        is_known_to_be_later && !is_cut_off
    }

    /// Each stay keeps its number if it begins as before, or else ends as before.
    fn keep(&mut self, who: u8, mut old: Vec<Stay>, stays: &[(i64, Option<End>)]) {
        let person = self.people.entry(who).or_default();
        let mut changed = Vec::new();
        for stay in stays {
            let same = old.iter().position(|old| (old.joined, old.end) == *stay);
            match same {
                Some(place) => drop(old.remove(place)),
                None => changed.push(*stay),
            }
        }
        person.stays.retain(|stay| !old.contains(stay));
        for (joined, end) in &changed {
            let begins = old.iter().position(|stay| stay.joined == *joined);
            let same = begins.or_else(|| old.iter().position(|stay| stay.end == *end));
            let kept = same.map(|place| old.remove(place));
            self.births += u64::from(kept.is_none());
            person.stays.push(Stay {
                joined: *joined,
                end: *end,
                born: kept.as_ref().map_or(self.births, |kept| kept.born),
                by_our_clock: false,
            });
        }
        assert!(old.is_empty(), "a late event made stays fewer");
        person.sort();
        let open = person.stays.last().filter(|stay| stay.end.is_none());
        self.settled = self.settled.max(open.map(|stay| stay.joined));
    }
}

impl Person {
    fn sort(&mut self) {
        self.stays.sort_by_key(|stay| {
            let end = stay.end.map(|end| (end.0, end.2));
            (stay.end.is_none(), stay.joined, end, stay.born)
        });
    }
}

/// Where a numbered event stands in its second.
#[derive(Debug, Clone, Copy)]
enum Place {
    Last,
    Between,
}

/// An event is believed to be seven days old at most, and half a minute early.
fn believed(at: i64, now: i64) -> i64 {
    at.clamp(now - 7 * DAY, now + SKEW)
}
