//! Who hides in a guild. That it follows the person under all names is compared with a model beside `persons`.

use super::*;
use crate::persons::NameUse;
use crate::testing::player;
use oxeye_plugin_proto::UnixSeconds;

const GUILD: GuildId = GuildId(7);

/// A guild whose servers report names, and who hides in it.
#[derive(Default)]
struct World {
    players: Players,
    persons: Persons,
    hidden: HiddenPlayers,
    now: i64,
}

impl World {
    /// A guild in which accounts have used names, one after the other, and these members are linked.
    fn of(uses: &[(&str, u32)], members: &[Member]) -> Self {
        let mut world = Self::default();
        for (name, number) in uses {
            world.adds_use(name, *number);
        }
        let members = members.iter().map(|member| LinkedPlayer {
            player: world.id(member.name),
            account: member.account.map(account),
            is_hidden: member.hides,
        });
        let members: Vec<_> = members.collect();
        let hidden = Hidden::of(&members, &world.persons, &world.players);
        world.hidden.replace(GUILD, hidden);
        world
    }

    fn id(&self, name: &str) -> PlayerId {
        self.players.number(&player(name)).0
    }

    fn adds_use(&mut self, name: &str, number: u32) {
        self.now += 10;
        let one = NameUse {
            name: self.id(name),
            account: account(number),
            last: UnixSeconds(self.now),
        };
        self.persons.add(one);
    }

    /// A server reports an account under a name, which it may have had before.
    fn is_reported(&mut self, name: &str, number: u32) {
        self.adds_use(name, number);
        self.is_noted(name, number);
    }

    fn is_noted(&self, name: &str, number: u32) {
        let (name, account) = (player(name), account(number));
        let used = (&name, account);
        self.hidden
            .note_use(GUILD, used, &self.persons, &self.players);
    }

    fn visible(&self) -> Visible {
        self.hidden.visible_to_members(GUILD)
    }

    /// Whether members see the stay of an account under a name.
    fn shows_stay(&self, name: &str, number: u32) -> bool {
        self.visible()
            .shows_stay(&player(name), Some(account(number)))
    }

    /// Whether members see somebody of whom only the name is known.
    fn shows(&self, name: &str) -> bool {
        self.visible().shows(&player(name))
    }

    fn shared_name(&self, name: &str) -> Option<PlayerId> {
        self.visible().shared_name(&player(name))
    }
}

/// A member who is linked to a player.
struct Member {
    name: &'static str,
    account: Option<u32>,
    hides: bool,
}

fn hides(name: &'static str, account: Option<u32>) -> Member {
    Member {
        name,
        account,
        hides: true,
    }
}

fn shows(name: &'static str, account: Option<u32>) -> Member {
    Member {
        hides: false,
        ..hides(name, account)
    }
}

fn account(number: u32) -> AccountId {
    AccountId::from_number(Some(number)).unwrap()
}

#[test]
fn a_player_hides_in_one_guild_only() {
    let World {
        players, hidden, ..
    } = World::default();
    let member = LinkedPlayer {
        player: players.number(&player("Alex")).0,
        account: None,
        is_hidden: true,
    };

    let alone = Hidden::of(&[member], &Persons::default(), &players);
    let changed = hidden.replace(GUILD, alone);

    assert_eq!(changed, [player("Alex")]);
    let shows = |guild, name| hidden.visible_to_members(guild).shows(&player(name));
    assert!(!shows(GUILD, "Alex"));
    assert!(shows(GUILD, "alex"));
    assert!(shows(GuildId(8), "Alex"));
    assert_eq!(hidden.guilds(), [GUILD]);
    assert_eq!(hidden.replace(GUILD, Hidden::default()), [player("Alex")]);
    assert!(shows(GUILD, "Alex"));
    assert_eq!(hidden.guilds(), []);
}

#[test]
fn a_new_name_is_hidden_before_anybody_sees_it_and_whoever_takes_the_old_one_is_seen() {
    let mut world = World::of(&[("Alex", 1)], &[hides("Alex", Some(1))]);

    world.is_reported("Bob", 1);

    assert!(!world.shows("Alex") && !world.shows("Bob"));
    assert!(!world.shows_stay("Steve", 1));
    assert_eq!(world.hidden.take_reported(), [(GUILD, player("Bob"))]);
    assert_eq!(world.shared_name("Alex"), None);

    world.is_reported("Alex", 2);

    assert!(world.shows_stay("Alex", 2));
    assert!(!world.shows_stay("Alex", 1));
    // It may be from before.
    assert!(!world.shows("Alex"));
    assert_eq!(world.shared_name("Alex"), Some(world.id("Alex")));
}

#[test]
fn the_first_account_of_a_name_hides_with_it() {
    let mut world = World::of(&[], &[hides("Alex", None)]);

    world.is_reported("Alex", 1);
    assert_eq!(world.hidden.take_reported(), [], "it is hidden already");
    world.is_reported("Bob", 1);

    assert!(!world.shows_stay("Bob", 1));
    assert!(!world.shows("Bob"));
    assert_eq!(world.hidden.take_reported(), [(GUILD, player("Bob"))]);
}

#[test]
fn only_the_first_account_of_a_name_hides_with_it() {
    let mut world = World::of(&[], &[hides("Alex", None)]);

    world.is_reported("Alex", 1);
    world.is_reported("Alex", 2);

    assert!(!world.shows_stay("Alex", 1));
    assert!(world.shows_stay("Alex", 2) && world.shows_stay("Bob", 2));
    assert_eq!(world.shared_name("Alex"), Some(world.id("Alex")));
}

#[test]
fn nobody_hides_with_the_account_of_another_member() {
    let members = [
        hides("Alex", None),
        shows("Bob", Some(1)),
        shows("Steve", None),
    ];
    let mut world = World::of(&[("Bob", 1), ("Alex", 1)], &members);
    assert!(world.shows_stay("Alex", 1) && world.shows_stay("Bob", 1));

    // Steve's account becomes known, and takes the name that hides.
    world.is_reported("Steve", 2);
    world.is_reported("Alex", 2);

    assert!(world.shows_stay("Alex", 2) && world.shows_stay("Alex", 1));
    world.is_reported("Alex", 3);
    assert!(!world.shows_stay("Alex", 3));
    assert!(world.shows_stay("Alex", 2) && world.shows_stay("Alex", 4));
}

#[test]
fn a_use_that_changes_nothing_copies_nothing() {
    let uses = [("Alex", 1), ("Alex", 2), ("Bob", 3)];
    let world = World::of(&uses, &[hides("Alex", Some(1))]);
    let before = world.visible();

    for (name, number) in uses {
        world.is_noted(name, number);
    }

    let after = world.visible();
    assert!(Arc::ptr_eq(&before.hidden.unwrap(), &after.hidden.unwrap()));
}

#[test]
fn names_of_an_account_that_hides_are_added_without_a_copy_of_all() {
    let mut world = World::of(&[("Alex", 1)], &[hides("Alex", Some(1))]);
    let place = |world: &World| {
        let hidden = world.visible().hidden;
        hidden.map(|hidden| Arc::as_ptr(&hidden).addr())
    };
    let before = place(&world);

    let names: Vec<_> = (0..30).map(|number| format!("P{number}")).collect();
    for name in &names {
        world.is_reported(name, 1);
    }

    assert_eq!(place(&world), before);
    let reported = world.hidden.take_reported().into_iter();
    let reported: Vec<_> = reported.map(|(_, name)| name.to_string()).collect();
    assert_eq!(reported, names);
}
