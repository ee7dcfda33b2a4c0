//! What is kept of activity, and what is not: forgetting, backups, expiry.

use oxeye_db::JoinEvent;
use oxeye_db::testing::{TestStore, join, player};
use serde_json::json;

use crate::plugin::{DAY, GUILD, NOON, Plugin, today};

/// The account of Alex.
const ACCOUNT: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";

async fn joins_with_account(store: &TestStore, plugin: &Plugin<'_>) {
    let joined = JoinEvent {
        uuid: Some(ACCOUNT.parse().expect("a UUID")),
        ..join("Alex")
    };
    let joined = store.player_join(plugin.reporter, joined, NOON);
    joined.await.expect("a join is taken");
}

#[tokio::test]
async fn a_forgotten_player_is_gone_from_every_byte_even_where_others_name_them() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    for number in 0..200 {
        if number == 100 {
            // Moves the events so far to the places of older ones.
            store.sweep_activity(NOON).await.unwrap();
        }
        let other = format!("Player{number}");
        let kill =
            json!({"player": other, "event_type": "kill", "details": {"victim": "Xylophonist"}});
        plugin.did(kill, NOON).await.unwrap();
        let own =
            json!({"player": "Xylophonist", "event_type": "death", "details": {"killer": other}});
        plugin.did(own, NOON).await.unwrap();
    }

    let forgotten = store
        .forget_player(player("Xylophonist"), NOON)
        .await
        .unwrap()
        .unwrap();

    assert_eq!(
        (forgotten.activity_guilds, forgotten.activity_mentions),
        (1, 200)
    );
    assert!(forgotten.is_wiped);
    for file in std::fs::read_dir(store.folder()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(11).any(|bytes| bytes == b"Xylophonist");
        assert!(!found, "{}", path.display());
    }
    assert_eq!(today(&store, "Xylophonist", "actions").await, 0.0);
    assert_eq!(today(&store, "Player7", "kills").await, 1.0);
    assert_eq!(
        store
            .forget_player(player("Xylophonist"), NOON)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn the_file_is_rewritten_for_who_is_forgotten_although_no_event_names_them_any_more() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    for number in 0..300 {
        let kill = json!({"player": format!("Player{number}"), "event_type": "kill",
            "details": {"victim": "Xylophonist", "with": "a sword ".repeat(40)}});
        plugin.did(kill, NOON).await.unwrap();
    }
    let later = NOON.plus(8 * DAY);
    let own = json!({"player": "Xylophonist", "event_type": "dock"});
    plugin.did(own, later).await.unwrap();
    store.sweep_activity(later).await.unwrap();
    let unused_pages = || {
        let file = store.file().with_file_name("oxeye-activity.db");
        let file = rusqlite::Connection::open(file).unwrap();
        let unused: i64 = file
            .pragma_query_value(None, "freelist_count", |row| row.get(0))
            .unwrap();
        unused
    };
    assert!(unused_pages() > 0, "the events were deleted for their age");

    let forgotten = store.forget_player(player("Xylophonist"), later).await;

    let forgotten = forgotten.unwrap().unwrap();
    assert_eq!(forgotten.activity_mentions, 0);
    assert!(forgotten.is_wiped);
    assert_eq!(unused_pages(), 0);
}

#[tokio::test]
async fn what_was_sent_with_the_account_of_who_is_forgotten_goes_too() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    joins_with_account(&store, &plugin).await;
    for (name, uuid) in [("Alex", None), ("Alexa", Some(ACCOUNT)), ("Kai", None)] {
        let event = json!({"player": name, "event_type": "dock", "uuid": uuid});
        plugin.did(event, NOON).await.unwrap();
    }
    let known = store.player_data(GUILD, player("Alex"), NOON);
    let known = known.await.unwrap().activity.len();

    let forgotten = store.forget_player_in(GUILD, player("Alex"), NOON);
    forgotten.await.unwrap().unwrap();

    for name in ["Alex", "Alexa"] {
        assert_eq!(today(&store, name, "actions").await, 0.0, "{name}");
    }
    assert_eq!(today(&store, "Kai", "actions").await, 1.0);
    let of_kai = store.player_data(GUILD, player("Kai"), NOON);
    assert_eq!(known, 2 * of_kai.await.unwrap().activity.len());
}

