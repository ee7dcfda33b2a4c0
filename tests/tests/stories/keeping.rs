//! What is kept: taken along as a copy or as lines of text, put back, and forgotten.

use std::path::Path;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::watched::PATIENCE;

/// Reports one new player after the other, and never ends.
async fn is_busy(server: &Plugin) {
    for number in 0.. {
        server.joins(&format!("Player{number}")).await;
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
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
    oxeye.ends_within(PATIENCE).await;

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
async fn a_backup_takes_no_other_files_place_unless_it_is_told_to() {
    let oxeye = Oxeye::start().await;
    let file = oxeye.folder().join("precious.txt");
    let to = text(&file);
    std::fs::write(&file, "precious").expect("a file can be written");

    let refused = oxeye.command(&["backup", &to]).await;
    assert_ne!(refused.code, Some(0));
    assert!(refused.log.contains("--force"), "{}", refused.log);
    assert_eq!(std::fs::read(&file).expect("it is there"), b"precious");

    let forced = oxeye.command(&["backup", "--force", &to]).await;
    assert_eq!(forced.code, Some(0), "{}", forced.log);
    let bytes = std::fs::read(&file).expect("it is there");
    assert!(bytes.starts_with(b"SQLite format 3\0"));
    assert!(!oxeye.folder().join("precious.txt.part").exists());
}
