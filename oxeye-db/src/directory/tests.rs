//! Which names are found, compared with a list that is searched through, and at size.

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
                Step::IsOver(_) => directory.retain(guild, |player| player != id),
            }
            if is_here && comes {
                naive.insert(number);
            } else if is_here {
                naive.remove(&number);
            }
        }

        let mut found = Vec::new();
        directory.each_with(GUILD, typed, |player| {
            found.push(player.0);
            found.len() == enough
        });

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
