//! A game server that starts, stops, crashes, hangs and is killed, and logs like a Paper server.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate};
use flate2::Compression;
use flate2::write::GzEncoder;
use oxeye_plugin_proto::GameServerState::{self, Down, Starting, Up};
use tempfile::TempDir;

use super::Chance;
use crate::reconcile::PortCheck;

/// 2026-11-19 14:00:00 UTC, so that each day contains a midnight.
pub(super) const START: i64 = 1_795_096_800;

/// Trouble from which a running server does not stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It hangs, but the operating system accepts connections.
    Lag,
    /// The network loses packets, so that connections time out.
    Loss,
    /// The port is closed for a moment, as when a proxy is reloaded.
    Reload,
    /// It logs what looks like a stop.
    Words,
}

impl Trouble {
    pub(super) const ALL: [Self; 4] = [Self::Lag, Self::Loss, Self::Reload, Self::Words];
}

const WORDS: [&str; 7] = [
    "[dynmap] Stopping server",
    "[dynmap] Stopping the server",
    "<Alex> Stopping server",
    "[Not Secure] [Server] Stopping the server",
    "Alex issued server command: /say Stopping server",
    "[Geyser-Spigot] Done (1.2s)! Run /geyser help for help!",
    "Reloading ResourceManager: vanilla, Stopping server",
];

pub(super) struct Game {
    pub(super) now: i64,
    pub(super) folder: TempDir,
    truth: GameServerState,
    /// When it is in the next state of a stop or a start.
    next_at: Option<i64>,
    pub(super) killed: bool,
    /// Whether its port was open in this run.
    pub(super) port_was_open: bool,
    opens_at: i64,
    closes_at: Option<i64>,
    trouble: Option<(Trouble, i64)>,
    last_line: NaiveDate,
    archives: u32,
    /// How many lines it has written.
    pub(super) lines: u64,
    online: bool,
    pub(super) last: &'static str,
}

impl Game {
    pub(super) fn started(chance: &mut Chance) -> Self {
        let mut game = Self {
            now: START,
            folder: tempfile::tempdir().expect("a folder"),
            truth: Down,
            next_at: None,
            killed: false,
            port_was_open: false,
            opens_at: START,
            closes_at: None,
            trouble: None,
            last_line: NaiveDate::MIN,
            archives: 0,
            lines: 0,
            online: false,
            last: "start",
        };
        game.boot(chance);
        game.now = game.next_at.take().expect("it is starting");
        game.is_up();
        game
    }

    pub(super) fn truth(&self) -> GameServerState {
        self.truth
    }

    pub(super) fn log(&self) -> PathBuf {
        self.folder.path().join("latest.log")
    }

    /// Lives through one second.
    pub(super) fn act(&mut self, chance: &mut Chance) {
        if self.next_at.is_some_and(|at| at <= self.now) {
            self.next_at = None;
            match self.truth {
                Starting => self.is_up(),
                Down => self.boot(chance),
                Up => {}
            }
        }
        match self.truth {
            Up if chance.once_in(3_600) => self.stop(chance),
            Up if chance.once_in(5_000) => self.crash(chance),
            Up | Starting if chance.once_in(5_000) => self.kill(chance),
            Up if chance.once_in(600) => self.begin(chance, None),
            Up if chance.once_in(60) => self.come_or_go(),
            _ => {}
        }
    }

    /// Lives through one second of this trouble.
    pub(super) fn suffers(&mut self, trouble: Trouble, chance: &mut Chance) {
        if self.trouble.is_none_or(|(_, until)| until + 10 < self.now) {
            self.begin(chance, Some(trouble));
        }
        if chance.once_in(60) {
            self.come_or_go();
        }
    }

    fn begin(&mut self, chance: &mut Chance, trouble: Option<Trouble>) {
        let any = Trouble::ALL[usize::try_from(chance.between(0, 3)).expect("an index")];
        let trouble = trouble.unwrap_or(any);
        let seconds = match trouble {
            Trouble::Lag => chance.between(20, 600),
            Trouble::Loss => chance.between(5, 45),
            Trouble::Reload => 1,
            Trouble::Words => {
                for words in WORDS {
                    self.says(words);
                }
                0
            }
        };
        self.trouble = Some((trouble, self.now + seconds));
    }

