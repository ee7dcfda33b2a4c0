//! Notices settings that change while the agent runs, for instance because a server writes
//! `server.properties` at its first start or its operator changes a password there.

use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::watch;

use crate::settings::{Found, Given, LogFrom, Settings};

/// How often the folder is polled.
const POLL_EVERY: Duration = Duration::from_secs(2);

/// Polls the server's folder on a thread of its own, because a disk may be slow. The thread stops when
/// this is dropped.
#[derive(Debug)]
pub(super) struct Changes {
    offers: watch::Receiver<Option<Arc<Settings>>>,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Changes {
    /// Starts polling. `given` are the settings as given at the start, `running` those in use.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    pub(super) fn start(given: &Arc<Given>, running: &Arc<Settings>) -> anyhow::Result<Self> {
        let (offer, offers) = watch::channel(None);
        let (stop, stopped) = mpsc::channel();
        // With a log from standard input there is no restart, because it cannot be read again.
        if running.log == Some(LogFrom::Input) {
            return Ok(Self {
                offers,
                stop: None,
                thread: None,
            });
        }
        let mut folder = Folder::of(Arc::clone(given), Arc::clone(running));
        let polling = move || {
            while stopped.recv_timeout(POLL_EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
                offer.send_replace(folder.poll());
            }
        };
        let thread = thread::Builder::new()
            .name("folder".to_owned())
            .spawn(polling)
            .context("cannot start to poll the server's folder")?;
        Ok(Self {
            offers,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Returns the settings with which the agent should restart, if there are any.
    pub(super) fn offer(&self) -> Option<Arc<Settings>> {
        self.offers.borrow().clone()
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The server's folder, and the settings that follow from it.
struct Folder {
    given: Arc<Given>,
    running: Arc<Settings>,
    /// What the last poll found. A file may have been read while it was being written, so this counts
    /// only if the next poll finds the same.
    found: Option<Found>,
    /// Whether that has been examined.
    is_examined: bool,
    /// The settings with which the agent should restart.
    offer: Option<Arc<Settings>>,
    /// The complaints about the folder that were logged.
    complaints: Vec<String>,
}

impl Folder {
    fn of(given: Arc<Given>, running: Arc<Settings>) -> Self {
        Self {
            given,
            found: None,
            is_examined: false,
            offer: None,
            complaints: running.found.complaints.clone(),
            running,
        }
    }

    fn poll(&mut self) -> Option<Arc<Settings>> {
        let found = Found::in_folder(&self.running.server_dir);
        if self.found.as_ref() != Some(&found) {
            self.found = Some(found);
            self.is_examined = false;
            self.offer = None;
        } else if !self.is_examined {
            self.is_examined = true;
            self.examine();
        }
        self.offer.clone()
    }

    fn examine(&mut self) {
        // Invalid settings are no reason to stop a running agent.
        let Ok(new) = Settings::check(&self.given) else {
            return;
        };
        self.log_new(&new.found.complaints);
        let new = self.with_kept_settings(new);
        if self.is_worth_restarting(&new) {
            self.offer = Some(Arc::new(new));
        }
    }

    fn log_new(&mut self, complaints: &[String]) {
        for complaint in complaints {
            if !self.complaints.contains(complaint) {
                tracing::warn!("{complaint}");
            }
        }
        self.complaints = complaints.to_vec();
    }

    /// Whether to restart. A `server.properties` that cannot be read for a moment is no reason to drop
    /// its settings.
    fn is_worth_restarting(&self, new: &Settings) -> bool {
        let is_lost = self.running.found.properties.is_some() && new.found.properties.is_none();
        !is_lost && !new.sources().is_empty() && !new.changed_sources(&self.running).is_empty()
    }

    /// Returns the settings with the present keys, because `connect` requires that no agent is running,
    /// and with the log that was found before: if it is gone for a moment, the agent waits for it.
    fn with_kept_settings(&self, mut new: Settings) -> Settings {
        new.links.clone_from(&self.running.links);
        if self.running.log.is_some() {
            new.log.clone_from(&self.running.log);
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::settings::Setting;
    use crate::source_update::SourceKind;

    /// Returns the folder of a running agent.
    fn beside(folder: &Path) -> Folder {
        let folder = folder.display().to_string();
        let flags = ["server_dir", "data_dir"].map(|name| {
            let setting = Setting::named(name).expect("a setting");
            (setting, folder.clone())
        });
        let given = Given::gather(flags, None, []).expect("settings");
        let running = Settings::check(&given).expect("settings");
        Folder::of(Arc::new(given), Arc::new(running))
    }

    /// Polls three times and returns the settings offered.
    fn offered(folder: &mut Folder) -> Option<Arc<Settings>> {
        (0..3).filter_map(|_| folder.poll()).last()
    }

    fn write(folder: &Path, file: &str, text: &str) {
        fs::write(folder.join(file), text).expect("written");
    }

    const WITHOUT_PASSWORD: &str = "enable-rcon=true\nrcon.password=\n";
    const WITH_PASSWORD: &str = "enable-rcon=true\nrcon.password=hush\n";

    #[test]
    fn new_settings_count_when_they_are_seen_twice() {
        let dir = tempfile::tempdir().expect("a folder");
        write(dir.path(), "server.log", "");
        let mut folder = beside(dir.path());
        assert_eq!(folder.running.sources(), [SourceKind::Log]);
        assert!(offered(&mut folder).is_none());

        write(dir.path(), "server.properties", WITHOUT_PASSWORD);
        assert!(folder.poll().is_none());
        write(dir.path(), "server.properties", WITH_PASSWORD);
        assert!(folder.poll().is_none(), "it is still being written");
        let new = folder.poll().expect("it has not changed since");

        assert!(new.rcon.is_some());
        assert_eq!(new.log, folder.running.log);
        assert!(folder.poll().is_some(), "it is offered until it is used");
        fs::remove_file(dir.path().join("server.properties")).expect("removed");
        assert!(folder.poll().is_none());
    }

    #[test]
    fn a_changed_password_is_offered() {
        let dir = tempfile::tempdir().expect("a folder");
        write(dir.path(), "server.properties", WITH_PASSWORD);
        let mut folder = beside(dir.path());

        let changed = WITH_PASSWORD.replace("hush", "hush hush");
        write(dir.path(), "server.properties", &changed);
        let new = offered(&mut folder).expect("another password");

        assert_eq!(new.changed_sources(&folder.running), [SourceKind::Rcon]);
    }

    #[test]
    fn an_unreadable_file_changes_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let server = dir.path().join("server");
        fs::create_dir(&server).expect("a folder");
        write(&server, "server.properties", WITH_PASSWORD);
        let mut folder = beside(&server);

        for nonsense in ["", "\u{1}\u{2}", "motto=none of ours"] {
            write(&server, "server.properties", nonsense);
            assert!(offered(&mut folder).is_none());
        }
        fs::rename(&server, dir.path().join("elsewhere")).expect("moved");
        assert!(offered(&mut folder).is_none());
    }

    #[test]
    fn a_missing_log_is_awaited_even_if_there_is_another_one_beside_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let logs = dir.path().join("logs");
        fs::create_dir(&logs).expect("a folder");
        write(&logs, "latest.log", "");
        write(dir.path(), "server.log", "");
        let mut folder = beside(dir.path());

        fs::remove_file(logs.join("latest.log")).expect("removed");

        assert!(offered(&mut folder).is_none());
    }
}
