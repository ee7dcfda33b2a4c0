//! Joins and leaves within a step: the peak, and the number of different players.

use crate::players::PlayerId;

/// A player joins or leaves. There may be millions of these, so it is small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transition {
    player: PlayerId,
    /// Four times the seconds since the step began, plus the change, plus one.
    when_and_change: u32,
}

impl Transition {
    /// A join changes the number of players online by 1, a leave by -1, and a stay of less than a
    /// second by 0. A stay that lasts to the end of the step leaves at the length of the step,
    /// which is below 2^30.
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

/// Processes the steps in time order.
#[derive(Debug, Default)]
pub(super) struct TransitionCounter {
    /// The number of players online.
    on: i32,
    /// The last step in which each player joined or left, indexed by the player's number.
    counted: Vec<u32>,
    /// The change in the number of players at each second of the step; empty between steps.
    changes: Vec<i32>,
}

impl TransitionCounter {
    /// Returns the peak of a step of this length, given all its transitions.
    ///
    /// Only numbers that last until the next second count, so the order within a second does not
    /// matter.
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

    /// Returns the same as [`Self::peak_of_few`], without sorting, second by second.
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

    /// Returns how many different players joined or left in a step.
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
