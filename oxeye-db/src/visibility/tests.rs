//! Who hides in a guild. That it follows the person under all names is compared with a model beside `persons`.

use super::*;
use crate::persons::NameUse;
use crate::testing::player;
use oxeye_plugin_proto::UnixSeconds;

const GUILD: GuildId = GuildId(7);

/// Three players: Alex, Bob and Steve.
fn players() -> (Players, [PlayerId; 3]) {
    let players = Players::default();
    let ids = ["Alex", "Bob", "Steve"].map(|name| players.number(&player(name)).0);
    (players, ids)
}

fn account(number: u32) -> AccountId {
    AccountId::from_number(Some(number)).unwrap()
}

fn used(name: PlayerId, number: u32, last: i64) -> NameUse {
    NameUse {
        name,
        account: account(number),
        last: UnixSeconds(last),
    }
}

#[test]
fn a_player_hides_in_one_guild_only() {
    let (players, [alex, ..]) = players();
    let hidden = HiddenPlayers::default();
    let member = LinkedPlayer {
        player: alex,
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
    assert_eq!(hidden.replace(GUILD, Hidden::default()), [player("Alex")]);
    assert!(shows(GUILD, "Alex"));
    assert_eq!(hidden.guilds(), []);
}

#[test]
fn a_new_name_is_hidden_before_anybody_sees_it_and_whoever_takes_the_old_one_is_seen() {
    let (players, [alex, bob, _]) = players();
    let hidden = HiddenPlayers::default();
    let mut persons = Persons::of(vec![used(alex, 1, 10)]);
    let member = LinkedPlayer {
        player: alex,
        account: Some(account(1)),
        is_hidden: true,
    };
    hidden.replace(GUILD, Hidden::of(&[member], &persons, &players));

    persons.add(used(bob, 1, 20));
    hidden.note_use(GUILD, (&player("Bob"), account(1)), &persons, &players);

    let visible = hidden.visible_to_members(GUILD);
    assert!(!visible.shows(&player("Alex")) && !visible.shows(&player("Bob")));
    assert!(!visible.shows_stay(&player("Steve"), Some(account(1))));
    assert_eq!(hidden.take_reported(), [(GUILD, player("Bob"))]);
    assert_eq!(visible.shared_name(&player("Alex")), None);

    persons.add(used(alex, 2, 30));
    hidden.note_use(GUILD, (&player("Alex"), account(2)), &persons, &players);

    let visible = hidden.visible_to_members(GUILD);
    assert!(visible.shows_stay(&player("Alex"), Some(account(2))));
    assert!(!visible.shows_stay(&player("Alex"), Some(account(1))));
    // It may be from before.
    assert!(!visible.shows(&player("Alex")));
    assert_eq!(visible.shared_name(&player("Alex")), Some(alex));
}

#[test]
fn the_first_account_of_a_name_hides_with_it() {
    let (players, [alex, bob, _]) = players();
    let hidden = HiddenPlayers::default();
    let mut persons = Persons::default();
    let member = LinkedPlayer {
        player: alex,
        account: None,
        is_hidden: true,
    };
    hidden.replace(GUILD, Hidden::of(&[member], &persons, &players));

    for (name, text, at) in [(alex, "Alex", 10), (bob, "Bob", 20)] {
        persons.add(used(name, 1, at));
        hidden.note_use(GUILD, (&player(text), account(1)), &persons, &players);
    }

    let visible = hidden.visible_to_members(GUILD);
    assert!(!visible.shows_stay(&player("Bob"), Some(account(1))));
    assert!(!visible.shows(&player("Bob")));
}

#[test]
fn only_the_first_account_of_a_name_hides_with_it() {
    let (players, [alex, ..]) = players();
    let hidden = HiddenPlayers::default();
    let mut persons = Persons::default();
    let member = LinkedPlayer {
        player: alex,
        account: None,
        is_hidden: true,
    };
    hidden.replace(GUILD, Hidden::of(&[member], &persons, &players));

    for number in [1, 2] {
        persons.add(used(alex, number, 10));
        hidden.note_use(
            GUILD,
            (&player("Alex"), account(number)),
            &persons,
            &players,
        );
    }

    let visible = hidden.visible_to_members(GUILD);
    assert!(!visible.shows_stay(&player("Alex"), Some(account(1))));
    for name in ["Alex", "Bob"] {
        assert!(visible.shows_stay(&player(name), Some(account(2))));
    }
    assert_eq!(visible.shared_name(&player("Alex")), Some(alex));
}

#[test]
fn nobody_hides_with_the_account_of_another_member() {
    let (players, [alex, bob, steve]) = players();
    let hidden = HiddenPlayers::default();
    let linked = |player, account, is_hidden| LinkedPlayer {
        player,
        account,
        is_hidden,
    };
    let members = [
        linked(alex, None, true),
        linked(bob, Some(account(1)), false),
        linked(steve, None, false),
    ];
    let mut persons = Persons::of(vec![used(bob, 1, 10), used(alex, 1, 20)]);
    hidden.replace(GUILD, Hidden::of(&members, &persons, &players));
    let shows = |name, number| {
        let visible = hidden.visible_to_members(GUILD);
        visible.shows_stay(&player(name), Some(account(number)))
    };
    assert!(shows("Alex", 1) && shows("Bob", 1));

    // Steve's account becomes known, and takes the name that hides.
    for (name, text, at) in [(steve, "Steve", 30), (alex, "Alex", 40)] {
        persons.add(used(name, 2, at));
        hidden.note_use(GUILD, (&player(text), account(2)), &persons, &players);
    }

    assert!(shows("Alex", 2) && shows("Alex", 1));
    persons.add(used(alex, 3, 50));
    hidden.note_use(GUILD, (&player("Alex"), account(3)), &persons, &players);
    assert!(!shows("Alex", 3) && shows("Alex", 2) && shows("Alex", 4));
}

#[test]
fn a_use_that_changes_nothing_copies_nothing() {
    let (players, [alex, bob, _]) = players();
    let hidden = HiddenPlayers::default();
    let persons = Persons::of(vec![used(alex, 1, 10), used(alex, 2, 20), used(bob, 3, 30)]);
    let member = LinkedPlayer {
        player: alex,
        account: Some(account(1)),
        is_hidden: true,
    };
    hidden.replace(GUILD, Hidden::of(&[member], &persons, &players));
    let before = hidden.visible_to_members(GUILD);

    for (name, number) in [("Alex", 1), ("Alex", 2), ("Bob", 3)] {
        hidden.note_use(GUILD, (&player(name), account(number)), &persons, &players);
    }

    let after = hidden.visible_to_members(GUILD);
    assert!(Arc::ptr_eq(&before.hidden.unwrap(), &after.hidden.unwrap()));
}

#[test]
fn names_of_an_account_that_hides_are_added_without_a_copy_of_all() {
    let (players, [alex, ..]) = players();
    let hidden = HiddenPlayers::default();
    let mut persons = Persons::of(vec![used(alex, 1, 10)]);
    let member = LinkedPlayer {
        player: alex,
        account: Some(account(1)),
        is_hidden: true,
    };
    hidden.replace(GUILD, Hidden::of(&[member], &persons, &players));
    let place = || {
        let visible = hidden.visible_to_members(GUILD);
        visible.hidden.map(|hidden| Arc::as_ptr(&hidden).addr())
    };
    let before = place();

    let names: Vec<_> = (0..30)
        .map(|number| player(&format!("P{number}")))
        .collect();
    for name in &names {
        persons.add(used(players.number(name).0, 1, 20));
        hidden.note_use(GUILD, (name, account(1)), &persons, &players);
    }

    assert_eq!(place(), before);
    let reported = hidden.take_reported().into_iter().map(|(_, name)| name);
    assert_eq!(reported.collect::<Vec<_>>(), names);
}
