//! Checks `parse` and `doctor` with small logs modelled on reports about real servers, if they are
//! available.
//!
//! They are not part of this repository. They are expected in `../shared/cases` beside the workspace,
//! or in the folder that `OXEYE_AGENT_CASES` names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A log, how to parse it, and the expected result.
struct Case {
    log: PathBuf,
    expected: Value,
}

impl Case {
    fn flags(&self) -> Vec<&str> {
        let flags = self.expected["args"].as_array().unwrap();
        flags.iter().map(|flag| flag.as_str().unwrap()).collect()
    }

    fn events(&self) -> Vec<(String, String)> {
        named(self.expected["events"].as_array().unwrap())
    }
}

#[test]
fn every_case_is_read_as_expected() {
    let faults: Vec<String> = cases().iter().filter_map(fault_of_parse).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn doctor_and_parse_agree_on_every_case() {
    let faults: Vec<String> = cases().iter().filter_map(fault_of_doctor).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_warning_says_if_a_proxy_records_no_disconnects() {
    let cases = cases();
    let proxies = cases.iter().filter(|case| kind(case).starts_with("K16 "));
    for case in proxies {
        for output in [parse(case).stderr, doctor(case).stdout] {
            let text = String::from_utf8(output).unwrap();
            assert!(text.contains("records no disconnects"), "{text}");
        }
    }
}

/// Returns the cases that are about logs. If there are none, this is reported on the real standard
/// error, which the test harness does not hide.
fn cases() -> Vec<Case> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a variable says where the cases are"
    )]
    let given = std::env::var_os("OXEYE_AGENT_CASES").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases");
    let folder = given.unwrap_or_else(beside);
    if !folder.is_dir() {
        let sentence = format!(
            "\nTHE CASES WERE NOT CHECKED: THERE IS NO FOLDER {}.\n\n",
            folder.display()
        );
        std::io::stderr().write_all(sentence.as_bytes()).unwrap();
        return Vec::new();
    }
    let files = folder.read_dir().unwrap();
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let cases: Vec<Case> = files.iter().filter_map(|path| case(path)).collect();
    assert!(!cases.is_empty(), "no case in {}", folder.display());
    cases
}

fn case(path: &Path) -> Option<Case> {
    let name = path.file_name()?.to_str()?;
    let log = path.with_file_name(name.strip_suffix(".expected.json")?.to_owned() + ".log");
    let expected: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    expected["events"]
        .is_array()
        .then_some(Case { log, expected })
}

fn kind(case: &Case) -> &str {
    case.expected["kind"].as_str().unwrap()
}

/// Returns the kinds and players of events. Lines are ignored, because either of two lines may count as
/// a leave.
fn named(events: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let events = events.iter();
    events
        .map(|event| (text(&event["event"]), text(&event["player"])))
        .collect()
}

fn parse(case: &Case) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oxeye-agent"));
    command.arg("parse").args(case.flags()).arg(&case.log);
    command.output().unwrap()
}

fn fault_of_parse(case: &Case) -> Option<String> {
    let output = parse(case);
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let read = named(&printed.collect::<Vec<Value>>());
    let warned = String::from_utf8_lossy(&output.stderr).contains("no line of");
    let warning = case.expected["warning"].as_bool();
    let fits = read == case.events() && warning.is_none_or(|expected| expected == warned);
    (!fits).then(|| format!("{}: read {read:?}, warned {warned}", case.log.display()))
}

/// Runs `doctor` in a folder with this log.
fn doctor(case: &Case) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).unwrap();
    fs::copy(&case.log, logs.join("latest.log")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_oxeye-agent"));
    command.current_dir(folder.path()).arg("doctor");
    for source in ["management", "rcon", "query", "ping"] {
        command.args([format!("--{source}"), "off".to_owned()]);
    }
    command.args(case.flags()).output().unwrap()
}

fn fault_of_doctor(case: &Case) -> Option<String> {
    let text = String::from_utf8(doctor(case).stdout).unwrap();
    let verdict = text.lines().find(|line| line.starts_with("log: "));
    let works = verdict.is_some_and(|verdict| verdict.starts_with("log: works;"));
    let has_events = !case.events().is_empty();
    (works != has_events).then(|| format!("{}: {verdict:?}", case.log.display()))
}
