//! Works out when a line was written: printed times usually lack the date and are in the server's zone.
//! Pure.
//!
//! Reading a line again later, even from another file, gives the same second. This distinguishes an
//! event that was reported twice from two events.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use oxeye_plugin_proto::UnixSeconds;
use serde::{Deserialize, Serialize};

use super::days::{days_between, nearest_day, plus_days};
use super::zone::{Evidence, Zone};
use crate::log::PrintedTime;

/// How far a printed time may be ahead of our clock, in seconds; the two clocks are read at different
/// times.
const AHEAD: i64 = 5;

/// How old the printed time of a new line may be, in seconds. An older time is not trusted.
const LIVE_WITHIN: i64 = 12 * 60 * 60;

/// How far out of order two threads may write, in seconds. In the hour that is repeated in autumn, a
/// time that goes back further belongs to the second one.
const OUT_OF_ORDER: i64 = 5 * 60;

/// Turns printed times into seconds since 1970, line after line.
#[derive(Debug)]
pub(super) struct LogTime {
    zone: Zone,
    /// The time of the last line with a printed time, and the same in the server's zone.
    last: Option<(UnixSeconds, NaiveDateTime)>,
    /// Whether that line was in the current file, in which times do not run backwards.
    last_is_of_this_file: bool,
    /// What is known about the day of the next line.
    next_day: NextDay,
    /// A day without a clock change and its offset in seconds, so that the zone need not be asked for
    /// each line.
    plain_day: Option<(NaiveDate, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NextDay {
    /// It follows from the line before.
    Follows,
    /// The day is known.
    Is(NaiveDate),
    /// It is this day or a later one.
    NotBefore(NaiveDate),
}

/// The state that is needed to continue later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LogTimeState {
    last: Option<UnixSeconds>,
    #[serde(rename = "learnt_offset_seconds")]
    learned_offset_seconds: Option<i32>,
}

impl LogTimeState {
    /// Returns the part that holds for every file of the server, which is the zone that was learned.
    pub(super) fn of_any_file(&self) -> Self {
        Self {
            last: None,
            learned_offset_seconds: self.learned_offset_seconds,
        }
    }

    fn learned(&self) -> Option<FixedOffset> {
        FixedOffset::east_opt(self.learned_offset_seconds?)
    }
}

impl LogTime {
    /// Continues from `state`. `evidence` comes from the file's last line.
    pub(super) fn resume(
        setting: Option<Tz>,
        evidence: Option<Evidence>,
        state: &LogTimeState,
    ) -> Self {
        let zone = Zone::choose(setting, evidence, state.learned());
        Self {
            zone,
            last: state.last.map(|at| (at, zone.local(at))),
            last_is_of_this_file: true,
            next_day: NextDay::Follows,
            plain_day: None,
        }
    }

    pub(super) fn zone(&self) -> Zone {
        self.zone
    }

    pub(super) fn state(&self) -> LogTimeState {
        LogTimeState {
            last: self.last.map(|(at, _)| at),
            learned_offset_seconds: match self.zone {
                Zone::Learned(offset) => Some(offset.local_minus_utc()),
                Zone::Set(_) | Zone::Machine => None,
            },
        }
    }

    /// Notes that the next line is the first of a file, and its day if that is known.
    pub(super) fn start_file(&mut self, day: Option<NaiveDate>) {
        self.last_is_of_this_file = false;
        self.next_day = day.map_or(NextDay::Follows, NextDay::Is);
    }

    /// Notes that the next line was written on this day or later.
    pub(super) fn not_before(&mut self, day: NaiveDate) {
        self.next_day = NextDay::NotBefore(day);
    }

    /// Returns when an old line was written. A line without a time has the time of the line before it;
    /// if no line before it had one, `without_time`.
    pub(super) fn past(
        &mut self,
        printed: Option<&PrintedTime>,
        without_time: UnixSeconds,
        now: UnixSeconds,
    ) -> UnixSeconds {
        let Some(printed) = printed else {
            let at = self.last.map_or(without_time, |(at, _)| at);
            return not_in_the_future(at, now);
        };
        if let Some(instant) = printed.instant {
            return not_in_the_future(instant, now);
        }
        let date = match printed.date {
            Some(date) => date,
            None => self.day_of(printed, without_time),
        };
        self.next_day = NextDay::Follows;
        let local = date.and_time(printed.time);
        let at = self.in_order(local, now);
        self.note(at)
    }

