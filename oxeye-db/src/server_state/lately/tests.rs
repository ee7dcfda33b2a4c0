//! The list by person, compared with a model that folds all names and looks through all sessions each
//! time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use oxeye_plugin_proto::ServerName;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::accounts::Accounts;
use crate::events::JoinEvent;
use crate::ids::GuildId;
use crate::ledger::{Ledger, SessionIds};
use crate::persons::{NameUse, PersonsOfGuilds};
use crate::record::naive::model_cases;
use crate::testing;
use crate::visibility::{Hidden, HiddenPlayers, LinkedPlayer};

const GUILD: GuildId = GuildId(7);
const START: i64 = 1_000_000;
const WINDOW: i64 = 3_600;

/// What happens in a guild. Names and accounts are numbers.
#[derive(Debug, Clone)]
enum Step {
    Join(u8, Option<u8>),
    Leave(u8),
    /// Another server reports an account under a name, as of some seconds ago.
    Elsewhere(u8, u8, i64),
    Wait(i64),
}

/// A server, and the persons of its guild.
struct World {
    state: ServerState,
    players: Players,
    sessions: SessionIds,
    accounts: Accounts,
    persons: PersonsOfGuilds,
    /// The latest evidence of each account under each name.
    uses: BTreeMap<(PlayerId, AccountId), i64>,
    now: i64,
}

fn name(number: u8) -> PlayerName {
    testing::player(&format!("Player{number}"))
}

fn uuid(number: u8) -> Uuid {
    Uuid::from_u64_pair(0x4111, number.into())
}

impl World {
    fn new() -> Self {
        let server = ServerName::try_from("survival".to_owned()).unwrap();
        let window = Duration::from_secs(WINDOW.unsigned_abs());
        Self {
            state: ServerState::new(GUILD, server, window, UnixSeconds(START)),
            players: Players::default(),
            sessions: SessionIds::default(),
            accounts: Accounts::default(),
            persons: PersonsOfGuilds::default(),
            uses: BTreeMap::new(),
            now: START,
        }
    }

    fn takes(&mut self, step: &Step) {
        match step {
            Step::Join(player, Some(account)) => self.uses(*player, *account, self.now),
            Step::Elsewhere(player, account, ago) => self.uses(*player, *account, self.now - ago),
            Step::Wait(seconds) => self.now += seconds,
            Step::Join(_, None) | Step::Leave(_) => {}
        }
        let now = UnixSeconds(self.now);
        let mut ledger = Ledger::new(&self.players, &self.sessions).with_accounts(&self.accounts);
        match step {
            Step::Join(player, account) => {
                let join = JoinEvent {
                    uuid: account.map(uuid),
                    ..testing::join(name(*player).as_str())
                };
                self.state.player_join(&join, now, &mut ledger);
            }
            Step::Leave(player) => {
                let leave = testing::leave(name(*player).as_str());
                self.state.player_leave(&leave, now, &mut ledger);
            }
            Step::Wait(_) => self.state.advance_to(now),
            Step::Elsewhere(..) => {}
        }
    }

    fn uses(&mut self, player: u8, account: u8, at: i64) {
        let (player, _) = self.players.number(&name(player));
        let (account, _) = self.accounts.number(uuid(account)).unwrap();
        let one = NameUse {
            name: player,
            account,
            last: UnixSeconds(at),
        };
        self.persons.add(GUILD, one);
        let last = self.uses.entry((player, account)).or_insert(at);
        *last = at.max(*last);
    }

    /// Publishes the server as the writer does after each report. Returns whether it looks different.
    fn publishes(&mut self) -> bool {
        let persons = self.persons.of(GUILD);
        for (_, account) in self.persons.take_renamed() {
            let names = persons.names(PersonKey::Account(account)).into_iter();
            let names: Vec<_> = names.filter_map(|name| self.players.name(name)).collect();
            self.state.note_renamed(&names);
        }
        self.state.publish().is_some()
    }

    /// Returns what members see while an account hides.
    fn visible(&self, hiding: Option<AccountId>) -> Visible {
        let hidden = HiddenPlayers::default();
        let name = self.uses.keys().find(|(_, one)| Some(*one) == hiding);
        let member = name.map(|(player, account)| LinkedPlayer {
            player: *player,
            account: Some(*account),
            is_hidden: true,
        });
        let member: Vec<_> = member.into_iter().collect();
        let persons = self.persons.of(GUILD);
        hidden.replace(GUILD, Hidden::of(&member, &persons, &self.players));
        hidden.visible_to_members(GUILD)
    }

    fn listed(&self, visible: &Visible) -> Vec<(PlayerName, i64)> {
        let persons = self.persons.of(GUILD);
        let known = (&*persons, &self.players);
        let now = UnixSeconds(self.now);
        let lately = Lately::on(&self.state, known, visible, now);
        let copy = Recent::of(&self.state, visible, now).into_state();
        let of_copy = Lately::on(&copy, known, visible, now);
        assert!(of_copy.newest_first().eq(lately.newest_first()));
        assert_eq!(of_copy.count(), lately.count());
        let listed: Vec<_> = lately.newest_first().collect();
        assert!(listed.is_sorted_by(|newer, older| newer.1 >= older.1));
        assert_eq!(lately.count(), listed.len());
        let listed = listed.into_iter().map(|(name, at)| (name.clone(), at.0));
        let listed: Vec<_> = listed.collect();
        let shown = lately.get_recently_offline(2).into_iter();
        assert!(
            shown
                .map(|one| (one.player_name, one.last_seen.0))
                .eq(listed.iter().take(2).cloned())
        );
        listed
    }

    fn accounts_of(&self, name: PlayerId) -> BTreeSet<AccountId> {
        let uses = self.uses.keys().filter(|(used, _)| *used == name);
        uses.map(|(_, account)| *account).collect()
    }

