use super::*;
use crate::ledger::SessionIds;
use crate::period::{KnownBy, PeriodState};
use crate::players::Players;

use PeriodState::{Down, Unknown, Up};

const LATEST: UnixSeconds = UnixSeconds(1_000_000);

/// Periods, and the rows that a file would hold.
#[derive(Default)]
struct Kept {
    periods: Periods,
    rows: std::collections::BTreeMap<i64, PeriodState>,
}

impl Kept {
    fn change(&mut self, change: impl FnOnce(&mut Periods, &mut Ledger<'_>)) {
        let (players, sessions) = (Players::default(), SessionIds::default());
        let mut ledger = Ledger::new(&players, &sessions);
        change(&mut self.periods, &mut ledger);
        for change in ledger.into_changes() {
            match change {
                StoreChange::PeriodBegan(period) => {
                    let before = self.rows.insert(period.from.0, period.state);
                    assert_eq!(before, None, "one row per second");
                }
                StoreChange::PeriodUndone(from) => {
                    self.rows.remove(&from.0).expect("a row");
                }
                StoreChange::PeriodsExpired(first) => self.rows.retain(|from, _| *from >= first.0),
                other => panic!("{other:?}"),
            }
        }
        let periods: Vec<_> = self.periods.iter().map(|p| (p.from.0, p.state)).collect();
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|(from, state)| (*from, *state))
            .collect();
        assert_eq!(periods, rows);
    }

    fn begin(&mut self, from: i64, state: PeriodState) {
        self.begin_at(from, state, LATEST);
    }

    fn begin_at(&mut self, from: i64, state: PeriodState, latest: UnixSeconds) {
        let period = Period {
            from: UnixSeconds(from),
            state,
            known_by: KnownBy::Report,
        };
        self.change(|periods, ledger| periods.begin(period, latest, ledger));
    }

    #[track_caller]
    fn check(&self, expected: &[(i64, PeriodState)]) {
        let periods: Vec<_> = self.periods.iter().map(|p| (p.from.0, p.state)).collect();
        assert_eq!(periods, expected);
    }
}

#[test]
fn only_changes_begin_a_period() {
    let mut kept = Kept::default();
    for (from, state) in [(10, Up), (20, Up), (30, Down), (40, Down), (50, Up)] {
        kept.begin(from, state);
    }
    kept.check(&[(10, Up), (30, Down), (50, Up)]);
}

#[test]
fn a_change_that_is_undone_within_a_second_leaves_no_trace() {
    let mut kept = Kept::default();
    kept.begin(10, Up);
    for _ in 0..1_000 {
        kept.begin(20, Down);
        kept.begin(20, Up);
    }
    kept.check(&[(10, Up)]);
    kept.begin(20, Down);
    kept.begin(15, Unknown);
    kept.check(&[(10, Up), (20, Unknown)]);
}

#[test]
fn the_number_of_periods_is_limited() {
    let mut kept = Kept::default();
    let most = i64::try_from(MAX_PERIODS).unwrap();
    for at in 0..most + 100 {
        kept.begin(at, if at % 2 == 0 { Up } else { Down });
    }
    assert_eq!(kept.rows.len(), MAX_PERIODS);
    assert_eq!(kept.periods.iter().next().unwrap().from, UnixSeconds(100));
}

#[test]
fn what_a_fast_clock_recorded_is_undone() {
    let mut kept = Kept::default();
    kept.begin(10, Up);
    kept.begin(900_000, Down);
    kept.begin(900_005, Up);
    kept.begin_at(20, Down, UnixSeconds(50));
    kept.check(&[(10, Up), (20, Down)]);
}

#[test]
fn a_period_expires_when_it_has_ended() {
    let mut kept = Kept::default();
    for (from, state) in [(10, Up), (20, Down), (30, Up)] {
        kept.begin(from, state);
    }
    for (edge, limit, first) in [
        (20, 9, 10),
        (21, 9, 20),
        (31, 0, 20),
        (31, 9, 30),
        (i64::MAX, 9, 30),
    ] {
        let edge = UnixSeconds(edge);
        kept.change(|periods, ledger| periods.expire(edge, limit, ledger));
        assert_eq!(kept.periods.iter().next().unwrap().from, UnixSeconds(first));
    }
    assert!(!kept.periods.any_ended_before(UnixSeconds(i64::MAX)));
}

#[test]
fn every_state_and_reason_has_a_word_of_its_own() {
    for state in PeriodState::ALL {
        assert_eq!(PeriodState::from_word(state.as_str()), Some(state));
    }
    for known in KnownBy::ALL {
        assert_eq!(KnownBy::from_word(known.as_str()), Some(known));
    }
    assert_eq!(PeriodState::from_word("running"), None);
    assert_eq!(KnownBy::from_word("guess"), None);
}
