//! A server that runs on its own: players come and go, chat, and fake log lines in chat; the server
//! stops, crashes, starts again, and begins new logs.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use chrono::DateTime;
use flate2::Compression;
use flate2::write::GzEncoder;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use tokio::time::{Instant, sleep, sleep_until};

use super::journal::{self, Journal};
use super::random_up_to;
use super::script::Script;
use crate::minecraft::Minecraft;

/// All players of the trial.
const PLAYERS: [&str; 8] = [
    "Alex",
    "Steve",
    "jeb_",
    "x_Ember_x",
    "Fern",
    "left",
    ".Birch42",
    "Quartz_the_Third",
];

/// The pause between two events.
const PAUSE: Duration = Duration::from_millis(350);

/// For how long nobody joins after a start, and the longest time that a stopping server takes to log
/// everybody out.
const CLOSED_FOR: Duration = Duration::from_millis(1_100);

/// The longest time for which a stopped or killed server is down.
const LONGEST_DOWNTIME: Duration = Duration::from_secs(3);

/// Long enough for the agent to notice the dead port.
const LONG_DOWNTIME: Duration = Duration::from_secs(14);

/// The longest time until a rotated log is compressed.
const COMPRESSED_AFTER: Duration = Duration::from_millis(600);

/// Something out of the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Incident {
    /// The server stops and starts again.
    Restart,
    /// The server is killed without a log line, and starts again.
    Crash,
    /// The server begins a new log, as at midnight.
    NewLog,
}

impl Incident {
    /// Returns an incident for about every second cycle.
    pub(super) fn random() -> Option<Self> {
        let incidents = [
            Some(Self::Restart),
            Some(Self::Crash),
            Some(Self::NewLog),
            Some(Self::NewLog),
        ];
        let quiet = [None; 4];
        let incident = [incidents, quiet]
            .concat()
            .choose(&mut rand::rng())
            .copied();
        incident.flatten()
    }
}

/// The server, and what really happened on it.
pub(super) struct Server {
    minecraft: Minecraft,
    pub(super) script: Script,
    online: Vec<&'static str>,
    /// The earliest time at which anybody joins.
    open_from: Instant,
    /// The longest time for which it stays down after it was killed.
    longest_down: Duration,
    pub(super) rotations: usize,
    pub(super) boots: usize,
}

impl Server {
    /// Starts a server with nobody on. With `long_outages` it may stay down for long after a kill.
    pub(super) fn started(long_outages: bool) -> Self {
        Self {
            minecraft: Minecraft::started(),
            script: Script::default(),
            online: Vec::new(),
            open_from: Instant::now(),
            longest_down: if long_outages {
                LONG_DOWNTIME
            } else {
                LONGEST_DOWNTIME
            },
            rotations: 0,
            boots: 0,
        }
    }

    pub(super) fn minecraft(&self) -> &Minecraft {
        &self.minecraft
    }

