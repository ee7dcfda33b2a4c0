//! Checks that exactly the right events are read from real logs, if they are available.
//!
//! The logs are other people's data and not part of this repository. They are expected in
//! `../shared/logs` beside the workspace, or in the folder that `OXEYE_AGENT_LOGS` names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use oxeye_agent::game_event::GameEvent;
use oxeye_agent::log::lines::Lines;
use oxeye_agent::log::{ActivityKinds, LogOptions, LogReader};
use serde_json::Value;

struct Read {
    event: &'static str,
    player: Option<String>,
    time: Option<String>,
    line: u64,
}

#[test]
fn every_real_log_is_read_as_expected() {
    let Some(folder) = folder() else { return };
    let mut logs = Vec::new();
    find_logs(&folder, &mut logs);
    assert!(!logs.is_empty(), "no log in {}", folder.display());
    let faults: Vec<String> = logs.iter().flat_map(|log| faults_of_log(log)).collect();
    say(&format!(
        "read {} real logs in {}\n",
        logs.len(),
        folder.display()
    ));
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// The sentences that the real logs have about players.
const SENTENCES: [&str; 5] = [
    " has made the advancement [",
    " has reached the goal [",
    " has completed the challenge [",
    " drowned",
    " was slain by ",
];

/// Returns the player whom a line of a server tells something of: the one word between its head and such a sentence.
fn told_of(line: &str) -> Option<&str> {
    let (_, message) = line.split_once("]: ")?;
    let mut players = SENTENCES.iter().filter_map(|sentence| {
        let (player, _) = message.split_once(sentence)?;
        Some(player)
    });
    players.find(|player| !player.contains(' '))
}

#[test]
fn exactly_the_real_lines_about_players_who_are_on_are_activity() {
    let Some(folder) = folder() else { return };
    let mut logs = Vec::new();
    find_logs(&folder, &mut logs);
    let mut count = 0;
    for log in logs {
        let options = LogOptions::default().with_activity(ActivityKinds::USUAL);
        let mut reader = LogReader::new(options);
        let mut each = |line: &[u8]| {
            let online: Vec<String> = reader.online().map(ToString::to_string).collect();
            let what = reader.read_line(line).map(|event| event.what);
            let line = String::from_utf8_lossy(line);
            let is_about_a_player =
                told_of(&line).is_some_and(|player| online.iter().any(|one| one == player));
            let is_activity = matches!(what, Some(GameEvent::Activity(_)));
            assert_eq!(is_activity, is_about_a_player, "{}: {line}", log.display());
            count += usize::from(is_activity);
        };
        let mut lines = Lines::new();
        lines.feed(&std::fs::read(&log).unwrap(), &mut each);
        lines.finish(&mut each);
    }
    say(&format!("read {count} events about activity\n"));
    assert!(count > 0);
}

#[test]
fn every_single_line_is_read_as_expected() {
    let Some(folder) = folder() else { return };
    let lines = json(&folder.join("lines.json"));
    let mut faults = Vec::new();
    for case in lines["lines"].as_array().unwrap() {
        let line = case["line"].as_str().unwrap();
        let mut reader = LogReader::new(LogOptions::default());
        let read = reader.read_line(line.as_bytes());
        let read = read.map(|event| name_of(&event.what));
        let player = case["player"].as_str().map(str::to_owned);
        let expected = case["event"].as_str().map(|event| (event, player));
        if read != expected {
            faults.push(format!("{line}\n  expected {expected:?}, read {read:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns the folder with the real logs. If there is none, this is reported on the real standard
/// error, which the test harness does not hide.
fn folder() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a variable says where the logs are"
    )]
    let given = std::env::var_os("OXEYE_AGENT_LOGS").map(PathBuf::from);
    if let Some(folder) = given {
        assert!(folder.is_dir(), "OXEYE_AGENT_LOGS does not name a folder");
        return Some(folder);
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/logs");
    if beside.is_dir() {
        return Some(beside);
    }
    say(
        "\nTHE REAL LOGS WERE NOT CHECKED: THERE IS NO FOLDER ../shared/logs BESIDE THE WORKSPACE, AND \
         OXEYE_AGENT_LOGS IS NOT SET.\n\n",
    );
    None
}

fn say(sentence: &str) {
    std::io::stderr().write_all(sentence.as_bytes()).unwrap();
}

fn find_logs(folder: &Path, logs: &mut Vec<PathBuf>) {
    let entries = folder.read_dir().unwrap();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            find_logs(&path, logs);
        } else if path.extension().is_some_and(|extension| extension == "log") {
            logs.push(path);
        }
    }
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn faults_of_log(log: &Path) -> Vec<String> {
    let expected = json(&log.with_extension("expected.json"));
    let mut reader = LogReader::new(LogOptions::default());
    let read = read(&mut reader, &std::fs::read(log).unwrap());
    let mut faults = faults_of_events(&read, expected["events"].as_array().unwrap());
    let online: BTreeSet<&str> = reader.online().map(|player| player.as_str()).collect();
    let at_end = expected["online_at_end"].as_array().unwrap();
    let at_end: BTreeSet<&str> = at_end
        .iter()
        .map(|player| player.as_str().unwrap())
        .collect();
    if online != at_end {
        faults.push(format!("at the end {at_end:?} are online, read {online:?}"));
    }
    let faults = faults.into_iter();
    faults
        .map(|fault| format!("{}: {fault}", log.display()))
        .collect()
}

fn read(reader: &mut LogReader, log: &[u8]) -> Vec<Read> {
    let mut read = Vec::new();
    let mut line = 0;
    let mut each = |text: &[u8]| {
        line += 1;
        if let Some(event) = reader.read_line(text) {
            let (name, player) = name_of(&event.what);
            let time = event.time.map(|time| time.text.to_string());
            read.push(Read {
                event: name,
                player,
                time,
                line,
            });
        }
    };
    let mut lines = Lines::new();
    lines.feed(log, &mut each);
    lines.finish(&mut each);
    read.retain(|read| read.event != "switch");
    read
}

fn name_of(what: &GameEvent) -> (&'static str, Option<String>) {
    match what {
        GameEvent::Join { player, .. } => ("join", Some(player.as_str().to_owned())),
        GameEvent::Leave { player } => ("leave", Some(player.as_str().to_owned())),
        GameEvent::Switch { .. } => ("switch", None),
        GameEvent::Boot => ("boot", None),
        GameEvent::Start => ("start", None),
        GameEvent::Stop => ("stop", None),
        GameEvent::Crash => ("crash", None),
        GameEvent::Activity(_) => ("activity", None),
    }
}

/// Returns the differences between the events read and the expected ones, in order. Some may be
/// missing: repetitions, and the leave of a player whose join is not in the log.
fn faults_of_events(read: &[Read], expected: &[Value]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut read = read.iter().peekable();
    let show = |read: &Read| format!("{} of {:?} in line {}", read.event, read.player, read.line);
    for event in expected {
        let may_be_missing = event["again"] == true || event["not_seen_joining"] == true;
        if read.next_if(|read| is_event(read, event)).is_none() && !may_be_missing {
            let next = read.peek().map(|read| show(read));
            faults.push(format!("expected {event}, but next is {next:?}"));
        }
    }
    faults.extend(read.map(|read| format!("unexpected {}", show(read))));
    faults
}

fn is_event(read: &Read, event: &Value) -> bool {
    let lines = event["lines"].as_array().unwrap();
    // The expected time is that of the first line.
    let has_time = lines[0] != read.line || event["time"].as_str() == read.time.as_deref();
    event["event"] == read.event
        && event["player"].as_str() == read.player.as_deref()
        && lines.iter().any(|line| *line == read.line)
        && has_time
}
