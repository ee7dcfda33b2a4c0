//! Who did what was done under a name that several accounts used, day by day.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use crate::accounts::AccountId;
use crate::activity::day::UtcDay;
use crate::persons::PersonKey;
use crate::player_uuids::{ReportedUuid, WRITE_INTERVAL};
use crate::players::PlayerId;

/// The days from the first to the last on which an account may have used a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DaysOfUse {
    account: AccountId,
    first: UtcDay,
    last: UtcDay,
    /// When the account was last reported. Of two on one day, it says which came later.
    reported_at: UnixSeconds,
}

/// Who did what was done under a name that several accounts used.
#[derive(Debug, Clone)]
pub(crate) struct DoersByDay {
    name: PlayerId,
    uses: Arc<[DaysOfUse]>,
    /// The account whose UUID was sent last.
    sent: Option<AccountId>,
}

impl DaysOfUse {
    /// Returns when an account used a name that was reported with it.
    pub(super) fn of(account: AccountId, reported: &ReportedUuid) -> Self {
        Self {
            account,
            first: UtcDay::of(reported.first_reported_at),
            // It may have been there so much later, and that was not written.
            last: UtcDay::of(reported.last_reported_at.plus(WRITE_INTERVAL)),
            reported_at: reported.last_reported_at,
        }
    }
}

impl DoersByDay {
    pub(super) fn new(name: PlayerId, uses: &Arc<[DaysOfUse]>, sent: Option<AccountId>) -> Self {
        Self {
            name,
            uses: Arc::clone(uses),
            sent,
        }
    }

    /// Returns who did what was done on a day.
    pub(crate) fn on(&self, day: UtcDay) -> PersonKey {
        let account = account_on(day, &self.uses, self.sent);
        account.map_or(PersonKey::Name(self.name), PersonKey::Account)
    }
}

/// Returns which of the accounts that used a name did what was done under it on a day; `None` if that is unknown. `sent`
/// is the account whose UUID was sent last.
fn account_on(day: UtcDay, uses: &[DaysOfUse], sent: Option<AccountId>) -> Option<AccountId> {
    if let Some(sent) = sent.filter(|sent| uses.iter().all(|one| one.account != *sent)) {
        // Its own servers report no accounts with joins.
        return Some(sent);
    }
    let there = uses
        .iter()
        .filter(|one| one.first <= day && day <= one.last);
    let there: Vec<_> = there.map(|one| one.account).collect();
    match there[..] {
        [only] => Some(only),
        // A server need not report who stays on.
        [] => {
            let before = uses.iter().filter(|one| one.last < day);
            before
                .max_by_key(|one| one.reported_at)
                .map(|one| one.account)
        }
        _ => sent.filter(|sent| there.contains(sent)),
    }
}

#[cfg(test)]
mod tests;
