//! Everything known of a player as marks on a time line, and the stays that result from reading
//! them.

use super::{DAY, End, Loose, Mark, Oracle, Read, SKEW, Stay};
use crate::session::SessionEnd;

impl Oracle {
    /// Returns the loose ends and the stays that can still change, in order.
    pub(super) fn reachable(&self, who: u8, now: i64) -> (Vec<Loose>, Vec<Stay>) {
        let since = now - 8 * DAY;
        let Some(person) = self.people.get(&who) else {
            return (Vec::new(), Vec::new());
        };
        let loose = person.loose.iter().copied().filter(|end| end.0 >= since);
        let stays = person.stays.iter().cloned();
        let stays = stays.filter(|stay| stay.end.is_none_or(|end| end.0 >= since));
        (loose.collect(), stays.collect())
    }

    /// Returns loose ends and stays as marks in time order, for an event at a time.
    pub(super) fn marks(&self, loose: &[Loose], stays: &[Stay], at: i64) -> Vec<(i64, Mark)> {
        let mut marks = Vec::new();
        let mut rest = loose.to_vec();
        for stay in stays {
            marks.extend(take(&mut rest, false, stay.joined));
            marks.push((stay.joined, Mark::Join));
            marks.extend(self.named(stay, at));
            if let Some((left, seen, how)) = stay.end {
                let (time, mark) = match how {
                    SessionEnd::Stale => (seen, Mark::Silent(left)),
                    SessionEnd::Left => (left, Mark::Leave),
                    how => (left, Mark::Gone(how)),
                };
                marks.extend(take(&mut rest, true, time));
                marks.push((time, mark));
            }
        }
        marks.extend(rest.into_iter().map(mark));
        marks.sort_by_key(|mark| mark.0);
        marks
    }

    /// Returns a mark for the last sync if it was long after the event and named the player during
    /// the stay.
    fn named(&self, stay: &Stay, at: i64) -> Option<(i64, Mark)> {
        let synced = self.synced?;
        let existed = stay.number <= self.named_until?;
        let is_on = stay.joined < synced && stay.end.is_none_or(|end| synced < end.1);
        (existed && is_on && at < synced - SKEW).then_some((synced, Mark::Named))
    }

    /// Reads the marks in order. Returns the stays and loose ends that result.
    pub(super) fn read(&self, marks: &[(i64, Mark)]) -> (Vec<Read>, Vec<Loose>) {
        let mut stays: Vec<Read> = Vec::new();
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

    /// Whether a leave is the true end of a stay whose end was inferred.
    fn is_better(&self, at: i64, (left, seen, how): End, loose: &[Loose]) -> bool {
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
}

/// Takes the loose joins (or leaves) up to a time.
fn take(rest: &mut Vec<Loose>, joins: bool, until: i64) -> Vec<(i64, Mark)> {
    let (taken, others) = std::mem::take(rest)
        .into_iter()
        .partition(|(at, is_join): &Loose| *is_join == joins && *at <= until);
    *rest = others;
    let taken: Vec<Loose> = taken;
    taken.into_iter().map(mark).collect()
}

fn mark((at, is_join): Loose) -> (i64, Mark) {
    match is_join {
        true => (at, Mark::LooseJoin),
        false => (at, Mark::Stray),
    }
}
