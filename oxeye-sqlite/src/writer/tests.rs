//! What happens to the other jobs of a batch, and to later ones, when a job fails.

mod turns;

use rusqlite::ffi;

use super::batches::MAX_BATCH_WORK;
use super::*;

/// What happened to the jobs, in order: "a runs", "a is undone by 1", "a is committed".
type Log = Arc<Mutex<Vec<String>>>;

/// What a job does to the file after inserting its name.
type Write = fn(&Connection) -> rusqlite::Result<()>;

struct TestJob {
    name: &'static str,
    write: Write,
    log: Log,
}

impl TestJob {
    fn record(&self, what: &str) {
        self.log.lock().push(format!("{} {what}", self.name));
    }
}

impl Job for TestJob {
    fn run(&mut self, connection: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        self.record("runs");
        connection.execute("INSERT INTO names VALUES (?1)", [self.name])?;
        (self.write)(connection)
    }

    fn undo(&mut self, _: &Connection, failure: u64, _: &WriterThread) {
        self.record(&format!("is undone by {failure}"));
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        self.record(if commit.is_ok() {
            "is committed"
        } else {
            "failed"
        });
    }
}

/// A writer that the test calls directly instead of on its thread.
struct TestWriter {
    writer: WriterLoop,
    log: Log,
}

impl TestWriter {
    fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE names (name TEXT PRIMARY KEY);
                      CREATE TABLE children (of TEXT REFERENCES names (name)
                                             DEFERRABLE INITIALLY DEFERRED);";
        connection.execute_batch(tables).unwrap();
        connection
            .pragma_update(None, "foreign_keys", true)
            .unwrap();
        Self {
            writer: WriterLoop::new(
                connection,
                Feed::new(),
                FileWatch::disabled(),
                Arc::default(),
                Arc::default(),
            ),
            log: Log::default(),
        }
    }

    /// Queues the jobs together, runs them all, and returns what happened.
    fn run_all(&mut self, writes: &[(&'static str, Write)]) -> Vec<String> {
        let jobs = writes.iter().map(|(name, write)| {
            let log = Arc::clone(&self.log);
            let (name, write) = (*name, *write);
            Box::new(TestJob { name, write, log }) as Box<dyn Job>
        });
        for job in jobs {
            self.writer.queue.enqueue(job).unwrap();
        }
        while self.writer.queue.len() > 0 {
            self.writer.write_batch();
        }
        std::mem::take(&mut self.log.lock())
    }

    /// Returns the names in the file.
    fn names(&self) -> Vec<String> {
        let mut names = self
            .writer
            .connection
            .prepare("SELECT name FROM names ORDER BY name")
            .unwrap();
        let names = names.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    }
}

fn succeeds(_: &Connection) -> rusqlite::Result<()> {
    Ok(())
}

fn fails(_: &Connection) -> rusqlite::Result<()> {
    Err(rusqlite::Error::InvalidQuery)
}

/// What SQLite does when the disk is full.
fn rolls_back(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("ROLLBACK")?;
    let full = ffi::Error::new(ffi::SQLITE_FULL);
    Err(rusqlite::Error::SqliteFailure(full, None))
}

fn rolls_back_without_an_error(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("ROLLBACK")
}

fn loses_its_savepoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("RELEASE job")?;
    fails(connection)
}

fn panics(_: &Connection) -> rusqlite::Result<()> {
    panic!("on purpose")
}

/// Inserts a row that violates a deferred constraint, so that the commit fails.
fn breaks_the_commit(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("INSERT INTO children VALUES ('nobody')")
}

#[track_caller]
fn check(write: Write, expected: &[&str], names: &[&str]) {
    let mut tested = TestWriter::new();
    let log = tested.run_all(&[("a", succeeds), ("b", write), ("c", succeeds)]);
    assert_eq!(log, expected);
    assert_eq!(tested.names(), names);
}

