//! Boards of busy servers, with trouble in between.

use std::time::{Duration, Instant};

use anyhow::Result;
use oxeye_tests::discord::Permissions;
use oxeye_tests::process;

use crate::community::{Community, newest_player};
use crate::found::Found;
use crate::plan::Plan;
use crate::traffic::Traffic;
use crate::unless;

/// How long a channel is hidden from the bot.
const BLOCKED: Duration = Duration::from_secs(45);
/// How long we wait for the boards at the end.
const SETTLING: Duration = Duration::from_secs(90);
/// The required time between two accepted edits, less a tolerance for clocks and latency.
const DISTANCE: Duration = Duration::from_millis(14_900);
/// The time within which the last state must be shown.
const SHOWN: Duration = Duration::from_secs(20);

/// The server whose message is deleted, and the one whose channel the bot cannot see for a while.
const DELETED: usize = 0;
const HIDDEN: usize = 1;

pub(crate) async fn print(plan: &Plan) -> Result<Vec<String>> {
    let mut community = Community::start(plan.servers.max(3)).await?;
    let mut traffic = Traffic::new(community.servers.len(), plan.joins, plan.seed);
    community.discord.fails_at_random(plan.faults, plan.seed);
    let begin = Instant::now();
    let at = |share: f64| begin + plan.length.mul_f64(share);

    traffic.runs_until(&community.servers, at(0.2)).await;
    community.discord.invalidates_the_session(false);
    traffic.runs_until(&community.servers, at(0.35)).await;
    community = community.restart().await;
    traffic.runs_until(&community.servers, at(0.5)).await;
    let deleted = &community.servers[DELETED].channel;
    for message in deleted.messages() {
        deleted.loses(&message);
    }
    traffic.runs_until(&community.servers, at(0.6)).await;
    let hidden = community.servers[HIDDEN].channel.clone();
    hidden.denies_the_bot(Permissions::VIEW_CHANNEL);
    let blocked = BLOCKED.min(plan.length / 5);
    traffic
        .runs_until(&community.servers, at(0.6) + blocked)
        .await;
    hidden.grants_the_bot(Permissions::VIEW_CHANNEL);
    let seen_again = Instant::now();
    traffic.runs_until(&community.servers, at(1.0)).await;
    settles(&community, &traffic).await;

    let mut found = Found::of(&community, &traffic, HIDDEN);
    found.print(plan, &community.discord);
    let back = found.shown_after(HIDDEN, seen_again);
    println!("| the channel that was hidden for {blocked:.0?} is right again after | {back:.1?} |");
    println!(
        "| processor time since the restart | {:.1?} |",
        process::processor_time(community.oxeye.process_id())?
    );
    community.discord.keeps_the_rules();
    Ok([
        unless(found.shortest >= DISTANCE, "15 s between edits"),
        unless(found.last_state <= SHOWN, "the last state within 20 s"),
        unless(
            found.lags.quantile(990) <= SHOWN,
            "joins within 20 s at p99",
        ),
    ]
    .into_iter()
    .flatten()
    .collect())
}

/// Waits until every board shows the newest player of its server.
async fn settles(community: &Community, traffic: &Traffic) {
    let end = Instant::now() + SETTLING;
    let shows = |number: usize| {
        let messages = community.servers[number].channel.messages();
        let text = messages.last().map(oxeye_tests::discord::Answer::text);
        let newest = text.and_then(|text| newest_player(&text, number));
        newest >= Some(traffic.newest(number))
    };
    while Instant::now() < end && !(0..community.servers.len()).all(shows) {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
