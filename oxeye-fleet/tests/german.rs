//! The command line in German, with the real program.

#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use oxeye_fleet::ids::{PlayerId, WorldName};
use running::RunningFleet;
use serde_json::Value;
use tokio::time::timeout;

const GERMAN: (&str, &str) = ("LANG", "de_DE.UTF-8");

#[track_caller]
fn assert_has(printed: &str, parts: &[&str]) {
    for part in parts {
        assert!(printed.contains(part), "{part:?} is not in {printed}");
    }
}

#[tokio::test]
async fn operators_whose_system_is_german_read_german() {
    let fleet = RunningFleet::start(&[GERMAN, ("MAX_SERVERS", "2")]).await;
    assert_eq!(
        fleet.command("worlds").await,
        "Es gibt noch keine Welten.\n"
    );
    let alex: PlayerId = "alex".parse().unwrap();
    let world = WorldName::of(&alex);

    let joined = fleet.join("alex").await;
    let is_running = |servers: &[Value]| servers.iter().any(|one| one["state"] == "running");
    fleet.wait_for("running", is_running).await;

    let list = fleet.command("list").await;
    assert!(
        list.starts_with("1 von 2 Servern belegt, 1 Spieler\n\nSERVER "),
        "{list}"
    );
    assert_has(
        &list,
        &[
            " ZUSTAND ",
            " ENDET IN ",
            " SPEICHER\n",
            "  läuft  ",
            " Sek. ",
        ],
    );
    let worlds = fleet.command("worlds").await;
    assert_has(
        &worlds,
        &["WELT ", " GRÖSSE ", " GEÄNDERT ", " BENUTZT VON\n", " vor "],
    );
    let url = fleet.url();
    assert_has(
        &fleet.command("check").await,
        &[
            "Ordner  ok     /",
            "\nBefehl  ok     FLEET_COMMAND ist nicht gesetzt",
            &format!("\nFlotte  ok     läuft unter {url}; 1 von 2 Servern belegt\n"),
        ],
    );

    let server = joined["serverId"].as_str().unwrap();
    let in_use = format!("oxeye-fleet: die Welt {world} wird von {server} benutzt\n");
    let delete = format!("worlds delete {world}");
    assert_eq!(fleet.failure(&format!("{delete} --yes")).await, in_use);
    assert_has(
        &fleet.failure(&delete).await,
        &["wiederhole den Befehl mit --yes"],
    );
    assert_has(
        &fleet.failure("stop auto-1").await,
        &["einen solchen Server gibt es nicht"],
    );
}

#[tokio::test]
async fn a_fleet_that_is_drained_says_so_in_german() {
    let fleet = RunningFleet::start(&[GERMAN]).await;
    fleet.join("alex").await;

    assert_has(
        &fleet.command("drain").await,
        &["Wer gerade spielt, behält seinen Server"],
    );
    let drained = "1 Spieler; die Flotte wird geleert: es werden keine neuen Server gestartet\n";
    assert_has(&fleet.command("list").await, &[drained]);
    let checked = fleet.command("check").await;
    assert_has(
        &checked,
        &["FEHLER läuft unter ", ", aber sie wird geleert: "],
    );
}

#[tokio::test]
async fn a_crash_is_explained_in_german() {
    let settings = [GERMAN, ("FLEET_COMMAND", "/bin/false --port={port}")];
    let fleet = RunningFleet::start(&settings).await;

    fleet.join("alex").await;
    let crashed = async {
        loop {
            let checked = fleet.command("check").await;
            if checked.contains("ist abgestürzt und wird wieder gestartet") {
                return checked;
            }
        }
    };
    let checked = timeout(Duration::from_secs(60), crashed).await.unwrap();

    let output = fleet.data().join("output");
    let where_to_look = format!("; was die Server ausgeben, steht in {}\n", output.display());
    assert_has(&checked, &["\nFlotte  FEHLER läuft unter ", &where_to_look]);
    assert_eq!(
        fleet.failure("check").await,
        "oxeye-fleet: eine Sache stimmt nicht, siehe oben\n"
    );
}

#[test]
fn a_fleet_that_does_not_run_says_in_german_why() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let failure = |name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"));
        command.arg(name).current_dir(folder.path());
        command
            .env("LC_ALL", GERMAN.1)
            .env("FLEET_LISTEN", &address);
        let output = command.output().unwrap();
        assert!(!output.status.success(), "{name}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    };

    assert_has(
        &failure("list"),
        &["gibt es kein Betreiber-Token; führe den Befehl in dem Ordner aus"],
    );
    let sentence = format!(
        "oxeye-fleet: auf {address} (FLEET_LISTEN) lassen sich keine Verbindungen annehmen: "
    );
    assert_has(&failure("serve"), &[&sentence]);
}
