use serde_json::json;

use super::*;

fn read(players: Value) -> SyncPlayers {
    serde_json::from_value(players).expect("a list of at most 1000 entries")
}

fn names(players: &SyncPlayers) -> Vec<&str> {
    players
        .valid
        .iter()
        .map(|player| player.player.as_str())
        .collect()
}

#[test]
fn bare_names_and_objects_may_be_mixed() {
    let players =
        read(json!(["Alex", {"player": "Steve", "texture_hash": "ab".repeat(32), "mood": "fine"}]));

    assert_eq!(names(&players), ["Alex", "Steve"]);
    assert_eq!(players.valid[1].texture_hash, Some(TextureHash([0xab; 32])));
    assert_eq!(players.skipped, []);
}

#[test]
fn an_invalid_entry_is_reported_and_the_others_are_accepted() {
    let players =
        read(json!(["Alex", "", {"player": " x"}, 7, null, {}, {"player": 7}, ["Eve"], "Steve"]));

    assert_eq!(names(&players), ["Alex", "Steve"]);
    let skipped: Vec<_> = players
        .skipped
        .iter()
        .map(|skipped| skipped.player.as_str())
        .collect();
    assert_eq!(skipped, ["", " x", "", "", "", "", ""]);
    assert_eq!(
        players.skipped[1].why,
        "a player name must not start or end with white space"
    );
    assert!(
        players.skipped[2]
            .why
            .starts_with("a player in a sync is a name")
    );
}

#[test]
fn a_long_skipped_name_is_cut() {
    let players = read(json!(["é".repeat(10_000)]));

    assert_eq!(players.skipped[0].player, "é".repeat(64));
}

#[test]
fn an_invalid_hash_or_uuid_drops_only_that_field() {
    let players = read(json!([
        {"player": "Alex", "texture_hash": "nonsense", "uuid": "853c80ef3c3749fdaa49938b674adae6"},
        {"player": "Steve", "texture_hash": 5, "uuid": "nonsense"},
        {"player": "Eve", "texture_hash": null, "uuid": null},
    ]));

    assert_eq!(names(&players), ["Alex", "Steve", "Eve"]);
    assert_eq!(players.skipped, []);
    assert_eq!(players.valid[0].texture_hash, None);
    assert!(players.valid[0].uuid.is_some());
    assert_eq!(
        players.valid[1],
        SyncPlayer::new(PlayerName::try_from("Steve").expect("a name"))
    );
}

#[test]
fn two_mentions_of_a_player_are_merged() {
    let players =
        read(json!(["Alex", "Steve", {"player": "Alex", "texture_hash": "ab".repeat(32)}]));

    assert_eq!(names(&players), ["Alex", "Steve"]);
    assert_eq!(players.valid[0].texture_hash, Some(TextureHash([0xab; 32])));
}

#[test]
fn a_sync_has_at_most_a_thousand_players() {
    let mut thousand: Vec<String> = (0..1000).map(|number| format!("player{number}")).collect();
    assert_eq!(read(json!(thousand)).valid.len(), 1000);

    thousand.push("player0".to_owned());
    assert_eq!(
        read(json!(thousand)).valid.len(),
        1000,
        "a duplicate counts once"
    );

    thousand.push("one more".to_owned());
    let error = serde_json::from_value::<SyncPlayers>(json!(thousand)).expect_err("1001 players");
    assert!(
        error
            .to_string()
            .starts_with("a sync names at most 1000 players"),
        "{error}"
    );
}

#[test]
fn invalid_entries_count_towards_the_limit() {
    let error = serde_json::from_value::<SyncPlayers>(json!(vec![""; 1001]))
        .expect_err("1001 invalid entries");

    assert!(
        error
            .to_string()
            .starts_with("a sync names at most 1000 players"),
        "{error}"
    );
}
