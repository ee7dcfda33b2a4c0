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
    let member = HiddenMember {
        player: alex,
        account: None,
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
    let member = HiddenMember {
        player: alex,
        account: Some(account(1)),
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
    let member = HiddenMember {
        player: alex,
        account: None,
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
