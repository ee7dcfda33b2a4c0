//! Many dashboards and many changes: how late each dashboard sees each change, and what that costs the
//! fleet: `cargo bench -p oxeye-fleet --bench feed -- DASHBOARDS CHANGES_PER_SECOND SECONDS`.
//!
//! | module      | subject                                              |
//! |-------------|------------------------------------------------------|
//! | `fleet`     | the program in a process of its own, and its figures |
//! | `changes`   | players who come and go                              |
//! | `join_api`  | joins and leaves over HTTP                           |
//! | `dashboard` | a client of the feed that notes what it sees, and when |

#![allow(missing_docs, reason = "a program that prints figures")]
#![allow(clippy::print_stdout, reason = "a program that prints figures")]

#[path = "feed/changes.rs"]
mod changes;
#[path = "feed/dashboard.rs"]
mod dashboard;
#[path = "feed/fleet.rs"]
mod fleet;
#[path = "shared/join_api.rs"]
mod join_api;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use oxeye_process::tasks::Tasks;
use tokio::time::sleep;

use self::changes::Changes;
use self::dashboard::Seen;
use self::fleet::Fleet;

/// The longest time until a dashboard sees a change.
const MAX_DELAY: Duration = Duration::from_secs(1);

/// The most processor time of the fleet, in percent of one core.
const MAX_CPU: f64 = 10.0;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let numbers: Vec<u32> = std::env::args()
        .filter_map(|text| text.parse().ok())
        .collect();
    let number = |place: usize, default| numbers.get(place).copied().unwrap_or(default);
    let (dashboards, per_second, seconds) = (number(0, 200), number(1, 50), number(2, 20));

    let fleet = Fleet::start().await?;
    let changes = Arc::new(Changes::new(&fleet));
    changes.fill().await?;
    let (seen, tasks) = (Arc::new(Seen::default()), Tasks::new());
    for _ in 0..dashboards {
        let (changes, seen) = (Arc::clone(&changes), Arc::clone(&seen));
        dashboard::open(fleet.address(), changes, seen, &tasks).await?;
    }

    let (cpu, started) = (fleet.cpu()?, Instant::now());
    changes.make(per_second, seconds).await?;
    let used = (fleet.cpu()? - cpu).as_secs_f64() / started.elapsed().as_secs_f64() * 100.0;
    // A change that is not seen by then is too late.
    sleep(MAX_DELAY).await;
    let memory = fleet.memory()?;
    tasks.stop();
    tasks.finished_within(MAX_DELAY).await;

    let made = changes.count();
    let missing = made * dashboards as usize - seen.count();
    let slowest = seen.slowest();
    println!("| dashboards | {dashboards} |");
    println!("|---|---|");
    println!("| changes | {made}, {per_second} a second |");
    println!("| size of a message | {} KB |", seen.bytes() / 1024);
    println!("| messages to all dashboards | {} |", seen.messages());
    println!("| longest delay of a change | {} ms |", slowest.as_millis());
    println!(
        "| changes not seen within {} s, over all dashboards | {missing} |",
        MAX_DELAY.as_secs()
    );
    println!("| processor time of the fleet | {used:.1} % of one core |");
    println!("| memory of the fleet | {:.1} MB |", memory as f64 / 1e6);
    let is_good = missing == 0 && slowest < MAX_DELAY && used < MAX_CPU;
    Ok(ExitCode::from(u8::from(!is_good)))
}
