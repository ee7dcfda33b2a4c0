//! Logs of every family, written by us in the style of the servers, and the events that must be read
//! from them. `NAME.jsonl` is the output of `oxeye-agent parse NAME.log`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use oxeye_agent::cli::parse;
use oxeye_agent::log::lines::Lines;
use oxeye_agent::log::{LogOptions, LogReader};

#[test]
fn every_family_is_read() {
    let mut faults = Vec::new();
    for log in logs() {
        let printed = print(&std::fs::read(&log).unwrap());
        let expected = std::fs::read_to_string(log.with_extension("jsonl")).unwrap();
        if printed != expected {
            faults.push(format!("{} gives\n{printed}", log.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_compressed_log_gives_the_same_events() {
    for log in logs() {
        let log = std::fs::read(log).unwrap();
        // Some programs write several parts one after the other.
        let (start, end) = log.split_at(log.len() / 2);
        let compressed = [compress(start), compress(end)].concat();
        assert_eq!(print(&compressed), print(&log));
    }
}

#[test]
fn a_reader_can_continue_wherever_another_stopped() {
    for log in logs() {
        let log = std::fs::read(log).unwrap();
        let mut whole = LogReader::new(LogOptions::default());
        let mut resumed = LogReader::new(LogOptions::default());
        for line in lines(&log) {
            let state = serde_json::to_string(&resumed.state()).unwrap();
            let state = serde_json::from_str(&state).unwrap();
            resumed = LogReader::resume(LogOptions::default(), state);
            assert_eq!(resumed.read_line(&line), whole.read_line(&line));
        }
        assert_eq!(resumed.state(), whole.state());
    }
}

fn logs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let logs: Vec<PathBuf> = files
        .filter(|path| path.extension().unwrap() == "log")
        .collect();
    assert!(logs.len() > 20);
    logs
}

fn print(log: &[u8]) -> String {
    let mut printed = Vec::new();
    parse::print_events(log, &LogOptions::default(), None, &mut printed).unwrap();
    String::from_utf8(printed).unwrap()
}

fn lines(log: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut cutter = Lines::new();
    cutter.feed(log, |line| lines.push(line.to_vec()));
    cutter.finish(|line| lines.push(line.to_vec()));
    lines
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
