//! One player and the default timers.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::client::{Client, LIMIT};
use crate::program::{Program, Timers};

const IDLE: Duration = Duration::from_secs(10);
const DELETION: Duration = Duration::from_secs(30);
const TOLERANCE: Duration = Duration::from_secs(1);

/// How often the state is read.
const INTERVAL: Duration = Duration::from_millis(20);

/// Measures how long after its player has left a server is stopped and deleted. Returns whether both
/// happen in time.
pub(crate) async fn measure() -> bool {
    let mut program = Program::new(&Timers::default());
    program.start();
    let client = Client::of(&program).await;
    let visit = client.join("patient").await.expect("there is room");
    let server = visit.server.as_str();
    let ready = until(&client, server, |state| state == Some("running")).await;
    let joined = Instant::now();
    while ready.is_some() && joined.elapsed() < Duration::from_secs(12) {
        client.heartbeat(&visit).await;
        sleep(Duration::from_secs(3)).await;
    }
    client.leave(&visit).await;
    let left = Instant::now();
    let is_stopped = |state: Option<&str>| matches!(state, Some("stopping" | "stopped") | None);
    let stopped = until(&client, server, is_stopped).await;
    let gone = until(&client, server, |state| state.is_none()).await;
    program.stop().await;
    println!("| one server with the default timers | |");
    println!("|---|---|");
    let idle = print("stopped after the leave", Some(left), stopped, IDLE);
    let deleted = print("deleted after the stop", stopped, gone, DELETION);
    idle && deleted
}

/// Waits for a state, and returns when it was reached.
async fn until(
    client: &Client,
    server: &str,
    is_so: impl Fn(Option<&str>) -> bool,
) -> Option<Instant> {
    let began = Instant::now();
    while began.elapsed() < LIMIT {
        if let Some(slots) = client.slots().await {
            let slot = slots.iter().find(|slot| slot.id.to_string() == server);
            if is_so(slot.map(|slot| slot.state.as_str())) {
                return Some(Instant::now());
            }
        }
        sleep(INTERVAL).await;
    }
    None
}

fn print(what: &str, from: Option<Instant>, to: Option<Instant>, expected: Duration) -> bool {
    let (Some(from), Some(to)) = (from, to) else {
        println!("| {what} | never |");
        return false;
    };
    let took = to - from;
    println!("| {what} | {:.2} s |", took.as_secs_f64());
    took.abs_diff(expected) <= TOLERANCE
}
