//! The sessions and the playtime of a naive model, which counts second by second, agree with the rules.

use std::collections::BTreeSet;

use oxeye_plugin_proto::UnixSeconds;
use proptest::prelude::*;

use super::{GuildStay, on_days, sessions};
use crate::activity::day::UtcDay;
use crate::ids::ServerId;
use crate::record::naive::cases;
use crate::record::span::Span;

const DAY: i64 = 86_400;

/// A stay near one of three midnights, on one of three servers.
fn stay() -> impl Strategy<Value = GuildStay> {
    let from = (0..3_i64, -90..90_i64).prop_map(|(day, offset)| day * DAY + offset);
    (1..4_i64, from, 0..100_i64).prop_map(|(server, from, length)| GuildStay {
        server: ServerId(server),
        span: Span {
            from: UnixSeconds(from),
            to: UnixSeconds(from + length),
        },
        is_open: false,
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

/// Every second in which the player was on any server.
fn seconds(stays: &[GuildStay]) -> BTreeSet<i64> {
    let spans = stays.iter().map(|stay| stay.span.from.0..stay.span.to.0);
    spans.flatten().collect()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn sessions_and_daily_sums_agree_with_the_wall_clock(stays in prop::collection::vec(stay(), 0..9)) {
        let found = sessions(stays.clone());
        let expected = naive(stays.clone());

        let begins = |sessions: &[Vec<GuildStay>]| -> Vec<(i64, i64, u64)> {
            let of = |session: &Vec<GuildStay>| {
                let from = session.iter().map(|stay| stay.span.from.0).min().unwrap_or(0);
                let to = session.iter().map(|stay| stay.span.to.0).max().unwrap_or(0);
                (from, to, seconds(session).len() as u64)
            };
            sessions.iter().map(of).collect()
        };
        let of_found: Vec<_> = found
            .iter()
            .map(|session| (session.begin.0, session.end.0, session.playtime()))
            .collect();
        prop_assert_eq!(of_found, begins(&expected));

        let clock = seconds(&stays);
        let mut total = 0;
        for day in -1..4 {
            let play = on_days(&found, UtcDay(day), UtcDay(day));
            let day = i64::from(day);
            let on_day = clock.iter().filter(|second| second.div_euclid(DAY) == day).count();
            prop_assert_eq!(play.playtime, on_day as u64);
            total += play.playtime;
        }
        prop_assert_eq!(total, clock.len() as u64);
    }
}
