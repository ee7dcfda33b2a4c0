//! A server with its log, and an agent that is killed and started again.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::*;
use super::Step;

const ZONE: Tz = Tz::Asia__Kolkata;

/// What the server does with its log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum LogHandling {
    /// It begins a new log at each start and at midnight, and compresses the old one.
    Rotates,
    /// It appends to the same log forever.
    Appends,
}

pub(super) struct World {
    logs: Logs,
    log_handling: LogHandling,
    pub(super) now: UnixSeconds,
    /// The day of the last line.
    last_line: NaiveDate,
    /// The day of the first line in the current log.
    first_line: Option<NaiveDate>,
    rotations: BTreeMap<NaiveDate, u32>,
    online: BTreeMap<String, UnixSeconds>,
    pub(super) happened: Vec<String>,
    pub(super) agent: Option<Follower>,
    checkpoints: Vec<Checkpoint>,
    reported: Vec<String>,
}

impl World {
    pub(super) fn start(log_handling: LogHandling) -> Self {
        let now = utc("2026-11-19T14:00:00");
        let mut world = Self {
            logs: Logs::new(),
            log_handling,
            now,
            last_line: NaiveDate::MIN,
            first_line: None,
            rotations: BTreeMap::new(),
            online: BTreeMap::new(),
            happened: Vec::new(),
            agent: None,
            checkpoints: Vec::new(),
            reported: Vec::new(),
        };
        world.last_line = world.local().date_naive();
        world.boot();
        world.happened.clear();
        let (agent, _) = Follower::open(world.settings(), None, world.now).unwrap();
        world.checkpoints.push(agent.checkpoint());
        world.agent = Some(agent);
        world
    }

    pub(super) fn settings(&self) -> LogFileSettings {
        LogFileSettings {
            time_zone: Some(ZONE),
            ..self.logs.settings()
        }
    }

    fn local(&self) -> DateTime<Tz> {
        let utc = DateTime::from_timestamp(self.now.0, 0).unwrap();
        utc.with_timezone(&ZONE)
    }

    pub(super) fn step(&mut self, step: &Step) {
        match step {
            Step::Join(player) => self.join(*player, false),
            Step::SlowJoin(player) => self.join(*player, true),
            Step::Leave(player) => self.leave(*player),
            Step::Noise => self.write(noise),
            Step::Wait(seconds) => {
                // A running agent polls four times a second.
                self.poll();
                self.now.0 += seconds;
            }
            Step::Restart => {
                self.write(stop);
                self.record("stop");
                self.online.clear();
                self.start_server();
            }
            Step::Crash => {
                self.online.clear();
                self.start_server();
            }
            Step::CopyAndEmpty => self.copy_and_empty(),
            Step::Poll => self.poll(),
            Step::Save => {
                self.poll();
                self.checkpoints
                    .extend(self.agent.as_ref().map(Follower::checkpoint));
            }
            Step::Kill => self.agent = None,
            Step::Revive(saves_ago) => self.revive(*saves_ago),
        }
    }

    fn join(&mut self, player: u8, slowly: bool) {
        let player = format!("Player{player}");
        if self.online.contains_key(&player) {
            return;
        }
        self.next_second();
        let line = join(&self.local().format("%H:%M:%S").to_string(), &player);
        let (start, end) = line.split_at(if slowly { 40 } else { 0 });
        self.append(start);
        if slowly {
            self.poll();
        }
        self.append(end);
        self.record(&format!("+{player}"));
        self.online.insert(player, self.now);
    }

    fn leave(&mut self, player: u8) {
        let player = format!("Player{player}");
        if self.online.remove(&player).is_some() {
            self.write(|time| leave(time, &player));
            self.record(&format!("-{player}"));
        }
    }

    fn start_server(&mut self) {
        self.next_second();
        if self.log_handling == LogHandling::Rotates {
            self.rotate();
        }
        self.boot();
    }

    fn boot(&mut self) {
        self.write(boot);
        self.record("boot");
    }

    /// Writes a line in the next second, so that no two events have the same time.
    fn write(&mut self, line: impl Fn(&str) -> String) {
        self.next_second();
        let line = line(&self.local().format("%H:%M:%S").to_string());
        self.append(&line);
    }

    fn next_second(&mut self) {
        self.now.0 += 1;
        let today = self.local().date_naive();
        if today != self.last_line && self.log_handling == LogHandling::Rotates {
            self.rotate();
        }
        self.last_line = today;
    }

    fn append(&mut self, text: &str) {
        self.first_line.get_or_insert(self.last_line);
        self.logs.append(text, &clock_in_full(self.now));
    }

    fn archive_name(&mut self) -> String {
        let day = self.first_line.take().unwrap_or(self.last_line);
        let number = self.rotations.entry(day).or_default();
        *number += 1;
        format!("{day}-{number}.log.gz")
    }

    fn rotate(&mut self) {
        if self.logs.latest().exists() {
            let name = self.archive_name();
            self.logs.rotate(&name);
        }
    }

    /// Polls first, because lines written since the last poll would inevitably be lost.
    fn copy_and_empty(&mut self) {
        if self.agent.is_none() || !self.logs.latest().exists() {
            return;
        }
        self.poll();
        let name = self.archive_name();
        self.logs
            .archive(&name, fs::read(self.logs.latest()).unwrap());
        File::create(self.logs.latest()).unwrap();
    }

    fn record(&mut self, what: &str) {
        self.happened.push(format!("{} {what}", clock(self.now)));
    }

    pub(super) fn poll(&mut self) {
        if let Some(agent) = &mut self.agent {
            let mut events = Vec::new();
            agent.poll(self.now, &mut events).unwrap();
            self.reported.extend(summary(&events));
        }
    }

    pub(super) fn revive(&mut self, saves_ago: usize) {
        let newest = self.checkpoints.len() - 1;
        let checkpoint = self.checkpoints[newest.saturating_sub(saves_ago)].clone();
        let (agent, opened) = Follower::open(self.settings(), Some(checkpoint), self.now).unwrap();
        self.reported
            .extend(summary(&opened.events_since_checkpoint));
        self.agent = Some(agent);
    }

    /// Returns who is online according to the server.
    pub(super) fn online(&self) -> Vec<String> {
        self.online
            .iter()
            .map(|(player, since)| format!("{player} {}", clock(*since)))
            .collect()
    }

    /// Returns what was reported, without repetitions.
    pub(super) fn reported_once(&self) -> Vec<String> {
        let mut once: Vec<String> = Vec::new();
        for event in &self.reported {
            if !once.contains(event) {
                once.push(event.clone());
            }
        }
        once
    }
}

fn clock_in_full(at: UnixSeconds) -> String {
    let at = DateTime::from_timestamp(at.0, 0).unwrap();
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}
