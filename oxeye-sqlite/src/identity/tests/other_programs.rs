//! Other programs that use the store through SQLite while it is in use.

use std::time::Duration;

use super::super::wal_index::WalIndex;
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
        checkpoint(other, "PASSIVE");
    }),
    ("shrinks the store", |other| {
        run(other, "DROP TABLE IF EXISTS large; VACUUM");
        checkpoint(other, "PASSIVE");
    }),
    ("rolls back what is in the log already", |other| {
        begin_and_spill(other);
        run(other, "ROLLBACK");
    }),
];

pub(super) fn run(other: &Connection, sql: &str) {
    // Creating what is there already fails, which is a use as well.
    let _ = other.execute_batch(sql);
}

pub(super) fn insert(other: &Connection) {
    let next = "INSERT INTO notes (id) SELECT 1000 + max(id) FROM notes";
    other.execute(next, []).unwrap();
}

pub(super) fn checkpoint(other: &Connection, mode: &str) {
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
    pub(super) fn other(&self) -> Connection {
        Connection::open(self.at(STORE)).unwrap()
    }

    pub(super) fn watch(&self) -> FileWatch {
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
            let (written, files) = (watch.snapshots.unwrap(), watch.files.as_ref().unwrap());
            let unreported = written.commits_until(files.index());
            assert_eq!(unreported, 0, "{log}, {ends_with}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_program_may_write_at_the_same_time() {
    let site = Site::new().await;
    // The notes of the other program get the numbers after this one.
    site.write(1_000_000).await.unwrap();
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

#[tokio::test]
async fn an_index_that_is_being_changed_is_not_used() {
    let site = Site::new().await;
    let whole = fs::read(site.at("data/store.db-shm")).unwrap();
    let is_read = |changed_at: &[usize]| {
        let mut index = whole.clone();
        for &place in changed_at {
            index[place] = 0;
        }
        fs::write(site.at("index"), index).unwrap();
        WalIndex::read(&fs::File::open(site.at("index")).unwrap()).is_some()
    };

    assert!(is_read(&[]));
    let (number_of_frames, is_initialised) = (16, 12);
    assert!(!is_read(&[number_of_frames]));
    assert!(!is_read(&[48 + number_of_frames]));
    assert!(!is_read(&[is_initialised, 48 + is_initialised]));
}

/// A checkpoint of another program changes the store some time before it is finished.
#[tokio::test]
async fn another_program_may_be_in_the_middle_of_a_checkpoint() {
    let site = Site::new().await;
    run(&site.other(), "CREATE TABLE more (id INTEGER)");
    for folder in ["unfinished", "finished"] {
        fs::create_dir(site.at(folder)).unwrap();
        for file in ["store.db", "store.db-wal"] {
            let copy = site.at(folder).join(file);
            fs::copy(site.at("data").join(file), copy).unwrap();
        }
    }
    let opened = |folder: &str| {
        let path = site.at(folder).join("store.db");
        let connection = Connection::open(&path).unwrap();
        run(&connection, "SELECT * FROM notes");
        (connection, path)
    };
    let (finished, finished_path) = opened("finished");
    checkpoint(&finished, "PASSIVE");
    let (ours, path) = opened("unfinished");
    let files = StoreFiles::open(&path, fs::File::open(&path).unwrap()).unwrap();
    let mut watch = FileWatch::new(Arc::new(files), "test");

    let first_page = &fs::read(finished_path).unwrap()[..4096];
    let store = fs::OpenOptions::new().write(true).open(&path);
    store.unwrap().write_all_at(first_page, 0).unwrap();

    assert_eq!(watch.check(&ours), Ok(()));
    assert!(watch.is_in_doubt);
    run(&ours, "BEGIN IMMEDIATE");
    assert_eq!(watch.check_in_transaction(&ours), Ok(()));
}
