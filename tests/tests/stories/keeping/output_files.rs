//! Files that commands write: never one of Oxeye's own, and another one's only with `--force`.

use std::fs;
use std::os::unix::fs::symlink;

use oxeye_tests::backend::Oxeye;
use serde_json::json;

use super::text;

/// Commands that write a file, whose name follows.
const WRITERS: [&[&str]; 6] = [
    &["backup", "--force"],
    &["export", "--force", "--output"],
    &["status", "survival", "--force", "--picture"],
    &["chart", "survival", "--force", "--picture"],
    &["top", "--force", "--picture"],
    &["player", "Alex", "--force", "--picture"],
];

#[tokio::test]
async fn no_command_overwrites_a_file_of_the_store_even_with_force() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;
    let event = json!([{"player": "Alex", "event_type": "death", "at": now}]);
    server.sends_activity(1, 1, &event).await;
    let at = |name: &str| oxeye.folder().join(name);
    symlink(at("oxeye.db"), at("link.db")).expect("a link can be made");
    symlink(oxeye.folder(), at("folder")).expect("a link can be made");
    fs::write(at("operator.token"), "the token of another start").expect("it can be written");
    let own = [
        "oxeye.db",
        "oxeye.db-wal",
        "oxeye.db-shm",
        "oxeye.db.lock",
        "oxeye-activity.db",
        "oxeye-activity.db-wal",
        "oxeye-presence.db",
        "operator.token",
        "link.db",
        "folder/oxeye.db",
    ];

    let store = WRITERS.map(|writer| (writer, "oxeye.db"));
    let others = own[1..].iter().map(|name| (WRITERS[1], *name));
    for (writer, name) in store.into_iter().chain(others) {
        let file = text(&at(name));
        let refused = oxeye.command(&[writer, &[&file]].concat()).await;
        assert_eq!(refused.code, Some(1), "{writer:?} {name}: {refused:?}");
        let why = "in which Oxeye keeps its data";
        assert!(refused.log.contains(why), "{writer:?} {name}: {refused:?}");
    }

    assert!(at("link.db").is_symlink());
    assert!(!at("oxeye-presence.db").exists());
    server.joins("Steve").await;
    let restarted = oxeye.restart().await;
    let mut online = restarted.online("survival").await;
    online.sort();
    assert_eq!(online, ["Alex", "Steve"]);
}

#[tokio::test]
async fn the_store_of_an_oxeye_with_other_settings_is_not_overwritten() {
    let oxeye = Oxeye::start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    let store = text(&oxeye.folder().join("oxeye.db"));
    let elsewhere = text(&oxeye.folder().join("elsewhere.db"));

    let shell = oxeye.shell().set("DATABASE_PATH", &elsewhere);
    let refused = shell.arguments(&["backup", "--force", &store]).run().await;

    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.log.contains("in use by another program"),
        "{refused:?}"
    );
    server.joins("Alex").await;
}

#[tokio::test]
async fn a_picture_replaces_a_file_only_with_force_and_nothing_but_a_file() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    let stay = [("Alex", now - 7_200, now - 3_600)];
    oxeye.had_stays(0, "survival", &stay).await;
    server.joins("Alex").await;
    let file = oxeye.folder().join("precious.png");
    let to = text(&file);

    for writer in &WRITERS[2..] {
        fs::write(&file, "precious").expect("a file can be written");
        let careful: Vec<&str> = writer
            .iter()
            .copied()
            .filter(|word| *word != "--force")
            .collect();
        let refused = oxeye.command(&[&careful[..], &[&to]].concat()).await;
        assert_eq!(refused.code, Some(1), "{writer:?}: {refused:?}");
        assert!(refused.log.contains("--force"), "{writer:?}: {refused:?}");
        assert_eq!(fs::read(&file).expect("it is there"), b"precious");

        let forced = oxeye.command(&[*writer, &[&to]].concat()).await;
        assert_eq!(forced.code, Some(0), "{writer:?}: {forced:?}");
        let bytes = fs::read(&file).expect("it is there");
        assert!(bytes.starts_with(b"\x89PNG"), "{writer:?}");
        assert!(!oxeye.folder().join("precious.png.part").exists());

        let device = oxeye.command(&[*writer, &["/dev/null"]].concat()).await;
        assert_eq!(device.code, Some(1), "{writer:?}: {device:?}");
        assert!(
            device.log.contains("is not a file"),
            "{writer:?}: {device:?}"
        );
    }
}
