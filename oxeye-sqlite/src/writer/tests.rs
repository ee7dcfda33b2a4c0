//! What becomes of the other jobs of a batch when one fails, and of those that come after it.

mod turns;

use rusqlite::ffi;

use super::*;

/// What happened to the jobs, in order: "a runs", "a is undone by 1", "a is committed".
type Story = Arc<Mutex<Vec<String>>>;

/// What a job does with the file.
type Deed = fn(&Connection) -> rusqlite::Result<()>;

struct Actor {
    name: &'static str,
    deed: Deed,
    story: Story,
}

impl Actor {
    fn record(&self, what: &str) {
        self.story.lock().push(format!("{} {what}", self.name));
    }
}

impl Job for Actor {
    fn run(&mut self, connection: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        self.record("runs");
        connection.execute("INSERT INTO names VALUES (?1)", [self.name])?;
        (self.deed)(connection)
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

/// A writer at work, called directly instead of on its thread.
struct Stage {
    writer: AtWork,
    story: Story,
}

impl Stage {
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
            writer: AtWork {
                connection,
                thread: WriterThread::at_work(),
                feed: Feed::new(),
                watch: FileWatch::of_nothing(),
                queue: Arc::default(),
                load: Arc::default(),
                failures: 0,
                in_doubt: false,
                refused: Occasional::default(),
            },
            story: Story::default(),
        }
    }

    /// Lets the jobs wait together until none does; answers what happened.
    fn play(&mut self, deeds: &[(&'static str, Deed)]) -> Vec<String> {
        let jobs = deeds.iter().map(|(name, deed)| {
            let story = Arc::clone(&self.story);
            let (name, deed) = (*name, *deed);
            Box::new(Actor { name, deed, story }) as Box<dyn Job>
        });
        for job in jobs {
            self.writer.queue.enqueue(job).unwrap();
        }
        while self.writer.queue.len() > 0 {
            self.writer.write_batch();
        }
        std::mem::take(&mut self.story.lock())
    }

    /// The names in the file.
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

fn well(_: &Connection) -> rusqlite::Result<()> {
    Ok(())
}

fn badly(_: &Connection) -> rusqlite::Result<()> {
    Err(rusqlite::Error::InvalidQuery)
}

/// What SQLite does when the disk is full.
fn rolls_back(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("ROLLBACK")?;
    let full = ffi::Error::new(ffi::SQLITE_FULL);
    Err(rusqlite::Error::SqliteFailure(full, None))
}

fn rolls_back_and_says_nothing(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("ROLLBACK")
}

fn loses_its_savepoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("RELEASE whole")?;
    badly(connection)
}

fn panics(_: &Connection) -> rusqlite::Result<()> {
    panic!("on purpose")
}

/// The row is refused at the commit, not before.
fn breaks_the_commit(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("INSERT INTO children VALUES ('nobody')")
}

#[track_caller]
fn check(deed: Deed, expected: &[&str], names: &[&str]) {
    let mut stage = Stage::new();
    let story = stage.play(&[("a", well), ("b", deed), ("c", well)]);
    assert_eq!(story, expected);
    assert_eq!(stage.names(), names);
}

#[test]
fn a_job_that_fails_or_panics_is_alone_in_that() {
    let expected = [
        "a runs",
        "b runs",
        "b is undone by 1",
        "b failed",
        "c runs",
        "a is committed",
        "c is committed",
    ];
    check(badly, &expected, &["a", "c"]);
    check(panics, &expected, &["a", "c"]);
}

#[test]
fn a_rollback_fails_all_that_was_written_before_it_and_nothing_that_comes_after() {
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
    check(rolls_back_and_says_nothing, &expected, &["c"]);
    check(loses_its_savepoint, &expected, &["c"]);
}

#[test]
fn a_commit_that_fails_fails_all() {
    let mut stage = Stage::new();

    let story = stage.play(&[("a", well), ("b", breaks_the_commit)]);

    let undone = [
        "b is undone by 1",
        "a is undone by 1",
        "a failed",
        "b failed",
    ];
    assert_eq!(story[2..], undone);
    assert!(stage.names().is_empty());
    assert_eq!(stage.play(&[("c", well)]), ["c runs", "c is committed"]);
}

#[test]
fn after_a_failure_nothing_is_tried_before_the_file_takes_writes_again() {
    let mut stage = Stage::new();
    stage.play(&[("a", rolls_back)]);
    let only_reads = |stage: &Stage, only: bool| {
        let connection = &stage.writer.connection;
        connection.pragma_update(None, "query_only", only).unwrap();
    };

    only_reads(&stage, true);
    assert_eq!(
        stage.play(&[("b", well), ("c", well)]),
        ["b failed", "c failed"]
    );

    only_reads(&stage, false);
    assert_eq!(stage.play(&[("d", well)]), ["d runs", "d is committed"]);
    assert_eq!(stage.names(), ["d"]);
}

#[test]
fn a_transaction_that_was_left_open_is_ended() {
    let mut stage = Stage::new();
    stage.writer.connection.execute_batch("BEGIN").unwrap();

    assert_eq!(stage.play(&[("a", well)]), ["a failed"]);
    assert_eq!(stage.play(&[("b", well)]), ["b runs", "b is committed"]);
}

#[test]
fn a_writer_that_was_dropped_ends_its_thread() {
    let connection = Connection::open_in_memory().unwrap();
    let writer = Writer::start(connection, FileWatch::of_nothing(), "test").unwrap();
    let thread = writer.thread.lock().take().unwrap();
    let (ended, has_ended) = std::sync::mpsc::channel();
    drop(writer);
    std::thread::spawn(move || ended.send(thread.join().is_ok()));
    let patience = std::time::Duration::from_secs(60);
    assert_eq!(has_ended.recv_timeout(patience), Ok(true));
}
