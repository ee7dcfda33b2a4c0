use super::*;
use crate::boards::waits::EDIT_EVERY;
use simulation::{Faults, Simulation};

mod simulation;

const BOARD: BoardId = BoardId(1);
const SECOND: Duration = Duration::from_secs(1);

/// A plan with boards in one channel, and the time.
struct Planned {
    plan: Plan,
    now: Instant,
}

impl Planned {
    fn with_boards(count: i64) -> Self {
        let mut plan = Plan::default();
        for id in 1..=count {
            plan.add(BoardId(id), 7);
        }
        let now = Instant::now();
        Self { plan, now }
    }

    /// Waits until the next board is due, and begins its attempt. Returns the board and how long it took.
    fn next(&mut self) -> Option<(BoardId, Duration)> {
        let before = self.now;
        while let Some(due) = self.plan.next_due() {
            self.now = self.now.max(due);
            if let Some(board) = self.plan.take(self.now) {
                return Some((board, self.now - before));
            }
        }
        None
    }

    fn ends(&mut self, board: BoardId, outcome: Outcome) {
        assert!(self.plan.finish(board, outcome, self.now));
    }

    /// Returns the pauses before the next attempts, which all end alike.
    fn pauses(&mut self, outcome: Outcome, count: usize) -> Vec<u64> {
        let attempt = |_| {
            let (board, pause) = self.next().unwrap();
            self.ends(board, outcome);
            pause.as_secs()
        };
        (0..count).map(attempt).collect()
    }
}

#[test]
fn a_change_is_shown_at_once_and_later_ones_together_15_s_later() {
    let mut planned = Planned::with_boards(1);
    planned.plan.changed(BOARD, planned.now);
    assert_eq!(planned.next(), Some((BOARD, GATHER)));
    planned.plan.changed(BOARD, planned.now);
    planned.ends(BOARD, Outcome::Accepted);
    planned.plan.changed(BOARD, planned.now + SECOND);

    assert_eq!(planned.next(), Some((BOARD, EDIT_EVERY)));
    planned.ends(BOARD, Outcome::Accepted);

    assert_eq!(planned.next(), None);
}

#[test]
fn a_failure_is_followed_by_a_quick_attempt_and_then_by_slower_ones() {
    let mut planned = Planned::with_boards(1);
    planned.plan.changed(BOARD, planned.now);

    let pauses = planned.pauses(Outcome::Failed(None), 9);
    assert_eq!(pauses, [0, 1, 1, 2, 4, 8, 16, 32, 60]);
    planned.ends_next(Outcome::Failed(Some(90 * SECOND)));
    assert_eq!(planned.pauses(Outcome::Accepted, 1), [90]);
}

#[test]
fn a_board_has_its_turn_when_the_plan_says_so() {
    let mut planned = Planned::with_boards(9);
    let start = planned.now;
    for board in (1..=4).map(BoardId) {
        planned.plan.hurry(board, planned.now);
        assert_eq!(planned.plan.paced_until(board, planned.now), None);
        planned.ends_next(Outcome::Accepted);
    }
    let mut turns = Vec::new();
    for board in (5..=9).map(BoardId) {
        planned.now += SECOND;
        planned.plan.hurry(board, planned.now);
        turns.extend(planned.plan.paced_until(board, planned.now));
    }
    let minute = 60 * SECOND;
    let expected = [minute, minute, minute, minute, 2 * minute].map(|after| start + after);
    assert_eq!(turns, expected);

    for (number, turn) in (5..=9).zip(turns) {
        let (board, _) = planned.next().unwrap();
        assert_eq!((board, planned.now), (BoardId(number), turn));
        planned.ends(board, Outcome::Accepted);
    }
}

#[test]
fn those_who_ask_at_the_same_moment_have_their_turns_one_after_the_other() {
    let mut planned = Planned::with_boards(5);
    let start = planned.now;
    let turn = |planned: &mut Planned, id| {
        planned.now += Duration::from_millis(1);
        planned.plan.hurry(BoardId(id), planned.now);
        planned.plan.paced_until(BoardId(id), planned.now)
    };
    assert_eq!(turn(&mut planned, 1), None);
    assert_eq!(turn(&mut planned, 2), None);
    assert_eq!(planned.next().unwrap().0, BOARD);
    assert_eq!(turn(&mut planned, 3), None);
    assert_eq!(turn(&mut planned, 4), None);

    let last = turn(&mut planned, 5);

    assert_eq!(last, Some(start + Duration::from_millis(5) + 60 * SECOND));
}

#[test]
fn a_board_does_not_wait_for_those_that_rest_or_were_refused() {
    for outcome in [Outcome::Accepted, Outcome::Blocked] {
        let mut planned = Planned::with_boards(4);
        for board in (1..=3).map(BoardId) {
            planned.plan.hurry(board, planned.now);
            planned.ends_next(outcome);
        }
        planned.now += 5 * SECOND;
        for board in (1..=3).map(BoardId) {
            planned.plan.changed(board, planned.now);
        }
        planned.now += SECOND;
        planned.plan.hurry(BoardId(4), planned.now);

        let turn = planned.plan.paced_until(BoardId(4), planned.now);

        assert_eq!(turn, None, "{outcome:?}");
        assert_eq!(planned.next(), Some((BoardId(4), Duration::ZERO)));
    }
}

