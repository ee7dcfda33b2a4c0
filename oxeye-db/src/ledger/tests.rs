//! What the ledger asks the file.

use std::cell::Cell;

use super::*;
use crate::testing::player;
use crate::visibility::{Hidden, LinkedPlayer};

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

#[test]
fn an_account_that_hides_is_hidden_under_a_name_that_has_no_room_for_it() {
    let (players, sessions) = (Players::default(), SessionIds::default());
    let (accounts, persons) = (Accounts::default(), PersonsOfGuilds::default());
    let (uuids, hidden) = (KnownUuids::default(), HiddenPlayers::default());
    let (alex, bob) = (player("Alex"), player("Bob"));
    let [alex_id, bob_id] = [&alex, &bob].map(|name| players.number(name).0);
    let [hiding, other] = [account(17), account(18)];
    let [(hidden_account, _), (other_account, _)] =
        [hiding, other].map(|uuid| accounts.number(uuid).unwrap());
    let member = LinkedPlayer {
        player: bob_id,
        account: Some(hidden_account),
        is_hidden: true,
    };
    hidden.replace(GUILD, Hidden::of(&[member], &persons.of(GUILD), &players));
    let stored = Counting {
        uuids: (1..17).map(account).collect(),
        asked: Cell::new(0),
    };
    let mut ledger = Ledger::new(&players, &sessions)
        .with_accounts(&accounts)
        .with_known_uuids(&uuids)
        .with_persons(&persons, &hidden)
        .with_stored_uuids(&stored);

    let proven = [hiding, other].map(|uuid| {
        let proven = ledger.account(GUILD, &alex, Some(uuid));
        ledger.add_uuid(GUILD, alex_id, uuid, AT);
        proven
    });

    assert_eq!(proven, [Some(hidden_account), None]);
    let changes = ledger.into_changes();
    let [StoreChange::UuidReported(_, reported)] = &changes[..] else {
        panic!("{changes:?}")
    };
    assert_eq!(reported.uuid, hiding);
    let visible = hidden.visible_to_members(GUILD);
    assert!(!visible.shows_stay(&alex, Some(hidden_account)));
    assert!(visible.shows_stay(&alex, Some(other_account)));
    assert!(!visible.shows(&alex));
}
