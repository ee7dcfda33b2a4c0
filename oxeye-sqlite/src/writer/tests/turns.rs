//! Lanes take turns: a lane with many jobs delays only itself, and its jobs keep their order.

use super::*;
use crate::writer::queue::{QUEUE_CAPACITY, Queue};

/// A job in a lane that is finished after a number of runs.
struct LaneJob {
    name: &'static str,
    lane: Option<u64>,
    runs: usize,
    work: usize,
    log: Log,
}

impl Job for LaneJob {
    fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        self.runs -= 1;
        self.log.lock().push(self.name.to_owned());
        if self.name == "fails" && self.runs == 0 {
            return Err(rusqlite::Error::InvalidQuery);
        }
        Ok(())
    }

    fn lane(&self) -> Option<u64> {
        self.lane
    }

    fn work(&self) -> usize {
        self.work
    }

    fn is_finished(&self) -> bool {
        self.runs == 0
    }

    fn may_be_cut_short(&self) -> bool {
        self.name == "repeatable"
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        let outcome = if commit.is_ok() { "done" } else { "failed" };
        self.log.lock().push(format!("{} {outcome}", self.name));
    }
}

/// A job's name, its lane, the number of runs it takes, and the work of each run.
type JobPlan = (&'static str, Option<u64>, usize, usize);

/// Queues these jobs together and returns what happens.
fn run_all(tasks: &[JobPlan]) -> Vec<String> {
    let mut tested = TestWriter::new();
    for (name, lane, runs, work) in tasks {
        let job = LaneJob {
            name,
            lane: *lane,
            runs: *runs,
            work: *work,
            log: Arc::clone(&tested.log),
        };
        tested.writer.queue.enqueue(Box::new(job)).unwrap();
    }
    while tested.writer.queue.len() > 0 {
        tested.writer.write_batch();
    }
    std::mem::take(&mut tested.log.lock())
}

#[test]
fn lanes_take_turns_and_each_keeps_its_order() {
    let tasks = [
        ("a1", Some(1), 1, 1),
        ("a2", Some(1), 1, 1),
        ("a3", Some(1), 1, 1),
        ("b1", Some(2), 1, 1),
        ("c1", None, 1, 1),
        ("b2", Some(2), 1, 1),
    ];
    let log = run_all(&tasks);
    assert_eq!(log[..6], ["a1", "b1", "c1", "a2", "b2", "a3"]);
}

#[test]
fn an_unfinished_job_continues_after_a_commit_and_before_later_jobs_of_its_lane() {
    let tasks = [
        ("a1", Some(1), 3, 10),
        ("a2", Some(1), 1, 1),
        ("b1", Some(2), 1, 1),
    ];
    let log = run_all(&tasks);
    let expected = [
        "a1", "b1", "b1 done", "a1", "a1", "a2", "a1 done", "a2 done",
    ];
    assert_eq!(log, expected);
}

#[test]
fn a_batch_is_committed_once_much_has_been_written() {
    let tasks = [
        ("a1", Some(1), 1, MAX_BATCH_WORK / 2),
        ("b1", Some(2), 1, MAX_BATCH_WORK / 2),
        ("c1", Some(3), 1, 1),
    ];
    let log = run_all(&tasks);
    assert_eq!(log, ["a1", "b1", "a1 done", "b1 done", "c1", "c1 done"]);
}

#[test]
fn a_job_that_fails_in_a_later_run_does_not_block_its_lane() {
    let tasks = [("fails", Some(1), 2, 1), ("a2", Some(1), 1, 1)];
    let log = run_all(&tasks);
    assert_eq!(log, ["fails", "fails", "fails failed", "a2", "a2 done"]);
}

#[test]
fn when_the_store_closes_a_job_that_can_be_repeated_is_cut_short_and_the_others_are_finished() {
    let mut tested = TestWriter::new();
    for (lane, name) in (1..).zip(["a", "repeatable", "b"]) {
        let log = Arc::clone(&tested.log);
        let (lane, runs, work) = (Some(lane), 3, 1);
        let job = LaneJob {
            name,
            lane,
            runs,
            work,
            log,
        };
        tested.writer.queue.enqueue(Box::new(job)).unwrap();
    }
    tested.writer.write_batch();
    tested.writer.queue.close();
    tested.log.lock().clear();

    while tested.writer.queue.len() > 0 {
        tested.writer.write_batch();
    }

    let expected = [
        "a",
        "repeatable",
        "b",
        "repeatable failed",
        "a",
        "b",
        "a done",
        "b done",
    ];
    assert_eq!(*tested.log.lock(), expected);
    assert!(!tested.writer.queue.wait(), "nothing is left");
}

#[test]
fn one_lane_cannot_fill_the_queue() {
    let queue = Queue::default();
    let job = |lane| LaneJob {
        name: "a",
        lane,
        runs: 1,
        work: 1,
        log: Log::default(),
    };
    let put = |lane| queue.enqueue(Box::new(job(lane)));
    let mut taken = 0;
    while put(Some(1)).is_ok() {
        taken += 1;
    }
    assert_eq!(taken, QUEUE_CAPACITY / 4);
    put(Some(2)).unwrap();

    while put(None).is_ok() {}
    assert_eq!(queue.len(), QUEUE_CAPACITY);
    assert!(matches!(put(Some(2)), Err(StoreError::Busy)));

    drop(queue.take());
    put(Some(2)).unwrap();
    queue.close();
    drop(queue.take());
    assert!(matches!(put(Some(2)), Err(StoreError::Closed)));
    while queue.take().is_some() {}
    assert!(!queue.wait());
}