#[test]
fn a_board_waits_for_those_that_are_due_before_its_turn() {
    let mut planned = Planned::with_boards(5);
    let start = planned.now;
    for board in (1..=4).map(BoardId) {
        planned.plan.hurry(board, planned.now);
        planned.ends_next(Outcome::Accepted);
        planned.now += 10 * SECOND;
    }
    for board in (1..=3).map(BoardId) {
        planned.plan.changed(board, planned.now);
    }
    planned.plan.hold(BoardId(2), start + 65 * SECOND);
    planned.plan.hold(BoardId(3), start + 300 * SECOND);
    planned.now += SECOND;
    planned.plan.hurry(BoardId(5), planned.now);

    let turn = planned.plan.paced_until(BoardId(5), planned.now);

    let mut turns = Vec::new();
    for _ in 0..3 {
        let (board, _) = planned.next().unwrap();
        planned.ends(board, Outcome::Accepted);
        turns.push((board.0, (planned.now - start).as_secs()));
    }
    assert_eq!(turns, [(1, 60), (2, 70), (5, 80)]);
    assert_eq!(turn, Some(start + 80 * SECOND));
}

impl Planned {
    fn ends_next(&mut self, outcome: Outcome) {
        let (board, _) = self.next().unwrap();
        self.ends(board, outcome);
    }
}

#[test]
fn a_limit_on_old_messages_doubles_the_pause_and_success_halves_it() {
    let mut planned = Planned::with_boards(1);
    planned.plan.changed(BOARD, planned.now);

    let pauses = planned.pauses(Outcome::TooManyOldEdits, 7);
    assert_eq!(pauses, [0, 60, 120, 240, 480, 900, 900]);
    planned.ends_next(Outcome::Accepted);
    planned.plan.changed(BOARD, planned.now);

    assert_eq!(planned.pauses(Outcome::TooManyOldEdits, 2), [15, 480]);
}

#[test]
fn a_blocked_board_is_tried_rarely_and_at_once_when_something_happens() {
    let mut planned = Planned::with_boards(1);
    planned.plan.changed(BOARD, planned.now);
    let pauses = planned.pauses(Outcome::Blocked, 6);
    assert_eq!(pauses, [0, 60, 120, 240, 480, 900]);

    planned.plan.hurry(BOARD, planned.now);

    assert_eq!(planned.pauses(Outcome::Blocked, 2), [0, 60]);
}

#[test]
fn what_happens_during_an_attempt_is_not_forgotten_when_it_is_refused() {
    let mut planned = Planned::with_boards(1);
    planned.plan.changed(BOARD, planned.now);
    let (board, _) = planned.next().unwrap();
    assert!(planned.plan.is_under_way(BOARD));

    planned.plan.hurry(BOARD, planned.now);

    planned.ends(board, Outcome::Blocked);
    assert_eq!(planned.pauses(Outcome::Blocked, 2), [0, 60]);
}

#[test]
fn nothing_makes_a_board_hurry_within_15_s_of_its_last_edit() {
    let mut planned = Planned::with_boards(1);
    planned.plan.hurry(BOARD, planned.now);
    planned.ends_next(Outcome::Accepted);

    planned.plan.hurry(BOARD, planned.now);

    assert_eq!(planned.next(), Some((BOARD, EDIT_EVERY)));
}

#[test]
fn a_stopped_board_waits_for_nothing_and_a_removed_one_frees_its_channel() {
    let mut planned = Planned::with_boards(2);
    planned.plan.changed(BOARD, planned.now);
    planned.ends_next(Outcome::Stopped);
    assert_eq!(planned.next(), None);
    planned.plan.changed(BOARD, planned.now);
    planned.next().unwrap();

    planned.plan.remove(BOARD);
    planned.plan.changed(BoardId(2), planned.now);

    assert_eq!(planned.next(), Some((BoardId(2), GATHER)));
    assert!(!planned.plan.finish(BOARD, Outcome::Accepted, planned.now));
}

#[test]
fn boards_of_one_channel_share_its_edits_fairly() {
    let mut planned = Planned::with_boards(8);
    let end = planned.now + 3_600 * SECOND;
    let mut edits = HashMap::new();
    while planned.now < end {
        for id in 1..=8 {
            planned.plan.changed(BoardId(id), planned.now);
        }
        let (board, _) = planned.next().unwrap();
        *edits.entry(board).or_insert(0) += 1;
        planned.ends(board, Outcome::Accepted);
    }

    assert_eq!(edits.len(), 8);
    assert!(
        edits.values().all(|edits| (29..=32).contains(edits)),
        "{edits:?}"
    );
}

#[test]
fn boards_stay_within_their_limits_and_true_for_hours_of_a_faulty_discord() {
    let faults = Faults {
        failed: 0.08,
        lost_answer: 0.02,
        old_edits: 0.0,
    };
    let shown = Simulation::new(50, 50, faults).runs_for(2 * 3_600 * SECOND);

    shown.keeps_the_limits();
    assert!(shown.edits() > 20_000, "{}", shown.edits());
    let late = shown.later_than(20 * SECOND);
    assert!(late * 1_000 < shown.edits(), "{late} of {}", shown.edits());
    assert_eq!(shown.untrue_at_the_end, 0);
}

#[test]
fn crowded_channels_and_limits_on_old_messages_delay_boards_but_do_not_lose_them() {
    let faults = Faults {
        failed: 0.1,
        lost_answer: 0.05,
        old_edits: 0.2,
    };
    let shown = Simulation::new(40, 10, faults).runs_for(3 * 3_600 * SECOND);

    shown.keeps_the_limits();
    assert_eq!(shown.untrue_at_the_end, 0);
}