    fn person(&self, name: PlayerId, account: Option<AccountId>) -> PersonKey {
        let used = self.accounts_of(name);
        let only = used.first().copied().filter(|_| used.len() == 1);
        let account = account.or(only);
        account.map_or(PersonKey::Name(name), PersonKey::Account)
    }

    /// Returns who should be listed, by the model.
    fn expected(&self, hiding: Option<AccountId>) -> BTreeSet<(PlayerName, i64)> {
        let online: BTreeMap<PlayerId, PersonKey> = self
            .state
            .players()
            .values()
            .map(|stay| (stay.player, self.person(stay.player, stay.account)))
            .collect();
        let edge = UnixSeconds(self.now - WINDOW);
        let named = self.state.last_seen().newest_first(edge);
        let named = named.filter_map(|(name, at)| Some((self.players.id(name)?, at)));
        let entries: BTreeMap<PlayerId, (i64, Option<AccountId>)> = named
            .map(|(name, at)| {
                let sessions = self.state.history().iter();
                let theirs = sessions.filter(|session| session.player == name);
                let last = theirs.max_by_key(|session| (session.seen_at, session.id));
                let last = last.filter(|last| last.seen_at >= at);
                (name, (at.0, last.and_then(|last| last.account)))
            })
            .collect();
        let mut last: BTreeMap<PersonKey, (i64, i64, PlayerId)> = BTreeMap::new();
        for (name, (at, account)) in &entries {
            let person = self.person(*name, *account);
            let used_by_hiding = hiding.is_some_and(|one| self.accounts_of(*name).contains(&one));
            let is_hidden = used_by_hiding && (account.is_none() || *account == hiding);
            if is_hidden || online.values().any(|on| *on == person) {
                continue;
            }
            let used = match person {
                PersonKey::Account(account) => self.uses.get(&(*name, account)).copied(),
                PersonKey::Name(_) => None,
            };
            let seen = (*at, used.unwrap_or_default(), *name);
            let known = last.entry(person).or_insert(seen);
            *known = seen.max(*known);
        }
        let last = last.into_iter();
        last.map(|(person, (at, _, name))| {
            let newest = self.newest(person).filter(|newest| {
                let on = online.get(newest).copied();
                let seen = entries.get(newest);
                let seen = seen.map(|(_, account)| self.person(*newest, *account));
                on.or(seen).is_none_or(|whose| whose == person)
            });
            let name = newest.unwrap_or(name);
            (self.players.name(name).unwrap(), at)
        })
        .collect()
    }

    /// Returns the newest name of an account, if no other account has it now.
    fn newest(&self, person: PersonKey) -> Option<PlayerId> {
        let PersonKey::Account(account) = person else {
            return None;
        };
        let uses = self.uses.iter().filter(|((_, one), _)| *one == account);
        let newest = uses.map(|((name, _), last)| (*last, *name)).max()?.1;
        let uses = self.uses.iter().filter(|((name, _), _)| *name == newest);
        let holder = uses.map(|((_, one), last)| (*last, *one)).max()?.1;
        (holder == account).then_some(newest)
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..6_u8, prop::option::weighted(0.7, 0..3_u8))
            .prop_map(|(name, account)| Step::Join(name, account)),
        4 => (0..6_u8).prop_map(Step::Leave),
        1 => (0..6_u8, 0..3_u8, 0..2_000_i64)
            .prop_map(|(name, account, ago)| Step::Elsewhere(name, account, ago)),
        2 => prop_oneof![Just(1), 1..60_i64, 600..4_000_i64].prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(model_cases(1_000))]

    #[test]
    fn the_list_is_that_of_a_naive_fold_and_whatever_changes_it_is_published(
        steps in prop::collection::vec(step(), 1..60),
        hiding in prop::option::weighted(0.3, 0..3_u8),
    ) {
        let mut world = World::new();
        let everybody = Visible::everybody();
        world.publishes();
        for step in &steps {
            let before = world.listed(&everybody);
            world.takes(step);
            let is_published = world.publishes();

            let after = world.listed(&everybody);
            let listed: BTreeSet<_> = after.iter().cloned().collect();
            prop_assert_eq!(listed.len(), after.len(), "somebody is there twice");
            prop_assert_eq!(&listed, &world.expected(None));
            prop_assert!(is_published || before == after, "{:?}: {:?}", step, after);
            let hiding = hiding.and_then(|one| world.accounts.id(uuid(one)));
            let seen = world.listed(&world.visible(hiding));
            prop_assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), world.expected(hiding));
        }
    }
}

#[test]
fn a_hundred_thousand_players_of_whom_a_tenth_have_several_names_are_counted_once_each() {
    let mut world = World::new();
    let everybody = Visible::everybody();
    let at = |number: u32| UnixSeconds(START - i64::from(number % 3_000));
    for number in 0..90_000_u32 {
        let named = [Some(number), (number < 10_000).then_some(100_000 + number)];
        for (age, number_of_name) in named.into_iter().flatten().enumerate() {
            let player = testing::player(&format!("Player{number_of_name}"));
            let (id, _) = world.players.number(&player);
            let one = NameUse {
                name: id,
                account: AccountId::from_number(Some(number + 1)).unwrap(),
                last: UnixSeconds(START + age as i64),
            };
            world.persons.add(GUILD, one);
            let seen_at = at(number_of_name);
            world
                .state
                .update_last_seen(&player, seen_at, UnixSeconds(START));
        }
    }

    let listed = world.listed(&everybody);

    assert_eq!(world.state.last_seen().len(), 100_000);
    assert_eq!(listed.len(), 90_000);
    let former = listed.iter().filter(|(name, _)| *name == self::name(0));
    assert_eq!(former.count(), 0);
}
