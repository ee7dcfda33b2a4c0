//! Who is found on a server, compared with a list of who used which name.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::persons::NameUse;
use crate::record::naive::model_cases;
use crate::session::SessionId;

const NAMES: [&str; 3] = ["Alex", "Robin", "Kim"];

fn account(number: u32) -> AccountId {
    AccountId::from_number(Some(number)).unwrap()
}

fn name(number: usize) -> PlayerName {
    PlayerName::try_from(NAMES[number]).unwrap()
}

fn id(number: usize) -> PlayerId {
    PlayerId(u32::try_from(number).unwrap() + 1)
}

fn players() -> Players {
    let players = Players::default();
    (0..NAMES.len()).for_each(|number| players.load(id(number), name(number)));
    players
}

/// When whoever has a name joined.
fn joined_at(number: usize) -> UnixSeconds {
    UnixSeconds(100 + i64::try_from(number).unwrap())
}

fn stay(number: usize, account: Option<AccountId>) -> Stay {
    Stay {
        joined_at: joined_at(number),
        joined_by_our_clock: false,
        next_begins_at: None,
        texture: None,
        account,
        uuid: None,
        player: id(number),
        session: SessionId(1),
    }
}

/// Who used which name and when last, and who is on with which account, by the numbers of names and accounts.
type World = (BTreeMap<(usize, u32), i64>, BTreeMap<usize, Option<u32>>);

fn worlds() -> impl Strategy<Value = World> {
    let uses = prop::collection::btree_map((0..3_usize, 1..4_u32), 0..50_i64, 0..6);
    let on = prop::collection::btree_map(0..3_usize, prop::option::of(1..4_u32), 0..4);
    (uses, on).prop_map(|(mut uses, on)| {
        // A report that names an account notes that it used the name.
        for (name, account) in &on {
            uses.extend(account.map(|account| ((*name, account), 50)));
        }
        (uses, on)
    })
}

proptest! {
    #![proptest_config(model_cases(1_000))]

    #[test]
    fn an_account_is_found_under_each_name_that_is_surely_its_own((uses, on) in worlds()) {
        let used = uses.iter().map(|((name, number), last)| NameUse {
            name: id(*name),
            account: account(*number),
            last: UnixSeconds(*last),
        });
        let persons = Persons::of(used.collect());
        let (players, visible) = (players(), Visible::everybody());
        let stays = on.iter().map(|(number, of)| (name(*number), stay(*number, of.map(account))));
        let crowd = Crowd {
            on: &stays.collect(),
            persons: &persons,
            players: &players,
            visible: &visible,
        };
        for number in 1..4 {
            let is_theirs = |(name, of): &(&usize, &Option<u32>)| {
                let accounts = uses.keys().filter(|(used, _)| used == *name);
                let accounts: BTreeSet<_> = accounts.map(|(_, account)| *account).collect();
                of.unwrap_or(0) == number || (of.is_none() && accounts == BTreeSet::from([number]))
            };
            let theirs = on.iter().filter(is_theirs);
            let expected = theirs.map(|(name, _)| joined_at(*name)).min();
            let found = crowd.since(&WatchedPlayer::Account(account(number)));
            prop_assert_eq!(found, expected, "account {}", number);
        }
        for number in 0..NAMES.len() {
            let expected = on.contains_key(&number).then(|| joined_at(number));
            prop_assert_eq!(crowd.since(&WatchedPlayer::Name(name(number))), expected);
        }
    }
}