#[tokio::test]
async fn events_of_others_that_name_the_account_go_with_who_is_forgotten() {
    const WITHOUT_DASHES: &str = "853c80ef3c3749fdaa49938b674adae6";
    const SENT: &str = "0f9e1c2d-1111-4222-8333-444455556666";
    const OTHER: &str = "11111111-2222-4333-8444-555555555555";
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    joins_with_account(&store, &plugin).await;
    // Whose account is known from their activity alone.
    let dock = json!({"player": "Steve", "event_type": "dock", "uuid": SENT});
    plugin.did(dock, NOON).await.unwrap();
    for victim in [ACCOUNT, WITHOUT_DASHES, SENT, OTHER] {
        let kill = json!({"player": "Kai", "event_type": "kill", "details": {"victim": victim}});
        plugin.did(kill, NOON).await.unwrap();
    }

    for (name, mentions) in [("Alex", 2), ("Steve", 1)] {
        let forgotten = store.forget_player(player(name), NOON).await.unwrap();
        let forgotten = forgotten.unwrap();
        assert_eq!(forgotten.activity_mentions, mentions, "{name}");
        assert!(forgotten.is_wiped);
    }

    let events = store.activity_events(GUILD, player("Kai"), 50, NOON);
    let events = events.await.unwrap();
    assert_eq!(events.len(), 1);
    assert!(events[0].details.contains(OTHER));
    assert_eq!(today(&store, "Kai", "kills").await, 4.0);
}

#[tokio::test]
async fn of_however_many_events_the_500_that_came_last_are_answered_all_the_time() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let once = json!({"player": "Steve", "event_type": "dock"});
    plugin.did(once, NOON).await.unwrap();
    for sent in (0..3_000).step_by(250) {
        // Each happened a second before the one that was sent before it.
        let events: Vec<_> = (sent..sent + 250)
            .map(|number| json!({"player": "Alex", "event_type": "warp", "at": NOON.0 - number}))
            .collect();
        let first_seq = sent + 1;
        assert!(plugin.batch(first_seq, &events, NOON).await.is_empty());

        let answered = store.activity_events(GUILD, player("Alex"), 500, NOON);
        let answered = answered.await.unwrap().into_iter();
        let ago: Vec<_> = answered.map(|event| NOON.0 - event.at.0).collect();
        assert_eq!(ago, Vec::from_iter((sent - 250).max(0)..sent + 250));
    }
    let of_another = store.activity_events(GUILD, player("Steve"), 500, NOON);
    assert_eq!(of_another.await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_backup_of_activity_is_a_file_that_can_be_opened() {
    let store = TestStore::new(NOON);
    assert!(store.backup_activity().await.unwrap().is_none());
    let plugin = Plugin::linked(&store, "survival").await;
    let warp = json!({"player": "Alex", "event_type": "warp"});
    plugin.did(warp, NOON).await.unwrap();

    let mut copy = store.backup_activity().await.unwrap().unwrap();

    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("oxeye-activity.db");
    std::io::copy(&mut copy, &mut std::fs::File::create(&path).unwrap()).unwrap();
    let seen = oxeye_db::activity::inspect(&path).unwrap();
    assert_eq!((seen.found, seen.in_use), (seen.known, false));
    let restored = TestStore::new(NOON);
    let restored = restored
        .restarted_after(
            |file| {
                std::fs::copy(&path, oxeye_db::activity::path_beside(file)).unwrap();
            },
            NOON,
        )
        .await;
    assert_eq!(today(&restored, "Alex", "actions").await, 1.0);
}

#[tokio::test]
async fn sweeps_delete_what_is_too_old_and_nothing_else() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    for name in ["Old", "Both"] {
        plugin
            .did_with_key(
                json!({"player": name, "event_type": "dock"}),
                Some(name),
                NOON,
            )
            .await
            .unwrap();
    }
    let later = NOON.plus(40 * DAY);
    plugin
        .did(
            json!({"player": "Both", "event_type": "warp", "details": {"sector_id": 1}}),
            later,
        )
        .await
        .unwrap();

    while store.sweep_activity(later).await.unwrap() {}

    let store = store
        .restarted_after(
            |file| {
                let file =
                    rusqlite::Connection::open(file.with_file_name("oxeye-activity.db")).unwrap();
                let rows = |table: &str| {
                    let sql = format!("SELECT count(*) FROM {table}");
                    file.query_row(&sql, [], |row| row.get::<_, i64>(0))
                        .unwrap()
                };
                assert_eq!(rows("players"), 1);
                assert_eq!(rows("events"), 1);
                assert_eq!(rows("day_counters"), 1);
                assert_eq!(rows("collected"), 1);
                assert_eq!(rows("idempotency_keys"), 0);
            },
            later,
        )
        .await;
    let summary = store
        .activity_summary(GUILD, player("Both"), later)
        .await
        .unwrap();
    assert_eq!(summary.counters["actions"], 1.0);
    assert_eq!(summary.sectors, ["1"]);
}
