//! What game servers were asked, and what they have said.

use std::collections::BTreeMap;
use std::time::Duration;

use oxeye_fleet::ids::SlotId;
use oxeye_fleet::rules::{Action, Event, Fleet, Occupancy, Run, State};
use oxeye_fleet::time::Moment;

use crate::counted::Counted;

/// How long an answer may take, and how long a server that does not answer is asked.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
const ASK_FOR: Duration = Duration::from_secs(30);

/// The questions to one idle server. Times are those that [`Counted`](crate::counted::Counted) counts.
#[derive(Debug)]
struct Asked {
    run: Run,
    /// The number of the last question, when it was asked, and whether it is still open.
    number: u32,
    at: Duration,
    is_open: bool,
    /// The first question since somebody was last on.
    first_at: Option<Duration>,
    /// Whether the last answer said that nobody is on.
    is_empty: bool,
}

#[derive(Debug, Default)]
pub struct Questions {
    asked: BTreeMap<SlotId, Asked>,
}

impl Questions {
    /// Notes an answer. Only the first one to the newest question counts.
    pub fn see(&mut self, event: &Event, counted: &Counted) {
        let Event::Occupied {
            slot,
            run,
            ask,
            occupancy,
        } = event
        else {
            return;
        };
        let Some(asked) = self.asked.get_mut(slot) else {
            return;
        };
        if !asked.is_open || asked.run != *run || asked.number != *ask {
            return;
        }
        asked.is_open = false;
        asked.is_empty = *occupancy == Occupancy::Players(0);
        let waited = counted.passed(*slot).saturating_sub(asked.at);
        let is_in_time = waited < ANSWER_TIMEOUT;
        if matches!(occupancy, Occupancy::Players(1..)) && is_in_time {
            asked.first_at = None;
        }
    }

    /// Says what is wrong with a stop that the rules have decided by themselves.
    pub fn objection(&self, slot: SlotId, counted: &Counted, now: Moment) -> Option<String> {
        let Some(asked) = self.asked.get(&slot) else {
            return Some(format!("{slot} is stopped without being asked who is on"));
        };
        let waited = asked.first_at.map(|at| counted.since(slot, at, now));
        let is_silent = waited.is_some_and(|waited| waited >= ASK_FOR);
        (!asked.is_empty && !is_silent).then(|| {
            format!("{slot} is stopped though it has not said that nobody is on: {asked:?}")
        })
    }

    /// Notes what was asked. A server that is no longer idle starts over with its questions.
    pub fn note(&mut self, actions: &[Action], fleet: &Fleet, counted: &Counted) {
        self.asked.retain(|slot, _| {
            let slot = fleet.slot(*slot);
            slot.is_some_and(|slot| slot.state == State::Idle)
        });
        for action in actions {
            if let Action::Ask { slot, run, ask, .. } = action {
                let passed = counted.passed(*slot);
                let before = self.asked.get(slot).filter(|before| before.run == *run);
                let first_at = before.and_then(|before| before.first_at).or(Some(passed));
                let asked = Asked {
                    run: *run,
                    number: *ask,
                    at: passed,
                    is_open: true,
                    first_at,
                    is_empty: false,
                };
                self.asked.insert(*slot, asked);
            }
        }
    }

    /// After a restart, questions are numbered from the beginning.
    pub fn restarted(&mut self) {
        self.asked.clear();
    }
}
