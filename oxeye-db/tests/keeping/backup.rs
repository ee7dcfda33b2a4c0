//! Backups of the file, made while the store is in use.

use std::io::Read;

use oxeye_db::Database;
use oxeye_db::testing;

use crate::site::{GUILD, NOW, Site, online, server_name};

#[tokio::test]
async fn a_backup_contains_everything_answered_before_it_and_opens_as_a_store() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0).await;

    let mut copy = site.database.backup().await.unwrap();
    site.join(server, "Steve", NOW.0).await;

    let mut bytes = Vec::new();
    copy.read_to_end(&mut bytes).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("oxeye.db");
    std::fs::write(&file, bytes).unwrap();
    let restored = Database::open(&testing::options(file), NOW).unwrap();
    let server = restored
        .find_server(GUILD, &server_name("survival"))
        .map(|(server, _)| server.id())
        .unwrap();
    assert_eq!(online(&restored, server), ["Alex"]);
}

#[tokio::test]
async fn a_backup_leaves_no_file_beside_the_store() {
    let site = Site::new();
    let files = || {
        let entries = std::fs::read_dir(site.folder()).unwrap();
        let mut names: Vec<_> = entries.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = files();

    let copy = site.database.backup().await.unwrap();

    assert_eq!(files(), before);
    drop(copy);
}

#[tokio::test]
async fn an_unfinished_copy_left_by_a_killed_process_is_removed_at_the_next_start() {
    let site = Site::new();
    let left = site.folder().join("oxeye.db.backing-up");
    std::fs::write(&left, "half").unwrap();

    let site = site.restarted().await;

    assert!(!left.exists());
    drop(site);
}

#[tokio::test]
async fn two_simultaneous_backups_are_two_copies() {
    let site = Site::new();
    site.linked("survival").await;

    let (one, two) = tokio::join!(site.database.backup(), site.database.backup());

    for mut copy in [one.unwrap(), two.unwrap()] {
        let mut bytes = Vec::new();
        copy.read_to_end(&mut bytes).unwrap();
        assert!(bytes.starts_with(b"SQLite format 3\0"));
    }
    let found = site
        .database
        .find_server(GUILD, &server_name("survival"))
        .map(|(server, _)| server.id());
    assert!(found.is_some());
}
