//! The times at which we know how many players were online.

use oxeye_plugin_proto::UnixSeconds;

use crate::period::{KnownBy, Period, PeriodState};
use crate::record::span::Span;

/// Spans of time, in order, of which none overlaps or touches another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Known(Vec<Span>);

impl Known {
    /// Returns the part of a span in which a server was not down and something is known of it. A
    /// server that promises no heartbeats still reports who joins and leaves, so of that server
    /// everything is known.
    pub(super) fn of(periods: &[Period], span: Span) -> Self {
        let mut known = Vec::new();
        let mut from = span.from;
        let ends = periods.iter().skip(1).map(|period| period.from);
        let ends = ends.chain([UnixSeconds(i64::MAX)]);
        for (period, to) in periods.iter().zip(ends) {
            if !counts(period) {
                known.push(Span {
                    from,
                    to: period.from.min(span.to),
                });
                from = from.max(to);
            }
        }
        known.push(Span { from, to: span.to });
        known.retain(|part| part.seconds() > 0);
        Self(joined(known))
    }

    /// Returns the times about which at least one of these knows something.
    pub(super) fn together(all: impl IntoIterator<Item = Self>) -> Self {
        let mut spans: Vec<Span> = all.into_iter().flat_map(|known| known.0).collect();
        spans.sort_unstable_by_key(|span| span.from);
        Self(joined(spans))
    }

    /// Whether a moment is known.
    pub(super) fn contains(&self, at: UnixSeconds) -> bool {
        let next = self.0.partition_point(|span| span.to <= at);
        self.0.get(next).is_some_and(|span| span.contains(at))
    }

    /// Returns the first time after a moment at which knowledge begins or ends.
    pub(super) fn next_edge(&self, at: UnixSeconds) -> UnixSeconds {
        let next = self.0.partition_point(|span| span.to <= at);
        let next = self.0.get(next).map(|span| match span.from > at {
            true => span.from,
            false => span.to,
        });
        next.unwrap_or(UnixSeconds(i64::MAX))
    }

    /// Returns the number of seconds that are known.
    pub(super) fn seconds(&self) -> u64 {
        self.0.iter().map(|span| span.seconds()).sum()
    }
}

fn counts(period: &Period) -> bool {
    match period.state {
        PeriodState::Up => true,
        PeriodState::Starting | PeriodState::Down => false,
        PeriodState::Unknown => period.known_by == KnownBy::NoHeartbeats,
    }
}

/// Makes one span of those that overlap or touch. They come in the order of their beginnings.
fn joined(spans: Vec<Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => joined.push(span),
        }
    }
    joined
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::naive::cases;

    /// Generates periods that begin within this many seconds after a time.
    pub(in crate::record) fn periods(from: i64, length: i64) -> impl Strategy<Value = Vec<Period>> {
        let state = prop::sample::select(&PeriodState::ALL[..]);
        let known_by = prop::sample::select(&KnownBy::ALL[..]);
        prop::collection::btree_map(0..length, (state, known_by), 0..8).prop_map(move |periods| {
            let period = |(at, (state, known_by))| Period {
                from: UnixSeconds(from + at),
                state,
                known_by,
            };
            periods.into_iter().map(period).collect()
        })
    }

    /// Computes the same for one second.
    pub(in crate::record) fn is_known(periods: &[Period], span: Span, at: UnixSeconds) -> bool {
        let period = periods.iter().rev().find(|period| period.from <= at);
        span.contains(at) && period.is_none_or(counts)
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn a_second_is_known_if_one_of_the_servers_was_up_or_only_promised_no_heartbeats(
            (here, there) in (periods(0, 60), periods(0, 60)),
            (from, to) in (0..60_i64, 0..80_i64),
        ) {
            let spans = [(from, to), (from / 2, 40)].map(|(from, to)| Span {
                from: UnixSeconds(from),
                to: UnixSeconds(to),
            });
            let known = Known::together([Known::of(&here, spans[0]), Known::of(&there, spans[1])]);
            let expected = |at| is_known(&here, spans[0], at) || is_known(&there, spans[1], at);
            let seconds: Vec<_> = (-1..90).map(UnixSeconds).collect();
            for at in &seconds {
                prop_assert_eq!(known.contains(*at), expected(*at), "{:?}", at);
                let changes = |other: &&UnixSeconds| **other > *at && expected(**other) != expected(*at);
                let edge = seconds.iter().find(changes).copied();
                prop_assert_eq!(known.next_edge(*at), edge.unwrap_or(UnixSeconds(i64::MAX)));
            }
            let count = seconds.iter().filter(|at| expected(**at)).count();
            prop_assert_eq!(known.seconds(), count as u64);
        }
    }
}
