//! The periods in which a server was up or down, one after the other. A period lasts until the next one
//! begins.

use std::collections::VecDeque;

use oxeye_plugin_proto::UnixSeconds;

use crate::ledger::{Ledger, StoreChange};
use crate::period::Period;

/// Maximum number of periods that are kept of one server; 16 bytes each. It bounds what a server that
/// changes all the time can make us keep. An ordinary one has some ten a day at most.
const MAX_PERIODS: usize = 5_000;

/// The periods of one server, in order. No two in a row have the same state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Periods(VecDeque<Period>);

impl Periods {
    /// Begins a period, unless the last one has the same state. It begins no earlier than the last one,
    /// which it replaces if it begins in the same second. `latest` is the latest time that we accept:
    /// periods that begin later were recorded by a clock that ran fast.
    pub(crate) fn begin(
        &mut self,
        mut period: Period,
        latest: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        while self.last().is_some_and(|last| last.from > latest) {
            self.undo_last(ledger);
        }
        if let Some(last) = self.last() {
            period.from = period.from.max(last.from);
            if period.from == last.from && period.state != last.state {
                self.undo_last(ledger);
            }
        }
        if self.last().is_some_and(|last| last.state == period.state) {
            return;
        }
        self.0.push_back(period);
        ledger.note(StoreChange::PeriodBegan(period));
        if self.0.len() > MAX_PERIODS {
            self.drop_before(self.0.len() - MAX_PERIODS, ledger);
        }
    }

    fn undo_last(&mut self, ledger: &mut Ledger<'_>) {
        if let Some(last) = self.0.pop_back() {
            ledger.note(StoreChange::PeriodUndone(last.from));
        }
    }

    /// Whether a period was over before this time.
    pub(crate) fn any_ended_before(&self, edge: UnixSeconds) -> bool {
        self.0.get(1).is_some_and(|second| second.from < edge)
    }

    /// Forgets the periods that were over before this time, at most `limit` of them.
    pub(crate) fn expire(&mut self, edge: UnixSeconds, limit: usize, ledger: &mut Ledger<'_>) {
        let begun = self.0.partition_point(|period| period.from < edge);
        let over = begun.saturating_sub(1).min(limit);
        if over > 0 {
            self.drop_before(over, ledger);
        }
    }

    fn drop_before(&mut self, first: usize, ledger: &mut Ledger<'_>) {
        self.0.drain(..first);
        if let Some(first) = self.0.front() {
            ledger.note(StoreChange::PeriodsExpired(first.from));
        }
    }

    /// Restores a period from the file. They come in order.
    pub(crate) fn restore(&mut self, period: Period) {
        self.0.push_back(period);
    }

    /// Returns the last period.
    pub(crate) fn last(&self) -> Option<Period> {
        self.0.back().copied()
    }

    /// Returns all periods, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Period> + '_ {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests;
