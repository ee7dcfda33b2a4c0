//! What the ledger asks the file.

use std::cell::Cell;

use super::*;
use crate::ids::ServerId;
use crate::persons::PersonKey;
use crate::rate_limits::{Limit, Limiters, RateLimits};
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

impl Counting {
    /// A file that has these accounts under the name that is asked about.
    fn with(accounts: std::ops::Range<u64>) -> Self {
        Self {
            uuids: accounts.map(account).collect(),
            asked: Cell::new(0),
        }
    }
}

/// What memory holds.
#[derive(Debug, Default)]
struct Memory {
    players: Players,
    sessions: SessionIds,
    accounts: Accounts,
    persons: PersonsOfGuilds,
    uuids: KnownUuids,
    hidden: HiddenPlayers,
}

impl Memory {
    fn ledger<'a>(&'a self, stored: &'a Counting) -> Ledger<'a> {
        Ledger::new(&self.players, &self.sessions)
            .with_accounts(&self.accounts)
            .with_known_uuids(&self.uuids)
            .with_persons(&self.persons, &self.hidden)
            .with_stored_uuids(stored)
    }

    /// Links a member to a player and their account.
    fn links(&self, player: PlayerId, account: AccountId, is_hidden: bool) {
        let member = LinkedPlayer {
            player,
            account: Some(account),
            is_hidden,
        };
        let hidden = Hidden::of(&[member], &self.persons.of(GUILD), &self.players);
        self.hidden.replace(GUILD, hidden);
    }
}

fn account(number: u64) -> Uuid {
    Uuid::from_u64_pair(0x4111, number)
}

#[test]
fn a_join_of_an_account_looks_into_the_file_once_and_takes_sixteen_of_a_name() {
    let memory = Memory::default();
    let alex = player("Alex");
    let (number, _) = memory.players.number(&alex);
    let stored = Counting::with(1..16);
    let mut ledger = memory.ledger(&stored);

    let sixteenth = ledger.account(GUILD, &alex, Some(account(16)));
    ledger.add_uuid(GUILD, number, account(16), AT);
    let seventeenth = ledger.account(GUILD, &alex, Some(account(17)));
    ledger.add_uuid(GUILD, number, account(17), AT);

    assert_eq!(stored.asked.get(), 1);
    assert!(sixteenth.is_some());
    assert_eq!(seventeenth, None);
    let known: Vec<_> = memory.persons.of(GUILD).accounts_of(number).collect();
    assert_eq!(known, sixteenth.into_iter().collect::<Vec<_>>());
}

#[test]
fn an_account_that_hides_is_hidden_under_a_name_that_has_no_room_for_it() {
    let memory = Memory::default();
    let (alex, bob) = (player("Alex"), player("Bob"));
    let [alex_id, bob_id] = [&alex, &bob].map(|name| memory.players.number(name).0);
    let [hiding, other] = [account(17), account(18)];
    let [(hidden_account, _), (other_account, _)] =
        [hiding, other].map(|uuid| memory.accounts.number(uuid).unwrap());
    memory.links(bob_id, hidden_account, true);
    let stored = Counting::with(1..17);
    let mut ledger = memory.ledger(&stored);

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
    let visible = memory.hidden.visible_to_members(GUILD);
    assert!(!visible.shows_stay(&alex, Some(hidden_account)));
    assert!(visible.shows_stay(&alex, Some(other_account)));
    assert!(!visible.shows(&alex));
}

#[test]
fn an_account_has_thirty_two_names_in_a_guild_and_hides_under_others() {
    for is_hidden in [false, true] {
        let memory = Memory::default();
        let (number, _) = memory.accounts.number(account(1)).unwrap();
        let first = memory.players.number(&player("Player_0")).0;
        memory.links(first, number, is_hidden);
        let stored = Counting::with(0..0);
        let mut ledger = memory.ledger(&stored);
        let mut report = |guild: GuildId, name: u32| {
            let name = player(&format!("Player_{name}"));
            let proven = ledger.account(guild, &name, Some(account(1)));
            let id = ledger.player(&name);
            ledger.add_uuid(guild, id, account(1), AT);
            proven
        };

        let proven: Vec<_> = (0..34).map(|name| report(GUILD, name)).collect();

        let known = memory
            .persons
            .of(GUILD)
            .names(PersonKey::Account(number))
            .len();
        let many = if is_hidden { 34 } else { 32 };
        assert_eq!(known, many);
        assert_eq!(proven[..32], [Some(number); 32]);
        assert_eq!(proven[32..], [Some(number).filter(|_| is_hidden); 2]);
        assert_eq!(report(GUILD, 0), Some(number), "it had this name");
        assert_eq!(report(GuildId(8), 33), Some(number), "in another guild");
        let written = ledger.into_changes().into_iter();
        let written = written.filter(|change| matches!(change, StoreChange::UuidReported(..)));
        assert_eq!(written.count(), many + 1);
        let visible = memory.hidden.visible_to_members(GUILD);
        assert_eq!(visible.hidden().count(), if is_hidden { 34 } else { 0 });
    }
}

#[test]
fn accounts_under_new_names_are_limited_and_cost_as_much_as_events() {
    let memory = Memory::default();
    let limits = RateLimits {
        new_players_per_hour: 3.try_into().unwrap(),
        ..RateLimits::unlimited()
    };
    let (limiters, server) = (Limiters::new(limits), ServerId(1));
    let alex = player("Alex");
    let (number, _) = memory.players.number(&alex);
    // The file has one of them.
    let stored = Counting::with(1..2);
    let report = |accounts_named: std::ops::Range<u64>, now: UnixSeconds| {
        let mut ledger = memory.ledger(&stored);
        ledger.limit_accounts(&limiters.of(server), now);
        let mut known = 0;
        for account in accounts_named.map(account) {
            known += usize::from(ledger.account(GUILD, &alex, Some(account)).is_some());
            ledger.add_uuid(GUILD, number, account, AT);
        }
        assert_eq!(ledger.cost_after(0), known);
        known
    };

    assert_eq!(report(1..7, AT), 4);
    assert_eq!(report(7..9, AT), 0);
    assert_eq!(report(9..11, UnixSeconds(AT.0 + 1_200)), 1);
    let refused = limiters.refusals(server, UnixSeconds(AT.0 + 1_200));
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (refused[0].limit, refused[0].refused),
        (Limit::NewPlayers, 5)
    );
}
