//! Which names are found, compared with a list that is searched through, and at size.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::accounts::AccountId;
use crate::database::Database;
use crate::persons::NameUse;
use crate::record::naive::model_cases;
use crate::testing::{TestStore, join_at, leave_at, player};
use oxeye_plugin_proto::UnixSeconds;

const GUILD: GuildId = GuildId(7);
const NOW: UnixSeconds = UnixSeconds(1_000_000);

fn named(number: u32) -> PlayerName {
    let names = ["Alex", "alexa", "ALEX", "old_Alex", "Bob", "bobby"];
    player(names[number as usize])
}

fn players() -> Players {
    let players = Players::default();
    (0..6).for_each(|number| players.load(PlayerId(number), named(number)));
    players
}

/// What happens to a player in a guild.
#[derive(Debug, Clone, Copy)]
enum Step {
    Comes(u32),
    IsForgotten(u32),
    IsOver(u32),
}

fn steps() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let step = prop_oneof![
        4 => (0..6_u32).prop_map(Step::Comes),
        1 => (0..6_u32).prop_map(Step::IsForgotten),
        1 => (0..6_u32).prop_map(Step::IsOver),
    ];
    prop::collection::vec((any::<bool>(), step), 0..20)
}

proptest! {
    #![proptest_config(model_cases(256))]

    #[test]
    fn those_who_are_known_are_found_by_any_part_of_their_names(
        steps in steps(),
        typed in prop::sample::select(&["", "a", "alex", "b", "ob", "_", "x"][..]),
        enough in 1..7_usize,
    ) {
        let (directory, players) = (Directory::default(), players());
        let mut naive = HashSet::new();
        for (is_here, step) in steps {
            let guild = if is_here { GUILD } else { GuildId(8) };
            let (number, comes) = match step {
                Step::Comes(number) => (number, true),
                Step::IsForgotten(number) | Step::IsOver(number) => (number, false),
            };
            let id = PlayerId(number);
            match step {
                Step::Comes(_) => directory.add(guild, id, &players),
                Step::IsForgotten(_) => directory.forget(Some(guild), id, &named(number)),
                Step::IsOver(_) => {
                    for entry in directory.outdated(guild, |player| player != id) {
                        directory.remove(guild, &entry);
                    }
                }
            }
            if is_here && comes {
                naive.insert(number);
            } else if is_here {
                naive.remove(&number);
            }
        }

        let found = directory.search(GUILD, typed).take(enough);
        let found: Vec<_> = found.map(|player| player.0).collect();

        let matching = naive.iter().filter_map(|number| {
            let name = named(*number).as_str().to_lowercase();
            Some((name.find(typed)? > 0, name, *number))
        });
        let mut matching: Vec<_> = matching.collect();
        matching.sort();
        let expected: Vec<_> = matching.into_iter().map(|(_, _, number)| number).collect();
        prop_assert_eq!(found, &expected[..expected.len().min(enough)]);
        for number in 0..6 {
            prop_assert_eq!(directory.knows(GUILD, PlayerId(number)), naive.contains(&number));
        }
    }
}

#[test]
fn names_are_added_while_somebody_looks_at_those_who_were_found() {
    let (directory, players) = (Arc::new(Directory::default()), Arc::new(players()));
    for number in 0..3 {
        directory.add(GUILD, PlayerId(number), &players);
    }

    for (found, number) in directory.search(GUILD, "alex").zip(3..6) {
        let (done, is_done) = mpsc::channel();
        let (adding, names) = (Arc::clone(&directory), Arc::clone(&players));
        thread::spawn(move || {
            adding.add(GUILD, PlayerId(number), &names);
            done.send(()).unwrap();
        });
        is_done
            .recv_timeout(Duration::from_secs(10))
            .expect("the name is added while the search goes on");
        assert!(directory.knows(GUILD, found) && directory.knows(GUILD, PlayerId(number)));
    }
}

#[test]
fn a_long_search_finds_each_player_once() {
    let (directory, players) = (Directory::default(), Players::default());
    let count = 5_000;
    for number in 0..count {
        let name = match number % 2 {
            0 => format!("ab{number:05}"),
            _ => format!("x_ab{number:05}"),
        };
        players.load(PlayerId(number), player(&name));
        directory.add(GUILD, PlayerId(number), &players);
    }

    let found: Vec<_> = directory
        .search(GUILD, "ab")
        .map(|player| player.0)
        .collect();

    let (starting, containing) = ((0..count).step_by(2), (1..count).step_by(2));
    assert_eq!(found, starting.chain(containing).collect::<Vec<_>>());
}

async fn suggested(database: &Database, guild: GuildId, typed: &str) -> Vec<String> {
    let suggested = database.suggested_players(guild, typed, 25, NOW);
    let line = |one: SuggestedPlayer| match one.former_name {
        Some(former) => format!("{} ({former})", one.player),
        None => one.player.to_string(),
    };
    suggested.await.unwrap().into_iter().map(line).collect()
}

