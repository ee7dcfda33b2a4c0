use oxeye_db::testing::{TestStore, join, join_at, leave_at, player};
use oxeye_db::{ActivityReport, ServerId, SyncPlayer};
use serde_json::json;

use super::*;

const GUILD: GuildId = GuildId(7);
const UUID: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";

/// 2026-11-27, 12:00:00 UTC.
const NOON: UnixSeconds = UnixSeconds(1_795_780_800);

fn later(seconds: u64) -> UnixSeconds {
    NOON.plus(Duration::from_secs(seconds))
}

async fn report(store: &TestStore, server: ServerId, event: Value, now: UnixSeconds) {
    let event = serde_json::from_value(event).unwrap();
    let report = ActivityReport::Single {
        event,
        idempotency_key: None,
    };
    let taken = store.take_activity(server.into(), report, now).await;
    taken.unwrap();
}

/// Returns the keys, the values and the seconds that are left.
async fn of_player(store: &TestStore, name: &str, now: UnixSeconds) -> Vec<(String, Value, u64)> {
    let known = store.activity_of_players(GUILD, vec![player(name)], now);
    let known = known.await.unwrap().into_iter();
    let records = known.flat_map(|activity| records_of(GUILD, activity, now));
    let records: Vec<_> = records.collect();
    for one in &records {
        let alone = record(store, &one.key, now).await.unwrap();
        assert_eq!(alone.as_ref(), Some(one), "read alone");
    }
    let parse = |text: &String| serde_json::from_str::<Value>(text).unwrap();
    let records = records.into_iter().map(|record| {
        let value = match &record.value {
            RecordValue::Text(text) => parse(text),
            RecordValue::List(lines) => lines.iter().map(parse).collect(),
            RecordValue::Set(ids) => json!(ids),
        };
        let left = record.expires_at.unwrap().saturating_since(now);
        (record.key.to_string(), value, left.as_secs())
    });
    records.collect()
}

#[tokio::test]
async fn a_player_who_trades_has_the_records_of_the_original() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    let roster = vec![SyncPlayer::new(player("Alex"))];
    let synced = store.sync_players(server, roster, NOON);
    synced.await.unwrap();
    let trade = json!({"player": "Alex", "event_type": "trade_buy",
        "details": {"total_value": 12.5, "item": "ore"}});
    report(&store, server, trade, later(10)).await;

    let records = of_player(&store, "Alex", later(20)).await;

    let login = json!({"event_type": "login", "timestamp": "2026-11-27T12:00:00", "details": {}});
    let trade = json!({"event_type": "trade_buy", "timestamp": "2026-11-27T12:00:10",
        "details": {"total_value": 12.5, "item": "ore"}});
    assert_eq!(
        records,
        [
            (
                "guild:7:activity:session:Alex".to_owned(),
                json!({"player_id": "Alex", "login_at": "2026-11-27T12:00:00",
                    "last_activity_at": "2026-11-27T12:00:10", "actions_count": 1, "trades_count": 1,
                    "trade_volume": 12.5, "combat_events": 0, "sectors_visited": []}),
                86_400
            ),
            (
                "guild:7:activity:events:Alex".to_owned(),
                json!([trade, login]),
                604_800 - 10
            ),
            (
                "guild:7:activity:summary:Alex".to_owned(),
                json!({"player_id": "Alex", "total_sessions": 1, "total_playtime_seconds": 20.0,
                    "total_actions": 1, "total_trades": 1, "total_trade_volume": 12.5,
                    "total_combat_events": 0, "unique_sectors_visited": 0, "all_sectors": [],
                    "last_updated": "2026-11-27T12:00:20"}),
                2_592_000
            ),
            (
                "guild:7:activity:daily:Alex:2026-11-27".to_owned(),
                json!({"player_id": "Alex", "date": "2026-11-27", "sessions": 1,
                    "playtime_seconds": 20.0, "actions": 1, "trades": 1, "trade_volume": 12.5,
                    "combat_events": 0}),
                1_209_600
            ),
        ]
    );
}

#[tokio::test]
async fn counters_that_the_original_lacks_are_there_once_one_of_them_is_not_zero() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    let death = json!({"player": "Alex", "event_type": "death", "uuid": UUID});
    report(&store, server, death, NOON).await;

    let records = of_player(&store, "Alex", NOON).await;

    let (key, summary, _) = &records[1];
    assert_eq!(*key, format!("guild:7:activity:summary:{UUID}"));
    assert_eq!(summary["player_id"], UUID);
    assert_eq!(summary["counters"]["deaths"], 1);
    assert_eq!(summary["counters"]["kills"], 0);
}

#[tokio::test]
async fn a_record_lives_from_the_last_change_and_then_is_gone() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    let joined = store.player_join(server, join_at("Alex", NOON), NOON);
    joined.await.unwrap();
    let left = store.player_leave(server, leave_at("Alex", later(600)), later(600));
    left.await.unwrap();

    let left_of = |records: &[(String, Value, u64)]| {
        let lives = records.iter().map(|(key, _, left)| {
            let kind = key.split(':').nth(3).unwrap_or_default();
            (kind.to_owned(), *left)
        });
        lives.collect::<Vec<_>>()
    };
    let of = |kind: &str, left: u64| (kind.to_owned(), left);
    let after = |seconds: u64| later(600 + seconds);
    assert_eq!(
        left_of(&of_player(&store, "Alex", after(0)).await),
        [
            of("events", 604_800),
            of("summary", 2_592_000),
            of("daily", 1_209_600)
        ]
    );
    assert_eq!(
        left_of(&of_player(&store, "Alex", after(604_799)).await),
        [
            of("events", 1),
            of("summary", 1_987_201),
            of("daily", 604_801)
        ]
    );
    assert_eq!(
        left_of(&of_player(&store, "Alex", after(604_801)).await),
        [of("summary", 1_987_199), of("daily", 604_799)]
    );
    assert_eq!(of_player(&store, "Alex", after(2_592_000)).await, []);
}

