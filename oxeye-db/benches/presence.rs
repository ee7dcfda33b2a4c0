//! Measures last seen with 100, 10,000 and 1,000,000 entries: time per operation, longest pause,
//! and bytes per entry by a counting allocator. `cargo bench -p oxeye-db`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::alloc::System;
use std::hint::black_box;
use std::time::{Duration, Instant};

use oxeye_db::last_seen::LastSeen;
use oxeye_db::{PlayerName, UnixSeconds};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const NO_EDGE: UnixSeconds = UnixSeconds(i64::MIN);
const TOUCHES: usize = 2_000_000;
const DAY: i64 = 86_400;

fn main() {
    println!(
        "| entries | bytes/entry | insert ns | touch in turn ns | touch scattered ns | longest write us | newest 20 ns | newest 10,000 us | drop ns |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for entries in [100, 10_000, 1_000_000] {
        println!("{}", measure(entries));
    }
}

fn measure(entries: usize) -> String {
    let players = players(entries);
    let region = Region::new(COUNTING);
    let mut last_seen = LastSeen::new(usize::MAX);
    let mut longest = Duration::ZERO;
    let insert = per_operation(entries, || {
        for (number, player) in players.iter().enumerate() {
            // The entries are spread over a day, the default window.
            let at = number as i64 * DAY / entries as i64;
            let begin = Instant::now();
            last_seen.update_last_seen(player, UnixSeconds(at), NO_EDGE);
            longest = longest.max(begin.elapsed());
        }
    });
    let stats = region.change();
    // A reallocation counts as `bytes_reallocated`, on top of the bytes allocated.
    let held = stats.bytes_allocated as isize - stats.bytes_deallocated as isize;
    let in_turn = touch(&mut last_seen, &players, 1);
    // With a prime stride and a million entries, nothing that a touch needs is in the processor's
    // cache.
    let scattered = touch(&mut last_seen, &players, 7_919);
    let newest_20 = per_operation(10_000, || {
        for _ in 0..10_000 {
            black_box(last_seen.newest_first(NO_EDGE).take(20).count());
        }
    });
    let newest_10_000 = per_operation(100, || {
        for _ in 0..100 {
            let list: Vec<_> = last_seen.newest_first(NO_EDGE).take(10_000).collect();
            black_box(list.len());
        }
    });
    let drop = per_operation(entries, || {
        while !last_seen.is_empty() {
            last_seen.drop_older_than(UnixSeconds(i64::MAX));
        }
    });
    format!(
        "| {entries} | {:.1} | {insert:.0} | {in_turn:.0} | {scattered:.0} | {:.0} | {newest_20:.0} | {:.0} | {drop:.0} |",
        held as f64 / entries as f64,
        longest.as_secs_f64() * 1e6,
        newest_10_000 / 1e3,
    )
}

/// Touches every `stride`th player again and again, at twenty events per second.
fn touch(last_seen: &mut LastSeen, players: &[PlayerName], stride: usize) -> f64 {
    let start = last_seen
        .newest_first(NO_EDGE)
        .next()
        .map_or(0, |(_, at)| at.0);
    let mut number = 0;
    per_operation(TOUCHES, || {
        for touched in 0..TOUCHES {
            number = (number + stride) % players.len();
            let at = UnixSeconds(start + touched as i64 / 20);
            last_seen.update_last_seen(&players[number], at, NO_EDGE);
        }
    })
}

fn per_operation(operations: usize, run: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    run();
    begin.elapsed().as_nanos() as f64 / operations as f64
}

fn players(entries: usize) -> Vec<PlayerName> {
    (0..entries)
        .map(|number| PlayerName::try_from(format!("Player{number:09}")).expect("a valid name"))
        .collect()
}
