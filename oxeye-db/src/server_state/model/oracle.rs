//! What the rules mean for events that arrive late or twice, share a second or have a wrong time,
//! stated as simply as possible: for each event, everything known of the player is read again. The
//! only thing taken from the rules is their vocabulary.

mod future;
mod game_server;
mod late;
mod reading;
mod syncs;

use std::collections::BTreeMap;

use super::Step;
use crate::ledger::ServerFacts;
use crate::session::SessionEnd;

const DAY: i64 = 24 * 3600;
const WINDOW: i64 = 3_600;
/// Seconds by which clocks may differ.
const SKEW: i64 = 30;
const MOST_LOOSE: usize = 64;

/// The end of a stay: the time the player left, the last evidence, and how the end is known.
type End = (i64, i64, SessionEnd);

/// A loose end: its time, and whether it is a join.
type Loose = (i64, bool);

/// The account that a report named.
type Account = Option<u8>;

/// A stay as read from the marks: its beginning, its end if it has one, and its account.
type Read = (i64, Option<End>, Account);

#[derive(Debug, Clone, PartialEq)]
struct Stay {
    joined: i64,
    end: Option<End>,
    account: Account,
    /// The running number of the stay on its server.
    number: u64,
    by_our_clock: bool,
}

#[derive(Debug, Default)]
struct Person {
    stays: Vec<Stay>,
    loose: BTreeMap<Loose, Account>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    Join,
    /// A join that was a loose end before.
    LooseJoin,
    Named,
    Leave,
    /// A leave that was a loose end before.
    Stray,
    /// The player was missing from a sync, or the server was disconnected or restarted.
    Gone(SessionEnd),
    /// The server fell silent; the end is estimated.
    Silent(i64),
}

/// Everything known of one server.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    people: BTreeMap<u8, Person>,
    /// The account that the step being taken names.
    account: Account,
    pub(super) seen: BTreeMap<u8, i64>,
    /// The last evidence.
    heard: Option<i64>,
    synced: Option<i64>,
    /// Stays up to this number existed at the last sync.
    named_until: Option<u64>,
    settled: Option<i64>,
    started: Option<(i64, u64)>,
    stay_count: u64,
    /// The latest time covered by a report without a number.
    unnumbered_until: Option<i64>,
    /// Whether an epoch has begun since the start of Oxeye.
    has_begun: bool,
    /// The numbered events since then.
    numbered: Vec<(u8, bool, i64)>,
    /// The state of the game server, since when, and the time about which it was last reported.
    pub(super) game: Option<game_server::Game>,
    /// The times of its changes, in the order in which they were reported.
    changes: Vec<i64>,
}

impl Oracle {
    pub(super) fn online(&self) -> BTreeMap<u8, i64> {
        let last = self.people.iter().filter_map(|(who, person)| {
            let last = person.stays.last()?;
            Some((*who, last.joined)).filter(|_| last.end.is_none())
        });
        last.collect()
    }

    /// Returns beginning, end and kind of end of each closed stay.
    pub(super) fn stays(&self, who: u8) -> Vec<(i64, i64, SessionEnd)> {
        let stays = self.people.get(&who).into_iter().flat_map(|p| &p.stays);
        stays
            .filter_map(|stay| stay.end.map(|(left, _, how)| (stay.joined, left, how)))
            .collect()
    }

    /// Returns the account of each closed stay, sorted by time, and of the open one.
    pub(super) fn whose(&self, who: u8) -> Vec<Account> {
        let stays = self.people.get(&who).into_iter().flat_map(|p| &p.stays);
        let mut stays: Vec<_> = stays
            .map(|stay| {
                let end = stay.end.map(|end| (end.0, end.2));
                (stay.end.is_none(), stay.joined, end, stay.account)
            })
            .collect();
        stays.sort_unstable();
        stays.into_iter().map(|stay| stay.3).collect()
    }

    pub(super) fn loose(&self, who: u8) -> Vec<Loose> {
        let loose = self.people.get(&who).into_iter().flat_map(|p| &p.loose);
        loose.map(|(end, _)| *end).collect()
    }

