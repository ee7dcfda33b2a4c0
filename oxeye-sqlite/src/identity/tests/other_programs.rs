//! Other programs that use the store through SQLite while it is in use.

use std::time::Duration;

use super::*;

/// What another program does with a store, through a connection of its own.
type Use = (&'static str, fn(&Connection));

const USES: [Use; 8] = [
    ("inserts", insert),
    ("writes back the log", |other| checkpoint(other, "PASSIVE")),
    ("restarts the log", |other| checkpoint(other, "RESTART")),
    ("truncates the log", |other| checkpoint(other, "TRUNCATE")),
    ("compacts the store", |other| run(other, "VACUUM")),
    ("grows the store", |other| {
        run(other, "CREATE TABLE large AS SELECT zeroblob(300000)");
    }),
    ("shrinks the store", |other| {
        run(other, "DROP TABLE IF EXISTS large; VACUUM");
    }),
    ("rolls back what is in the log already", |other| {
        begin_and_spill(other);
        run(other, "ROLLBACK");
    }),
];

fn run(other: &Connection, sql: &str) {
    // Creating what is there already fails, which is a use as well.
    let _ = other.execute_batch(sql);
}

fn insert(other: &Connection) {
    let next = "INSERT INTO notes (id) SELECT 1000 + max(id) FROM notes";
    other.execute(next, []).unwrap();
}

fn checkpoint(other: &Connection, mode: &str) {
    let checkpoint = format!("PRAGMA wal_checkpoint({mode})");
    other.query_row(&checkpoint, [], |_| Ok(())).unwrap();
}

/// Begins a transaction that does not fit into the cache, so that SQLite puts pages of it into the log.
fn begin_and_spill(other: &Connection) {
    let spill = "PRAGMA cache_size = 1; BEGIN IMMEDIATE;
                 CREATE TABLE spilled (bytes BLOB);
                 INSERT INTO spilled VALUES (zeroblob(500000));";
    other.execute_batch(spill).unwrap();
}

impl Site {
    fn other(&self) -> Connection {
        Connection::open(self.at(STORE)).unwrap()
    }

    fn watch(&self) -> FileWatch {
        let path = self.at(STORE);
        let files = StoreFiles::open(&path, fs::File::open(&path).unwrap()).unwrap();
        FileWatch::new(Arc::new(files), "test")
    }
}

#[tokio::test]
async fn another_program_may_do_anything_through_sqlite_between_two_writes() {
    for (first, do_first) in USES {
        for (second, do_second) in USES {
            let site = Site::new().await;
            let other = site.other();

            do_first(&other);
            do_second(&other);
            let once = site.write(10).await;
            do_first(&other);
            let twice = site.write(11).await;
            do_second(&other);
            drop(other);
            let last = site.write(12).await;

            for written in [once, twice, last] {
                assert!(written.is_ok(), "{first}, then {second}: {written:?}");
            }
            site.store.close().await;
            let kept = Site::kept(&site.at(STORE));
            let ours = [1, 2, 3, 10, 11, 12];
            assert!(ours.iter().all(|note| kept.contains(note)), "{kept:?}");
        }
    }
}

/// The log's new header is in its file some time before the commit that it belongs to.
#[tokio::test]
async fn another_program_may_be_in_the_middle_of_a_transaction() {
    for ends_with in ["COMMIT", "ROLLBACK"] {
        for log in ["PASSIVE", "RESTART", "TRUNCATE"] {
            let site = Site::new().await;
            let (ours, other) = (site.other(), site.other());
            checkpoint(&other, log);
            let mut watch = site.watch();
            watch.check(&ours).unwrap();

            begin_and_spill(&other);

            let halfway = watch.check(&ours);
            assert_eq!(halfway, Ok(()), "{log}");
            assert!(watch.is_in_doubt, "{log}: the header has not changed");
            run(&other, ends_with);
            run(&ours, "BEGIN IMMEDIATE");
            let decided = watch.check_in_transaction(&ours);
            assert_eq!(decided, Ok(()), "{log}, {ends_with}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_program_may_write_at_the_same_time() {
    let site = Site::new().await;
    let path = site.at(STORE);
    let other = std::thread::spawn(move || {
        for round in 0..60 {
            let other = Connection::open(&path).unwrap();
            other.busy_timeout(Duration::from_secs(60)).unwrap();
            let mode = ["PASSIVE", "RESTART", "TRUNCATE"][round % 3];
            let checkpoint = format!("PRAGMA wal_checkpoint({mode})");
            other.query_row(&checkpoint, [], |_| Ok(())).unwrap();
            insert(&other);
        }
    });

    let mut note = 10;
    while !other.is_finished() || note < 20 {
        site.write(note).await.unwrap();
        note += 1;
    }

    other.join().unwrap();
    site.store.close().await;
    let kept = Site::kept(&site.at(STORE));
    assert!((10..note).all(|note| kept.contains(&note)), "{kept:?}");
}

#[tokio::test]
async fn a_transaction_of_ours_that_fails_halfway_may_leave_a_new_log() {
    let site = Site::new().await;
    checkpoint(&site.other(), "PASSIVE");
    let fails = |file: &Connection| {
        file.execute_batch("CREATE TABLE large AS SELECT zeroblob(5000000)")?;
        file.execute_batch("ROLLBACK")?;
        Err::<(), _>(rusqlite::Error::InvalidQuery)
    };

    site.store.write(fails, |(), _| ()).await.unwrap_err();

    site.write(10).await.unwrap();
}

#[tokio::test]
async fn only_commits_of_other_programs_are_counted() {
    let site = Site::new().await;
    let other = site.other();
    let watch = site.watch();
    let commits = || {
        let (written, files) = (watch.snapshots.unwrap(), watch.files.as_ref().unwrap());
        written.commits_until(files.index())
    };

    checkpoint(&other, "TRUNCATE");
    assert_eq!(commits(), 0);
    insert(&other);
    checkpoint(&other, "RESTART");
    insert(&other);
    begin_and_spill(&other);
    assert_eq!(commits(), 2);
}

/// What happens to the files after another program has written to them, through SQLite.
async fn check_after_use(what: &str, happens: impl Fn(&Site), expected: LostFile) {
    // A new table changes the page that SQLite reads first.
    for used in ["", "CREATE TABLE more (id INTEGER PRIMARY KEY)"] {
        check_after(used, what, &happens, expected).await;
    }
}

async fn check_after(used: &str, what: &str, happens: impl Fn(&Site), expected: LostFile) {
    let site = Site::new().await;
    let other = site.other();
    checkpoint(&other, "TRUNCATE");
    site.write(4).await.unwrap();
    insert(&other);
    run(&other, used);

    happens(&site);

    let refused = site.write(10).await;
    assert!(
        matches!(&refused, Err(StoreError::Lost(lost)) if *lost == expected),
        "{used} {what}: {refused:?}"
    );
    site.write(11).await.unwrap_err();
}

#[tokio::test]
async fn a_use_through_sqlite_does_not_hide_what_happens_to_the_files() {
    use FileLoss::{Missing, Overwritten, Replaced, Truncated};
    let cut = |left: u64| move |site: &Site| truncate(&site.at(LOG), left);
    check_after_use("the log is emptied", cut(0), LostFile::log(Truncated)).await;
    check_after_use("the log is cut short", cut(5_000), LostFile::log(Truncated)).await;
    let write_over = |name: &'static str, offset: u64| {
        move |site: &Site| {
            let file = fs::OpenOptions::new().write(true).open(site.at(name));
            file.unwrap().write_all_at(&[7; 24], offset).unwrap();
        }
    };
    for (part, offset) in [("magic", 0), ("page size", 8), ("checksum", 24)] {
        let overwritten = write_over(LOG, offset);
        check_after_use(part, overwritten, LostFile::log(Overwritten)).await;
    }
    let last_frame = |site: &Site| {
        let length = fs::metadata(site.at(LOG)).unwrap().len();
        write_over(LOG, length - 4096 - 24)(site);
    };
    check_after_use("the last frame", last_frame, LostFile::log(Overwritten)).await;
    let stranger = write_over(STORE, 0);
    check_after_use("the store", stranger, LostFile::store(Overwritten)).await;
    let empty = |site: &Site| truncate(&site.at(STORE), 4_096);
    check_after_use("the store is cut short", empty, LostFile::store(Truncated)).await;
    let remove = |site: &Site| fs::remove_file(site.at(LOG)).unwrap();
    check_after_use("the log is deleted", remove, LostFile::log(Missing)).await;
    let replace = |site: &Site| {
        fs::copy(site.at(STORE), site.at("copy")).unwrap();
        fs::rename(site.at("copy"), site.at(STORE)).unwrap();
    };
    check_after_use("a copy", replace, LostFile::store(Replaced)).await;
}

/// `cp` keeps the file and replaces what is in it.
#[tokio::test]
async fn a_backup_copied_into_the_stores_file_is_noticed() {
    for is_used in [false, true] {
        let site = Site::new().await;
        let other = site.other();
        checkpoint(&other, "TRUNCATE");
        fs::copy(site.at(STORE), site.at("backup")).unwrap();
        run(&other, "CREATE TABLE large AS SELECT zeroblob(300000)");
        checkpoint(&other, "TRUNCATE");
        run(&other, "DROP TABLE large; VACUUM");
        checkpoint(&other, "TRUNCATE");
        site.write(4).await.unwrap();
        if is_used {
            insert(&other);
            checkpoint(&other, "PASSIVE");
        }

        fs::copy(site.at("backup"), site.at(STORE)).unwrap();

        let refused = site.write(10).await;
        let expected = LostFile::store(FileLoss::Overwritten);
        assert!(
            matches!(&refused, Err(StoreError::Lost(lost)) if *lost == expected),
            "{is_used}: {refused:?}"
        );
    }
}