#[tokio::test]
async fn a_day_has_its_record_until_it_expires_though_midnight_passes() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    let death = |player: &str| json!({"player": player, "event_type": "death"});
    report(&store, server, death("Alex"), NOON).await;
    report(&store, server, death("Steve"), NOON).await;
    report(&store, server, death("Steve"), later(2 * 86_400)).await;
    let first_day = |name: &str| format!("guild:7:activity:daily:{name}:2026-11-27");
    let left = async |name: &str, now| {
        let records = of_player(&store, name, now).await;
        let found = records
            .into_iter()
            .find(|(key, ..)| *key == first_day(name));
        let listed = store.activity_listing(GUILD, now).await.unwrap();
        let mut keys = listed.iter().flat_map(|one| listed_keys(GUILD, one, now));
        let is_listed = keys.any(|key| key.to_string() == first_day(name));
        assert_eq!(is_listed, found.is_some(), "{name}");
        found.map(|(_, _, left)| left)
    };
    let (noon, midnight) = (14 * 86_400, 14 * 86_400 + 43_200);

    // One second after the first midnight at which the day is 14 days old.
    let just_14_days_old = later(noon - 43_200 + 1);
    assert_eq!(left("Alex", just_14_days_old).await, Some(43_199));
    assert_eq!(left("Steve", just_14_days_old).await, Some(86_399));

    assert_eq!(left("Alex", later(noon - 1)).await, Some(1));
    assert_eq!(left("Alex", later(noon)).await, None);
    assert_eq!(left("Steve", later(midnight - 1)).await, Some(1));
    assert_eq!(left("Steve", later(midnight)).await, None);
}

#[tokio::test]
async fn no_record_that_still_lives_is_missing_among_those_to_delete() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    let death = json!({"player": "Alex", "event_type": "death"});
    for day in 0..20 {
        report(&store, server, death.clone(), later(day * 86_400)).await;
    }
    let now = later(19 * 86_400);

    let living = of_player(&store, "Alex", now).await.into_iter();
    let living: BTreeSet<_> = living.map(|(key, ..)| key).collect();

    let to_delete = RecordKey::all_of_player(GUILD, "Alex", UtcDay::of(now));
    let to_delete: BTreeSet<_> = to_delete.map(|key| key.to_string()).collect();
    // All but the session: a player who hides or gets a UUID has nothing left under the old id.
    assert_eq!(living.len(), 17);
    assert!(living.is_subset(&to_delete));
}

#[tokio::test]
async fn a_key_leads_to_its_record_by_uuid_once_that_is_known() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    let joined = store.player_join(server, join("Alex"), NOON);
    joined.await.unwrap();
    let found = async |key: &str| {
        let record = record(&store, &key.parse().unwrap(), later(1)).await;
        record.unwrap().is_some()
    };
    assert!(found("guild:7:activity:session:Alex").await);
    assert!(!found("activity:session:Alex").await);
    assert!(!found("guild:7:activity:daily:Alex:2026-11-26").await);
    assert!(found("guild:7:activity:online_players").await);
    assert!(!found("activity:online_players").await);

    let death = json!({"player": "Alex", "event_type": "death", "uuid": UUID});
    report(&store, server, death, later(1)).await;

    assert!(!found("guild:7:activity:session:Alex").await);
    assert!(found(&format!("guild:7:activity:session:{UUID}")).await);
    assert!(!found(&format!("guild:7:activity:session:{}", UUID.to_uppercase())).await);
    let online = online_players(&store, GUILD).await.unwrap().unwrap();
    assert_eq!(online.value, RecordValue::Set([UUID.to_owned()].into()));
}

#[tokio::test]
async fn an_account_with_two_names_is_one_player_under_the_newer_one() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    for (name, at) in [("Alex", later(0)), ("Alexa", later(5))] {
        let death = json!({"player": name, "event_type": "death", "uuid": UUID});
        report(&store, server, death, at).await;
    }
    let joined = store.player_join(server, join("Steve"), NOON);
    joined.await.unwrap();

    let players = store.activity_players(GUILD, later(9)).await.unwrap();

    let names: Vec<_> = players.iter().map(|player| player.name.as_str()).collect();
    assert_eq!(names, ["Alexa", "Steve"]);
    assert_eq!(of_player(&store, "Alex", later(9)).await, []);
    let found = store.activity_player(GUILD, UUID).await.unwrap();
    assert_eq!(found.unwrap().name.as_str(), "Alexa");
}

#[tokio::test]
async fn the_records_hold_what_the_api_answers() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    let joined = store.player_join(server, join("Alex"), NOON);
    joined.await.unwrap();
    for sector in 0..120 {
        let warp =
            json!({"player": "Alex", "event_type": "warp", "details": {"sector_id": sector}});
        report(&store, server, warp, later(sector)).await;
    }
    let now = later(200);

    let known = store.activity_of_players(GUILD, vec![player("Alex")], now);
    let known = known.await.unwrap().remove(0);

    let alex = || player("Alex");
    let session = store.activity_session(GUILD, alex(), now).await.unwrap();
    assert_eq!(known.session, session);
    let summary = store.activity_summary(GUILD, alex(), now).await.unwrap();
    assert_eq!(known.summary, summary);
    let events = store.activity_events(GUILD, alex(), 500, now).await;
    assert_eq!(known.events, events.unwrap());
    for day in known.days {
        let answer = store.activity_day(GUILD, alex(), day.day, now).await;
        assert_eq!(day, answer.unwrap());
    }
}
