//! The program in a process of its own, and its figures.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// How long it may take to start.
const START: Duration = Duration::from_secs(30);

/// Servers, and players on each.
pub(crate) const SERVERS: u32 = 20;
pub(crate) const PLAYERS_PER_SERVER: u32 = 10;

/// A running fleet, killed when this is dropped.
pub(crate) struct Fleet {
    process: Child,
    address: SocketAddr,
    _data: tempfile::TempDir,
}

impl Fleet {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let settings = [
            ("FLEET_LISTEN", address.to_string()),
            ("FLEET_DASHBOARD_LISTEN", "off".to_owned()),
            (
                "FLEET_DATA",
                data.path().join("fleet").display().to_string(),
            ),
            // A game server that does nothing.
            (
                "FLEET_COMMAND",
                "sh -c \"exec sleep 100000\" {port}".to_owned(),
            ),
            ("FLEET_READY_PROBE", "after:0s".to_owned()),
            ("MAX_SERVERS", SERVERS.to_string()),
            ("MAX_PLAYERS_PER_SERVER", PLAYERS_PER_SERVER.to_string()),
            ("FLEET_JOINS_PER_MINUTE", "1000000".to_owned()),
            ("INACTIVITY_SHUTDOWN", "3600".to_owned()),
            ("FLEET_STOP_GRACE", "1".to_owned()),
            ("SERVER_PORT_START", "20000".to_owned()),
            ("RUST_LOG", "warn".to_owned()),
        ];
        let process = Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"))
            .arg("serve")
            .envs(settings)
            .current_dir(data.path())
            .stdin(Stdio::null())
            .spawn()
            .context("oxeye-fleet cannot be started")?;
        let fleet = Self {
            process,
            address,
            _data: data,
        };
        fleet.answers().await?;
        Ok(fleet)
    }

    async fn answers(&self) -> anyhow::Result<()> {
        let started = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            if started.elapsed() > START {
                bail!("the fleet does not answer");
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns its processor time so far, without that of game servers.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // The name of the program, in parentheses, could contain blanks.
        let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
        let times = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = times.map(str::parse::<u64>).sum::<Result<_, _>>()?;
        let ticks_per_second = rustix::param::clock_ticks_per_second();
        Ok(Duration::from_secs_f64(
            ticks as f64 / ticks_per_second as f64,
        ))
    }

    /// Returns its resident memory in bytes.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        Ok(kilobytes.context("no VmRSS in status")?.parse::<u64>()? * 1024)
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        // Game servers outlive the fleet on purpose, so they are killed here.
        for child in children_of(self.process.id()) {
            if let Some(pid) = rustix::process::Pid::from_raw(child) {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the processes that a process has started.
fn children_of(parent: u32) -> Vec<i32> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task"))
        .into_iter()
        .flatten();
    let lists = tasks.flatten().map(|task| task.path().join("children"));
    let texts = lists.filter_map(|path| fs::read_to_string(path).ok());
    texts
        .flat_map(|text| {
            let pids = text.split_whitespace().filter_map(|pid| pid.parse().ok());
            pids.collect::<Vec<_>>()
        })
        .collect()
}