    fn come_or_go(&mut self) {
        self.online = !self.online;
        self.says(if self.online {
            "Alex[/127.0.0.1:5] logged in with entity id 1 at (0, 0, 0)"
        } else {
            "Alex lost connection: Disconnected"
        });
    }

    fn boot(&mut self, chance: &mut Chance) {
        self.rotate();
        self.truth = Starting;
        self.last = "boot";
        (self.killed, self.port_was_open, self.online) = (false, false, false);
        self.closes_at = None;
        self.says("Starting minecraft server version 1.21.11");
        let takes = chance.between(3, 200);
        self.next_at = Some(self.now + takes);
        self.opens_at = self.now + takes / 2;
    }

    fn is_up(&mut self) {
        self.truth = Up;
        self.says("Done (7.692s)! For help, type \"help\"");
    }

    fn stop(&mut self, chance: &mut Chance) {
        self.last = "stop";
        self.says("Stopping the server");
        self.says("Stopping server");
        self.ends(chance, chance_of_saving);
    }

    fn crash(&mut self, chance: &mut Chance) {
        self.last = "crash";
        self.says("This crash report has been saved to: /srv/crash-reports/crash.txt");
        self.ends(chance, |_| 0);
    }

    /// Kills it, perhaps while it starts.
    fn kill(&mut self, chance: &mut Chance) {
        self.last = "kill";
        self.port_was_open = self.now > self.opens_at;
        self.killed = true;
        self.ends(chance, |_| 0);
    }

    fn ends(&mut self, chance: &mut Chance, saves_for: fn(&mut Chance) -> i64) {
        self.truth = Down;
        self.trouble = None;
        self.online = false;
        self.closes_at = Some(self.now + saves_for(chance));
        let away = if chance.once_in(3) {
            chance.between(3, 15)
        } else {
            chance.between(15, 1_200)
        };
        self.next_at = Some(self.now + away);
    }

    /// Returns what a check of its port shows now.
    pub(super) fn port(&self) -> PortCheck {
        let is_open = match self.truth {
            Down => self.closes_at.is_some_and(|at| self.now < at),
            Starting => self.now >= self.opens_at,
            Up => true,
        };
        match self.trouble.filter(|(_, until)| self.now <= *until) {
            Some((Trouble::Loss, _)) => PortCheck::NoAnswer,
            Some((Trouble::Reload, _)) => PortCheck::Refused,
            _ if is_open => PortCheck::Answered,
            _ => PortCheck::Refused,
        }
    }

    fn says(&mut self, message: &str) {
        let time = DateTime::from_timestamp(self.now, 0).expect("a time");
        if time.date_naive() != self.last_line && self.last_line != NaiveDate::MIN {
            self.rotate();
        }
        self.last_line = time.date_naive();
        self.lines += 1;
        let line = format!(
            "[{}] [Server thread/INFO]: {message}\n",
            time.format("%H:%M:%S")
        );
        let log = OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.log());
        let mut log = log.expect("a file");
        log.write_all(line.as_bytes()).expect("written");
        let since_epoch = std::time::Duration::from_secs(self.now.unsigned_abs());
        log.set_modified(std::time::UNIX_EPOCH + since_epoch)
            .expect("a time");
    }

    fn rotate(&mut self) {
        let Ok(old) = fs::read(self.log()) else {
            return;
        };
        self.archives += 1;
        let name = format!("{}-{}.log.gz", self.last_line, self.archives);
        let packed = File::create(self.folder.path().join(name)).expect("a file");
        let mut packed = GzEncoder::new(packed, Compression::fast());
        packed.write_all(&old).expect("written");
        packed.finish().expect("written");
        fs::remove_file(self.log()).expect("removed");
    }
}

fn chance_of_saving(chance: &mut Chance) -> i64 {
    chance.between(0, 12)
}
