//! Figures of players: sessions, days, newest events and rankings.

use std::time::Duration;

use oxeye_db::activity::day::UtcDay;
use oxeye_db::testing::{TestStore, join, join_at, leave_at, player};
use oxeye_db::{GuildId, HeartbeatEvent, UnixSeconds};
use serde_json::json;

use crate::plugin::{DAY, GUILD, NOON, Plugin};

#[tokio::test]
async fn a_day_before_the_last_thirty_has_its_sessions_and_playtime() {
    let store = TestStore::new(NOON);
    let lobby = Plugin::linked(&store, "lobby").await;
    let survival = Plugin::linked(&store, "survival").await;
    let then = NOON.minus(40 * DAY);
    for (plugin, secs) in [(&lobby, 0), (&survival, 600)] {
        let [from, to] = [secs, secs + 90].map(|secs| then.plus(Duration::from_secs(secs)));
        let joined = store.player_join(plugin.reporter, join_at("Alex", from), from);
        joined.await.unwrap();
        let left = store.player_leave(plugin.reporter, leave_at("Alex", to), to);
        left.await.unwrap();
    }

    let day = store.activity_day(GUILD, player("Alex"), UtcDay::of(then), NOON);
    let day = day.await.unwrap();

    assert_eq!((day.sessions, day.playtime), (2, 180));
}

#[tokio::test]
async fn a_session_counts_what_the_player_did_since_the_login_on_any_server() {
    let store = TestStore::new(NOON);
    let lobby = Plugin::linked(&store, "lobby").await;
    let survival = Plugin::linked(&store, "survival").await;
    let at = |secs| NOON.plus(Duration::from_secs(secs));
    let sector = |id: u32, secs| json!({"player": "Alex", "event_type": "sector_move", "details": {"sector_id": id}, "at": at(secs)});

    lobby.did(sector(9, 0), at(0)).await.unwrap();
    store
        .player_join(lobby.reporter, join("Alex"), at(10))
        .await
        .unwrap();
    lobby.did(sector(12, 20), at(20)).await.unwrap();
    store
        .player_leave(lobby.reporter, leave_at("Alex", at(30)), at(30))
        .await
        .unwrap();
    store
        .player_join(survival.reporter, join("Alex"), at(50))
        .await
        .unwrap();
    survival.did(sector(13, 60), at(60)).await.unwrap();
    survival.did(sector(12, 70), at(70)).await.unwrap();

    let alive = HeartbeatEvent::default();
    store
        .heartbeat(survival.reporter, alive, at(80))
        .await
        .unwrap();

    let session = store
        .activity_session(GUILD, player("Alex"), at(80))
        .await
        .unwrap();
    assert_eq!(session.login_at, Some(at(10)));
    assert_eq!(session.last_activity_at, Some(at(70)));
    assert_eq!(session.counters["actions"], 3.0);
    assert_eq!(session.sectors, ["13", "12"]);
    let day = store
        .activity_day(GUILD, player("Alex"), UtcDay::of(NOON), at(80))
        .await
        .unwrap();
    assert_eq!((day.sessions, day.playtime), (1, 50));
    assert_eq!(day.counters["actions"], 4.0);
}

/// Returns how much Alex did in the session that is going on.
async fn session_actions(store: &TestStore, now: UnixSeconds) -> f64 {
    let session = store.activity_session(GUILD, player("Alex"), now).await;
    session.expect("the store is open").counters["actions"]
}

