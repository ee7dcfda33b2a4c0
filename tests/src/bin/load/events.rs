//! How many joins and leaves per second one backend handles, compared with a bare axum handler on
//! the same machine. Both are separate processes and are driven in turn. The backend answers when
//! the event is on disk, the bare handler at once, so the time of one synced write is printed
//! first.
//!
//! Required with 64 connections on 2 cores: at least 30,000 per second, at least 0.4 of the bare
//! handler's rate, and a p99 of at most 10 ms.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::load::{self, Measured, bare};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::plan::Plan;

/// The numbers of connections to measure.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// The connections share this many linked servers.
const SERVERS: usize = 16;

/// The child process: serves until it is killed.
pub(crate) async fn serve_bare() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, bare::routes()).await?)
}

/// Drives both in turn and prints a table with a row for each and every number of connections.
pub(crate) async fn print(plan: &Plan) -> Result<()> {
    let (_bare, bare) = start_bare().await?;
    let (oxeye, keys) = start_backend().await;
    let (median, longest) = crate::disk::time_of_a_write(oxeye.folder())?;
    println!(
        "4 KiB written and synced in the store's folder: median {median:.0?}, longest {longest:.0?}\n"
    );
    println!("| connections | served by | requests/s | p50 | p99 | share of bare |");
    println!("|---|---|---|---|---|---|");
    for connections in CONNECTIONS {
        let keys: Vec<_> = keys.iter().cycle().take(connections).cloned().collect();
        let mut of_bare = Measured::default();
        let mut of_oxeye = Measured::default();
        for _ in 0..plan.rounds {
            let length = Duration::from_secs(plan.seconds);
            of_oxeye.add(
                load::run(oxeye.address(), &keys, length)
                    .await
                    .context("oxeye")?,
            );
            of_bare.add(
                load::run(bare, &keys, length)
                    .await
                    .context("the bare handler")?,
            );
        }
        let share = of_oxeye.per_second() / of_bare.per_second();
        print_row(connections, "oxeye", &mut of_oxeye, share);
        print_row(connections, "bare axum", &mut of_bare, 1.0);
    }
    Ok(())
}

fn print_row(connections: usize, name: &str, measured: &mut Measured, share: f64) {
    let (rate, p50, p99) = (
        measured.per_second(),
        measured.latencies.quantile(500),
        measured.latencies.quantile(990),
    );
    println!("| {connections} | {name} | {rate:.0} | {p50:.2?} | {p99:.2?} | {share:.2} |");
}

/// The real backend, and one key per server.
async fn start_backend() -> (Oxeye, Vec<String>) {
    let oxeye = Setup::unlimited().start().await;
    let mut keys = Vec::new();
    for number in 0..SERVERS {
        keys.push(
            oxeye
                .linked(&format!("server {number}"))
                .await
                .key()
                .to_owned(),
        );
    }
    (oxeye, keys)
}

pub(crate) async fn start_bare() -> Result<(Child, SocketAddr)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("--bare")
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stderr = child.stderr.take().context("the child has no stderr")?;
    let line = BufReader::new(stderr)
        .lines()
        .next_line()
        .await?
        .context("the child printed nothing")?;
    let address = line
        .split("http://")
        .nth(1)
        .context("the child did not say where it listens")?;
    Ok((child, address.parse()?))
}
