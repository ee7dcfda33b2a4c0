//! Runs Oxeye beside the game servers, and measures it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::crash;
use oxeye_tests::process::{Memory, megabytes, memory, processor_time};
use oxeye_tests::raw::Request;
use rusqlite::Connection;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::plan::Plan;
use crate::servers::address;

/// How long Oxeye runs before each measurement.
const SETTLE: Duration = Duration::from_secs(60);

/// How long the processor time without any address is measured.
const IDLE_LENGTH: Duration = Duration::from_secs(30);

/// Required: share of one core, in percent, and memory, for 1,000 addresses.
const MOST_PERCENT: f64 = 3.0;
const MOST_BYTES: u64 = 30_000_000;

/// Required: the age of the last answer of a server that is not hostile.
const OLDEST_ANSWER: Duration = Duration::from_secs(40);

/// Required: the time from SIGTERM to the end.
const LONGEST_STOP: Duration = Duration::from_secs(1);

/// What Oxeye used during a measurement.
struct Usage {
    percent: f64,
    memory: Memory,
}

pub(crate) async fn print(plan: &Plan) -> Result<()> {
    let (_servers, port, dns) = start_servers(plan).await?;
    let mut oxeye = start_oxeye(dns).await;
    sleep(SETTLE).await;
    let without = measure(&oxeye, IDLE_LENGTH).await?;
    row("no address", &without);
    stop(&mut oxeye).await;

    add_all(oxeye.folder(), plan, port)?;
    let mut oxeye = oxeye.start_again().await;
    sleep(SETTLE).await;
    let with = measure(&oxeye, plan.length).await?;
    let what = format!("{} addresses, {} hostile", plan.addresses, plan.hostile);
    row(&what, &with);
    let oldest = oldest_answer(&oxeye, plan).await?;
    let stopped_in = stop(&mut oxeye).await;

    let percent = with.percent - without.percent;
    let more = |bytes: u64| bytes.saturating_sub(without.memory.resident);
    let (resident, peak) = (more(with.memory.resident), more(with.memory.peak));
    println!(
        "more: {percent:.2} % of one core, {} resident, at most {}",
        megabytes(resident),
        megabytes(peak)
    );
    println!("oldest answer of the others: {} s", oldest.as_secs());
    println!("from SIGTERM to the end: {} ms", stopped_in.as_millis());

    ensure!(
        percent < MOST_PERCENT,
        "not reached: {MOST_PERCENT} % of one core"
    );
    ensure!(
        peak < MOST_BYTES,
        "not reached: {} more",
        megabytes(MOST_BYTES)
    );
    ensure!(
        oldest < OLDEST_ANSWER,
        "not reached: answers that are fresh"
    );
    ensure!(
        stopped_in < LONGEST_STOP,
        "not reached: an end within a second"
    );
    Ok(())
}

fn row(what: &str, usage: &Usage) {
    println!(
        "{what}: {:.2} % of one core, {} resident, {} of it anonymous, {} at most",
        usage.percent,
        megabytes(usage.memory.resident),
        megabytes(usage.memory.anonymous),
        megabytes(usage.memory.peak)
    );
}

/// Starts the game servers in a process of their own. Returns their port and the DNS server's address.
async fn start_servers(plan: &Plan) -> Result<(Child, u16, SocketAddr)> {
    let (addresses, hostile) = (plan.addresses.to_string(), plan.hostile.to_string());
    let mut servers = Command::new(std::env::current_exe()?)
        .args(["--serve", "--addresses", &addresses, "--hostile", &hostile])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = servers.stdout.take().context("it was piped")?;
    let line = BufReader::new(output).lines().next_line().await?;
    let line = line.context("the game servers did not start")?;
    let (port, dns) = line.split_once(' ').context("a port and an address")?;
    Ok((servers, port.parse()?, dns.parse()?))
}

async fn start_oxeye(dns: SocketAddr) -> Oxeye {
    Setup::unlimited()
        .set("WATCH_ADDRESSES", "any")
        .set("WATCH_DNS_SERVER", &dns.to_string())
        .start()
        .await
}

/// Writes all addresses into the store of an Oxeye that has ended, each for a server of its own.
fn add_all(folder: &Path, plan: &Plan, port: u16) -> Result<()> {
    let mut file = Connection::open(folder.join("oxeye.db"))?;
    let rows = file.transaction()?;
    rows.execute(
        "INSERT OR IGNORE INTO guilds (id, created_at) VALUES (1, 1)",
        [],
    )?;
    for number in 0..plan.addresses {
        let name = format!("server {number}");
        rows.execute(
            "INSERT INTO servers (guild_id, name, created_at) VALUES (1, ?1, 1)",
            [name],
        )?;
        let server = rows.last_insert_rowid();
        let (host, port) = address(number, port);
        rows.execute(
            "INSERT INTO watched_addresses (server_id, host, port, added_at) VALUES (?1, ?2, ?3, 1)",
            (server, host, port),
        )?;
    }
    rows.commit()?;
    Ok(())
}

async fn measure(oxeye: &Oxeye, length: Duration) -> Result<Usage> {
    let process = oxeye.process_id();
    let (began, before) = (Instant::now(), processor_time(process)?);
    sleep(length).await;
    let used = processor_time(process)?.saturating_sub(before);
    Ok(Usage {
        percent: 100.0 * used.as_secs_f64() / began.elapsed().as_secs_f64(),
        memory: memory(process)?,
    })
}

/// Returns the age of the oldest last answer among the servers that are not hostile.
async fn oldest_answer(oxeye: &Oxeye, plan: &Plan) -> Result<Duration> {
    let list = oxeye.api(Request::get("/api/servers")).await;
    let list = list.as_array().context("a list")?;
    let now = u64::try_from(crash::now()?)?;
    let mut oldest = 0;
    let mut honest = 0;
    for server in list {
        let name = server["server"].as_str().context("a name")?;
        let number: usize = name.trim_start_matches("server ").parse()?;
        if number >= plan.hostile {
            ensure!(server["state"] == "online", "{server}");
            let heard_at = server["heard_at"].as_u64().context("a time")?;
            oldest = oldest.max(now.saturating_sub(heard_at));
            honest += 1;
        }
    }
    let expected = plan.addresses - plan.hostile;
    ensure!(honest == expected, "{honest} of {expected} are watched");
    Ok(Duration::from_secs(oldest))
}

async fn stop(oxeye: &mut Oxeye) -> Duration {
    let began = Instant::now();
    oxeye.signal("TERM");
    oxeye.ends_within(Duration::from_secs(15)).await;
    began.elapsed()
}
