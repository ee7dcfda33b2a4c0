//! What is kept of activity, and what is not: forgetting, backups, expiry.

use oxeye_db::testing::{TestStore, player};
use serde_json::json;

use crate::plugin::{DAY, GUILD, NOON, Plugin, today};

#[tokio::test]
async fn a_forgotten_player_is_gone_from_every_byte_even_where_others_name_them() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    for number in 0..200 {
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
