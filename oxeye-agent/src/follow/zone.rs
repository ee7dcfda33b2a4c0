//! Works out the zone in which a server prints its times, which need not be ours. Pure, except that it
//! reads the machine's zone.

use chrono::{
    DateTime, FixedOffset, Local, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    TimeDelta, TimeZone,
};
use chrono_tz::Tz;
use oxeye_plugin_proto::UnixSeconds;

use super::days::plus_days;

/// A quarter of an hour in seconds. All offsets from UTC in use are multiples of it.
const QUARTER: i64 = 15 * 60;

/// The offsets from UTC in use that are not whole hours, in minutes.
const BETWEEN_HOURS: [i64; 13] = [
    -570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825,
];

/// A day in seconds.
const DAY: i64 = 24 * 60 * 60;

/// How far a printed time may be from the expected one, in seconds. If it is further away, the line was
/// not written at the known time (a file may have been copied since), which then says nothing about the
/// zone.
const SLACK: i64 = 2 * 60;

/// The time zone of printed times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Given by the settings.
    Set(Tz),
    /// The zone of this machine.
    Machine,
    /// Worked out from a time that the server printed at a known instant.
    Learned(FixedOffset),
}

/// A time as printed, and the instant at which it was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// The date, if it was printed.
    pub(super) date: Option<NaiveDate>,
    /// The time of day.
    pub(super) time: NaiveTime,
    /// When it was written.
    pub(super) at: UnixSeconds,
}

impl Zone {
    pub(super) const UTC: Self = Self::Set(Tz::UTC);

    /// Returns the zone from the settings; otherwise the machine's zone if it agrees with the evidence;
    /// otherwise the zone that the evidence shows, or the one that was learned before.
    pub(super) fn choose(
        setting: Option<Tz>,
        evidence: Option<Evidence>,
        learned_before: Option<FixedOffset>,
    ) -> Self {
        if let Some(zone) = setting {
            return Self::Set(zone);
        }
        match evidence {
            Some(evidence) if Self::Machine.agrees(evidence) => Self::Machine,
            _ => evidence
                .and_then(Evidence::offset)
                .or(learned_before)
                .map_or(Self::Machine, Self::Learned),
        }
    }

    /// Whether the evidence fits this zone better than any other.
    pub(super) fn agrees(self, evidence: Evidence) -> bool {
        let local = self.local(evidence.at);
        let apart = match evidence.date {
            Some(date) => date.and_time(evidence.time) - local,
            None => evidence.time - local.time(),
        };
        let apart = apart.num_seconds().abs();
        let apart = match evidence.date {
            Some(_) => apart,
            None => (DAY - apart).min(apart),
        };
        apart < QUARTER / 2
    }

    /// Returns the local time in this zone.
    pub(super) fn local(self, at: UnixSeconds) -> NaiveDateTime {
        let utc = DateTime::from_timestamp(at.0, 0).unwrap_or_default();
        match self {
            Self::Set(zone) => utc.with_timezone(&zone).naive_local(),
            Self::Machine => utc.with_timezone(&Local).naive_local(),
            Self::Learned(zone) => utc.with_timezone(&zone).naive_local(),
        }
    }

    /// Returns when it was `local` in this zone: one instant or, in the hour that is repeated in
    /// autumn, two of them, earlier first. In the hour that is skipped in spring, the offset from
    /// before the change applies.
    pub(super) fn instants(self, local: NaiveDateTime) -> (UnixSeconds, Option<UnixSeconds>) {
        match self {
            Self::Set(zone) => instants_in(&zone, local),
            Self::Machine => instants_in(&Local, local),
            Self::Learned(zone) => instants_in(&zone, local),
        }
    }

    /// Returns the seconds to subtract from any local time on this day to get UTC, or `None` on a day
    /// on which the clocks change.
    pub(super) fn offset_all_day(self, date: NaiveDate) -> Option<i64> {
        let offset_at_start_of = |date: NaiveDate| {
            let local = date.and_time(NaiveTime::MIN);
            match self.instants(local) {
                (at, None) => Some(local.and_utc().timestamp() - at.0),
                (_, Some(_)) => None,
            }
        };
        let offset = offset_at_start_of(date)?;
        (offset_at_start_of(plus_days(date, 1))? == offset).then_some(offset)
    }
}

impl Evidence {
    /// Returns how far the server's zone is ahead of UTC, to a quarter of an hour.
    pub(super) fn offset(self) -> Option<FixedOffset> {
        let utc = DateTime::from_timestamp(self.at.0, 0)?.naive_utc();
        let ahead = match self.date {
            Some(date) => (date.and_time(self.time) - utc).num_seconds(),
            // Without a date, the difference may be off by a day. More people live 13 hours ahead of
            // UTC than 11 behind, and more 10 behind than 14 ahead.
            None => {
                let ahead = (self.time - utc.time()).num_seconds();
                ahead - (ahead + 10 * 3600 + QUARTER / 2).div_euclid(DAY) * DAY
            }
        };
        let rounded = (ahead + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
        if (ahead - rounded).abs() > SLACK || !is_in_use(rounded) {
            return None;
        }
        FixedOffset::east_opt(i32::try_from(rounded).ok()?)
    }
}

/// Whether any zone in use is this many seconds ahead of UTC.
fn is_in_use(ahead: i64) -> bool {
    let hours = ahead % 3600 == 0 && (-12 * 3600..=14 * 3600).contains(&ahead);
    hours || BETWEEN_HOURS.iter().any(|minutes| minutes * 60 == ahead)
}

fn instants_in(zone: &impl TimeZone, local: NaiveDateTime) -> (UnixSeconds, Option<UnixSeconds>) {
    let instant = |offset: FixedOffset| {
        UnixSeconds(local.and_utc().timestamp() - i64::from(offset.local_minus_utc()))
    };
    match zone.offset_from_local_datetime(&local) {
        MappedLocalTime::Single(offset) => (instant(offset.fix()), None),
        MappedLocalTime::Ambiguous(one, other) => {
            let (one, other) = (instant(one.fix()), instant(other.fix()));
            (one.min(other), Some(one.max(other)))
        }
        MappedLocalTime::None => {
            let before = local - TimeDelta::days(1);
            let offset = zone.offset_from_utc_datetime(&before);
            (instant(offset.fix()), None)
        }
    }
}

#[cfg(test)]
mod tests;
