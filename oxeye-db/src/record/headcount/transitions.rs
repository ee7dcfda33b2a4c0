//! Players coming and going within a step: the most at once, and how many are different.

use crate::players::PlayerId;

/// Somebody comes or goes. There may be millions, so it is small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transition {
    player: PlayerId,
    /// Four times the seconds since the step began, and one more than the change.
    when_and_change: u32,
}

impl Transition {
    /// Who comes changes how many are on by 1, who goes by -1, who was there for less than a
    /// second by 0. Who goes with the end of the step goes at its length, which is below 2^30.
    pub(super) fn new(player: PlayerId, second: u32, change: i8) -> Self {
        Self {
            player,
            when_and_change: second * 4 + (change + 1).cast_unsigned() as u32,
        }
    }

    fn second(self) -> u32 {
        self.when_and_change / 4
    }

    fn change(self) -> i32 {
        (self.when_and_change % 4).cast_signed() - 1
    }
}

/// Goes through the steps in the order of time.
#[derive(Debug, Default)]
pub(super) struct TransitionCounter {
    /// How many are on.
    on: i32,
    /// By the number of the player, the last step in which they came or went.
    counted: Vec<u32>,
    /// By the second of the step, how many more are on; empty between two steps.
    changes: Vec<i32>,
}

impl TransitionCounter {
    /// The most at once in a step of that length, if these are all its turns.
    ///
    /// Only a number that lasted until the next second was ever on, so it does not matter who is
    /// first in the same second.
    pub(super) fn peak(&mut self, transitions: &mut [Transition], seconds: u32) -> u32 {
        let is_dense = transitions.len() > seconds as usize / 16;
        let peak = if is_dense {
            self.peak_of_dense(transitions, seconds)
        } else {
            self.peak_of_few(transitions)
        };
        peak.max(self.on).cast_unsigned()
    }

    fn peak_of_few(&mut self, transitions: &mut [Transition]) -> i32 {
        transitions.sort_unstable_by_key(|transition| transition.when_and_change);
        let (mut peak, mut second) = (0, 0);
        for transition in transitions {
            if transition.second() > second {
                peak = peak.max(self.on);
                second = transition.second();
            }
            self.on += transition.change();
        }
        peak
    }

    /// The same without sorting, second by second.
    fn peak_of_dense(&mut self, transitions: &[Transition], seconds: u32) -> i32 {
        self.changes.resize(seconds as usize + 1, 0);
        for transition in transitions {
            self.changes[transition.second() as usize] += transition.change();
        }
        let last = self.changes.pop().unwrap_or_default();
        let mut peak = 0;
        for change in self.changes.drain(..) {
            self.on += change;
            peak = peak.max(self.on);
        }
        self.on += last;
        peak
    }

    /// How many different players came or went in the step of that number.
    pub(super) fn different(&mut self, transitions: &[Transition], step: u32) -> u32 {
        let mut different = 0;
        for transition in transitions {
            let player = transition.player.0 as usize;
            if player >= self.counted.len() {
                self.counted.resize(player + 1, u32::MAX);
            }
            different += u32::from(self.counted[player] != step);
            self.counted[player] = step;
        }
        different
    }
}
