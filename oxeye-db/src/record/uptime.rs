//! How much of a span was a server up? Time about which nothing is known counts as neither up nor down.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::period::{KnownBy, Period, PeriodState};
use crate::record::span::Span;
use crate::server_state::ServerState;

/// How long a server was up, down and unknown within a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uptime {
    /// The requested span, without the time before the first record of the server.
    pub span: Span,
    /// How long it was up.
    pub up: Duration,
    /// How long it was down or starting.
    pub down: Duration,
    /// How long nothing is known.
    pub unknown: Duration,
    /// The outages that touch the span, newest first, at most as many as requested.
    pub outages: Vec<Stretch>,
    /// Number of outages without that limit.
    pub outage_count: usize,
    /// The stretches of time in the span about which nothing is known, newest first, at most as many
    /// as requested.
    pub gaps: Vec<Stretch>,
    /// Number of such stretches without that limit.
    pub gap_count: usize,
}

/// A stretch of time in which a server was not up, or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// When it began, which may be before the span.
    pub from: UnixSeconds,
    /// When it ended; `None` while it lasts.
    pub to: Option<UnixSeconds>,
    /// What came next; `None` while it lasts.
    pub next: Option<PeriodState>,
    /// How the state is known, or why it is not.
    pub known_by: KnownBy,
}

impl Uptime {
    /// Adds up periods, of which the last is known until `known_until`. No stretch after that, nor one
    /// that has not ended by `now`, has an end.
    #[must_use]
    pub fn of(
        periods: &[Period],
        known_until: (UnixSeconds, KnownBy),
        span: Span,
        limit: usize,
    ) -> Self {
        let periods = with_tail(periods, known_until, span.to);
        let first = periods.first().map_or(span.to, |period| period.from);
        let span = Span {
            from: span.from.max(first).min(span.to),
            to: span.to,
        };
        let seconds = |is_counted: fn(PeriodState) -> bool| {
            let counted = spans(&periods).filter(|(period, _)| is_counted(period.state));
            let secs = counted.map(|(_, of_period)| of_period.within(span).seconds());
            Duration::from_secs(secs.sum())
        };
        let outages = stretches(&periods, span, PeriodState::is_outage);
        let gaps = stretches(&periods, span, |state| state == PeriodState::Unknown);
        Self {
            span,
            up: seconds(|state| state == PeriodState::Up),
            down: seconds(PeriodState::is_outage),
            unknown: seconds(|state| state == PeriodState::Unknown),
            outage_count: outages.len(),
            outages: outages.into_iter().rev().take(limit).collect(),
            gap_count: gaps.len(),
            gaps: gaps.into_iter().rev().take(limit).collect(),
        }
    }

    /// Returns the share of the known time that the server was up, in hundredths of a percent; `None`
    /// if nothing is known. It is rounded so that it is 100 % only without any downtime, and 0 % only
    /// without any uptime.
    #[must_use]
    pub fn share(&self) -> Option<u32> {
        const ALL: u64 = 10_000;
        let (up, known) = (self.up.as_secs(), (self.up + self.down).as_secs());
        let rounded_down = up.saturating_mul(ALL).checked_div(known)?;
        let share = match up {
            0 => 0,
            _ => rounded_down.max(1),
        };
        u32::try_from(share).ok()
    }
}

/// Returns the periods, and after them one about which nothing is known if the last is not known until
/// `to`.
fn with_tail(
    periods: &[Period],
    (known_until, known_by): (UnixSeconds, KnownBy),
    to: UnixSeconds,
) -> Vec<Period> {
    let mut periods = periods.to_vec();
    let is_known = |period: &&Period| period.state != PeriodState::Unknown;
    if let Some(last) = periods.last().filter(is_known)
        && known_until < to
    {
        periods.push(Period {
            from: known_until.max(last.from),
            state: PeriodState::Unknown,
            known_by,
        });
    }
    periods
}

/// Returns each period with its span.
fn spans(periods: &[Period]) -> impl Iterator<Item = (Period, Span)> + '_ {
    let next = periods.iter().skip(1).map(|period| period.from);
    let ends = next.chain([UnixSeconds(i64::MAX)]);
    periods.iter().zip(ends).map(|(period, to)| {
        let span = Span {
            from: period.from,
            to,
        };
        (*period, span)
    })
}

/// Returns the runs of periods with such a state that touch a span, in order.
fn stretches(periods: &[Period], span: Span, is_meant: fn(PeriodState) -> bool) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut is_open = false;
    for period in periods {
        let is_part = is_meant(period.state);
        match found.last_mut().filter(|_| is_open) {
            Some(stretch) if !is_part => {
                stretch.to = Some(period.from);
                stretch.next = Some(period.state);
            }
            None if is_part => found.push(Stretch {
                from: period.from,
                to: None,
                next: None,
                known_by: period.known_by,
            }),
            _ => {}
        }
        is_open = is_part;
    }
    found.retain(|stretch| {
        let of_stretch = Span {
            from: stretch.from,
            to: stretch.to.unwrap_or(UnixSeconds(i64::MAX)),
        };
        of_stretch.within(span).seconds() > 0
    });
    found
}

impl Database {
    /// Returns how long a server was up within a span, with at most `limit` outages and gaps each;
    /// `None` if the server was removed.
    #[must_use]
    pub fn uptime(
        &self,
        server: GuildServer,
        span: Span,
        limit: usize,
        now: UnixSeconds,
    ) -> Option<Uptime> {
        let read = |state: &ServerState| (state.all_periods(), state.state_known_until(now));
        let (periods, known_until) = self.inner.memory.cache.read(server.id(), read)?;
        let span = Span {
            from: span.from,
            to: span.to.min(now),
        };
        Some(Uptime::of(&periods, known_until, span, limit))
    }
}

#[cfg(test)]
mod tests;
