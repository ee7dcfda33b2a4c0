//! A server that goes on by itself: players come and go, chat, and lie in chat; it stops, crashes,
//! starts again, and begins new logs.

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

/// Everybody who ever plays there.
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

/// Between two things that happen.
const PAUSE: Duration = Duration::from_millis(350);

/// A stay is at least so long, and so long nobody comes after a start.
const SHORTEST_STAY: Duration = Duration::from_millis(1_100);

/// A server that was stopped or killed is down for at most so long.
const DOWN: Duration = Duration::from_secs(3);

/// Long enough that its dead port is noticed.
const LONG_DOWN: Duration = Duration::from_secs(14);

/// A rotated log is packed a little later, at most so long.
const PACKED_AFTER: Duration = Duration::from_millis(600);

/// Something out of the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It stops and starts again.
    Restart,
    /// It is killed without a word, and starts again.
    Crash,
    /// It begins a new log, as at midnight.
    NewLog,
}

impl Turn {
    /// One for about every second cycle.
    pub(super) fn random() -> Option<Self> {
        let turns = [
            Some(Self::Restart),
            Some(Self::Crash),
            Some(Self::NewLog),
            Some(Self::NewLog),
        ];
        let quiet = [None; 4];
        let turn = [turns, quiet].concat().choose(&mut rand::rng()).copied();
        turn.flatten()
    }
}

/// The server and what really happened on it.
pub(super) struct Server {
    minecraft: Minecraft,
    pub(super) script: Script,
    /// Who is on, and from when on they may leave.
    online: Vec<(&'static str, Instant)>,
    /// Nobody joins before.
    open_from: Instant,
    /// After it was killed it is down for at most so long.
    longest_down: Duration,
    pub(super) rotations: usize,
    pub(super) boots: usize,
}

impl Server {
    /// One that is up, with nobody on. Killed, it `takes_its_time` to start again.
    pub(super) fn started(takes_its_time: bool) -> Self {
        Self {
            minecraft: Minecraft::started(),
            script: Script::default(),
            online: Vec::new(),
            open_from: Instant::now(),
            longest_down: if takes_its_time { LONG_DOWN } else { DOWN },
            rotations: 0,
            boots: 0,
        }
    }

    pub(super) fn minecraft(&self) -> &Minecraft {
        &self.minecraft
    }

    /// Goes on for a while. The turn comes so long after its beginning.
    pub(super) async fn live(
        &mut self,
        length: Duration,
        mut turn: Option<(Turn, Duration)>,
        journal: &Journal,
    ) -> Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < length {
            sleep(random_up_to(PAUSE)).await;
            match turn.take_if(|(_, after)| *after <= begin.elapsed()) {
                Some((turn, _)) => self.take(turn, journal).await?,
                None => self.go_on(journal).await,
            }
        }
        Ok(())
    }

    async fn go_on(&mut self, journal: &Journal) {
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
        self.online.push((player, Instant::now() + SHORTEST_STAY));
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
        let may_leave = |(_, from): &(&str, Instant)| *from <= Instant::now();
        let Some(place) = self.online.iter().position(may_leave) else {
            return;
        };
        let (player, _) = self.online.remove(place);
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

    /// Chat, and what is made to look like joins and leaves.
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

    async fn take(&mut self, turn: Turn, journal: &Journal) -> Result<()> {
        journal.note(format!("{turn:?}"));
        match turn {
            Turn::NewLog => {
                let (old, packed) = self.put_log_away()?;
                self.minecraft.rotate();
                sleep(random_up_to(PACKED_AFTER)).await;
                return Ok(pack(&old, &packed)?);
            }
            Turn::Restart => {
                let second = journal::now().as_secs();
                self.script.all_leave(second.cast_signed());
                self.logs(second, "Server thread", "Stopping server").await;
                self.minecraft.is_killed();
                self.say_goodbye().await;
                sleep(random_up_to(DOWN)).await;
            }
            Turn::Crash => {
                self.minecraft.is_killed();
                self.online.clear();
                sleep(random_up_to(self.longest_down)).await;
            }
        }
        self.boot(journal).await
    }

    /// Those who were on when the server began to stop are seen to leave a little later.
    async fn say_goodbye(&mut self) {
        let online = std::mem::take(&mut self.online);
        sleep(random_up_to(SHORTEST_STAY)).await;
        for (player, _) in online {
            let second = journal::now().as_secs();
            self.logs_leave(second, player, "Server closed").await;
        }
    }

    async fn boot(&mut self, journal: &Journal) -> Result<()> {
        let (old, packed) = self.put_log_away()?;
        self.minecraft.boot();
        let second = journal::now().as_secs();
        self.script.boots_after_a_crash(second.cast_signed());
        journal.note("the server is up");
        self.boots += 1;
        self.open_from = Instant::now() + SHORTEST_STAY;
        sleep(random_up_to(PACKED_AFTER)).await;
        pack(&old, &packed)?;
        sleep_until(self.open_from).await;
        Ok(())
    }

    /// As log4j does: the log gets its other name at once, and is packed later.
    fn put_log_away(&mut self) -> io::Result<(PathBuf, PathBuf)> {
        self.rotations += 1;
        let latest = self.minecraft.log_file();
        let stem = format!("{}-{}", date(journal::now().as_secs()), self.rotations);
        let old = latest.with_file_name(format!("{stem}.log"));
        fs::rename(latest, &old)?;
        let packed = old.with_file_name(format!("{stem}.log.gz"));
        Ok((old, packed))
    }

    /// Prints a line. Now and then it reaches the file in two parts.
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
        self.online.iter().any(|(name, _)| *name == player)
    }
}

fn pack(old: &PathBuf, packed: &PathBuf) -> io::Result<()> {
    let mut packing = GzEncoder::new(File::create(packed)?, Compression::fast());
    packing.write_all(&fs::read(old)?)?;
    packing.finish()?;
    fs::remove_file(old)
}

fn time_of_day(second: u64) -> String {
    let at = DateTime::from_timestamp(second.cast_signed(), 0).expect("a time");
    at.naive_utc().time().to_string()
}

fn date(second: u64) -> String {
    let at = DateTime::from_timestamp(second.cast_signed(), 0).expect("a time");
    at.naive_utc().date().to_string()
}