#[tokio::test]
async fn a_late_event_counts_for_the_session_that_began_on_another_server() {
    let store = TestStore::new(NOON);
    let lobby = Plugin::linked(&store, "lobby").await;
    let survival = Plugin::linked(&store, "survival").await;
    let at = |secs| NOON.plus(Duration::from_secs(secs));
    let dock = |secs| json!({"player": "Alex", "event_type": "dock", "at": at(secs)});
    let joins = async |server: &Plugin<'_>, secs| {
        let joined = store.player_join(server.reporter, join("Alex"), at(secs));
        joined.await.unwrap();
    };
    let leaves = async |server: &Plugin<'_>, secs| {
        let left = leave_at("Alex", at(secs));
        let left = store.player_leave(server.reporter, left, at(secs));
        left.await.unwrap();
    };
    joins(&lobby, 10).await;
    leaves(&lobby, 60).await;

    lobby.did(dock(20), at(65)).await.unwrap();
    joins(&survival, 70).await;
    lobby.did(dock(50), at(80)).await.unwrap();
    lobby.did(dock(9), at(80)).await.unwrap();
    survival.did(dock(75), at(80)).await.unwrap();
    assert_eq!(session_actions(&store, at(80)).await, 3.0);

    leaves(&survival, 90).await;
    survival.did(dock(85), at(95)).await.unwrap();
    joins(&survival, 100).await;
    survival.did(dock(95), at(110)).await.unwrap();
    assert_eq!(session_actions(&store, at(110)).await, 0.0);
}

#[tokio::test]
async fn the_newest_events_come_first_with_logins_and_logouts_among_them() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let at = |secs| NOON.plus(Duration::from_secs(secs));
    store
        .player_join(plugin.reporter, join_at("Alex", at(0)), at(0))
        .await
        .unwrap();
    let events: Vec<_> = (0..600)
        .map(|_| json!({"player": "Alex", "event_type": "dock", "at": at(1)}))
        .collect();
    for (batch, events) in events.chunks(300).enumerate() {
        plugin
            .batch(1 + 300 * i64::try_from(batch).unwrap(), events, at(1))
            .await;
    }
    store
        .player_leave(plugin.reporter, leave_at("Alex", at(90)), at(90))
        .await
        .unwrap();

    let events = store
        .activity_events(GUILD, player("Alex"), 1_000, at(100))
        .await
        .unwrap();
    assert_eq!(events.len(), 500);
    assert_eq!(events[0].event_type, "logout");
    assert_eq!(events[0].details, "{\"duration_seconds\":90.0}");
    assert!(events[1..].iter().all(|event| event.event_type == "dock"));
    let later = NOON.plus(7 * DAY).plus(Duration::from_secs(50));
    let events = store
        .activity_events(GUILD, player("Alex"), 10, later)
        .await
        .unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
}

#[tokio::test]
async fn a_ranking_adds_up_the_days_and_names_decide_a_tie() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let death = |name: &str, days: u32| json!({"player": name, "event_type": "death", "at": NOON.minus(days * DAY)});
    let deaths = [("Zoe", 0), ("Bob", 0), ("Alex", 0), ("Alex", 5)];
    let events: Vec<_> = deaths
        .iter()
        .map(|(name, days)| death(name, *days))
        .collect();
    plugin.batch(1, &events, NOON).await;

    let ranking = async |days, limit| {
        let ranking = store
            .activity_ranking(GUILD, "deaths", days, limit, NOON)
            .await
            .unwrap();
        let standings = ranking.standings.into_iter();
        let standings = standings.map(|standing| (standing.player.to_string(), standing.amount));
        (standings.collect::<Vec<_>>(), ranking.players)
    };
    let line = |name: &str, amount| (name.to_owned(), amount);
    assert_eq!(
        ranking(30, 2).await,
        (vec![line("Alex", 2.0), line("Bob", 1.0)], 3)
    );
    assert_eq!(
        ranking(1, 9).await,
        (
            vec![line("Alex", 1.0), line("Bob", 1.0), line("Zoe", 1.0)],
            3
        )
    );
    assert!(
        store
            .activity_ranking(GUILD, "death", 1, 9, NOON)
            .await
            .is_err()
    );
    let elsewhere = store
        .activity_ranking(GuildId(8), "deaths", 30, 9, NOON)
        .await
        .unwrap();
    assert_eq!(elsewhere.players, 0);
}
