//! Files that are deleted, moved, replaced, truncated or overwritten while the store is in use.

mod contents;
mod other_programs;

use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use tempfile::TempDir;

use super::open_file::HEAD;
use super::{CHECK_VALID_FOR, FULL_CHECK_EVERY, FileLoss, FileWatch, LostFile, StoreFiles};
use crate::store::tests::SCHEMA;
use crate::{Store, StoreError};

/// A store in a folder `data`, opened through a symbolic link to that folder.
struct Site {
    folder: TempDir,
    store: Store,
}

impl Site {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        symlink(folder.path().join("data"), folder.path().join("link")).unwrap();
        let (store, _loading, _) =
            Store::open(&folder.path().join("link/store.db"), &SCHEMA, 1).unwrap();
        let site = Self { folder, store };
        for note in 1..=3 {
            site.write(note).await.unwrap();
        }
        site
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn write(&self, note: i64) -> Result<(), StoreError> {
        let insert =
            move |file: &Connection| file.execute("INSERT INTO notes (id) VALUES (?1)", [note]);
        self.store.write(insert, |_, _| ()).await
    }

    /// Returns the notes in a store that nobody has open.
    fn kept(path: &Path) -> Vec<i64> {
        let file = Connection::open(path).unwrap();
        let mut notes = file.prepare("SELECT id FROM notes ORDER BY id").unwrap();
        let rows = notes.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }
}

const STORE: &str = "data/store.db";
const LOG: &str = "data/store.db-wal";

fn truncate(path: &Path, length: u64) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(length).unwrap();
}

async fn check(what: &str, happens: impl FnOnce(&Site), is_log: bool, how: FileLoss) {
    let site = Site::new().await;

    happens(&site);

    for note in 10..12 {
        let refused = site.write(note).await;
        let expected = LostFile { is_log, how };
        assert!(
            matches!(&refused, Err(StoreError::Lost(lost)) if *lost == expected),
            "{what}: {refused:?}"
        );
    }
    assert!(site.store.load().is_failing, "{what}");
}

#[tokio::test]
async fn no_write_is_accepted_once_a_file_is_not_what_was_opened() {
    use FileLoss::{Missing, Overwritten, Replaced, Truncated};
    let remove = |name: &'static str| move |site: &Site| fs::remove_file(site.at(name)).unwrap();
    check("the store is deleted", remove(STORE), false, Missing).await;
    check("the log is deleted", remove(LOG), true, Missing).await;
    let rename = |from: &'static str, to: &'static str| {
        move |site: &Site| fs::rename(site.at(from), site.at(to)).unwrap()
    };
    check("the store is moved", rename(STORE, "x"), false, Missing).await;
    check("the folder is renamed", rename("data", "x"), false, Missing).await;
    let replace = |name: &'static str| {
        move |site: &Site| {
            fs::copy(site.at(name), site.at("copy")).unwrap();
            fs::rename(site.at("copy"), site.at(name)).unwrap();
        }
    };
    check("a copy takes its place", replace(STORE), false, Replaced).await;
    check(
        "a copy of the log takes its place",
        replace(LOG),
        true,
        Replaced,
    )
    .await;
    let point_elsewhere = |site: &Site| {
        fs::create_dir(site.at("other")).unwrap();
        fs::write(site.at("other/store.db"), "").unwrap();
        fs::remove_file(site.at("link")).unwrap();
        symlink(site.at("other"), site.at("link")).unwrap();
    };
    check("the link leads elsewhere", point_elsewhere, false, Replaced).await;
    let cut = |name: &'static str, left: u64| move |site: &Site| truncate(&site.at(name), left);
    check(
        "the store is truncated to nothing",
        cut(STORE, 0),
        false,
        Truncated,
    )
    .await;
    check(
        "the log is truncated to nothing",
        cut(LOG, 0),
        true,
        Truncated,
    )
    .await;
    check("the log is cut short", cut(LOG, 5_000), true, Truncated).await;
    let scribble =
        |name: &'static str| move |site: &Site| fs::write(site.at(name), vec![7; 1 << 20]).unwrap();
    check(
        "the store is overwritten",
        scribble(STORE),
        false,
        Overwritten,
    )
    .await;
    check("the log is overwritten", scribble(LOG), true, Overwritten).await;
}

