//! Days of a name that several accounts used, compared with who did something on each day.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::record::naive::cases;

fn account(number: u32) -> AccountId {
    AccountId::from_number(Some(number)).unwrap()
}

/// Returns the days of use that servers would have reported of who played on which day.
fn reported(played: &[(u32, i32)]) -> Vec<DaysOfUse> {
    let accounts: BTreeSet<u32> = played.iter().map(|(account, _)| *account).collect();
    let uses = accounts.into_iter().map(|number| {
        let days = played.iter().filter(|(other, _)| *other == number);
        let days: Vec<_> = days.map(|(_, day)| *day).collect();
        let last = UtcDay(*days.iter().max().unwrap());
        DaysOfUse {
            account: account(number),
            first: UtcDay(*days.iter().min().unwrap()),
            last,
            reported_at: last.begin().plus(Duration::from_secs(number.into())),
        }
    });
    uses.collect()
}

#[track_caller]
fn check(played: &[(u32, i32)], sent: Option<u32>, expected: &[(i32, Option<u32>)]) {
    let uses = reported(played);
    for (day, expected) in expected {
        let found = account_on(UtcDay(*day), &uses, sent.map(account));
        assert_eq!(found, expected.map(account), "day {day}");
    }
}

#[test]
fn whoever_takes_a_name_over_has_the_days_from_then_on() {
    let played = [(1, 10), (1, 12), (2, 20), (2, 25)];
    let expected = [
        (9, None),
        (10, Some(1)),
        (11, Some(1)),
        (13, Some(1)),
        (19, Some(1)),
        (20, Some(2)),
        (26, Some(2)),
    ];
    check(&played, None, &expected);
    check(&played, Some(2), &expected);
}

#[test]
fn a_day_of_two_accounts_is_that_of_the_one_whose_uuid_was_sent_or_of_nobody() {
    let played = [(1, 10), (1, 12), (2, 12), (2, 14)];
    check(&played, None, &[(11, Some(1)), (12, None), (13, Some(2))]);
    check(&played, Some(2), &[(11, Some(1)), (12, Some(2))]);
    check(&played, Some(1), &[(12, Some(1)), (13, Some(2))]);
}

#[test]
fn after_a_day_of_two_accounts_the_days_belong_to_the_one_that_came_later() {
    let (one, other) = ((1, 10), (2, 10));
    check(&[one, other], None, &[(10, None), (11, Some(2))]);
    check(&[other, one], None, &[(10, None), (11, Some(2))]);
}

#[test]
fn an_account_that_servers_never_report_has_what_was_sent_with_it() {
    let played = [(1, 10), (2, 20)];
    check(
        &played,
        Some(3),
        &[(5, Some(3)), (10, Some(3)), (30, Some(3))],
    );
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn no_account_gets_what_another_one_did(
        played in prop::collection::vec((1..4_u32, 0..20_i32), 1..12),
    ) {
        let uses = reported(&played);
        for (_, day) in &played {
            let there = played.iter().filter(|(_, other)| other == day);
            let there: BTreeSet<_> = there.map(|(number, _)| account(*number)).collect();
            let found = account_on(UtcDay(*day), &uses, None);
            let is_right = |found| there.len() == 1 && there.contains(&found);
            prop_assert!(found.is_none_or(is_right), "day {day}: {found:?}");
        }
    }

    #[test]
    fn whoever_is_forgotten_takes_their_days_and_the_others_keep_exactly_theirs(
        played in prop::collection::vec((1..5_u32, 0..20_i32), 2..12),
        sent in prop::option::of(1..6_u32),
        forgotten in 1..5_u32,
    ) {
        let uses = reported(&played);
        let (sent, forgotten) = (sent.map(account), account(forgotten));
        let left: Vec<_> = uses.iter().copied().filter(|one| one.account != forgotten).collect();
        prop_assume!(!left.is_empty() && left.len() < uses.len());
        // The UUID goes with the account. So do the days of which nobody knows whose they are.
        let sent_since = sent.filter(|sent| *sent != forgotten);
        for day in (-2..25).map(UtcDay) {
            let did = account_on(day, &uses, sent);
            let Some(did) = did.filter(|did| *did != forgotten) else {
                continue;
            };
            let is_of = account_on(day, &left, sent_since);
            prop_assert_eq!(is_of, Some(did), "day {}", day.0);
        }
    }
}
