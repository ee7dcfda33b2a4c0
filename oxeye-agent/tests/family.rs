//! What `doctor` and `parse` say about a log of another family than the one that `--family` names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const FAMILIES: [&str; 7] = [
    "java",
    "velocity",
    "bungeecord",
    "bedrock",
    "pocketmine",
    "geyser",
    "pumpkin",
];

/// A variable of another test, which the agent would take for an unknown setting.
const NOISE_LINES: &str = "OXEYE_AGENT_NOISE_LINES";

const PAPER: &str = "[12:00:00 INFO]: Starting minecraft server version 1.21
[12:00:00 INFO]: Done (3.1s)! For help, type \"help\"
[12:00:00 INFO]: Fern joined the game
";
const POCKETMINE: &str =
    "[12:00:00] [Server thread/INFO]: Starting Minecraft: PE server version v1.21
[12:00:00] [Server thread/INFO]: Done (2.3s)! For help, type \"help\" or \"?\"
[12:00:00] [Server thread/INFO]: Fern joined the game
";
const VELOCITY: &str = "[12:00:00 INFO]: Booting up Velocity 3.4.0 (git-1)...
[12:00:00 INFO]: [connected player] Fern (/192.0.2.7:5) has connected
";
const UNKNOWN: &str = "10:00:00 [INFO] Fern has joined.\n";

/// Runs the agent in a folder with this log, and returns what it printed about the log.
fn said(log: &str, command: &[&str], family: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("logs")).unwrap();
    fs::write(folder.path().join("logs/latest.log"), log).unwrap();
    let mut agent = Command::new(env!("CARGO_BIN_EXE_oxeye-agent"));
    agent.current_dir(folder.path()).args(command);
    agent.env_remove(NOISE_LINES);
    let output = agent.args(["--family", family]).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    String::from_utf8(printed).unwrap()
}

fn doctor(log: &str, family: &str) -> String {
    let off = [
        "doctor",
        "--management",
        "off",
        "--rcon",
        "off",
        "--query",
        "off",
        "--ping",
        "off",
    ];
    let printed = said(log, &off, family);
    let mut lines = printed.lines();
    lines
        .find(|line| line.starts_with("log: "))
        .unwrap()
        .to_owned()
}

fn parse(log: &str, family: &str) -> String {
    said(log, &["parse", "logs/latest.log"], family)
}

#[test]
fn a_wrong_family_is_reported_whatever_was_read() {
    for (log, right) in [
        (PAPER, "java"),
        (POCKETMINE, "pocketmine"),
        (VELOCITY, "velocity"),
    ] {
        for family in FAMILIES {
            let (doctor, parse) = (doctor(log, family), parse(log, family));
            let works = doctor.starts_with("log: works;");
            assert_eq!(works, family == right, "{right} as {family}: {doctor}");
            let is_reported = parse.contains("no line of");
            assert_eq!(is_reported, family != right, "{right} as {family}: {parse}");
            let named = format!("looks like a {right} log");
            assert_eq!(parse.contains(&named), family != right, "{parse}");
        }
    }
}

#[test]
fn a_log_of_no_known_family_is_not_that_of_the_named_one() {
    assert!(!doctor(UNKNOWN, "java").starts_with("log: works;"));
    assert!(parse(UNKNOWN, "java").contains("is understood as a java log"));
}

#[test]
fn a_log_with_logins_belongs_to_one_family() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = folder.read_dir().unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let logs: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "log"))
        .collect();
    let mut accepted: BTreeMap<&Path, Vec<&str>> = BTreeMap::new();
    for family in FAMILIES {
        let mut agent = Command::new(env!("CARGO_BIN_EXE_oxeye-agent"));
        agent.args(["parse", "--family", family]).args(&logs);
        agent.env_remove(NOISE_LINES);
        let warned = String::from_utf8(agent.output().unwrap().stderr).unwrap();
        let refused = |log: &Path| {
            let begins = format!("no line of {} ", log.display());
            warned.contains(&begins)
        };
        for log in logs.iter().filter(|log| !refused(log)) {
            accepted.entry(log).or_default().push(family);
        }
    }
    assert_eq!(accepted.len(), logs.len());
    for (log, families) in accepted {
        assert_eq!(families.len(), 1, "{} as {families:?}", log.display());
    }
}
