//! How fast joins are decided, and how much memory many slots take, with an engine in memory, real HTTP on
//! loopback and the real store: `cargo bench -p oxeye-fleet --features stand-in --bench joins -- JOINS_PER_SECOND
//! SECONDS SLOTS_IN_MEMORY`.
//!
//! | module      | subject                                                     |
//! |-------------|-------------------------------------------------------------|
//! | `fleet`     | the fleet, which this program runs in a process of its own     |
//! | `players`   | players who join at a constant rate                          |
//! | `join_api`  | joins and leaves over HTTP                                   |
//! | `latencies` | how long the joins took                                      |
//! | `memory`    | the memory of a fleet with many slots                         |

#![allow(missing_docs, reason = "a program that prints figures")]
#![allow(clippy::print_stdout, reason = "a program that prints figures")]

mod fleet;
#[path = "../shared/join_api.rs"]
mod join_api;
mod latencies;
mod memory;
mod players;

use std::process::ExitCode;
use std::time::Duration;

use self::fleet::Fleet;
use self::players::Players;

/// The longest time that 99 of 100 joins may take.
const MAX_P99: Duration = Duration::from_millis(5);

/// The most memory of a fleet with many slots, in bytes.
const MAX_MEMORY: u64 = 60_000_000;

/// The share of the wanted rate that must be reached for the rate to count as kept.
const KEPT_RATE: f64 = 0.99;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let Some((first, rest)) = arguments.split_first()
        && first == fleet::SERVE
    {
        fleet::serve(rest).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let numbers: Vec<u32> = arguments
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    let number = |place: usize, default| numbers.get(place).copied().unwrap_or(default);
    let (per_second, seconds, slots) = (number(0, 1_000), number(1, 10), number(2, 1_000));

    let fleet = Fleet::start(players::MAX_SLOTS, players::IDLE_SECS).await?;
    let players = Players::new(fleet.address());
    players.take_their_slots().await?;
    let joins = players.join(per_second, seconds).await;
    drop(fleet);
    let memory = memory::of_slots(slots).await?;

    let latencies = &joins.latencies;
    let (rate, p99) = (joins.per_second(), latencies.percentile(99.0));
    println!(
        "| joins with an engine in memory, {} slots | |",
        players::SLOTS
    );
    println!("|---|---|");
    println!(
        "| joins, of which {} by new players | {} |",
        joins.by_new_players,
        latencies.count()
    );
    println!("| joins a second | {rate:.0}, wanted {per_second} |");
    println!("| joins that failed | {} |", joins.failed);
    println!("| p50 | {:.2?} |", latencies.percentile(50.0));
    println!("| p99 | {p99:.2?} |");
    println!("| slowest | {:.2?} |", latencies.percentile(100.0));
    println!(
        "| resident memory of the fleet with {slots} slots and a dashboard | {:.1} MB |",
        memory as f64 / 1e6
    );
    let is_good = joins.failed == 0
        && rate >= f64::from(per_second) * KEPT_RATE
        && p99 < MAX_P99
        && memory < MAX_MEMORY;
    Ok(ExitCode::from(u8::from(!is_good)))
}
