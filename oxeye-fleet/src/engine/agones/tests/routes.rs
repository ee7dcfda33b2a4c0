//! The routes of the API: of a collection and of one object, for GameServers, claims and pods.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::stream;
use serde_json::{Value, json};

use super::cluster::{Fault, StandIn, State as Cluster};

type Parameters = Query<HashMap<String, String>>;

/// Returns the routes of a cluster whose namespace is `games`.
pub(super) fn routes(cluster: &StandIn) -> Router {
    let collection = get(list).post(make);
    let object = get(read).patch(change).delete(delete);
    Router::new()
        .route(
            "/apis/agones.dev/v1/namespaces/games/{plural}",
            collection.clone(),
        )
        .route(
            "/apis/agones.dev/v1/namespaces/games/{plural}/{name}",
            object.clone(),
        )
        .route("/api/v1/namespaces/games/{plural}", collection)
        .route("/api/v1/namespaces/games/{plural}/{name}", object)
        .layer(from_fn_with_state(cluster.clone(), admit))
        .with_state(cluster.clone())
}

/// Checks the token, and does what a test wants to go wrong.
async fn admit(State(cluster): State<StandIn>, request: Request, next: Next) -> Response {
    let (token, fault) = cluster.with(|state| (state.token.clone(), state.fault));
    let expected = format!("Bearer {token}");
    let sent = request.headers().get("authorization");
    if sent.is_none_or(|sent| sent.as_bytes() != expected.as_bytes()) {
        return refusal(StatusCode::UNAUTHORIZED, "Unauthorized");
    }
    match fault {
        Some(Fault::Nonsense) => "<html>".into_response(),
        Some(Fault::Overloaded) => refusal(StatusCode::SERVICE_UNAVAILABLE, "try later"),
        Some(Fault::LosesAnswer) | None => next.run(request).await,
    }
}

async fn list(
    State(cluster): State<StandIn>,
    Path(plural): Path<String>,
    Query(parameters): Parameters,
) -> Response {
    let selector = parameters.get("labelSelector").cloned().unwrap_or_default();
    if parameters.contains_key("watch") {
        let version = parameters["resourceVersion"].parse().unwrap();
        return watch(&cluster, selector, version);
    }
    let list = cluster.with(|state| {
        let items: Vec<Value> = state
            .all(&plural)
            .filter(|object| has_labels(object, &selector))
            .cloned()
            .collect();
        let version = state.version().to_string();
        state.finish_deletions();
        json!({"metadata": {"resourceVersion": version}, "items": items})
    });
    Json(list).into_response()
}

/// Sends what has happened to pods since a version, and what happens, until it is broken off.
fn watch(cluster: &StandIn, selector: String, version: u64) -> Response {
    let breaks = cluster.with(|state| state.breaks);
    let start = (cluster.clone(), cluster.changes(), version, selector);
    let events = stream::unfold(Some(start), move |at| async move {
        let (cluster, mut changes, version, selector) = at?;
        loop {
            let (events, now, is_broken) = cluster.with(|state| {
                let is_broken = state.breaks != breaks;
                (state.events_after(version), state.version(), is_broken)
            });
            if is_broken {
                let gone = json!({"type": "ERROR", "object": {"kind": "Status", "code": 410}});
                return Some((line(&gone), None));
            }
            let ours = events
                .iter()
                .filter(|event| has_labels(&event["object"], &selector));
            let lines: Vec<u8> = ours.flat_map(line).collect();
            if !lines.is_empty() {
                return Some((lines, Some((cluster, changes, now, selector))));
            }
            changes.changed().await.ok()?;
        }
    });
    let body = futures_util::StreamExt::map(events, Ok::<_, Infallible>);
    Body::from_stream(body).into_response()
}

fn line(event: &Value) -> Vec<u8> {
    format!("{event}\n").into_bytes()
}

async fn make(
    State(cluster): State<StandIn>,
    Path(plural): Path<String>,
    Json(object): Json<Value>,
) -> Response {
    let name = object["metadata"]["name"].as_str().unwrap().to_owned();
    cluster.with(|state| {
        if state.get(&plural, &name).is_some() {
            return refusal(StatusCode::CONFLICT, "already exists");
        }
        if plural == "gameservers" && state.has_no_image() {
            let sentence = format!("GameServer.agones.dev \"{name}\" is invalid: no such image");
            return refusal(StatusCode::UNPROCESSABLE_ENTITY, &sentence);
        }
        state.make(&plural, object);
        if plural == "gameservers" && state.fault.take() == Some(Fault::LosesAnswer) {
            return refusal(StatusCode::INTERNAL_SERVER_ERROR, "lost");
        }
        (StatusCode::CREATED, Json(json!({}))).into_response()
    })
}

async fn read(
    State(cluster): State<StandIn>,
    Path((plural, name)): Path<(String, String)>,
) -> Response {
    cluster.with(|state| {
        let object = state.get(&plural, &name).cloned();
        state.finish_deletions();
        object.map_or_else(not_found, |object| Json(object).into_response())
    })
}

async fn change(
    State(cluster): State<StandIn>,
    Path((plural, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    assert_eq!(
        request.headers()["content-type"],
        "application/merge-patch+json"
    );
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let patch: Value = serde_json::from_slice(&body).unwrap();
    cluster.with(|state| {
        let Some(object) = state.get(&plural, &name) else {
            return not_found();
        };
        let version = &patch["metadata"]["resourceVersion"];
        if !version.is_null() && version != &object["metadata"]["resourceVersion"] {
            return refusal(StatusCode::CONFLICT, "the object has been modified");
        }
        state.patch(&plural, &name, &patch);
        Json(json!({})).into_response()
    })
}

async fn delete(
    State(cluster): State<StandIn>,
    Path((plural, name)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let options: Value = serde_json::from_slice(&body).unwrap();
    let Some(uid) = cluster.with(|state| state.uid(&plural, &name)) else {
        return not_found();
    };
    if options["preconditions"]["uid"] != json!(uid) {
        return refusal(StatusCode::CONFLICT, "another uid");
    }
    match plural.as_str() {
        "pods" => cluster.delete_pod(&name, options["gracePeriodSeconds"].as_u64().unwrap()),
        "gameservers" => cluster.delete_server(&name),
        _ => cluster.with(|state| Cluster::remove(state, &plural, &name)),
    }
    Json(json!({})).into_response()
}

/// Understands `key=value` and `key`, joined by commas.
fn has_labels(object: &Value, selector: &str) -> bool {
    let labels = &object["metadata"]["labels"];
    let mut wanted = selector.split(',').filter(|part| !part.is_empty());
    wanted.all(|part| match part.split_once('=') {
        Some((key, value)) => labels[key] == json!(value),
        None => !labels[part].is_null(),
    })
}

fn not_found() -> Response {
    refusal(StatusCode::NOT_FOUND, "not found")
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"kind": "Status", "message": message}))).into_response()
}