    /// Runs for this long. The incident happens after the given time.
    pub(super) async fn run_for(
        &mut self,
        length: Duration,
        mut incident: Option<(Incident, Duration)>,
        journal: &Journal,
    ) -> Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < length {
            sleep(random_up_to(PAUSE)).await;
            match incident.take_if(|(_, after)| *after <= begin.elapsed()) {
                Some((incident, _)) => self.carry_out(incident, journal).await?,
                None => self.next_event(journal).await,
            }
        }
        Ok(())
    }

    async fn next_event(&mut self, journal: &Journal) {
        match rand::rng().random_range(0..10) {
            0..3 => self.somebody_joins(journal).await,
            3..6 => self.somebody_leaves(journal).await,
            _ => self.somebody_talks().await,
        }
    }

    async fn somebody_joins(&mut self, journal: &Journal) {
        let away = PLAYERS.iter().filter(|name| !self.is_on(name));
        let away: Vec<_> = away.copied().collect();
        let Some(player) = away.choose(&mut rand::rng()).copied() else {
            return;
        };
        if Instant::now() < self.open_from {
            return;
        }
        self.online.push(player);
        let second = journal::now().as_secs();
        self.script.joins(player, second.cast_signed());
        journal.note(format!("{player} joins"));
        let number = PLAYERS.iter().position(|name| *name == player);
        let uuid = format!(
            "6f1c2a34-9b0d-4e57-8c11-{:012x}",
            number.unwrap_or_default() + 1
        );
        let announced = format!("UUID of player {player} is {uuid}");
        self.logs(second, "User Authenticator #1", &announced).await;
        let login =
            format!("{player}[/192.0.2.7:50000] logged in with entity id 7 at (0.5, 64.0, 0.5)");
        self.logs(second, "Server thread", &login).await;
        let shown = format!("{player} joined the game");
        self.logs(second, "Server thread", &shown).await;
    }

    async fn somebody_leaves(&mut self, journal: &Journal) {
        if self.online.is_empty() {
            return;
        }
        // Any of them, so also somebody who has just joined.
        let place = rand::rng().random_range(0..self.online.len());
        let player = self.online.remove(place);
        let second = journal::now().as_secs();
        self.script.leaves(player, second.cast_signed());
        journal.note(format!("{player} leaves"));
        self.logs_leave(second, player, "Disconnected").await;
    }

    async fn logs_leave(&mut self, second: u64, player: &str, reason: &str) {
        let lost = format!("{player} lost connection: {reason}");
        self.logs(second, "Server thread", &lost).await;
        let shown = format!("{player} left the game");
        self.logs(second, "Server thread", &shown).await;
    }

    /// Logs chat, including messages that imitate joins and leaves.
    async fn somebody_talks(&mut self) {
        let (speaker, about) = {
            let mut random = rand::rng();
            let mut name = || PLAYERS[random.random_range(0..PLAYERS.len())];
            (name(), name())
        };
        let said = [
            format!("<{speaker}> {about} joined the game"),
            format!("<{speaker}> {about} left the game"),
            format!("[Not Secure] <{speaker}> Herobrine joined the game"),
            format!("[Server] {about} lost connection: bye"),
            format!("* {speaker} {about} left the game"),
            format!("{speaker} issued server command: /say {about} left the game"),
            format!("[{speaker}: Stopping server]"),
            format!("{speaker} has made the advancement [{about} joined the game]"),
            "com.mojang.authlib.GameProfile@1f[name=Herobrine] (/192.0.2.9:5) lost connection: bye"
                .to_owned(),
            "Can't keep up! Is the server overloaded? Running 2000ms or 40 ticks behind".to_owned(),
        ];
        let said = &said[rand::rng().random_range(0..said.len())];
        let second = journal::now().as_secs();
        self.logs(second, "Server thread", said).await;
    }

    async fn carry_out(&mut self, incident: Incident, journal: &Journal) -> Result<()> {
        journal.note(format!("{incident:?}"));
        match incident {
            Incident::NewLog => {
                let (old, packed) = self.rotate_log()?;
                self.minecraft.rotate();
                sleep(random_up_to(COMPRESSED_AFTER)).await;
                return Ok(compress(&old, &packed)?);
            }
            Incident::Restart => {
                let second = journal::now().as_secs();
                self.script.all_leave(second.cast_signed());
                self.logs(second, "Server thread", "Stopping server").await;
                self.minecraft.is_killed();
                self.log_out_everybody().await;
                sleep(random_up_to(LONGEST_DOWNTIME)).await;
            }
            Incident::Crash => {
                self.minecraft.is_killed();
                self.online.clear();
                sleep(random_up_to(self.longest_down)).await;
            }
        }
        self.boot(journal).await
    }

    /// Logs that everybody who was on when the server began to stop has left a little later.
    async fn log_out_everybody(&mut self) {
        let online = std::mem::take(&mut self.online);
        sleep(random_up_to(CLOSED_FOR)).await;
        for player in online {
            let second = journal::now().as_secs();
            self.logs_leave(second, player, "Server closed").await;
        }
    }

    async fn boot(&mut self, journal: &Journal) -> Result<()> {
        let (old, packed) = self.rotate_log()?;
        self.minecraft.boot();
        let second = journal::now().as_secs();
        self.script.boots_after_a_crash(second.cast_signed());
        journal.note("the server is up");
        self.boots += 1;
        self.open_from = Instant::now() + CLOSED_FOR;
        sleep(random_up_to(COMPRESSED_AFTER)).await;
        compress(&old, &packed)?;
        sleep_until(self.open_from).await;
        Ok(())
    }

    /// Renames the log at once, as log4j does; it is compressed later.
    fn rotate_log(&mut self) -> io::Result<(PathBuf, PathBuf)> {
        self.rotations += 1;
        let latest = self.minecraft.log_file();
        let stem = format!("{}-{}", date(journal::now().as_secs()), self.rotations);
        let old = latest.with_file_name(format!("{stem}.log"));
        fs::rename(latest, &old)?;
        let packed = old.with_file_name(format!("{stem}.log.gz"));
        Ok((old, packed))
    }

    /// Prints a line. Sometimes it reaches the file in two parts.
    async fn logs(&mut self, second: u64, thread: &str, message: &str) {
        let line = format!("[{}] [{thread}/INFO]: {message}\n", time_of_day(second));
        let (rest, pause) = {
            let mut random = rand::rng();
            let rest = random
                .random_ratio(1, 10)
                .then(|| random.random_range(0..line.len()));
            (rest.unwrap_or(line.len()), random_up_to(PAUSE))
        };
        let (first, rest) = line.as_bytes().split_at(rest);
        self.minecraft.writes(first);
        if !rest.is_empty() {
            sleep(pause).await;
            self.minecraft.writes(rest);
        }
    }

    fn is_on(&self, player: &str) -> bool {
        self.online.contains(&player)
    }
}

fn compress(old: &PathBuf, packed: &PathBuf) -> io::Result<()> {
    let mut packing = GzEncoder::new(File::create(packed)?, Compression::fast());
    packing.write_all(&fs::read(old)?)?;
    packing.finish()?;
    fs::remove_file(old)
}

fn time_of_day(second: u64) -> String {
    let at = DateTime::from_timestamp(second.cast_signed(), 0).expect("a valid time");
    at.naive_utc().time().to_string()
}

fn date(second: u64) -> String {
    let at = DateTime::from_timestamp(second.cast_signed(), 0).expect("a valid time");
    at.naive_utc().date().to_string()
}
