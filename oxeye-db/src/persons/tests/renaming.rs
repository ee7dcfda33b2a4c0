//! Whose names a report changes, so that lists that show them are made again.

use super::*;

/// Takes reports in order and returns the accounts whose names the last one changed.
fn renamed_by_last(reports: &[Report]) -> Vec<(GuildId, AccountId)> {
    let persons = PersonsOfGuilds::default();
    let mut renamed = Vec::new();
    for (name, number, at) in reports {
        persons.add(GUILD, used(*name, *number, *at));
        renamed = persons.take_renamed();
    }
    renamed
}

#[test]
fn a_report_from_before_what_is_known_renames_nobody() {
    // The second account has the name of the first one now.
    let known = [(3, 1, 5), (1, 1, 10), (1, 2, 20)];
    let repeated = [known.as_slice(), &[(1, 1, 10)]].concat();
    assert_eq!(renamed_by_last(&repeated), []);
}

#[test]
fn whoever_has_one_name_keeps_it_when_another_account_uses_it() {
    assert_eq!(renamed_by_last(&[(1, 1, 10), (1, 2, 20)]), []);
}

#[test]
fn an_account_that_takes_its_name_back_changes_those_of_both() {
    let reports = [(3, 1, 5), (1, 1, 10), (4, 2, 5), (1, 2, 20), (1, 1, 30)];
    let both = [(GUILD, account(1)), (GUILD, account(2))];
    assert_eq!(renamed_by_last(&reports), both);
}
