//! Measures questions about a million sessions of 5,000 players: time per question, and bytes per
//! session by a counting allocator. `cargo bench -p oxeye-db --bench history`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::alloc::System;
use std::hint::black_box;
use std::time::Instant;

use oxeye_db::history::History;
use oxeye_db::record::Record;
use oxeye_db::record::leaderboard::{Leaderboard, RankedBy, Section, Terms};
use oxeye_db::{
    ClosedSession, Persons, PlayerId, PlayerName, Range, SessionEnd, SessionId, Span, Step, Steps,
    TimeZone, UnixSeconds,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SESSIONS: u32 = 1_000_000;
const PLAYERS: u32 = 5_000;
const DAY: i64 = 86_400;
/// 2026-11-21.
const NOW: UnixSeconds = UnixSeconds(1_795_219_200);
const TIMES: usize = 20;

fn main() {
    let zone: TimeZone = "Europe/Berlin".parse().expect("a zone");
    println!("| {SESSIONS} sessions within | question | fastest ms | median ms | longest ms |");
    println!("|---|---|---|---|---|");
    for days in [730, 90] {
        let sessions = sessions(days);
        let region = Region::new(COUNTING);
        let history: History = sessions.iter().copied().collect();
        let stats = region.change();
        let held = stats.bytes_allocated as f64 - stats.bytes_deallocated as f64;
        let bytes = held / f64::from(SESSIONS);
        let record = Record::new(history, Vec::new(), NOW);
        ask(&format!("{days} days"), &record, zone);
        println!("| {days} days | memory: {bytes:.1} bytes per session | | | |");
    }
}

fn ask(within: &str, record: &Record, zone: TimeZone) {
    let print = |question: &str, run: &dyn Fn()| {
        let (fastest, median, longest) = time(run);
        println!("| {within} | {question} | {fastest:.2} | {median:.2} | {longest:.2} |");
    };
    for range in [Range::Days(7), Range::Days(90), Range::All] {
        let span = range.span(zone, NOW);
        print(&format!("leaderboard, {range}, the first 10"), &|| {
            let terms = Terms {
                by: RankedBy::Playtime,
                span,
                section: Section::After {
                    offset: 0,
                    limit: 10,
                },
            };
            let records = std::slice::from_ref(record);
            black_box(Leaderboard::of(records, &Persons::default(), &terms, name));
        });
    }
    let last = |days: i64| Span {
        from: UnixSeconds(NOW.0 - days * DAY),
        to: NOW,
    };
    for (question, step) in [("hours", Step::Seconds(3600)), ("days", Step::Day)] {
        print(&format!("headcount, 90 days by {question}"), &|| {
            let steps = Steps::cut(last(90), step, zone).expect("not too many");
            black_box(record.headcount(&steps));
        });
    }
    print("headcount, 730 days by days", &|| {
        let steps = Steps::cut(last(730), Step::Day, zone).expect("not too many");
        black_box(record.headcount(&steps));
    });
    print("busiest hours, 90 days", &|| {
        black_box(record.busiest(last(90), zone)).expect("a span");
    });
    print("busiest hours, 730 days", &|| {
        black_box(record.busiest(last(730), zone)).expect("a span");
    });
    print("who was online 30 days ago", &|| {
        black_box(record.present_at(UnixSeconds(NOW.0 - 30 * DAY)));
    });
    print("one player's playtime", &|| {
        let persons = Persons::default();
        let person = persons.called(PlayerId(77)).remove(0);
        black_box(record.playtime(&person, 30, zone, NOW));
    });
    print("one player's newest 50 sessions", &|| {
        black_box(record.player_sessions(PlayerId(77), None, 50));
    });
    print("all players", &|| {
        black_box(record.known_players(&Persons::default(), &[], name));
    });
}

/// Returns the fastest, median and longest time of several runs, in milliseconds.
fn time(run: &dyn Fn()) -> (f64, f64, f64) {
    let one = |_| {
        let begin = Instant::now();
        run();
        begin.elapsed().as_secs_f64() * 1e3
    };
    let mut times: Vec<f64> = (0..TIMES).map(one).collect();
    times.sort_by(f64::total_cmp);
    (times[0], times[TIMES / 2], times[TIMES - 1])
}

/// Returns sessions of up to two hours, spread evenly over the days, in the order in which they
/// became known. One in a hundred became known a day late.
fn sessions(days: i64) -> Vec<ClosedSession> {
    let mut random = 1_u64;
    let mut below = |limit: u64| {
        // Knuth's MMIX generator.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % limit
    };
    let mut sessions: Vec<(i64, ClosedSession)> = (0..SESSIONS)
        .map(|number| {
            let part = i64::from(number) * days * DAY / i64::from(SESSIONS);
            let joined_at = UnixSeconds(NOW.0 - days * DAY + part);
            let left_at = UnixSeconds(joined_at.0 + below(7_200) as i64);
            let late = if below(100) == 0 { DAY } else { 0 };
            let session = ClosedSession {
                id: SessionId(number),
                player: PlayerId(1 + below(PLAYERS.into()) as u32),
                account: None,
                joined_at,
                left_at,
                seen_at: left_at,
                end: SessionEnd::Left,
            };
            (left_at.0 + late, session)
        })
        .collect();
    sessions.sort_by_key(|(known_at, _)| *known_at);
    sessions.into_iter().map(|(_, session)| session).collect()
}

fn name(player: PlayerId) -> Option<PlayerName> {
    PlayerName::try_from(format!("Player{}", player.0)).ok()
}
