//! What a whole roster means.

use std::collections::BTreeSet;

use super::{Oracle, SKEW};
use crate::session::SessionEnd;

impl Oracle {
    /// Takes the whole roster.
    pub(super) fn sync(
        &mut self,
        named: &[u8],
        is_startup: bool,
        at: i64,
        is_timed: bool,
        now: i64,
    ) {
        let newest = self.newest(now);
        let is_old = is_timed && newest.is_some_and(|newest| at + SKEW < newest);
        let before = self.heard;
        self.hear(at, now);
        if is_old {
            named.iter().for_each(|who| self.note_seen(*who, at, now));
            return;
        }
        if is_startup || !named.is_empty() {
            self.seen_up(at, is_timed, before, now);
        }
        let evidence = before.map_or(at, |before| before.min(at));
        self.replace(named, is_startup, (at, evidence), is_timed, now);
    }

    /// Replaces the roster by this one. Those who are gone were there until `evidence`.
    pub(super) fn replace(
        &mut self,
        named: &[u8],
        is_startup: bool,
        (at, evidence): (i64, i64),
        is_timed: bool,
        now: i64,
    ) {
        for (who, joined) in self.online() {
            let stays = !is_startup && named.contains(&who);
            if !stays && (!is_timed || joined <= at || joined > now + SKEW) {
                let how = match is_startup {
                    true => SessionEnd::ServerStopped,
                    false => SessionEnd::MissingFromSync,
                };
                self.end(who, (evidence, evidence, how), now);
            }
        }
        let is_in_order = self.is_in_order(at, false);
        self.synced = self.synced.filter(|synced| *synced <= now + SKEW);
        self.synced = self.synced.max(Some(at));
        self.settled = self.settled.max(Some(at));
        for who in named {
            self.correct(*who, at, is_timed, now);
        }
        for who in named
            .iter()
            .filter(|who| !self.is_online(**who))
            .copied()
            .collect::<BTreeSet<_>>()
        {
            let since = if is_in_order {
                at
            } else {
                self.after_all(who, at, now)
            };
            if is_timed && since > at {
                self.note_seen(who, at, now);
                continue;
            }
            self.make_room(who, since, now);
            self.begin(who, since);
            if !is_timed {
                self.by_our_clock(who);
            }
        }
        for who in named {
            self.fill_account(*who, at);
        }
        self.named_until = Some(self.stay_count);
        if is_startup {
            self.started = Some((at, self.stay_count));
        }
    }

    /// Begins the stay of a player now if it begins in the future.
    fn correct(&mut self, who: u8, at: i64, is_timed: bool, now: i64) {
        if self
            .online()
            .get(&who)
            .is_none_or(|joined| *joined <= now + SKEW)
        {
            return;
        }
        if self.after_all(who, at, now) == at {
            self.make_room(who, at, now);
            let stay = self
                .people
                .get_mut(&who)
                .and_then(|person| person.stays.last_mut());
            let stay = stay.unwrap();
            (stay.joined, stay.by_our_clock) = (at, !is_timed);
        }
    }

    /// The last thing known, as far as it is not in the future.
    pub(super) fn newest(&self, now: i64) -> Option<i64> {
        let known = self.settled.into_iter().chain(self.heard);
        known.filter(|at| *at <= now + SKEW).max()
    }

    /// Ends the stays that began before the last start of the server and were reported after it.
    pub(super) fn end_stays_from_before_start(&mut self, now: i64) {
        let Some((started, stay_count)) = self.started else {
            return;
        };
        for (who, joined) in self.online() {
            let number = self.people[&who].stays.last().map_or(0, |stay| stay.number);
            if number > stay_count && joined < started - SKEW {
                let end = (i64::MIN, i64::MIN, SessionEnd::MissingFromSync);
                self.end(who, end, now);
            }
        }
    }
}
