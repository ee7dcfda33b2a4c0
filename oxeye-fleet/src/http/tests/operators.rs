//! Operators and worlds.

use serde_json::json;

use super::*;
use crate::engine::Trouble;
use crate::operator_messages::{FleetStatus, WorldStatus};
use crate::rules::FailedStarts;
use crate::time::Moment;
use crate::view::WorkerView;

const TOKEN: [(&str, &str); 1] = [("authorization", "Bearer the token of operators")];

impl Site {
    async fn operate(&self, method: Method, path: &str, body: &str) -> Answer {
        self.ask(method, path, &TOKEN, body.to_owned()).await
    }
}

#[tokio::test]
async fn only_operators_may_see_and_change_the_fleet() {
    let site = site(&[]).await;
    for (method, path) in [
        (Method::GET, "/api/fleet"),
        (Method::POST, "/api/fleet/drain"),
        (Method::POST, "/api/fleet/slots/auto-1/stop"),
        (Method::GET, "/api/fleet/worlds"),
        (Method::GET, "/api/fleet/worlds/w/backup"),
        (Method::DELETE, "/api/fleet/worlds/w"),
    ] {
        let refused = site.ask(method.clone(), path, &[], "").await;
        assert!(refused.error(401).contains("operator token"), "{path}");
        let wrong = [("authorization", "Bearer the token of operator")];
        assert_eq!(site.ask(method, path, &wrong, "").await.status, 401);
    }
}