    /// Returns when a new line was written: its printed time if that is plausible, else `now`. `fresh`
    /// means that the line was written just now, so that its time reveals the zone.
    pub(super) fn live(
        &mut self,
        printed: Option<&PrintedTime>,
        now: UnixSeconds,
        fresh: bool,
    ) -> UnixSeconds {
        let Some(printed) = printed else {
            return now;
        };
        if let Some(instant) = printed.instant {
            return not_in_the_future(instant, now);
        }
        if fresh {
            self.learn(printed, now);
        }
        match self.nearest(printed, now) {
            Some(at) => {
                self.next_day = NextDay::Follows;
                self.note(at)
            }
            None => now,
        }
    }

    /// Returns the day of a time without a date, from the line before and what else is known.
    fn day_of(&self, printed: &PrintedTime, without_time: UnixSeconds) -> NaiveDate {
        let follows = || match self.last {
            Some((_, local)) => plus_days(local.date(), days_between(local.time(), printed.time)),
            None => nearest_day(printed.time, self.zone.local(without_time)),
        };
        match self.next_day {
            NextDay::Is(date) => date,
            NextDay::NotBefore(date) => follows().max(date),
            NextDay::Follows => follows(),
        }
    }

    /// Returns the instant of the local time `local`; if there are two, the one that keeps the lines in
    /// order.
    fn in_order(&mut self, local: NaiveDateTime, now: UnixSeconds) -> UnixSeconds {
        let (earlier, later) = self.instants(local);
        let at = match later {
            Some(later) => {
                let goes_back = self
                    .last
                    .is_some_and(|(last, _)| earlier.0 < last.0 - OUT_OF_ORDER);
                if goes_back { later } else { earlier }
            }
            None => earlier,
        };
        not_in_the_future(at, now)
    }

    /// Returns the plausible instant of a new line that is nearest to `now`.
    fn nearest(&mut self, printed: &PrintedTime, now: UnixSeconds) -> Option<UnixSeconds> {
        let today = self.zone.local(now).date();
        let dates = match printed.date {
            Some(date) => [Some(date), None, None],
            // At most one of three days is within the twelve hours, and it is nearly always today.
            None => [0, -1, 1].map(|day| Some(plus_days(today, day))),
        };
        dates.into_iter().flatten().find_map(|date| {
            let (earlier, later) = self.instants(date.and_time(printed.time));
            [Some(earlier), later]
                .into_iter()
                .flatten()
                .filter(|at| (now.0 - LIVE_WITHIN..=now.0 + AHEAD).contains(&at.0))
                .min_by_key(|at| (at.0 - now.0).abs())
        })
    }

    /// Determines the zone again if a line that was written just now contradicts it.
    fn learn(&mut self, printed: &PrintedTime, now: UnixSeconds) {
        let evidence = Evidence {
            date: printed.date,
            time: printed.time,
            at: now,
        };
        if matches!(self.zone, Zone::Set(_)) || self.zone.agrees(evidence) {
            return;
        }
        if evidence.offset().is_some() {
            self.zone = Zone::choose(None, Some(evidence), None);
            self.plain_day = None;
        }
    }

    /// Records the time of a line, which is at least that of the line before, and returns it.
    fn note(&mut self, at: UnixSeconds) -> UnixSeconds {
        let at = match self.last {
            Some((last, _)) if self.last_is_of_this_file => at.max(last),
            _ => at,
        };
        if self.last.is_none_or(|(last, _)| last != at) {
            self.last = Some((at, self.zone.local(at)));
        }
        self.last_is_of_this_file = true;
        at
    }

    fn instants(&mut self, local: NaiveDateTime) -> (UnixSeconds, Option<UnixSeconds>) {
        let date = local.date();
        if self.plain_day.is_none_or(|(day, _)| day != date) {
            self.plain_day = self.zone.offset_all_day(date).map(|offset| (date, offset));
        }
        match self.plain_day {
            Some((_, offset)) => (UnixSeconds(local.and_utc().timestamp() - offset), None),
            None => self.zone.instants(local),
        }
    }
}

/// Returns `now` for a time that is ahead of it by more than two clocks may differ, and 1970 for an
/// older time.
fn not_in_the_future(at: UnixSeconds, now: UnixSeconds) -> UnixSeconds {
    if at.0 > now.0.saturating_add(AHEAD) {
        now
    } else {
        at.max(UnixSeconds(0))
    }
}

#[cfg(test)]
mod tests;
