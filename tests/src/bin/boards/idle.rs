//! Boards of servers on which nothing happens. Some of the servers send heartbeats.

use std::time::{Duration, Instant};

use anyhow::Result;
use oxeye_tests::process;
use oxeye_tests::raw::Request;
use serde_json::json;

use crate::community::Community;
use crate::plan::Plan;
use crate::unless;

/// How long the boards settle before we measure.
const SETTLING: Duration = Duration::from_secs(45);
/// Servers that send heartbeats, and how often.
const WITH_HEARTBEATS: usize = 20;
const HEARTBEAT: Duration = Duration::from_secs(10);

pub(crate) async fn print(boards: usize, plan: &Plan) -> Result<Vec<String>> {
    let community = Community::start(boards).await?;
    beats_for(&community, SETTLING).await;
    let id = community.oxeye.process_id();
    let before = (
        community.discord.requests().len(),
        process::processor_time(id)?,
        Instant::now(),
    );
    beats_for(&community, plan.length).await;
    let requests = community.discord.requests().len() - before.0;
    let used = process::processor_time(id)?.saturating_sub(before.1);
    let share = used.as_secs_f64() / before.2.elapsed().as_secs_f64() * 100.0;

    println!("| {boards} idle boards for {:.0?} | |", plan.length);
    println!("|---|---|");
    println!("| requests to Discord | {requests} |");
    println!("| share of a core | {share:.2} % |");
    let memory = process::megabytes(process::memory(id)?.resident);
    println!("| resident memory | {memory} |");
    Ok([
        unless(requests == 0, "no request"),
        unless(share < 1.0, "less than 1 % of a core"),
    ]
    .into_iter()
    .flatten()
    .collect())
}

async fn beats_for(community: &Community, length: Duration) {
    let end = Instant::now() + length;
    while Instant::now() < end {
        for server in community.servers.iter().take(WITH_HEARTBEATS) {
            let beat = json!({"players": 1, "heartbeat_secs": HEARTBEAT.as_secs()});
            let answer = server.plugin.ask(Request::post("/heartbeat").json(&beat));
            assert_eq!(answer.await.status, 200, "a heartbeat is accepted");
        }
        let left = end.saturating_duration_since(Instant::now());
        tokio::time::sleep(HEARTBEAT.min(left)).await;
    }
}
