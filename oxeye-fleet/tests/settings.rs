//! Settings that are refused, with the real program.

#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

use std::process::Command;

/// Starts the fleet with a setting that is wrong. Returns the exit code, and what it prints.
fn start_with(name: &str, value: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"));
    command.arg("serve").current_dir(folder.path());
    let output = command.env(name, value).output().unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_sentence() {
    for (name, value, sentence) in [
        ("FLEET_LISTN", "127.0.0.1:0", "did you mean FLEET_LISTEN?"),
        (
            "FLEET_NONSENSE",
            "1",
            "which is not a setting of oxeye-fleet",
        ),
        (
            "FLEET_ENGINE",
            "kubernetes",
            "but process or docker or agones is expected",
        ),
        ("PUBLIC_ADDRESS", "ftp://x", "an http or https URL"),
        ("PUBLIC_ADDRESS", "http://x/game", "no path without {port}"),
        (
            "SERVER_PORT_START",
            "65500",
            "one for each of MAX_SERVERS=50",
        ),
    ] {
        let (code, printed) = start_with(name, value);

        assert_eq!(code, Some(78), "{name}: {printed}");
        assert!(
            printed.contains(name) && printed.contains(sentence),
            "{printed}"
        );
        assert_eq!(printed.lines().count(), 1, "{printed}");
    }
}

#[test]
fn the_program_that_answers_http_never_holds_the_socket_of_a_container_engine() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"))
        .arg("serve")
        .current_dir(folder.path())
        .env("FLEET_ENGINE", "docker")
        .env("FLEET_DOCKER_IMAGE", "game:1")
        .output()
        .unwrap();

    assert_eq!(output.status.code(), Some(78));
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(
        printed.contains("FLEET_WORKERS is not set")
            && printed.contains("never holds the socket of a container engine"),
        "{printed}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn servers_under_systemd_may_write_where_the_example_unpacks_its_libraries() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let read = |path: &str| std::fs::read_to_string(format!("{root}/{path}")).unwrap();
    let guide = read("docs/fleet.md");
    let (_, folder) = guide.split_once("-DbundlerRepoDir=").unwrap();
    let (folder, _) = folder.split_once(' ').unwrap();

    for unit in ["oxeye-fleet.service", "oxeye-fleet-worker.service"] {
        let unit = read(&format!("deploy/{unit}"));
        assert!(unit.contains("\nProtectSystem=strict\n"), "{unit}");
        assert!(
            unit.contains(&format!("\nReadWritePaths=-{folder}\n")),
            "{unit}"
        );
    }
}

/// Returns the settings in a block of the example for Compose, such as `  fleet`.
fn settings_in<'a>(example: &'a str, block: &str) -> Vec<(&'a str, &'a str)> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let (_, rest) = example.split_once(&format!("\n{block}:")).unwrap();
    let lines = rest.lines().skip(1);
    let lines = lines.take_while(|line| line.is_empty() || depth(line) > depth(block));
    let setting = |line: &'a str| {
        let (name, value) = line.trim().split_once(": ")?;
        let is_setting = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        is_setting.then_some((name, value.trim_matches('"')))
    };
    lines.filter_map(setting).collect()
}

#[test]
fn the_settings_of_the_example_for_compose_are_accepted() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/compose-fleet.yaml");
    let example = std::fs::read_to_string(path).unwrap();
    let shared = settings_in(&example, "x-shared");
    for program in ["worker", "fleet"] {
        let own = settings_in(&example, &format!("  {program}"));
        assert!(own.len() >= 4, "{own:?}");
        let folder = tempfile::tempdir().unwrap();
        let checked = Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"))
            .arg("check")
            .current_dir(folder.path())
            .envs(shared.iter().chain(&own).copied())
            .env("FLEET_DATA", folder.path())
            .output()
            .unwrap();

        // What it is about need not be there.
        let found = String::from_utf8(checked.stdout).unwrap();
        let wrong = String::from_utf8(checked.stderr).unwrap();
        assert!(found.contains(folder.path().to_str().unwrap()), "{wrong}");
    }
}
