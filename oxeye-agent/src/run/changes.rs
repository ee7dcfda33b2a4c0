//! What changes while the agent runs: a server writes `server.properties` at its first start, its
//! operator changes a password there.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::settings::{Given, LogFrom, Settings};

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Looks again and again whether the settings would be others if the agent were started now.
pub(super) struct Changes<'a> {
    given: &'a Given,
    running: &'a Settings,
    /// Others, seen at the last look. A file may have been read while it was being written, so they
    /// count when they are seen once more.
    seen: Option<Settings>,
    /// What was said of the server's folder as it is now.
    complaints: Vec<String>,
    looks: Interval,
}

impl<'a> Changes<'a> {
    /// `given` is what the agent was started with, `running` what it runs on.
    pub(super) fn of(given: &'a Given, running: &'a Settings) -> Self {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            given,
            running,
            seen: None,
            complaints: running.found.complaints.clone(),
            looks,
        }
    }

    /// Waits until there are others to run on. Nothing is lost if somebody stops waiting.
    pub(super) async fn next(&mut self) -> Box<Settings> {
        // Standard input cannot be read again from its beginning.
        if self.running.log == Some(LogFrom::Input) {
            return std::future::pending().await;
        }
        loop {
            self.looks.tick().await;
            if let Some(new) = self.look() {
                return Box::new(new);
            }
        }
    }

    fn look(&mut self) -> Option<Settings> {
        // What could not be used at a start is no reason to stop what runs.
        let now = Settings::check(self.given).ok();
        let now = now.map(|now| self.with_what_stays(now));
        if let Some(now) = &now {
            self.say_once(&now.found.complaints);
        }
        let now = now.filter(|now| self.is_worth_it(now));
        let before = std::mem::replace(&mut self.seen, now);
        let is_seen_again = match (&before, &self.seen) {
            (Some(before), Some(now)) => now.sees_as(before),
            _ => false,
        };
        self.seen.take_if(|_| is_seen_again)
    }

    fn say_once(&mut self, complaints: &[String]) {
        let new = complaints
            .iter()
            .filter(|complaint| !self.complaints.contains(complaint));
        for complaint in new {
            tracing::warn!("{complaint}");
        }
        self.complaints = complaints.to_vec();
    }

    /// A `server.properties` that cannot be read for a moment is no reason to give up what it said.
    fn is_worth_it(&self, now: &Settings) -> bool {
        let is_lost = self.running.found.properties.is_some() && now.found.properties.is_none();
        !is_lost && !now.sources().is_empty() && !now.sees_as(self.running)
    }

    /// `connect` needs an agent that does not run, so the keys stay. A log that was found once is
    /// awaited when it is gone for a moment, not given up for another.
    fn with_what_stays(&self, mut now: Settings) -> Settings {
        now.links.clone_from(&self.running.links);
        if self.running.log.is_some() {
            now.log.clone_from(&self.running.log);
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::news::SourceKind;
    use crate::settings::Setting;

    /// An agent beside a server's folder.
    fn beside(folder: &Path) -> (Given, Settings) {
        let folder = folder.display().to_string();
        let flags = ["server_dir", "data_dir"].map(|name| {
            let setting = Setting::named(name).expect("a setting");
            (setting, folder.clone())
        });
        let given = Given::gather(flags, None, []).expect("settings");
        let running = Settings::check(&given).expect("settings");
        (given, running)
    }

    fn write(folder: &Path, file: &str, text: &str) {
        fs::write(folder.join(file), text).expect("written");
    }

    const WITHOUT_PASSWORD: &str = "enable-rcon=true\nrcon.password=\n";
    const WITH_PASSWORD: &str = "enable-rcon=true\nrcon.password=hush\n";

    #[tokio::test]
    async fn what_a_server_writes_counts_when_it_is_seen_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "server.log", "");
        let (given, running) = beside(folder.path());
        assert_eq!(running.sources(), [SourceKind::Log]);
        let mut changes = Changes::of(&given, &running);
        assert!(changes.look().is_none());

        write(folder.path(), "server.properties", WITHOUT_PASSWORD);
        assert!(changes.look().is_none());
        write(folder.path(), "server.properties", WITH_PASSWORD);
        assert!(changes.look().is_none(), "it is still being written");
        let new = changes.look().expect("it stays so");

        assert!(new.rcon.is_some());
        assert_eq!(new.log, running.log);
    }

    #[tokio::test]
    async fn a_password_that_was_changed_is_used() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "server.properties", WITH_PASSWORD);
        let (given, running) = beside(folder.path());
        let mut changes = Changes::of(&given, &running);

        let changed = WITH_PASSWORD.replace("hush", "hush hush");
        write(folder.path(), "server.properties", &changed);
        changes.look();
        let new = changes.look().expect("another password");

        assert!(!new.sees_as(&running));
        assert_eq!(new.sources(), running.sources());
    }

    #[tokio::test]
    async fn what_cannot_be_understood_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let server = folder.path().join("server");
        fs::create_dir(&server).expect("a folder");
        write(&server, "server.properties", WITH_PASSWORD);
        let (given, running) = beside(&server);
        let mut changes = Changes::of(&given, &running);

        for nonsense in ["", "\u{1}\u{2}", "motto=none of ours"] {
            write(&server, "server.properties", nonsense);
            assert!(changes.look().is_none());
            assert!(changes.look().is_none());
        }
        fs::rename(&server, folder.path().join("elsewhere")).expect("moved");

        assert!(changes.look().is_none());
        assert!(changes.look().is_none());
    }

    #[tokio::test]
    async fn a_log_is_awaited_when_another_one_lies_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let logs = folder.path().join("logs");
        fs::create_dir(&logs).expect("a folder");
        write(&logs, "latest.log", "");
        write(folder.path(), "server.log", "");
        let (given, running) = beside(folder.path());
        let mut changes = Changes::of(&given, &running);

        fs::remove_file(logs.join("latest.log")).expect("removed");

        assert!(changes.look().is_none());
        assert!(changes.look().is_none());
    }
}