    pub(super) fn step(&mut self, step: &Step, now: i64) {
        let time = |at: &Option<i64>| at.map_or(now, |at| clamp(now + at, now));
        match step {
            Step::As(account, step) => {
                self.account = proven(*account);
                self.step(step, now);
                self.account = None;
            }
            Step::Join(who, at) => self.join(*who, time(at), at.is_some(), None, now),
            Step::Leave(who, at) => self.leave(*who, time(at), at.is_some(), None, now),
            Step::Numbered(who, is_join, at, is_out_of_order) => {
                let at = clamp(now + at, now);
                match self.number((*who, *is_join), at, *is_out_of_order) {
                    None => {
                        self.hear(at, now);
                        if *is_join {
                            self.fill_account(*who, at);
                        }
                    }
                    place if *is_join => self.join(*who, at, true, place, now),
                    place => self.leave(*who, at, true, place, now),
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
            Step::Heartbeat(_) => self.game_server(None, None, now, false, now),
            Step::GameServer(state, since, at) => {
                let since = since.map(|since| now + since);
                self.game_server(Some(*state), since, time(at), at.is_some(), now);
            }
            Step::Disconnect => {
                self.hear(now, now);
                self.game = None;
                self.changes.clear();
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
            Step::BatchEnds => self.end_stays_from_before_start(now),
            Step::Forget => {
                let people = self.people.values_mut();
                people.for_each(|p| p.loose.retain(|(at, _), _| *at >= now - 8 * DAY));
            }
            Step::ClockMoves(_) | Step::WriteFails => {}
        }
    }

    /// Reads everything back from the file, which knows when the server was last heard.
    pub(super) fn restart(&mut self, facts: &ServerFacts, now: i64) {
        let is_believed = |at: &i64| *at <= now + SKEW;
        self.heard = facts.at.map(|at| at.0).filter(is_believed);
        self.game = facts
            .game
            .map(|game| (game.state, game.since.0, game.known_at.0));
        self.seen.clear();
        self.changes.clear();
        self.has_begun = false;
        self.numbered.clear();
        let mut settled = self.synced.unwrap_or(0);
        for (who, person) in &mut self.people {
            let mut evidence: Vec<i64> = person.loose.keys().map(|(at, _)| *at).collect();
            for stay in &mut person.stays {
                stay.by_our_clock = false;
                let (left, seen, _) =
                    stay.end
                        .unwrap_or((stay.joined, stay.joined, SessionEnd::Left));
                settled = settled.max(left);
                evidence.extend([stay.joined, seen]);
            }
            evidence.retain(is_believed);
            settled = person
                .loose
                .keys()
                .fold(settled, |last, (at, _)| last.max(*at));
            self.heard = self.heard.max(evidence.iter().copied().max());
            let is_online = person.stays.last().is_some_and(|stay| stay.end.is_none());
            let lately = evidence.into_iter().filter(|at| *at >= now - WINDOW).max();
            if let Some(at) = lately.filter(|_| !is_online) {
                self.seen.insert(*who, at);
            }
        }
        self.settled = Some(settled);
    }

    fn join(&mut self, who: u8, at: i64, is_timed: bool, place: Option<Place>, now: i64) {
        let before = self.heard;
        self.hear(at, now);
        self.joined(at, is_timed, before, now);
        let was_online = self.is_online(who);
        let is_out_of_order = matches!(place, Some(Place::Between));
        let is_in_order = self.is_in_order(at, is_out_of_order);
        if !was_online && is_in_order {
            self.begin(who, at);
        } else if is_timed || self.is_in_order(at, false) {
            self.put(who, true, at, place, now);
        } else if !was_online {
            let at = self.after_all(who, at, now);
            self.make_room(who, at, now);
            self.begin(who, at);
        }
        if !was_online && !is_timed {
            self.by_our_clock(who);
        }
        self.fill_account(who, at);
        if is_timed && place.is_none() {
            self.unnumbered_until = self.unnumbered_until.max(Some(at));
        }
    }

    fn leave(&mut self, who: u8, at: i64, is_timed: bool, place: Option<Place>, now: i64) {
        self.hear(at, now);
        let is_out_of_order = matches!(place, Some(Place::Between));
        let open = self.people.entry(who).or_default().stays.last().cloned();
        let open = open.filter(|stay| stay.end.is_none());
        let is_skewed = open.as_ref().is_some_and(|stay| {
            stay.by_our_clock && (stay.joined - SKEW..stay.joined).contains(&at)
        });
        let counts_now = self.is_in_order(at, is_out_of_order) || !is_timed || is_skewed;
        if open.is_some() && counts_now {
            self.end(who, (at, at, SessionEnd::Left), now);
        } else {
            self.put(who, false, at, place, now);
        }
        if is_timed && place.is_none() {
            self.unnumbered_until = self.unnumbered_until.max(Some(at));
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

    fn is_in_order(&self, at: i64, is_out_of_order: bool) -> bool {
        self.settled
            .is_none_or(|settled| at > settled || (at == settled && !is_out_of_order))
    }

    fn begin(&mut self, who: u8, at: i64) {
        self.stay_count += 1;
        self.settled = self.settled.max(Some(at));
        self.seen.remove(&who);
        self.people.entry(who).or_default().stays.push(Stay {
            joined: at,
            end: None,
            account: self.account,
            number: self.stay_count,
            by_our_clock: false,
        });
    }

    /// Gives the open stay the account that a report about this time names, if it has none.
    fn fill_account(&mut self, who: u8, at: i64) {
        let stays = &mut self.people.entry(who).or_default().stays;
        let open = stays.last_mut().filter(|stay| stay.end.is_none());
        if let Some(stay) = open.filter(|stay| stay.joined <= at) {
            stay.account = stay.account.or(self.account);
        }
    }

    fn by_our_clock(&mut self, who: u8) {
        let stays = &mut self.people.entry(who).or_default().stays;
        let open = stays.last_mut().filter(|stay| stay.end.is_none());
        open.into_iter().for_each(|stay| stay.by_our_clock = true);
    }

    fn end(&mut self, who: u8, (left, seen, how): End, now: i64) {
        self.drop_loose_in_future(who, now);
        let person = self.people.entry(who).or_default();
        let mut others = person.stays.iter().filter(|stay| stay.joined <= now + SKEW);
        let others_last = others.any(|stay| stay.end.is_some_and(|end| end.0 > now))
            || person.loose.keys().any(|end| end.0 > now);
        let Some(mut stay) = person.stays.pop() else {
            return;
        };
        if stay.joined > now + SKEW && !others_last {
            stay.joined = now;
        }
        let loose = person.loose.keys().map(|(at, _)| *at).max();
        let first = loose.map_or(stay.joined, |loose| loose.max(stay.joined));
        let (left, seen) = (left.max(first), seen.max(first));
        stay.end = Some((left, seen, how));
        let later = stay.joined;
        let beside = self.record(who, &stay, later);
        self.drop_loose_in(who, &beside);
        self.settled = self.settled.max(Some(left));
        self.seen.insert(who, seen.min(now + SKEW));
        self.drop_seen(now);
    }

    fn note_seen(&mut self, who: u8, at: i64, now: i64) {
        if !self.is_online(who) {
            let seen = self.seen.get(&who).filter(|seen| **seen <= now + SKEW);
            let at = seen.map_or(at, |seen| at.max(*seen)).min(now + SKEW);
            self.seen.insert(who, at);
            self.drop_seen(now);
        }
    }
}

impl Person {
    fn sort(&mut self) {
        self.stays.sort_by_key(|stay| {
            let end = stay.end.map(|end| (end.0, end.2));
            (stay.end.is_none(), stay.joined, end, stay.number)
        });
    }
}

/// Where a numbered event belongs in its second.
#[derive(Debug, Clone, Copy)]
enum Place {
    Last,
    Between,
}

/// Returns the account that a UUID of the model proves.
fn proven(account: u8) -> Account {
    (account > 0).then_some(account)
}

/// Limits the time of an event to at most seven days ago and half a minute ahead.
fn clamp(at: i64, now: i64) -> i64 {
    at.clamp(now - 7 * DAY, now + SKEW)
}
