//! What players did, moved from one store to another.

use oxeye_db::activity::day::UtcDay;
use oxeye_db::testing::{TestStore, player};
use oxeye_db::{GuildId, Imported, PortableRecord, UnixSeconds};
use serde_json::{Value, json};

use crate::plugin::{DAY, GUILD, NOON, Plugin, today};

pub(crate) async fn records(store: &TestStore) -> Vec<PortableRecord> {
    let mut export = store.export();
    let mut records = Vec::new();
    while let Some(chunk) = export.next_chunk().await {
        records.extend(chunk.expect("the store is open"));
    }
    records
}

pub(crate) async fn import(
    store: &TestStore,
    records: Vec<PortableRecord>,
    now: UnixSeconds,
) -> Imported {
    store
        .import(records, None, now)
        .await
        .expect("the store is open")
}

fn trade(name: &str, value: f64, ago: i64) -> Value {
    json!({"player": name, "event_type": "trade_buy", "details": {"total_value": value},
        "at": NOON.0 - ago})
}

/// A store in which Alex traded twice, visited a sector and killed Steve.
async fn busy() -> TestStore {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let uuid = "853c80ef-3c37-49fd-aa49-938b674adae6";
    for older in [trade("Alex", 1.5, 2 * 86_400), trade("Alex", 2.0, 60)] {
        plugin.did(older, NOON).await.expect("the store is open");
    }
    // Older events lie elsewhere than the most recent ones.
    let swept = store.sweep_activity(NOON).await;
    swept.expect("the store is open");
    for event in [
        trade("Alex", 2.0, 60),
        json!({"player": "Alex", "event_type": "warp", "details": {"sector_id": "Sol"}, "uuid": uuid}),
        json!({"player": "Alex", "event_type": "kill", "details": {"victim": "Steve"}}),
    ] {
        plugin.did(event, NOON).await.expect("the store is open");
    }
    store
}

/// Returns everything that is answered about Alex.
async fn figures(store: &TestStore) -> String {
    let alex = || player("Alex");
    let summary = store
        .activity_summary(GUILD, alex(), NOON)
        .await
        .expect("the store is open");
    let day = store
        .activity_day(GUILD, alex(), UtcDay::of(NOON), NOON)
        .await
        .expect("the store is open");
    let events = store
        .activity_events(GUILD, alex(), 50, NOON)
        .await
        .expect("the store is open");
    format!("{summary:?} {day:?} {events:?}")
}

#[tokio::test]
async fn another_store_answers_the_same_after_an_import() {
    let store = busy().await;
    let elsewhere = TestStore::new(NOON);

    let first = import(&elsewhere, records(&store).await, NOON).await;

    assert_eq!((first.servers, first.skipped), (1, 0));
    assert_eq!(figures(&elsewhere).await, figures(&store).await);
    let again = import(&elsewhere, records(&store).await, NOON).await;
    assert_eq!((again.added, again.skipped), (0, first.added));
    assert_eq!(figures(&elsewhere).await, figures(&store).await);
}

#[tokio::test]
async fn a_player_without_an_account_is_added_and_not_skipped() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    plugin.did(trade("Steve", 1.5, 60), NOON).await.unwrap();
    let elsewhere = TestStore::new(NOON);

    let first = import(&elsewhere, records(&store).await, NOON).await;
    let again = import(&elsewhere, records(&store).await, NOON).await;

    assert!(first.added > 0);
    assert_eq!(first.skipped, 0);
    assert_eq!((again.added, again.skipped), (0, first.added));
}

#[tokio::test]
async fn a_counter_that_exists_keeps_the_larger_amount() {
    let store = busy().await;
    let elsewhere = TestStore::new(NOON);
    let plugin = Plugin::linked(&elsewhere, "survival").await;
    plugin.did(trade("Alex", 100.0, 10), NOON).await.unwrap();

    import(&elsewhere, records(&store).await, NOON).await;

    assert_eq!(today(&elsewhere, "Alex", "trade_volume").await, 100.0);
    assert_eq!(today(&elsewhere, "Alex", "kills").await, 1.0);
}

#[tokio::test]
async fn what_is_too_old_is_skipped_and_so_is_a_guild_without_a_server() {
    let store = busy().await;
    let elsewhere = TestStore::new(NOON);
    let later = NOON.plus(DAY * 8);

    let mut moved = records(&store).await;
    import(&elsewhere, moved.clone(), later).await;
    let events = elsewhere.activity_events(GUILD, player("Alex"), 50, later);
    assert!(events.await.unwrap().is_empty());
    let day = elsewhere.activity_day(GUILD, player("Alex"), UtcDay::of(NOON), later);
    assert_eq!(day.await.unwrap().counters["trades"], 2.0);

    moved.retain(|record| matches!(record, PortableRecord::Activity(_)));
    let nowhere = TestStore::new(NOON);
    let skipped = import(&nowhere, moved.clone(), NOON).await;
    assert_eq!((skipped.added, skipped.skipped), (0, moved.len() as u64));
}

#[tokio::test]
async fn of_all_events_the_newest_500_are_kept_whichever_store_they_are_from() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let elsewhere = TestStore::new(NOON);
    let other = Plugin::linked(&elsewhere, "survival").await;
    // Every second event happened elsewhere. Each happened twice.
    let events =
        |begin: i64| (0..400).map(move |number| trade("Alex", 1.0, begin + number / 2 * 2));
    let (here, there): (Vec<_>, Vec<_>) = (events(0).collect(), events(1).collect());
    assert!(plugin.batch(1, &here, NOON).await.is_empty());
    assert!(other.batch(1, &there, NOON).await.is_empty());

    import(&elsewhere, records(&store).await, NOON).await;

    let alex = || player("Alex");
    let events = elsewhere
        .activity_events(GUILD, alex(), 500, NOON)
        .await
        .unwrap();
    let times: Vec<_> = events.iter().map(|event| NOON.0 - event.at.0).collect();
    let newest: Vec<_> = (0..250).flat_map(|ago| [ago, ago]).collect();
    assert_eq!(times, newest);
    let next = json!({"player": "Alex", "event_type": "death"});
    other.did(next, NOON.plus(DAY)).await.unwrap();
    let events = elsewhere
        .activity_events(GUILD, alex(), 500, NOON.plus(DAY))
        .await
        .unwrap();
    assert_eq!((events.len(), &*events[0].event_type), (500, "death"));
    assert_eq!(
        NOON.0 - events[499].at.0,
        249,
        "one of the oldest made room"
    );
}

#[tokio::test]
async fn an_import_into_another_guild_takes_activity_along() {
    let store = busy().await;
    let elsewhere = TestStore::new(NOON);
    let other = GuildId(8);

    let moved = records(&store).await;
    elsewhere.import(moved, Some(other), NOON).await.unwrap();

    let summary = elsewhere.activity_summary(other, player("Alex"), NOON);
    assert_eq!(summary.await.unwrap().counters["kills"], 1.0);
    let here = elsewhere.activity_summary(GUILD, player("Alex"), NOON);
    assert_eq!(here.await.unwrap().counters["kills"], 0.0);
}
