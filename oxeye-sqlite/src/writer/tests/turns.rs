//! Whose turn it is: a lane with much to write waits for itself, and its jobs keep their order.

use super::*;
use crate::writer::queue::{QUEUE, Queue};

/// A job of a lane that is done after some runs.
struct Worker {
    name: &'static str,
    lane: Option<u64>,
    runs: usize,
    work: usize,
    story: Story,
}

impl Job for Worker {
    fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        self.runs -= 1;
        self.story.lock().push(self.name.to_owned());
        if self.name == "fails" && self.runs == 0 {
            return badly_for(self.work);
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

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        let outcome = if commit.is_ok() { "done" } else { "failed" };
        self.story.lock().push(format!("{} {outcome}", self.name));
    }
}

fn badly_for(_: usize) -> rusqlite::Result<()> {
    Err(rusqlite::Error::InvalidQuery)
}

/// A name, the lane, how many runs it takes, and the work of each.
type Task = (&'static str, Option<u64>, usize, usize);

/// What happens when these wait together.
fn play(tasks: &[Task]) -> Vec<String> {
    let mut stage = Stage::new();
    for (name, lane, runs, work) in tasks {
        let worker = Worker {
            name,
            lane: *lane,
            runs: *runs,
            work: *work,
            story: Arc::clone(&stage.story),
        };
        stage.writer.queue.enqueue(Box::new(worker)).unwrap();
    }
    while stage.writer.queue.len() > 0 {
        stage.writer.write_batch();
    }
    std::mem::take(&mut stage.story.lock())
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
    let story = play(&tasks);
    assert_eq!(story[..6], ["a1", "b1", "c1", "a2", "b2", "a3"]);
}

#[test]
fn a_job_with_more_to_do_goes_on_after_a_commit_and_before_what_came_later_in_its_lane() {
    let tasks = [
        ("a1", Some(1), 3, 10),
        ("a2", Some(1), 1, 1),
        ("b1", Some(2), 1, 1),
    ];
    let story = play(&tasks);
    let expected = [
        "a1", "b1", "b1 done", "a1", "a1", "a2", "a1 done", "a2 done",
    ];
    assert_eq!(story, expected);
}

#[test]
fn a_commit_ends_what_others_wait_for_when_much_has_been_written() {
    let tasks = [
        ("a1", Some(1), 1, WORK / 2),
        ("b1", Some(2), 1, WORK / 2),
        ("c1", Some(3), 1, 1),
    ];
    let story = play(&tasks);
    assert_eq!(story, ["a1", "b1", "a1 done", "b1 done", "c1", "c1 done"]);
}

#[test]
fn a_job_that_fails_in_a_later_part_does_not_hold_up_its_lane() {
    let tasks = [("fails", Some(1), 2, 1), ("a2", Some(1), 1, 1)];
    let story = play(&tasks);
    assert_eq!(story, ["fails", "fails", "fails failed", "a2", "a2 done"]);
}

#[test]
fn one_lane_cannot_fill_the_queue() {
    let queue = Queue::default();
    let job = |lane| Worker {
        name: "a",
        lane,
        runs: 1,
        work: 1,
        story: Story::default(),
    };
    let put = |lane| queue.enqueue(Box::new(job(lane)));
    let mut taken = 0;
    while put(Some(1)).is_ok() {
        taken += 1;
    }
    assert_eq!(taken, QUEUE / 4);
    put(Some(2)).unwrap();

    while put(None).is_ok() {}
    assert_eq!(queue.len(), QUEUE);
    assert!(matches!(put(Some(2)), Err(StoreError::Busy)));

    drop(queue.take());
    put(Some(2)).unwrap();
    queue.close();
    drop(queue.take());
    assert!(matches!(put(Some(2)), Err(StoreError::Closed)));
    while queue.take().is_some() {}
    assert!(!queue.wait());
}
