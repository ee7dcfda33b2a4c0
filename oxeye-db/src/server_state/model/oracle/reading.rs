//! Everything known of a player as marks on a time line, and the stays that result from reading
//! them.

use super::{Account, DAY, End, Loose, Mark, Oracle, Read, SKEW, Stay};
use crate::session::SessionEnd;

impl Oracle {
    /// Sessions that begin later are not read: those after the beginning of the open stay, or in the future.
    pub(super) fn reach(&self, who: u8, now: i64) -> i64 {
        self.online().get(&who).copied().unwrap_or(now + SKEW)
    }

    /// Returns the loose ends and the stays that can still change, in order.
    pub(super) fn reachable(&self, who: u8, now: i64) -> (Vec<(Loose, Account)>, Vec<Stay>) {
        let since = now - 8 * DAY;
        let Some(person) = self.people.get(&who) else {
            return (Vec::new(), Vec::new());
        };
        let loose = person.loose.iter().filter(|(end, _)| end.0 >= since);
        let stays = person.stays.iter().cloned();
        let stays = stays.filter(|stay| stay.end.is_none_or(|end| end.0 >= since));
        let reach = self.reach(who, now);
        let stays = stays.filter(|stay| stay.joined <= reach);
        (
            loose.map(|(end, account)| (*end, *account)).collect(),
            stays.collect(),
        )
    }

    /// Returns loose ends and stays as marks in time order, for an event at a time.
    pub(super) fn marks(
        &self,
        loose: &[(Loose, Account)],
        stays: &[Stay],
        at: i64,
        now: i64,
    ) -> Vec<(i64, Mark, Account)> {
        let mut marks = Vec::new();
        let mut rest = loose.to_vec();
        for stay in stays {
            marks.extend(take(&mut rest, false, stay.joined));
            marks.push((stay.joined, Mark::Join, stay.account));
            marks.extend(self.named(stay, at, now));
            if let Some((left, seen, how)) = stay.end {
                let (time, mark) = match how {
                    SessionEnd::Stale => (seen, Mark::Silent(left)),
                    SessionEnd::Left => (left, Mark::Leave),
                    how => (left, Mark::Gone(how)),
                };
                marks.extend(take(&mut rest, true, time));
                marks.push((time, mark, None));
            }
        }
        marks.extend(rest.into_iter().map(mark));
        marks.sort_by_key(|mark| mark.0);
        marks
    }

    /// Returns a mark for the last sync if it was long after the event and named the player during
    /// the stay.
    fn named(&self, stay: &Stay, at: i64, now: i64) -> Option<(i64, Mark, Account)> {
        let synced = self.synced.filter(|synced| *synced <= now + SKEW)?;
        let existed = stay.number <= self.named_until?;
        let is_on = stay.joined < synced && stay.end.is_none_or(|end| synced < end.1);
        (existed && is_on && at < synced - SKEW).then_some((synced, Mark::Named, stay.account))
    }

    /// Reads the marks in order. Returns the stays and loose ends that result.
    pub(super) fn read(
        &self,
        marks: &[(i64, Mark, Account)],
    ) -> (Vec<Read>, Vec<(Loose, Account)>) {
        let mut stays: Vec<Read> = Vec::new();
        let mut loose = Vec::new();
        for (at, mark, account) in marks {
            let (at, account) = (*at, *account);
            let is_on = stays.last().is_some_and(|stay| stay.1.is_none());
            match mark {
                Mark::Join | Mark::LooseJoin | Mark::Named if is_on => {
                    let stay = stays.last_mut().unwrap();
                    // What a loose join says of the stay around it was noted when it came.
                    if *mark != Mark::LooseJoin {
                        stay.2 = stay.2.or(account);
                    }
                    if *mark != Mark::Named {
                        loose.push(((at, true), account));
                    }
                }
                Mark::Join | Mark::LooseJoin | Mark::Named => {
                    if let Some((_, Some(end), _)) = stays.last_mut()
                        && end.0 > at
                    {
                        end.0 = at;
                    }
                    stays.push((at, None, account));
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
                    Some((_, Some(end), _)) if self.is_better(at, *end, &loose) => {
                        *end = (at, at, SessionEnd::Left);
                    }
                    _ => loose.push(((at, false), None)),
                },
                Mark::Stray | Mark::Gone(_) => loose.push(((at, false), None)),
            }
        }
        (stays, loose)
    }

    /// Whether a leave is the true end of a stay whose end was inferred.
    fn is_better(&self, at: i64, (left, seen, how): End, loose: &[(Loose, Account)]) -> bool {
        let is_cut_off = loose.iter().any(|(end, _)| match how {
            SessionEnd::Stale => end.0 > seen,
            _ => end.0 >= left,
        });
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
fn take(rest: &mut Vec<(Loose, Account)>, joins: bool, until: i64) -> Vec<(i64, Mark, Account)> {
    let is_taken = |((at, is_join), _): &mut (Loose, Account)| *is_join == joins && *at <= until;
    rest.extract_if(.., is_taken).map(mark).collect()
}

fn mark(((at, is_join), account): (Loose, Account)) -> (i64, Mark, Account) {
    match is_join {
        true => (at, Mark::LooseJoin, account),
        false => (at, Mark::Stray, None),
    }
}
