//! Agents that were killed at any point between reading lines and storing what follows from them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use oxeye_plugin_proto::ApiKey;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::super::links::all_credentials;
use super::*;
use crate::feed::log::LogFeed;
use crate::follow::LogFileSettings;
use crate::links::{Links, ServerLink};
use crate::settings::{Given, Setting};

const BOOT: &str = "[12:00:00 INFO]: Booting up Velocity 3.4.0...\n";

/// A player who comes and goes twice within a second.
const TWO_STAYS: &str = "\
[12:00:01 INFO]: [connected player] Alex (/127.0.0.1:1) has connected
[12:00:01 INFO]: [server connection] Alex -> lobby has connected
[12:00:01 INFO]: [connected player] Alex (/127.0.0.1:1) has disconnected
[12:00:01 INFO]: [connected player] Alex (/127.0.0.1:2) has connected
[12:00:01 INFO]: [server connection] Alex -> lobby has connected
[12:00:01 INFO]: [connected player] Alex (/127.0.0.1:2) has disconnected
";

const LATER: &str = "\
[12:00:02 INFO]: [connected player] Eve (/127.0.0.1:3) has connected
[12:00:02 INFO]: [server connection] Eve -> lobby has connected
";

const POSITION: &str = "log-place.json";
const MAIN: &str = "events.spool";

/// 2026-11-21 12:00:05 UTC.
fn noon() -> UnixSeconds {
    UnixSeconds(1_795_262_405)
}

/// The files in a data folder, by name.
type Files = BTreeMap<String, Vec<u8>>;

/// A proxy's log, and the data folder of an agent that reports for the proxy and one server behind it.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new(log: &str, files: &Files) -> Self {
        let site = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(site.data_dir()).unwrap();
        fs::write(site.log(), log).unwrap();
        for (name, bytes) in files {
            fs::write(site.data_dir().join(name), bytes).unwrap();
        }
        site
    }

    fn linked(log: &str) -> Self {
        let site = Self::new(log, &Files::new());
        let key = ApiKey::generate();
        let behind = ServerLink {
            key: ApiKey::generate(),
        };
        let links = Links {
            backend: Some("http://127.0.0.1:1".to_owned()),
            key: Some(key),
            servers: BTreeMap::from([("lobby".parse().unwrap(), behind)]),
        };
        links.write(&site.data_dir()).unwrap();
        site
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("latest.log")
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn files(&self) -> Files {
        let files = fs::read_dir(self.data_dir()).unwrap();
        let paths = files.map(|file| file.unwrap().path());
        let paths = paths.filter(|path| path.is_file());
        paths
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read(path).unwrap())
            })
            .collect()
    }

    /// Starts an agent and lets it work until it has reported who is online.
    fn start(&self) -> Running {
        let mut running = Running::start(&self.data_dir(), &self.log());
        running.take_until(|update| matches!(update, SourceUpdate::Roster { .. }));
        running
    }
}

/// An agent that reads a log and cannot reach the backend. It stops when this is dropped.
struct Running {
    inbox: mpsc::UnboundedReceiver<Message>,
    _feed: LogFeed,
    agent: Agent,
}

impl Running {
    fn start(data_dir: &Path, log: &Path) -> Self {
        let flags = [
            ("data_dir", data_dir),
            ("server_dir", data_dir),
            ("log", log),
        ];
        let flags = flags.map(|(name, path)| {
            let setting = Setting::named(name).unwrap();
            (setting, path.display().to_string())
        });
        let given = Given::gather(flags, None, []).unwrap();
        let settings = Settings::check(&given).unwrap();
        let (messages, inbox) = mpsc::unbounded_channel();
        let linked = all_credentials(&settings).unwrap();
        let (agent, _heartbeats) = Agent::start(&settings, &linked, noon, &messages).unwrap();
        let log = LogFileSettings {
            path: log.to_owned(),
            options: settings.log_options.clone(),
            time_zone: Some(chrono_tz::UTC),
        };
        let feed = LogFeed::start(log, data_dir, noon, messages).unwrap();
        Self {
            inbox,
            _feed: feed,
            agent,
        }
    }

    /// Takes messages until one has new events, which is returned.
    fn take_others(&mut self) -> Message {
        loop {
            let message = self.inbox.blocking_recv().unwrap();
            match &message {
                Message::Update {
                    update: SourceUpdate::Events(_),
                    ..
                } => return message,
                _ => self.agent.take(message).unwrap(),
            }
        }
    }

