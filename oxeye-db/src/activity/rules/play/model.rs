//! The sessions and the playtime of a naive model, which counts second by second, agree with the rules.

use std::ops::Range;

use oxeye_plugin_proto::UnixSeconds;
use proptest::prelude::*;

use super::{GuildStay, on_days, sessions};
use crate::activity::day::UtcDay;
use crate::ids::ServerId;
use crate::record::naive::model_cases;
use crate::record::span::Span;

const DAY: i64 = 86_400;

/// Everything happens on these days.
const DAYS: Range<i64> = -1..8;

/// When a stay begins.
#[derive(Debug, Clone, Copy)]
enum Begin {
    At(i64),
    /// After the end of the stay before it in the list.
    After(i64),
}

/// A stay near a midnight, perhaps over several, or one that follows another within about half a minute.
fn stay() -> impl Strategy<Value = (i64, Begin, i64, bool)> {
    let begin = prop_oneof![
        2 => (0..4_i64, -90..90_i64).prop_map(|(day, offset)| Begin::At(day * DAY + offset)),
        1 => (-3..36_i64).prop_map(Begin::After),
        1 => (28..33_i64).prop_map(Begin::After),
    ];
    let length = prop_oneof![
        4 => 0..100_i64,
        1 => (0..4_i64, -90..90_i64).prop_map(|(days, secs)| (days * DAY + secs).max(0)),
    ];
    (1..4_i64, begin, length, prop::bool::weighted(0.1))
}

fn stays() -> impl Strategy<Value = Vec<GuildStay>> {
    prop::collection::vec(stay(), 0..9).prop_map(|stays| {
        let mut last = 0;
        let placed = stays.into_iter().map(|(server, begin, length, is_open)| {
            let from = match begin {
                Begin::At(at) => at,
                Begin::After(gap) => last + gap,
            };
            // Whoever is on for the fourth night in a row leaves before the last day is over.
            last = (from + length).min(DAYS.end * DAY).max(from);
            GuildStay {
                server: ServerId(server),
                span: Span {
                    from: UnixSeconds(from),
                    to: UnixSeconds(last),
                },
                is_open,
            }
        });
        placed
            .filter(|stay| stay.span.to.0 <= DAYS.end * DAY)
            .collect()
    })
}

/// The stays of each session. A stay continues the latest session while a stay of it is not over, or within 30
/// seconds after it if any of the stays that ended it was on another server.
fn naive(mut stays: Vec<GuildStay>) -> Vec<Vec<GuildStay>> {
    stays.sort_by_key(|stay| (stay.span.from, stay.span.to, stay.server.0));
    let mut all: Vec<Vec<GuildStay>> = Vec::new();
    for stay in stays {
        let continues = all.last().is_some_and(|session| {
            let end = session.iter().map(|of| of.span.to.0).max().unwrap_or(0);
            let mut enders = session.iter().filter(|of| of.span.to.0 == end);
            let gap = stay.span.from.0 - end;
            gap < 0 || (gap <= 30 && enders.any(|of| of.server != stay.server))
        });
        match all.last_mut().filter(|_| continues) {
            Some(session) => session.push(stay),
            None => all.push(vec![stay]),
        }
    }
    all
}

/// For every second of all days whether the player was on any server.
struct Clock(Vec<bool>);

impl Clock {
    fn of(stays: &[GuildStay]) -> Self {
        let mut clock = Self(vec![false; place(DAYS.end * DAY)]);
        for stay in stays {
            clock.0[place(stay.span.from.0)..place(stay.span.to.0)].fill(true);
        }
        clock
    }

    fn seconds(&self, from: i64, to: i64) -> u64 {
        let within = &self.0[place(from)..place(to)];
        within.iter().map(|is_on| u64::from(*is_on)).sum()
    }
}

fn place(at: i64) -> usize {
    usize::try_from(at - DAYS.start * DAY).unwrap()
}

proptest! {
    #![proptest_config(model_cases(256))]

    #[test]
    fn sessions_and_daily_sums_agree_with_the_wall_clock(stays in stays()) {
        let found = sessions(stays.clone());
        let clock = Clock::of(&stays);
        let expected: Vec<_> = naive(stays)
            .iter()
            .map(|session| {
                let from = session.iter().map(|stay| stay.span.from.0).min().unwrap();
                let to = session.iter().map(|stay| stay.span.to.0).max().unwrap();
                let is_open = session.iter().any(|stay| stay.is_open);
                // No two sessions overlap.
                (from, to, clock.seconds(from, to), is_open)
            })
            .collect();

        let of_found: Vec<_> = found
            .iter()
            .map(|session| (session.begin.0, session.end.0, session.playtime(), session.is_open))
            .collect();
        prop_assert_eq!(of_found, &expected[..]);

        let mut total = 0;
        for day in DAYS {
            let utc_day = UtcDay(i32::try_from(day).unwrap());
            let play = on_days(&found, utc_day, utc_day);
            let seconds = clock.seconds(day * DAY, (day + 1) * DAY);
            let began = expected.iter().filter(|(from, ..)| from.div_euclid(DAY) == day).count();
            prop_assert_eq!((play.playtime, play.sessions), (seconds, began as u64));
            total += play.playtime;
        }
        prop_assert_eq!(total, clock.seconds(DAYS.start * DAY, DAYS.end * DAY));
    }
}
