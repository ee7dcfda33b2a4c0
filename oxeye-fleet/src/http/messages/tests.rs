//! Our messages against those of the original design, and what is ours in them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::*;
use crate::engine::{Trouble, Usage};
use crate::http::error::ApiError;
use crate::ids::{SessionId, SlotId, WorkerName, WorldName};
use crate::rules::{Limits, Severity, State};
use crate::time::{Moment, Now, UnixMillis};
use crate::view::{FleetView, News, PlayerView, SlotView, WorkerView};

/// The present in these tests.
pub(crate) const NOW: Now = Now {
    moment: Moment(60_000),
    wall: UnixMillis(1_762_578_010_000),
};

pub(crate) fn wording() -> Wording {
    let settings = Settings::of(&[]).unwrap();
    Wording {
        persistent_server_url: Some("http://procgen-server-1:80".to_owned()),
        ..Wording::of(&settings)
    }
}

/// Makes a view of a fleet without slots.
pub(crate) fn empty_view() -> FleetView {
    FleetView {
        revision: 1,
        slots: Vec::new(),
        limits: Limits::default(),
        engine_is_away: false,
        workers: Vec::new(),
        missing_workers: BTreeMap::new(),
        is_draining: false,
        refusal: None,
        created_total: 7,
        deleted_total: 5,
        news: Vec::new(),
        moment: NOW.moment,
        wall: NOW.wall,
    }
}

fn slot(id: u64, port: u16, state: State) -> SlotView {
    let owner: crate::ids::PlayerId = "Ada".parse().unwrap();
    SlotView {
        id: SlotId(id),
        port,
        state,
        world: WorldName::of(&owner),
        worker: crate::ids::WorkerName::local(),
        owner,
        players: Vec::new(),
        player_count: 0,
        deadline: None,
        created_at: UnixMillis(id),
        last_activity: UnixMillis(1_762_578_006_000),
        usage: None,
    }
}

fn visit(player: &str, joined_at: u64) -> PlayerView {
    PlayerView {
        player: player.parse().unwrap(),
        joined_at: UnixMillis(joined_at),
    }
}

/// Makes the view whose messages are the fixtures: a server with a player, and one that has stopped.
pub(crate) fn view() -> FleetView {
    let mut played = slot(1_762_578_000_000, 8081, State::Running);
    played.players = vec![
        visit("Ada", 1_762_578_001_000),
        visit("Ada", 1_762_578_007_000),
    ];
    played.player_count = 1;
    played.last_activity = UnixMillis(1_762_578_007_000);
    played.usage = Some(Usage {
        cpu_percent: 12.34,
        memory_bytes: 1024,
    });
    let mut stopped = slot(1_762_578_005_000, 8082, State::Stopped);
    stopped.deadline = Some(NOW.moment + Duration::from_millis(2_500));
    FleetView {
        slots: vec![played, stopped],
        news: vec![News {
            at: NOW.wall,
            slot: SlotId(1_762_578_005_000),
            sentence: "The server has stopped.".to_owned(),
            words: Some("/srv/secret-path".to_owned()),
            severity: Severity::Info,
        }],
        ..empty_view()
    }
}

