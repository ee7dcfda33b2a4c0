//! Boards on a Discord that fails at random, over simulated hours.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use oxeye_db::BoardId;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::time::Instant;

use super::super::Plan;
use crate::boards::waits::{EDIT_EVERY, Outcome};

/// The shares of attempts that go wrong.
#[derive(Clone, Copy)]
pub(super) struct Faults {
    pub(super) failed: f64,
    /// Accepted, but the answer is lost.
    pub(super) lost_answer: f64,
    pub(super) old_edits: f64,
}

/// A message on Discord, and what it should show. Each change makes the next version.
#[derive(Default)]
struct Message {
    wanted: u64,
    shown: u64,
    /// When the changes came that are not shown yet.
    unshown: Vec<Instant>,
    accepted: Vec<Instant>,
    /// When an edit was accepted whose answer was lost.
    unsure: Option<Instant>,
    delays: Vec<Duration>,
}

pub(super) struct Simulation {
    random: StdRng,
    faults: Faults,
    channels: i64,
    messages: HashMap<BoardId, Message>,
    plan: Plan,
    /// The answers that are on their way.
    answers: BTreeMap<(Instant, u64), (BoardId, Outcome)>,
    asked: u64,
}

/// What was shown in the end.
pub(super) struct Shown {
    channels: i64,
    messages: HashMap<BoardId, Message>,
    pub(super) untrue_at_the_end: usize,
}

impl Simulation {
    pub(super) fn new(boards: i64, channels: i64, faults: Faults) -> Self {
        let mut plan = Plan::default();
        let mut messages = HashMap::new();
        for id in 0..boards {
            plan.add(BoardId(id), (id % channels).cast_unsigned());
            messages.insert(BoardId(id), Message::default());
        }
        Self {
            random: StdRng::seed_from_u64(14),
            faults,
            channels,
            messages,
            plan,
            answers: BTreeMap::new(),
            asked: 0,
        }
    }

    /// Changes 5 random boards a second for this time, and then waits until everything is shown.
    pub(super) fn runs_for(mut self, time: Duration) -> Shown {
        let mut now = Instant::now();
        let end = now + time;
        let mut next_change = now;
        loop {
            let change = (next_change < end).then_some(next_change);
            let answer = self.answers.keys().next().map(|(at, _)| *at);
            let nexts = [change, answer, self.plan.next_due()];
            let Some(next) = nexts.into_iter().flatten().min() else {
                break;
            };
            now = now.max(next);
            assert!(now < end + Duration::from_secs(24 * 3_600), "no end");
            if change.is_some_and(|at| at <= now) {
                self.change(now);
                next_change += Duration::from_millis(self.random.random_range(1..400));
            }
            self.receive(now);
            while let Some(board) = self.plan.take(now) {
                self.ask(board, now);
            }
        }
        let is_untrue = |message: &&Message| message.shown != message.wanted;
        Shown {
            channels: self.channels,
            untrue_at_the_end: self.messages.values().filter(is_untrue).count(),
            messages: self.messages,
        }
    }

    fn change(&mut self, now: Instant) {
        let boards = i64::try_from(self.messages.len()).unwrap();
        let board = BoardId(self.random.random_range(0..boards));
        let message = self.messages.get_mut(&board).unwrap();
        message.wanted += 1;
        message.unshown.push(now);
        self.plan.changed(board, now);
    }

    fn receive(&mut self, now: Instant) {
        while let Some(first) = self.answers.first_entry()
            && first.key().0 <= now
        {
            let (board, outcome) = first.remove();
            assert!(self.plan.finish(board, outcome, now));
        }
    }

    /// Makes a request, which reaches Discord half-way to its answer.
    fn ask(&mut self, board: BoardId, now: Instant) {
        let way = Duration::from_millis(self.random.random_range(20..200));
        let chance = self.random.random();
        let is_limit = self.random.random();
        let message = self.messages.get_mut(&board).unwrap();
        let outcome = message.attempt(self.faults, chance, is_limit, now + way);
        self.asked += 1;
        let answer = (board, outcome);
        self.answers.insert((now + 2 * way, self.asked), answer);
    }
}

impl Message {
    fn attempt(&mut self, faults: Faults, chance: f64, is_limit: bool, at: Instant) -> Outcome {
        if let Some(accepted) = self.unsure.take() {
            return Outcome::AcceptedBefore(accepted);
        }
        if self.shown == self.wanted {
            return Outcome::Unchanged;
        }
        if chance < faults.failed {
            return if is_limit {
                Outcome::Failed(Some(Duration::from_secs(1)))
            } else {
                Outcome::Unsure
            };
        }
        if chance < faults.failed + faults.old_edits {
            return Outcome::TooManyOldEdits;
        }
        self.accept(at);
        if chance > 1.0 - faults.lost_answer {
            self.unsure = Some(at);
            return Outcome::Unsure;
        }
        Outcome::Accepted
    }

    fn accept(&mut self, at: Instant) {
        self.accepted.push(at);
        self.shown = self.wanted;
        let unshown = self.unshown.drain(..);
        self.delays.extend(unshown.map(|since| at - since));
    }
}

impl Shown {
    pub(super) fn edits(&self) -> usize {
        let edits = self.messages.values().map(|message| message.accepted.len());
        edits.sum()
    }

    /// Returns how many changes were shown later than this.
    pub(super) fn later_than(&self, limit: Duration) -> usize {
        let delays = self.messages.values().flat_map(|message| &message.delays);
        delays.filter(|delay| **delay > limit).count()
    }

    /// Checks the distance of a board's edits, and the number of a channel's in each minute.
    pub(super) fn keeps_the_limits(&self) {
        for message in self.messages.values() {
            for pair in message.accepted.windows(2) {
                assert!(pair[1] - pair[0] >= EDIT_EVERY, "{:?}", pair[1] - pair[0]);
            }
        }
        for channel in 0..self.channels {
            let is_there = |(id, _): &(&BoardId, &Message)| id.0 % self.channels == channel;
            let there = self.messages.iter().filter(is_there);
            let mut edits: Vec<_> = there.flat_map(|(_, message)| &message.accepted).collect();
            edits.sort();
            for five in edits.windows(5) {
                assert!(*five[4] - *five[0] >= Duration::from_secs(60));
            }
        }
    }
}