#[tokio::test]
async fn an_operator_sees_all_slots_and_stops_one() {
    let site = site(&[]).await;
    site.joined("Ada").await;

    let status = site.operate(Method::GET, "/api/fleet", "").await;
    let stopped = site
        .operate(Method::POST, "/api/fleet/slots/auto-1762578000000/stop", "")
        .await;

    let status: FleetStatus = serde_json::from_str(&status.text).unwrap();
    assert_eq!(
        (status.live_servers, status.slots[0].state.as_str()),
        (1, "running")
    );
    assert_eq!(stopped.text, r#"{"success":true}"#);
    let unknown = site
        .operate(Method::POST, "/api/fleet/slots/auto-7/stop", "")
        .await;
    assert_eq!(unknown.error(404), "there is no such server");
    let invalid = site
        .operate(Method::POST, "/api/fleet/slots/%FF/stop", "")
        .await;
    assert_eq!(invalid.error(400), "this path cannot be used");
    let invalid = site
        .operate(Method::POST, "/api/fleet/slots/7/stop", "")
        .await;
    assert_eq!(
        invalid.error(400),
        "a server's id looks like auto-1762578000000"
    );
}

#[tokio::test]
async fn a_fleet_that_is_drained_starts_no_new_servers() {
    let site = site(&[]).await;
    let drain = |body: &'static str| site.operate(Method::POST, "/api/fleet/drain", body);

    assert_eq!(drain(r#"{"on": true}"#).await.status, 200);
    let refused = site.join("Ada").await;
    assert_eq!(refused.error(503), "the fleet is being drained");
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(site.get("/health").await.json()["status"], "degraded");

    assert_eq!(drain(r#"{"on": false}"#).await.status, 200);
    site.joined("Ada").await;
    assert_eq!(
        drain(r#"{"on": "no"}"#).await.error(400),
        "on must be true or false"
    );
}

#[tokio::test]
async fn one_worker_is_drained_and_shown_so() {
    let site = site(&[]).await;
    let drain = |body: &'static str| site.operate(Method::POST, "/api/fleet/drain", body);
    site.fleet.change(|view| {
        view.workers = vec![WorkerView {
            name: "attic".parse().unwrap(),
            is_away: true,
            is_lost: false,
            is_draining: false,
            live_servers: 2,
            trouble: Some(Trouble {
                sentence: "it refuses this fleet",
                in_full: "it answered: no".to_owned(),
            }),
            memory: None,
            failed_starts: Some(FailedStarts {
                count: 3,
                first_world: "ada".parse().unwrap(),
                are_of_several_worlds: true,
                until: Moment(0),
            }),
            refuses_servers: false,
        }];
    });

    let drained = drain(r#"{"on": true, "worker": "attic"}"#).await;
    assert_eq!(drained.status, 200);
    let status = site.operate(Method::GET, "/api/fleet", "").await.json();
    assert_eq!(
        status["workers"],
        json!([{"name": "attic", "live_servers": 2, "is_away": true, "is_lost": false, "is_draining": true, "trouble": "it answered: no", "failed_starts": 3}])
    );
    assert_eq!(status["is_draining"], false);

    let unknown = drain(r#"{"on": true, "worker": "cellar"}"#).await;
    assert_eq!(unknown.error(404), "there is no such worker");
    let invalid = drain(r#"{"on": true, "worker": "../home"}"#).await;
    assert_eq!(
        invalid.error(400),
        "a worker's name has 1 to 32 small letters, digits and - only"
    );
}

#[tokio::test]
async fn operators_learn_why_a_fleet_without_workers_does_not_know_its_servers() {
    let site = site(&[]).await;
    site.fleet.change(|view| {
        let refused = Trouble {
            sentence: "it refuses this fleet",
            in_full: "it answered: no".to_owned(),
        };
        let attic = "attic".parse().unwrap();
        view.workers = vec![WorkerView::unreached(attic, Some(refused))];
    });
    site.fleet.knows_nothing();

    let refused = site.operate(Method::GET, "/api/fleet", "").await;

    assert_eq!(
        refused.error(503),
        "the fleet is starting and does not know its servers yet; the worker attic cannot be used: it answered: no"
    );
    let public = site.get("/api/servers").await;
    assert_eq!(
        public.error(503),
        "the fleet is starting and does not know its servers yet"
    );
}

#[tokio::test]
async fn worlds_on_workers_are_listed_but_neither_copied_nor_deleted() {
    let site = site(&[("FLEET_WORKERS", "attic=unix:a.sock,home=unix:b.sock")]).await;
    let listed = site.operate(Method::GET, "/api/fleet/worlds", "").await;

    assert_eq!(
        listed.json(),
        json!([
            {"name": "Ada-1", "worker": "attic", "slot": null},
            {"name": "Ada-1", "worker": "home", "slot": null},
            {"name": "Ben-1", "worker": "attic", "slot": null},
        ])
    );
    for (method, path) in [
        (Method::GET, "/api/fleet/worlds/Ada-1/backup"),
        (Method::DELETE, "/api/fleet/worlds/Ada-1"),
    ] {
        let refused = site.operate(method, path, "").await.error(409);
        assert!(
            refused.starts_with("a world on a worker cannot"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_world_that_no_server_has_is_bound_to_another_worker() {
    let site = site(&[("FLEET_WORKERS", "attic=unix:a.sock,home=unix:b.sock")]).await;
    let bind = async |world: &str, body: &str| {
        let path = format!("/api/fleet/worlds/{world}/bind");
        site.operate(Method::POST, &path, body).await
    };
    let home = r#"{"worker": "home"}"#;

    assert_eq!(bind("Ada-1", home).await.status, 200);

    let in_use = bind("Ben-1", home).await;
    assert_eq!(in_use.error(409), "the world Ben-1 is in use by auto-7");
    let unknown = bind("Cem-1", home).await;
    assert_eq!(unknown.error(404), "there is no such world");
    let unknown = bind("Ada-1", r#"{"worker": "cellar"}"#).await;
    assert_eq!(unknown.error(404), "there is no such worker");
    let nowhere = bind("Ada-1", "{}").await;
    assert_eq!(nowhere.error(400), "worker must be a string");
    let path = "/api/fleet/worlds/Ada-1/bind";
    let stranger = site.post(path, &json!({"worker": "home"})).await;
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn a_world_is_listed_backed_up_and_deleted() {
    let site = site(&[]).await;
    let world = site._data.path().join("worlds/Ada-1");
    std::fs::create_dir_all(&world).unwrap();
    std::fs::write(world.join("level.dat"), "x".repeat(300_000)).unwrap();

    let listed = site.operate(Method::GET, "/api/fleet/worlds", "").await;
    let backup = site
        .operate(Method::GET, "/api/fleet/worlds/Ada-1/backup", "")
        .await;
    let deleted = site
        .operate(Method::DELETE, "/api/fleet/worlds/Ada-1", "")
        .await;

    let listed: Vec<WorldStatus> = serde_json::from_str(&listed.text).unwrap();
    assert_eq!(
        (listed[0].name.as_str(), listed[0].bytes),
        ("Ada-1", Some(300_000))
    );
    assert_eq!(backup.header("content-type"), "application/x-tar");
    assert!(backup.text.starts_with("Ada-1/") && backup.text.len() > 300_000);
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    assert!(!world.exists());
    for (method, path) in [
        (Method::GET, "/api/fleet/worlds/Ada-1/backup"),
        (Method::DELETE, "/api/fleet/worlds/Ada-1"),
    ] {
        let missing = site.operate(method, path, "").await;
        assert_eq!(missing.error(404), "there is no such world");
    }
    std::os::unix::fs::symlink(site._data.path(), &world).unwrap();
    for (method, path) in [
        (Method::GET, "/api/fleet/worlds/Ada-1/backup"),
        (Method::DELETE, "/api/fleet/worlds/Ada-1"),
    ] {
        let link = site.operate(method, path, "").await;
        let sentence = "cannot use the world Ada-1: it is a symbolic link";
        assert_eq!(link.error(409), sentence);
    }
    let outside = site
        .operate(Method::DELETE, "/api/fleet/worlds/..%2Fx", "")
        .await;
    assert!(outside.error(400).starts_with("a world's name"));
}
