//! How long others wait while a server with a long history sends the most expensive events.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use oxeye_tests::backend::Setup;
use oxeye_tests::crash;
use oxeye_tests::load::Latencies;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::accounts::{self, HIDDEN, LINKED};
use crate::attack::{Attacker, late_joins, startup_syncs};
use crate::bystander;
use crate::history;
use crate::plan::Plan;

const SERVER: &str = "hostile";

/// Long enough to see that SIGTERM does not end the process in time.
const TIME_TO_END: Duration = Duration::from_secs(120);

pub(crate) async fn print(plan: &Plan) -> Result<()> {
    let mut oxeye = Setup::new()
        .set("RUST_LOG", "warn,oxeye_backend=info")
        .start()
        .await;
    let plugin = oxeye.linked(SERVER).await;
    let end = crash::now()?;
    let begin = history::import(&oxeye, SERVER, plan.stays, end).await?;
    let neighbour = oxeye.linked_in(7, "neighbour").await;
    // The past must lie before something newer, otherwise a late event would be in order.
    plugin.joins(history::PLAYER).await;

    for member in [LINKED, HIDDEN] {
        accounts::link(&oxeye, &plugin, member, end).await?;
    }

    println!(
        "| {} stays of one player; meanwhile | batches taken | another guild's joins | p50 | p99 | longest | `/health` p99 | longest |",
        plan.stays
    );
    println!("|---|---|---|---|---|---|---|---|");
    let address = oxeye.address();
    let mut attacker = Attacker::new(address, &plugin, end).await?;
    let key = neighbour.key();
    print_row("nothing", address, key, &mut attacker, plan, None).await?;
    let joins = || late_joins(500, begin, end);
    print_row(
        "batches of 500 late joins",
        address,
        key,
        &mut attacker,
        plan,
        Some(&joins),
    )
    .await?;
    let syncs = || startup_syncs(200, begin, end);
    print_row(
        "batches of 200 startup syncs",
        address,
        key,
        &mut attacker,
        plan,
        Some(&syncs),
    )
    .await?;

    print_lists(address, key, &mut attacker, plan, end).await?;

    attacker.sends_without_waiting(&joins()).await?;
    let stopped = Instant::now();
    oxeye.signal("TERM");
    let status = oxeye.ends_within(TIME_TO_END).await;
    println!(
        "\nSIGTERM behind a batch of 500 late joins: ended after {:.2?} with code {}",
        stopped.elapsed(),
        status.code().context("a signal ended it")?
    );
    Ok(())
}

/// Attacks with lists of accounts: many names of one, and many under one name.
async fn print_lists(
    address: SocketAddr,
    key: &str,
    attacker: &mut Attacker,
    plan: &Plan,
    end: i64,
) -> Result<()> {
    let names_of_linked = || accounts::names_of(LINKED, end);
    let names_of_hidden = || accounts::names_of(HIDDEN, end);
    let other_accounts = || accounts::other_accounts(end);
    let lists: [(&str, &(dyn Fn() -> Vec<Value> + Sync)); 3] = [
        ("lists of new names of a linked account", &names_of_linked),
        ("lists of new names of one that hides", &names_of_hidden),
        ("lists of other accounts", &other_accounts),
    ];
    for (name, list) in lists {
        print_row(name, address, key, attacker, plan, Some(list)).await?;
    }
    Ok(())
}

/// Attacks (or not) for the planned time, and prints how long the others waited.
async fn print_row(
    name: &str,
    address: SocketAddr,
    key: &str,
    attacker: &mut Attacker,
    plan: &Plan,
    events: Option<&(dyn Fn() -> Vec<Value> + Sync)>,
) -> Result<()> {
    let stop = CancellationToken::new();
    let joins = bystander::joins(address, key.to_owned(), stop.clone());
    let health = bystander::health(address, stop.clone());
    let attack = async {
        let (begin, taken) = (Instant::now(), attacker.taken);
        while begin.elapsed() < plan.length {
            match events {
                Some(events) => attacker.sends(&events()).await?,
                None => tokio::time::sleep(plan.length).await,
            }
        }
        stop.cancel();
        anyhow::Ok(attacker.taken - taken)
    };
    let (mut joins, mut health, taken): (Latencies, Latencies, u64) =
        tokio::try_join!(joins, health, attack)?;
    println!(
        "| {name} | {taken} | {} | {:.1?} | {:.1?} | {:.1?} | {:.1?} | {:.1?} |",
        joins.count(),
        joins.quantile(500),
        joins.quantile(990),
        joins.max(),
        health.quantile(990),
        health.max(),
    );
    Ok(())
}