fn fixture(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/original");
    let text = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Checks that a message has everything that the original has, and no session id.
#[track_caller]
fn check(name: &str, ours: impl Serialize) {
    let ours = serde_json::to_value(ours).unwrap();
    covers(&fixture(name), &ours, name);
}

#[track_caller]
fn covers(original: &Value, ours: &Value, path: &str) {
    match (original, ours) {
        (Value::Object(original), Value::Object(ours)) => {
            for (key, value) in original {
                let path = format!("{path}.{key}");
                if key == "sessionId" && path.contains("players") {
                    assert!(!ours.contains_key(key), "{path} is published");
                } else {
                    covers(value, &ours[key], &path);
                }
            }
        }
        (Value::Array(original), Value::Array(ours)) => {
            assert_eq!(original.len(), ours.len(), "{path}");
            for (original, ours) in original.iter().zip(ours) {
                covers(original, ours, path);
            }
        }
        _ => assert_eq!(original, ours, "{path}"),
    }
}

#[test]
fn the_messages_have_everything_that_those_of_the_original_have() {
    let (view, wording) = (view(), wording());
    let joined = Joined {
        session: SessionId("7d7a3c8e-55b7-4a0c-9a6b-0a4f7c1f3b21".parse().unwrap()),
        player: "Ada".parse().unwrap(),
        slot: SlotId(1_762_578_000_000),
        worker: WorkerName::local(),
        port: 8081,
    };

    check("join", JoinAnswer::of(&joined, &wording).unwrap());
    check("success", Success::ANSWER);
    check(
        "session_not_found",
        Failure::because(ApiError::UnknownSession.to_string()),
    );
    check("servers", Servers::of(&view, &wording, NOW));
    check("capacity", Capacity::of(&view, &wording));
    check("capacity_empty", Capacity::of(&empty_view(), &wording));
    check("health", Health::of(&view, &wording, None));
    let feed = json!({"type": "initial", "data": Snapshot::of(&view, &wording, NOW)});
    check("feed", feed);
}

#[test]
fn further_fields_say_the_exact_state_and_what_the_server_uses() {
    let (view, wording) = (view(), wording());

    let data = serde_json::to_value(Snapshot::of(&view, &wording, NOW)).unwrap();

    let [played, stopped] = [&data["autoScaled"][0], &data["autoScaled"][1]];
    assert_eq!(played["state"], "running");
    assert_eq!(played["endsIn"], Value::Null);
    assert_eq!(
        (&stopped["state"], &stopped["endsIn"]),
        (&json!("stopped"), &json!(2_500))
    );
    assert_eq!(played["memoryBytes"], 1024);
    assert!((played["cpuPercent"].as_f64().unwrap() - 12.3).abs() < 0.001);
    assert_eq!(
        (&data["createdTotal"], &data["deletedTotal"]),
        (&json!(7), &json!(5))
    );
    assert_eq!(data["news"][0]["serverId"], "auto-1762578005000");
}

#[test]
fn workers_that_get_no_new_servers_are_named_to_everybody_without_their_words() {
    let attic = WorkerView {
        is_lost: true,
        is_draining: true,
        ..WorkerView::unreached(
            "attic".parse().unwrap(),
            Some(Trouble {
                sentence: "it refuses this fleet",
                in_full: "it answered: /srv/secret-path".to_owned(),
            }),
        )
    };
    let working = WorkerView {
        is_away: false,
        ..WorkerView::unreached("home".parse().unwrap(), None)
    };
    let mut view = view();
    view.workers = vec![attic, working];
    let wording = wording();

    let data = serde_json::to_value(Snapshot::of(&view, &wording, NOW)).unwrap();

    assert_eq!(
        data["closedWorkers"],
        json!([{"name": "attic", "state": "lost", "reason": "it refuses this fleet"}])
    );
}

#[test]
fn what_the_engine_has_said_is_for_operators() {
    let (view, wording) = (view(), wording());

    let feed = serde_json::to_string(&Snapshot::of(&view, &wording, NOW)).unwrap();
    let status = serde_json::to_string(&fleet_status(&view, &wording, NOW, None)).unwrap();

    assert!(feed.contains("The server has stopped.") && !feed.contains("/srv/secret-path"));
    assert!(status.contains("The server has stopped.: /srv/secret-path"));
}

#[test]
fn every_state_has_one_of_the_three_words_that_others_know() {
    for (state, word) in [
        (State::Starting, "starting"),
        (State::Running, "running"),
        (State::Idle, "running"),
        (State::Stopping, "shutting-down"),
        (State::Stopped, "shutting-down"),
        (State::Failed, "shutting-down"),
        (State::Deleting, "shutting-down"),
    ] {
        let mut view = empty_view();
        view.slots.push(slot(1, 8081, state));
        let (wording, now) = (wording(), NOW);
        let servers = serde_json::to_value(Servers::of(&view, &wording, now)).unwrap();
        assert_eq!(servers["autoScaledServers"][0]["status"], word, "{state:?}");
    }
}

#[test]
fn without_a_persistent_server_its_url_is_empty_and_it_does_not_count() {
    let wording = Wording {
        persistent_server_url: None,
        ..wording()
    };

    let servers = serde_json::to_value(Servers::of(&empty_view(), &wording, NOW)).unwrap();

    assert_eq!(servers["persistentServer"]["url"], "");
    assert_eq!(servers["totalServers"], 0);
}

#[test]
fn utilization_is_rounded_to_two_decimals() {
    let mut view = view();
    view.limits.max_players = 3;
    view.slots.truncate(1);
    for (players, expected) in [(0, "0.00"), (1, "33.33"), (2, "66.67"), (3, "100.00")] {
        view.slots[0].player_count = players;
        let capacity = serde_json::to_value(Capacity::of(&view, &wording())).unwrap();
        assert_eq!(capacity["utilizationPercent"], expected);
    }
}

#[test]
fn health_names_why_no_new_servers_are_started() {
    let health = Health::of(&view(), &wording(), Some("the fleet is being drained"));
    let health = serde_json::to_value(health).unwrap();

    assert_eq!(health["status"], "degraded");
    assert_eq!(health["reason"], "the fleet is being drained");
}

#[test]
fn operators_see_which_servers_are_live_and_each_player_once() {
    let status = fleet_status(&view(), &wording(), NOW, None);

    assert_eq!((status.live_servers, status.player_count), (1, 1));
    assert_eq!(status.slots[0].players, ["Ada"]);
    assert_eq!(status.slots[0].url, "http://localhost:8081");
    assert_eq!(status.slots[1].ends_in_ms, Some(2_500));
}

#[test]
fn operators_see_which_news_are_about_a_server_that_has_failed() {
    let mut view = view();
    view.news = [Severity::Info, Severity::Warning, Severity::Failure]
        .map(|severity| News {
            severity,
            ..view.news[0].clone()
        })
        .into();

    let status = fleet_status(&view, &wording(), NOW, None);

    let are_failures = status.news.iter().map(|item| item.is_failure);
    assert_eq!(are_failures.collect::<Vec<_>>(), [false, false, true]);
}