#[tokio::test]
async fn a_person_is_suggested_once_by_the_newest_name_and_in_no_other_guild() {
    let database = TestStore::new(NOW);
    let (server, _) = database.link(GUILD, "survival", NOW).await;
    let account = Some(uuid::Uuid::from_u64_pair(0x4111, 1));
    for (name, at, uuid) in [
        ("Alex", NOW.0 - 90, account),
        ("Alexandra", NOW.0 - 60, account),
        ("Steve", NOW.0 - 30, None),
    ] {
        let join = crate::events::JoinEvent {
            uuid,
            ..join_at(name, UnixSeconds(at))
        };
        database.player_join(server, join, NOW).await.unwrap();
        let leave = leave_at(name, UnixSeconds(at + 10));
        database.player_leave(server, leave, NOW).await.unwrap();
    }

    assert_eq!(
        suggested(&database, GUILD, "al").await,
        ["Alexandra (Alex)"]
    );
    assert_eq!(suggested(&database, GUILD, "alexandr").await, ["Alexandra"]);
    assert_eq!(
        suggested(&database, GUILD, "E").await,
        ["Alexandra (Alex)", "Steve"]
    );
    assert_eq!(suggested(&database, GuildId(8), "").await, [""; 0]);
    for (typed, found) in [
        ("Alex", Some("Alexandra")),
        ("aLEXANDRA", Some("Alexandra")),
        ("steve", Some("Steve")),
        ("Stev", None),
    ] {
        let player = database
            .player_of_guild(GUILD, player(typed))
            .await
            .unwrap();
        assert_eq!(player.as_ref().map(PlayerName::as_str), found, "{typed}");
    }
    let elsewhere = database.player_of_guild(GuildId(8), player("Steve"));
    assert_eq!(elsewhere.await.unwrap(), None);
}

#[tokio::test]
async fn a_name_typed_to_its_end_comes_before_all_that_begin_with_it() {
    let database = TestStore::new(NOW);
    let (server, _) = database.link(GUILD, "survival", NOW).await;
    for number in 0..30 {
        let begins_with_it = join_at(&format!("ALEX{number}"), NOW);
        let joined = database.player_join(server, begins_with_it, NOW);
        joined.await.unwrap();
    }
    for name in ["alex", "Alex"] {
        let (join, leave) = (join_at(name, NOW), leave_at(name, NOW));
        database.player_join(server, join, NOW).await.unwrap();
        database.player_leave(server, leave, NOW).await.unwrap();
    }

    let exact = suggested(&database, GUILD, " alex ").await;
    let in_another_case = suggested(&database, GUILD, "ALEX").await;

    assert_eq!(exact.len(), 25);
    assert_eq!(exact[..3], ["alex", "Alex", "ALEX0"]);
    let mut first = in_another_case[..2].to_vec();
    first.sort_unstable();
    assert_eq!(first, ["Alex", "alex"]);
}

#[tokio::test]
async fn those_who_are_on_or_were_lately_come_before_others_whose_names_begin_alike() {
    let before = UnixSeconds(NOW.0 - 2 * 86_400);
    let database = TestStore::new(before);
    let (server, _) = database.link(GUILD, "survival", before).await;
    for (name, at, stays) in [
        ("Alan", before, false),
        ("Albert", before, false),
        ("Aldo", NOW, true),
        ("Alma", NOW, false),
        ("Bob", NOW, true),
    ] {
        let join = join_at(name, at);
        database.player_join(server, join, at).await.unwrap();
        if !stays {
            let leave = leave_at(name, at);
            database.player_leave(server, leave, at).await.unwrap();
        }
    }

    let suggested = suggested(&database, GUILD, "al").await;

    assert_eq!(suggested, ["Aldo", "Alma", "Alan", "Albert"]);
}

#[tokio::test]
async fn a_hundred_thousand_players_are_searched_through() {
    let database = TestStore::new(NOW);
    let memory = &database.inner.memory;
    for number in 0..100_000 {
        let (id, _) = memory
            .players
            .number(&player(&format!("Player_{number:05}")));
        memory.directory.add(GUILD, id, &memory.players);
        let one = NameUse {
            name: id,
            account: AccountId::from_number(Some(id.0)).unwrap(),
            last: NOW,
        };
        memory.persons.add(GUILD, one);
    }

    let first = suggested(&database, GUILD, "player_999").await;
    let last = suggested(&database, GUILD, "99999").await;
    let none = suggested(&database, GUILD, "nobody").await;

    assert_eq!(first.len(), 25);
    assert_eq!((last, none), (vec!["Player_99999".to_owned()], Vec::new()));
}

#[tokio::test]
async fn an_account_with_thousands_of_names_is_looked_at_no_longer_than_others() {
    let database = TestStore::new(NOW);
    let memory = &database.inner.memory;
    let add = |name: &str, account: u32, at: i64| {
        let (id, _) = memory.players.number(&player(name));
        memory.directory.add(GUILD, id, &memory.players);
        let one = NameUse {
            name: id,
            account: AccountId::from_number(Some(account)).unwrap(),
            last: UnixSeconds(at),
        };
        memory.persons.add(GUILD, one);
    };
    add("nAfter", 2, 0);
    for number in 0..5_000 {
        add(&format!("n{number:04}"), 1, number);
    }

    assert_eq!(suggested(&database, GUILD, "n").await, ["n4999 (n0000)"]);
    assert_eq!(suggested(&database, GUILD, "na").await, ["nAfter"]);
}
