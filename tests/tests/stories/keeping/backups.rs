//! Backups: in a file and on standard output.

use std::path::Path;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::json;

use super::text;

/// Reports one new player after another, for ever.
async fn is_busy(server: &Plugin) {
    for number in 0.. {
        server.joins(&format!("Player{number}")).await;
    }
}

#[tokio::test]
async fn a_backup_made_under_load_starts_elsewhere_with_sessions_links_and_keys() {
    let mut oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex"]).await;
    server.joins("Steve").await;
    server.leaves("Steve").await;

    let copy = oxeye.folder().join("copy.db");
    let to = text(&copy);
    let arguments = ["backup", to.as_str()];
    let backup = tokio::select! {
        ended = oxeye.command(&arguments) => ended,
        () = is_busy(&server) => unreachable!("it never ends"),
    };
    assert_eq!(backup.code, Some(0), "{}", backup.log);
    oxeye.signal("KILL");
    oxeye.ends_within(WAIT_LIMIT).await;

    let elsewhere = Setup::new();
    std::fs::copy(&copy, elsewhere.folder().join("oxeye.db")).expect("the backup is a file");
    let restored = elsewhere.start().await;
    let server = restored.plugin_with_key_of(&server);
    assert!(
        server.status().await.expect("an answer"),
        "the key is there"
    );
    let online = restored.online("survival").await;
    assert!(online.contains(&"Alex".to_owned()), "{online:?}");
    assert_eq!(restored.last_seen("survival").await, ["Steve"]);
}

#[tokio::test]
async fn a_backup_replaces_an_existing_file_only_with_force() {
    let oxeye = Oxeye::start().await;
    let file = oxeye.folder().join("precious.txt");
    let to = text(&file);
    std::fs::write(&file, "precious").expect("a file can be written");

    let refused = oxeye.command(&["backup", &to]).await;
    assert_ne!(refused.code, Some(0));
    assert!(refused.log.contains("--force"), "{}", refused.log);
    assert_eq!(
        std::fs::read(&file).expect("the file is there"),
        b"precious"
    );

    let forced = oxeye.command(&["backup", "--force", &to]).await;
    assert_eq!(forced.code, Some(0), "{}", forced.log);
    let bytes = std::fs::read(&file).expect("the file is there");
    assert!(bytes.starts_with(b"SQLite format 3\0"));
    assert!(!oxeye.folder().join("precious.txt.part").exists());
}

fn tar(arguments: &[&str], archive: &Path) -> String {
    let mut tar = std::process::Command::new("tar");
    tar.args(arguments).arg("--file").arg(archive);
    let done = tar.output().expect("tar can be run");
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).expect("text")
}

#[tokio::test]
async fn a_backup_on_standard_output_is_unpacked_and_starts_elsewhere() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;
    let backup = || oxeye.shell().arguments(&["backup", "-"]);

    let archive = oxeye.folder().join("backup.tar");
    let without_activity = backup().after("exec >backup.tar").run().await;
    assert_eq!(without_activity.code, Some(0), "{without_activity:?}");
    assert_eq!(tar(&["--list"], &archive), "oxeye.db\n");
    let event = json!([{"player": "Alex", "event_type": "death", "at": now}]);
    server.sends_activity(1, 1, &event).await;
    let done = backup().after("exec >backup.tar").run().await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.log.starts_with("oxeye.db and oxeye-activity.db: "),
        "{done:?}"
    );

    let elsewhere = Setup::new();
    let folder = text(elsewhere.folder());
    tar(&["--extract", "--directory", &folder], &archive);
    let restored = elsewhere.start().await;
    let check = restored.command(&["check"]).await;
    assert_eq!(check.code, Some(0), "{check:?}");
    let server = restored.plugin_with_key_of(&server);
    assert!(
        server.status().await.expect("an answer"),
        "the key is there"
    );
    assert_eq!(restored.online("survival").await, ["Alex"]);
    let events = restored.activity("players/Alex/events").await;
    assert_eq!(events[0]["event_type"], "death", "{events}");
}

#[tokio::test]
async fn a_backup_goes_neither_to_a_terminal_nor_to_a_full_disk() {
    let oxeye = Oxeye::start().await;
    let backup = || oxeye.shell().arguments(&["backup", "-"]);

    let in_a_terminal = r#"exec script --quiet --return --command "$*" /dev/null"#;
    let terminal = backup().after(in_a_terminal).run().await;
    assert_eq!(terminal.code, Some(1), "{terminal:?}");
    assert!(
        terminal.out.contains("cannot be shown in a terminal"),
        "{terminal:?}"
    );

    let full = backup().after("exec >/dev/full").run().await;
    assert_eq!(full.code, Some(1), "{full:?}");
    assert!(
        full.log.contains("cannot write to standard output"),
        "{full:?}"
    );
}
