//! Measures questions about what players did: a store of a million players, 50,000 of them in one guild, each with 30
//! days of stays and counters, and a few names that another account used before. `cargo bench -p oxeye-db --bench activity [PLAYERS]`
//!
//! A million players take about 6 GB of disk in the folder for temporary files, and several minutes before the first
//! question. Fails if answers take longer than 150 ms, except one in a hundred.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on may panic"
)]
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

mod community;
mod questions;

use std::process::ExitCode;
use std::time::Instant;

use oxeye_db::testing::TestStore;

use community::{Community, NOW};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let players = arguments.find_map(|argument| argument.parse().ok());
    let community = Community::of(players.unwrap_or(1_000_000));
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let store = runtime.block_on(made(&community));
    let late = runtime.block_on(questions::ask(&store, &community));
    runtime.block_on(store.close());
    if late.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("answered later than allowed: {}", late.join("; "));
    ExitCode::FAILURE
}

/// Makes the store and opens it.
async fn made(community: &Community) -> TestStore {
    let store = TestStore::new(NOW);
    community.link(&store).await;
    let store = store.restarted_after(|_| (), NOW).await;
    let begin = Instant::now();
    let mut opening = begin;
    let fill = |file: &std::path::Path| {
        community.fill(file);
        println!("filled in {:.0} s", begin.elapsed().as_secs_f64());
        opening = Instant::now();
    };
    let store = store.restarted_after(fill, NOW).await;
    println!("opened in {:.1} s", opening.elapsed().as_secs_f64());
    community.awake(&store).await;
    store
}