#[test]
fn a_job_that_fails_or_panics_does_not_affect_the_others() {
    let expected = [
        "a runs",
        "b runs",
        "b is undone by 1",
        "b failed",
        "c runs",
        "a is committed",
        "c is committed",
    ];
    check(fails, &expected, &["a", "c"]);
    check(panics, &expected, &["a", "c"]);
}

#[test]
fn a_first_job_that_fails_or_panics_does_not_affect_the_others() {
    for write in [fails as Write, panics] {
        let mut tested = TestWriter::new();
        let log = tested.run_all(&[("a", write), ("b", succeeds), ("c", succeeds)]);
        let expected = [
            "a runs",
            "a is undone by 1",
            "a failed",
            "b runs",
            "c runs",
            "b is committed",
            "c is committed",
        ];
        assert_eq!(log, expected);
        assert_eq!(tested.names(), ["b", "c"]);
        assert!(!tested.writer.is_failing);
    }
}

#[test]
fn a_first_job_that_rolls_back_fails_alone() {
    for write in [rolls_back as Write, rolls_back_without_an_error] {
        let mut tested = TestWriter::new();
        let log = tested.run_all(&[("a", write), ("b", succeeds)]);
        let expected = [
            "a runs",
            "a is undone by 1",
            "a failed",
            "b runs",
            "b is committed",
        ];
        assert_eq!(log, expected);
        assert_eq!(tested.names(), ["b"]);
    }
}

#[test]
fn a_rollback_fails_the_jobs_before_it_and_not_those_after_it() {
    let expected = [
        "a runs",
        "b runs",
        "b is undone by 1",
        "a is undone by 1",
        "a failed",
        "b failed",
        "c runs",
        "c is committed",
    ];
    check(rolls_back, &expected, &["c"]);
    check(rolls_back_without_an_error, &expected, &["c"]);
    check(loses_its_savepoint, &expected, &["c"]);
}

#[test]
fn a_failed_commit_fails_every_job_of_the_batch() {
    let mut tested = TestWriter::new();

    let log = tested.run_all(&[("a", succeeds), ("b", breaks_the_commit)]);

    let undone = [
        "b is undone by 1",
        "a is undone by 1",
        "a failed",
        "b failed",
    ];
    assert_eq!(log[2..], undone);
    assert!(tested.names().is_empty());
    assert_eq!(
        tested.run_all(&[("c", succeeds)]),
        ["c runs", "c is committed"]
    );
}

#[test]
fn after_a_failure_no_job_runs_until_the_file_accepts_writes_again() {
    let mut tested = TestWriter::new();
    tested.run_all(&[("a", rolls_back)]);
    let only_reads = |tested: &TestWriter, only: bool| {
        let connection = &tested.writer.connection;
        connection.pragma_update(None, "query_only", only).unwrap();
    };

    only_reads(&tested, true);
    assert_eq!(
        tested.run_all(&[("b", succeeds), ("c", succeeds)]),
        ["b failed", "c failed"]
    );

    only_reads(&tested, false);
    assert_eq!(
        tested.run_all(&[("d", succeeds)]),
        ["d runs", "d is committed"]
    );
    assert_eq!(tested.names(), ["d"]);
}

#[test]
fn a_transaction_that_was_left_open_is_rolled_back() {
    let mut tested = TestWriter::new();
    tested.writer.connection.execute_batch("BEGIN").unwrap();

    assert_eq!(tested.run_all(&[("a", succeeds)]), ["a failed"]);
    assert_eq!(
        tested.run_all(&[("b", succeeds)]),
        ["b runs", "b is committed"]
    );
}

#[test]
fn dropping_the_writer_ends_its_thread() {
    let connection = Connection::open_in_memory().unwrap();
    let writer = Writer::start(connection, FileWatch::disabled(), "test").unwrap();
    let thread = writer.thread.lock().take().unwrap();
    let (ended, has_ended) = std::sync::mpsc::channel();
    drop(writer);
    std::thread::spawn(move || ended.send(thread.join().is_ok()));
    let timeout = std::time::Duration::from_secs(60);
    assert_eq!(has_ended.recv_timeout(timeout), Ok(true));
}
