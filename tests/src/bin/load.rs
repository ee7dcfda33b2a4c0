//! How many events per second one backend takes, beside what a bare axum handler takes on the same
//! machine.
//!
//! `cargo run --release -p oxeye-tests --bin load [-- --seconds 3 --rounds 2]`
//!
//! Both are processes of their own and are driven over loopback in turns. Ends with an error when a
//! single request fails.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people"
)]

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::load::{self, Measured, bare};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// The numbers of connections that are tried.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// The connections share this many linked servers.
const SERVERS: usize = 16;

/// What the command line asks for.
struct Plan {
    seconds: u64,
    rounds: u32,
    bare: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let plan = plan(std::env::args().skip(1))?;
    if plan.bare {
        serve_bare().await
    } else {
        compare(&plan).await
    }
}

fn plan(mut arguments: impl Iterator<Item = String>) -> Result<Plan> {
    let mut plan = Plan {
        seconds: 3,
        rounds: 2,
        bare: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .with_context(|| format!("{argument} needs a number"))
        };
        match argument.as_str() {
            "--seconds" => plan.seconds = value()?.parse()?,
            "--rounds" => plan.rounds = value()?.parse()?,
            "--bare" => plan.bare = true,
            _ => bail!("unknown argument {argument}; known are --seconds N, --rounds N"),
        }
    }
    Ok(plan)
}

/// The child: serves until it is killed.
async fn serve_bare() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, bare::routes()).await?)
}

async fn compare(plan: &Plan) -> Result<()> {
    let (_bare, bare) = start_bare().await?;
    let (oxeye, keys) = start_backend().await;
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
        measured.quantile(500),
        measured.quantile(990),
    );
    println!("| {connections} | {name} | {rate:.0} | {p50:.2?} | {p99:.2?} | {share:.2} |");
}

/// The real backend with limits out of the way, and one key per server.
async fn start_backend() -> (Oxeye, Vec<String>) {
    let oxeye = Setup::new()
        .set("RATE_LIMIT_EVENTS_PER_SEC", "1000000")
        .set("RATE_LIMIT_EVENTS_BURST", "1000000")
        .set("RATE_LIMIT_CONNECT_PER_MIN", "1000")
        .set("RUST_LOG", "warn,oxeye_backend=info")
        .start()
        .await;
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

async fn start_bare() -> Result<(Child, SocketAddr)> {
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
        .context("the child said nothing")?;
    let address = line
        .split("http://")
        .nth(1)
        .context("the child did not say where it listens")?;
    Ok((child, address.parse()?))
}