#[tokio::test]
async fn a_store_that_comes_back_accepts_writes_again() {
    let site = Site::new().await;
    fs::rename(site.at("data"), site.at("away")).unwrap();
    site.write(4).await.unwrap_err();

    fs::rename(site.at("away"), site.at("data")).unwrap();

    site.write(5).await.unwrap();
    site.store.close().await;
    assert_eq!(Site::kept(&site.at(STORE)), [1, 2, 3, 5]);
}

#[tokio::test]
async fn a_log_that_was_truncated_is_not_trusted_again_when_its_length_is_restored() {
    let site = Site::new().await;
    let length = fs::metadata(site.at(LOG)).unwrap().len();
    let bytes = fs::read(site.at(LOG)).unwrap();
    truncate(&site.at(LOG), 0);
    site.write(4).await.unwrap_err();

    truncate(&site.at(LOG), length);
    site.write(5).await.unwrap_err();
    fs::write(site.at(LOG), bytes).unwrap();

    site.write(6).await.unwrap_err();
}

#[tokio::test]
async fn nothing_is_lost_when_the_log_is_deleted() {
    let site = Site::new().await;
    fs::remove_file(site.at(LOG)).unwrap();

    site.write(4).await.unwrap_err();

    // Copy the file without closing the store, as if the process had crashed.
    fs::copy(site.at(STORE), site.at("left.db")).unwrap();
    assert_eq!(Site::kept(&site.at("left.db")), [1, 2, 3]);
}

#[tokio::test]
async fn another_program_may_use_the_store_through_sqlite() {
    let site = Site::new().await;
    let other = Connection::open(site.at(STORE)).unwrap();
    for note in 10..13 {
        let truncate_log = "PRAGMA wal_checkpoint(TRUNCATE)";
        other.query_row(truncate_log, [], |_| Ok(())).unwrap();
        site.write(note).await.unwrap();
        let insert = "INSERT INTO notes (id) VALUES (?1)";
        other.execute(insert, [note + 100]).unwrap();
        site.write(note + 200).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_whose_mode_was_changed_still_accepts_writes() {
    let site = Site::new().await;
    for (note, name) in [(10, STORE), (11, LOG)] {
        let mode = fs::Permissions::from_mode(0o640);
        fs::set_permissions(site.at(name), mode).unwrap();

        site.write(note).await.unwrap();
    }
}

#[tokio::test]
async fn a_header_that_is_overwritten_in_place_is_noticed_whatever_the_file_times_say() {
    let site = Site::new().await;
    let store = fs::OpenOptions::new().write(true).open(site.at(STORE));
    store.unwrap().write_all_at(&[7; HEAD], 0).unwrap();

    let mut refused = None;
    for note in 0..i64::from(FULL_CHECK_EVERY) {
        refused = refused.or(site.write(100 + note).await.err());
    }

    assert!(
        matches!(&refused, Some(StoreError::Lost(lost)) if lost.how == FileLoss::Overwritten),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_names_are_checked_again_before_a_late_commit() {
    let site = Site::new().await;
    let (path, connection) = (site.at(STORE), Connection::open(site.at(STORE)).unwrap());
    let files = StoreFiles::open(&path, fs::File::open(&path).unwrap()).unwrap();
    let mut watch = FileWatch::new(Arc::new(files), "test");
    watch.check(&connection).unwrap();

    fs::remove_file(&path).unwrap();
    watch.checked_at = watch.checked_at.checked_sub(2 * CHECK_VALID_FOR).unwrap();

    let (is_log, how) = (false, FileLoss::Missing);
    let lost = watch.check_before_commit();
    assert_eq!(lost, Err(LostFile { is_log, how }));
}

#[tokio::test]
async fn a_foreign_file_in_the_stores_place_is_not_copied() {
    let site = Site::new().await;
    site.store.copy().unwrap();
    fs::copy(site.at(STORE), site.at("copy")).unwrap();
    fs::rename(site.at("copy"), site.at(STORE)).unwrap();

    assert!(site.store.copy().is_err());
    assert!(site.store.open_beside().is_err());
}