    /// Returns how many events wait for the backend.
    fn waiting(&self) -> usize {
        let servers = self.agent.servers.values();
        servers.map(|server| server.outbox.waiting()).sum()
    }

    fn take_until(&mut self, is_last: impl Fn(&SourceUpdate) -> bool) {
        loop {
            let message = self.inbox.blocking_recv().unwrap();
            let was_last = match &message {
                Message::Update { update, .. } => is_last(update),
                _ => false,
            };
            self.agent.take(message).unwrap();
            if was_last {
                return;
            }
        }
    }
}

/// Returns the joins and leaves in a spool: `join Alex 12`.
fn stored(spool: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(spool);
    let events = text.lines().skip(1).filter_map(|line| {
        let event: Value = serde_json::from_str(line).unwrap();
        let player = event["player"].as_str()?;
        let (kind, at) = (event["type"].as_str()?, event["at"].as_i64()?);
        Some(format!("{kind} {player} {}", at % 60))
    });
    events.collect()
}

/// Returns the joins and leaves in each spool.
fn all_stored(files: &Files) -> BTreeMap<&str, Vec<String>> {
    let spools = files.iter().filter(|(name, _)| name.starts_with("events"));
    spools
        .map(|(name, bytes)| (name.as_str(), stored(bytes)))
        .collect()
}

/// Returns the data folder before and after an agent has read [`TWO_STAYS`].
fn before_and_after() -> (Files, Files) {
    let site = Site::linked(BOOT);
    let mut running = site.start();
    // What was reported so far is on disk once the log is read on.
    fs::write(site.log(), format!("{BOOT}{TWO_STAYS}")).unwrap();
    let message = running.take_others();
    let before = site.files();
    running.agent.take(message).unwrap();
    drop(running);
    (before, site.files())
}

/// Returns where a spool may end when the agent is killed while the last bytes are being written: after
/// each line, and within each.
fn ends(before: &[u8], after: &[u8]) -> Vec<usize> {
    assert!(after.starts_with(before), "lines were appended");
    let mut end = before.len();
    let mut ends = vec![end];
    for line in after[end..].split_inclusive(|byte| *byte == b'\n') {
        ends.extend([end + line.len() / 2, end + line.len() - 1, end + line.len()]);
        end += line.len();
    }
    ends
}

/// Returns the data folder at every point at which the agent may have been killed.
fn killed_at_any_point(before: &Files, after: &Files) -> Vec<Files> {
    let (main, behind) = spools(after);
    let mut states = vec![before.clone()];
    for main_end in ends(&before[main], &after[main]) {
        for behind_end in ends(&before[behind], &after[behind]) {
            let mut files = after.clone();
            for (name, end) in [(main, main_end), (behind, behind_end)] {
                files.get_mut(name).unwrap().truncate(end);
            }
            states.push(files);
        }
    }
    states
}

/// Returns the names of the two spools.
fn spools(files: &Files) -> (&str, &str) {
    let mut names = files.keys().filter(|name| name.starts_with("events"));
    let behind = names.find(|name| *name != MAIN).unwrap();
    (MAIN, behind)
}

/// Lets each agent that was killed start again, and compares what is stored then. Agents that find
/// nothing new in the log start twice. The server may
/// have begun another log meanwhile.
fn check(log: &str, next_log: Option<&str>, later: &[&str]) {
    let (before, after) = before_and_after();
    let mut expected = all_stored(&after);
    let both = ["join Alex 1", "leave Alex 1", "join Alex 1", "leave Alex 1"];
    for events in expected.values_mut() {
        assert_eq!(*events, both);
        events.extend(later.iter().map(ToString::to_string));
    }
    let states = killed_at_any_point(&before, &after);
    assert!(states.len() > 100, "{}", states.len());
    let starts = if later.is_empty() { 2 } else { 1 };
    let check = |state: &Files| {
        let site = Site::new(log, state);
        if let Some(next_log) = next_log {
            fs::rename(site.log(), site.folder.path().join("2026-11-21-1.log")).unwrap();
            fs::write(site.log(), next_log).unwrap();
        }
        for _ in 0..starts {
            drop(site.start());
            let files = site.files();
            let ends = spools(state);
            let ends = [ends.0, ends.1].map(|name| (name, state[name].len()));
            assert_eq!(all_stored(&files), expected, "killed at {ends:?}");
        }
    };
    // They mostly wait until the backend refuses their connections.
    let share = states.len().div_ceil(32);
    thread::scope(|scope| {
        for states in states.chunks(share) {
            scope.spawn(move || states.iter().for_each(check));
        }
    });
}

