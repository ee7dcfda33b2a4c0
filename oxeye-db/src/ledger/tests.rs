//! What the ledger asks the file.

use std::cell::Cell;

use super::*;
use crate::testing::player;

const GUILD: GuildId = GuildId(7);
const AT: UnixSeconds = UnixSeconds(1_000_000);

/// A file that counts how often it is asked.
#[derive(Debug)]
struct Counting {
    uuids: Vec<Uuid>,
    asked: Cell<usize>,
}

impl StoredUuids for Counting {
    fn of(&self, _: GuildId, _: PlayerId) -> Option<Vec<Uuid>> {
        self.asked.set(self.asked.get() + 1);
        Some(self.uuids.clone())
    }
}

fn account(number: u64) -> Uuid {
    Uuid::from_u64_pair(0x4111, number)
}

#[test]
fn a_join_of_an_account_looks_into_the_file_once_and_takes_sixteen_of_a_name() {
    let (players, sessions) = (Players::default(), SessionIds::default());
    let (accounts, persons) = (Accounts::default(), PersonsOfGuilds::default());
    let (uuids, hidden) = (KnownUuids::default(), HiddenPlayers::default());
    let alex = player("Alex");
    let (number, _) = players.number(&alex);
    let stored = Counting {
        uuids: (1..16).map(account).collect(),
        asked: Cell::new(0),
    };
    let mut ledger = Ledger::new(&players, &sessions)
        .with_accounts(&accounts)
        .with_known_uuids(&uuids)
        .with_persons(&persons, &hidden)
        .with_stored_uuids(&stored);

    let sixteenth = ledger.account(GUILD, &alex, Some(account(16)));
    ledger.add_uuid(GUILD, number, account(16), AT);
    let seventeenth = ledger.account(GUILD, &alex, Some(account(17)));
    ledger.add_uuid(GUILD, number, account(17), AT);

    assert_eq!(stored.asked.get(), 1);
    assert!(sixteenth.is_some());
    assert_eq!(seventeenth, None);
    let known: Vec<_> = persons.of(GUILD).accounts_of(number).collect();
    assert_eq!(known, sixteenth.into_iter().collect::<Vec<_>>());
}
