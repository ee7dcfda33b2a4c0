//! Tests with a server that writes, rotates and loses its log, and an agent that follows it.

mod any_order;
mod bad_input;
mod missing;
mod opening;
mod resuming;
mod rotation;
mod stream;
mod times;

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use oxeye_plugin_proto::UnixSeconds;
use tempfile::TempDir;

use super::*;
use crate::game_event::{GameEvent, TimedEvent};
use crate::roster::Roster;

/// Reads a time in UTC. Without a date it is on 2026-11-20, the day of most tests.
fn utc(text: &str) -> UnixSeconds {
    let text = match text.split_once('T') {
        Some(_) => format!("{text}Z"),
        None => format!("2026-11-20T{text}Z"),
    };
    UnixSeconds(text.parse::<DateTime<Utc>>().unwrap().timestamp())
}

fn clock(at: UnixSeconds) -> String {
    let at = DateTime::from_timestamp(at.0, 0).unwrap();
    let text = at.format("%Y-%m-%dT%H:%M:%S").to_string();
    match text.strip_prefix("2026-11-20T") {
        Some(time) => time.to_owned(),
        None => text,
    }
}

fn boot(time: &str) -> String {
    format!("[{time}] [Server thread/INFO]: Starting minecraft server version 1.21\n")
}

fn join(time: &str, player: &str) -> String {
    format!(
        "[{time}] [Server thread/INFO]: {player}[/127.0.0.1:5] logged in with entity id 1 at (0, 0, 0)\n"
    )
}

fn leave(time: &str, player: &str) -> String {
    format!("[{time}] [Server thread/INFO]: {player} lost connection: Disconnected\n")
}

fn stop(time: &str) -> String {
    format!("[{time}] [Server thread/INFO]: Stopping server\n")
}

fn noise(time: &str) -> String {
    format!("[{time}] [Server thread/INFO]: Saving chunks for level 'world'\n")
}

/// Summarizes events as `12:00:05 +Alex`, `12:00:09 -Alex`, `12:00:00 boot`.
fn summary(events: &[TimedEvent]) -> Vec<String> {
    let in_short = |what: &GameEvent| match what {
        GameEvent::Join { player, .. } => format!("+{player}"),
        GameEvent::Leave { player } => format!("-{player}"),
        GameEvent::Boot => "boot".to_owned(),
        GameEvent::Stop => "stop".to_owned(),
        other => format!("{other:?}"),
    };
    events
        .iter()
        .map(|event| format!("{} {}", clock(event.at), in_short(&event.what)))
        .collect()
}

fn present(roster: &Roster) -> Vec<String> {
    roster
        .iter()
        .map(|entry| format!("{} {}", entry.player, clock(entry.since.unwrap())))
        .collect()
}

/// The folder of a server's logs.
struct Logs {
    folder: TempDir,
}

impl Logs {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn of(latest: &[String], written: &str) -> Self {
        let logs = Self::new();
        logs.append(latest.concat(), written);
        logs
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn latest(&self) -> PathBuf {
        self.file("latest.log")
    }

    /// Writes to the log as the server does, at this time.
    fn append(&self, bytes: impl AsRef<[u8]>, written: &str) {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.latest())
            .unwrap();
        file.write_all(bytes.as_ref()).unwrap();
        set_written(&file, utc(written));
    }

    /// Compresses the log under this name, before the server has begun a new one.
    fn rotate(&self, name: &str) {
        self.archive(name, fs::read(self.latest()).unwrap());
        fs::remove_file(self.latest()).unwrap();
    }

    fn archive(&self, name: &str, content: impl AsRef<[u8]>) {
        let file = File::create(self.file(name)).unwrap();
        let mut gzip = GzEncoder::new(file, Compression::fast());
        gzip.write_all(content.as_ref()).unwrap();
        gzip.finish().unwrap();
    }

    fn settings(&self) -> LogFileSettings {
        LogFileSettings {
            path: self.latest(),
            options: LogOptions::default(),
            time_zone: Some(Tz::UTC),
        }
    }

    #[track_caller]
    fn open(&self, now: &str) -> Follower {
        let (follower, opened) = Follower::open(self.settings(), None, utc(now)).unwrap();
        assert_eq!(opened.events_since_checkpoint, []);
        follower
    }

    /// Starts the agent again from this checkpoint, as it is read from disk.
    #[track_caller]
    fn resume(&self, checkpoint: &Checkpoint, now: &str) -> (Follower, Opened) {
        let json = serde_json::to_string(checkpoint).unwrap();
        let checkpoint = serde_json::from_str(&json).unwrap();
        Follower::open(self.settings(), Some(checkpoint), utc(now)).unwrap()
    }
}

fn set_written(file: &File, at: UnixSeconds) {
    let since_epoch = Duration::from_secs(at.0.try_into().unwrap());
    file.set_modified(UNIX_EPOCH + since_epoch).unwrap();
}

#[track_caller]
fn poll(follower: &mut Follower, now: &str) -> Vec<String> {
    let mut events = Vec::new();
    follower.poll(utc(now), &mut events).unwrap();
    summary(&events)
}
