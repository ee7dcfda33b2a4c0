//! Players who did something before their rows were changed or deleted, and do something again.

use oxeye_db::UnixSeconds;
use oxeye_db::testing::{TestStore, player};
use serde_json::{Value, json};

use crate::moving::{import, records};
use crate::plugin::{DAY, GUILD, NOON, Plugin};

fn dock() -> Value {
    json!({"player": "Alex", "event_type": "dock"})
}

/// Reports two events and returns how many are answered.
async fn docked_twice_more(store: &TestStore, now: UnixSeconds) -> usize {
    let plugin = Plugin::linked(store, "creative").await;
    for _ in 0..2 {
        plugin.did(dock(), now).await.expect("the store is open");
    }
    let events = store.activity_events(GUILD, player("Alex"), 50, now);
    events.await.expect("the store is open").len()
}

/// A store in which Alex docked once.
async fn docked() -> TestStore {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    plugin.did(dock(), NOON).await.expect("the store is open");
    store
}

#[tokio::test]
async fn a_player_who_was_forgotten_is_new_with_the_next_event() {
    let store = docked().await;

    let forgotten = store.forget_player(player("Alex"), NOON).await;
    assert_eq!(forgotten.unwrap().unwrap().activity_guilds, 1);

    assert_eq!(docked_twice_more(&store, NOON).await, 2);
}

#[tokio::test]
async fn a_player_who_was_away_for_too_long_is_new_with_the_next_event() {
    let store = docked().await;
    let later = NOON.plus(DAY * 400);

    store.sweep_activity(later).await.unwrap();

    assert_eq!(docked_twice_more(&store, later).await, 2);
}

#[tokio::test]
async fn a_player_of_a_guild_that_was_deleted_is_new_with_the_next_event() {
    let store = docked().await;
    let later = NOON.plus(DAY * 31);

    store.guild_removed(GUILD, NOON).await.unwrap();
    let deleted = store.delete_removed_guilds(later).await;
    assert_eq!(deleted.unwrap(), [GUILD]);
    store.guild_returned(GUILD, later).await.unwrap();

    assert_eq!(docked_twice_more(&store, later).await, 2);
}

#[tokio::test]
async fn events_after_an_import_replace_none_that_were_imported() {
    let store = docked().await;
    let elsewhere = TestStore::new(NOON);
    let plugin = Plugin::linked(&elsewhere, "survival").await;
    for ago in 1..4 {
        let earlier = json!({"player": "Alex", "event_type": "warp", "at": NOON.0 - ago});
        plugin.did(earlier, NOON).await.unwrap();
    }

    import(&store, records(&elsewhere).await, NOON).await;
    assert_eq!(docked_twice_more(&store, NOON).await, 6);

    // Moves the latest events to the places of older ones.
    store.sweep_activity(NOON).await.unwrap();
    let events = store.activity_events(GUILD, player("Alex"), 50, NOON);
    assert_eq!(events.await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_player_whom_another_program_deleted_is_new_with_the_next_event() {
    for tables in [
        "DELETE FROM players; DELETE FROM recent_events;",
        "DELETE FROM players;",
    ] {
        let store = docked().await;
        let file = oxeye_db::activity::path_beside(store.file());
        let file = rusqlite::Connection::open(file).unwrap();
        file.execute_batch(tables).unwrap();

        assert_eq!(docked_twice_more(&store, NOON).await, 2, "{tables}");
        let deleted = "SELECT count(*) FROM events WHERE player_id NOT IN (SELECT id FROM players)";
        let left: i64 = file.query_row(deleted, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{tables}");
    }
}