#[test]
fn wherever_an_agent_is_killed_each_event_is_stored_once() {
    check(&format!("{BOOT}{TWO_STAYS}"), None, &[]);
}

#[test]
fn so_is_what_was_logged_before_it_started_again() {
    let log = format!("{BOOT}{TWO_STAYS}{LATER}");
    check(&log, None, &["join Eve 2"]);
}

#[test]
fn and_so_it_is_if_the_log_was_rotated_meanwhile() {
    let log = format!("{BOOT}{TWO_STAYS}");
    check(&log, Some(LATER), &["join Eve 2"]);
}

#[test]
fn the_data_folder_of_an_older_agent_is_read_on() {
    let (before, after) = before_and_after();
    let mut old = before;
    let position = old.get_mut(POSITION).unwrap();
    let mut saved: Value = serde_json::from_slice(position).unwrap();
    saved.as_object_mut().unwrap().remove("reports").unwrap();
    *position = serde_json::to_vec(&saved).unwrap();
    for spool in [MAIN.to_owned(), spools(&after).1.to_owned()] {
        let bytes = old.get_mut(&spool).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let lines = text.lines().map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line.as_object_mut().unwrap().remove("source_number");
            format!("{line}\n")
        });
        *bytes = lines.collect::<String>().into_bytes();
    }

    let site = Site::new(&format!("{BOOT}{TWO_STAYS}"), &old);
    drop(site.start());

    assert_eq!(all_stored(&site.files()), all_stored(&after));
}

/// Lets an agent read [`TWO_STAYS`] while its position cannot be saved. Returns what is in the way.
fn read_without_saving(site: &Site) -> (Running, PathBuf) {
    let mut running = site.start();
    fs::write(site.log(), format!("{BOOT}{TWO_STAYS}")).unwrap();
    let message = running.take_others();
    let obstacle = site.data_dir().join("log-place.part");
    fs::create_dir(&obstacle).unwrap();
    let waiting = running.waiting();
    running.agent.take(message).unwrap();
    assert_eq!(running.waiting(), waiting, "nothing goes to the spools");
    (running, obstacle)
}

#[test]
fn events_wait_for_a_position_that_cannot_be_saved_and_a_kill_doubles_none() {
    let (before, after) = before_and_after();
    let site = Site::linked(BOOT);

    let (mut running, obstacle) = read_without_saving(&site);
    running.agent.tick().unwrap();
    let killed = Site::new(&format!("{BOOT}{TWO_STAYS}"), &site.files());
    fs::remove_dir(obstacle).unwrap();
    running.agent.tick().unwrap();
    drop(running);
    let waiting = killed.files();
    drop(killed.start());

    assert_eq!(stored(&waiting[MAIN]), stored(&before[MAIN]));
    for files in [site.files(), killed.files()] {
        let stored: Vec<_> = all_stored(&files).into_values().collect();
        let expected: Vec<_> = all_stored(&after).into_values().collect();
        assert_eq!(stored, expected);
    }
}

#[test]
fn events_are_reported_soon_although_the_position_cannot_be_saved() {
    let site = Site::linked(BOOT);

    let (mut running, _) = read_without_saving(&site);
    for _ in 0..10 {
        assert!(running.agent.unsaved.is_some());
        running.agent.tick().unwrap();
    }
    // From now on, nothing waits.
    fs::write(site.log(), format!("{BOOT}{TWO_STAYS}{LATER}")).unwrap();
    let message = running.take_others();
    running.agent.take(message).unwrap();
    drop(running);

    let files = site.files();
    let main = stored(&files[MAIN]);
    let [_, _, _, _, last] = &*main else {
        panic!("{main:?}");
    };
    assert_eq!(last, "join Eve 2");
}

#[test]
fn an_agent_that_stops_reports_what_waits_in_its_next_run() {
    let (_, after) = before_and_after();
    let site = Site::linked(BOOT);

    let (mut running, obstacle) = read_without_saving(&site);
    running.agent.stop_waiting();
    fs::remove_dir(obstacle).unwrap();
    drop(running);
    drop(site.start());

    assert_eq!(stored(&site.files()[MAIN]), stored(&after[MAIN]));
}
