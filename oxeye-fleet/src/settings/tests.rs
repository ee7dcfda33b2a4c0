use std::time::Duration;

use super::*;
use crate::ids::WorkerName;

fn read(values: &[(&'static str, &str)]) -> Result<Settings, ConfigError> {
    Settings::of(values)
}

#[track_caller]
fn check_refused(name: &'static str, value: &str, expected: &str) {
    let sentence = read(&[(name, value)])
        .expect_err("this value must be refused")
        .to_string();
    assert!(sentence.starts_with(name), "{sentence}");
    assert!(sentence.contains(expected), "{sentence}");
}

#[test]
fn without_any_setting_the_defaults_of_the_original_design_count() {
    let settings = read(&[]).unwrap();

    assert_eq!(settings.listen, ["0.0.0.0:8090".parse().unwrap()]);
    assert_eq!(
        settings.dashboard_listen,
        Some("0.0.0.0:3001".parse().unwrap())
    );
    assert_eq!(settings.limits.max_servers, 50);
    assert_eq!(settings.limits.idle, Duration::from_secs(10));
    assert_eq!(settings.limits.lost(), Duration::from_secs(15));
    assert_eq!(settings.limits.delete_after, Duration::from_secs(30));
    assert_eq!(*settings.limits.ports.start(), 8081);
    assert_eq!(settings.limits.own_ports, [8090, 3001]);
    assert_eq!(
        settings.public_address.of(&WorkerName::local(), 8081),
        Some("http://localhost:8081".to_owned())
    );
    assert_eq!(settings.command, None);
}

#[test]
fn names_of_the_facts_are_accepted_without_our_prefix() {
    let settings = read(&[
        ("READY_PROBE", "tcp"),
        ("PUBLIC_ADDRESS", "play.example.org"),
        ("HEARTBEAT_GRACE", "0"),
    ])
    .unwrap();

    assert_eq!(settings.ready_probe, ReadyProbe::Tcp);
    assert_eq!(
        settings.public_address.of(&WorkerName::local(), 1),
        Some("http://play.example.org:1".to_owned())
    );
    assert_eq!(settings.limits.lost(), Duration::from_secs(10));
}

#[test]
fn a_wrong_value_is_refused_with_what_is_expected() {
    check_refused("MIN_SERVERS", "1", "from 0 to 0");
    check_refused("MAX_SERVERS", "0", "from 1 to 5000");
    check_refused("FLEET_LISTEN", "8090", "0.0.0.0:8090");
    check_refused("FLEET_DASHBOARD_LISTEN", "on", "or off");
    check_refused("FLEET_COMMAND", "server", "{port}");
    check_refused(
        "FLEET_ENGINE",
        "kubernetes",
        "but process or docker or agones is expected",
    );
    check_refused("FLEET_READY_PROBE", "udp", "after:5s");
    check_refused(
        "FLEET_CORS_ORIGINS",
        "example.org",
        "https://play.example.org",
    );
    check_refused("FLEET_WORLDS", "maybe", "keep or discard");
    check_refused("PUBLIC_ADDRESS", "ftp://x", "an http or https URL");
    check_refused("INACTIVITY_SHUTDOWN", "0", "seconds");
}

#[test]
fn every_server_needs_a_port() {
    let with_ports_from = |start, servers| {
        let settings = read(&[("SERVER_PORT_START", start), ("MAX_SERVERS", servers)]);
        settings.map(|settings| settings.limits.ports)
    };

    assert_eq!(with_ports_from("65436", "100").unwrap(), 65_436..=65_535);
    let refused = with_ports_from("65437", "100").unwrap_err().to_string();
    let sentence = "SERVER_PORT_START is \"65437\" (environment), but a port from 1024 to 65436, one for each of MAX_SERVERS=100, is expected";
    assert_eq!(refused, sentence);
    check_refused("SERVER_PORT_START", "1023", "a port from 1024");
    check_refused("SERVER_PORT_START", "eighty", "a port from 1024");
}

#[test]
fn a_secret_is_never_shown() {
    let sentence = read(&[("FLEET_JOIN_SECRET", "geheim")])
        .unwrap_err()
        .to_string();

    assert!(!sentence.contains("geheim"), "{sentence}");
}

#[test]
fn an_oxeye_needs_its_token() {
    check_refused_both(&[("OXEYE_URL", "http://127.0.0.1:3000")], "OXEYE_TOKEN");
}

#[track_caller]
fn check_refused_both(values: &[(&'static str, &str)], name: &str) {
    let sentence = read(values).unwrap_err().to_string();
    assert!(sentence.starts_with(name), "{sentence}");
}

/// Reads the rows of the table of settings: names in backticks, and their defaults in the same order.
fn documented() -> Vec<(String, String)> {
    let document = include_str!("../../../docs/fleet.md");
    let table = document
        .lines()
        .skip_while(|line| !line.starts_with("| setting |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut rows = Vec::new();
    for line in table {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let names: Vec<_> = cells.next().unwrap_or_default().split(", ").collect();
        let defaults: Vec<_> = cells.next().unwrap_or_default().split(", ").collect();
        assert_eq!(names.len(), defaults.len(), "names and defaults of {line}");
        rows.extend(names.iter().zip(defaults).map(|(name, default)| {
            let default = if default == "none" {
                ""
            } else {
                default.trim_matches('`')
            };
            (name.trim_matches('`').to_owned(), default.to_owned())
        }));
    }
    rows.sort();
    rows
}

#[test]
fn the_document_names_all_settings_with_their_defaults() {
    let in_code = list::ALL.iter().map(|setting| {
        let default = setting.default.unwrap_or_default();
        (setting.name.to_owned(), default.to_owned())
    });

    assert_eq!(documented(), in_code.collect::<Vec<_>>());
}

#[test]
fn the_data_folder_may_exist_and_must_be_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();

    let existing = folder.path().to_str().unwrap();

    assert_eq!(
        read(&[("FLEET_DATA", existing)]).unwrap().data,
        folder.path()
    );
    check_refused("FLEET_DATA", file.to_str().unwrap(), "folder");
}
