//! Tests against what may be at the address: a fleet, another program, or nobody.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;

const SERVERS: &str = include_str!("../../../oxeye-fleet/tests/fixtures/original/servers.json");
const HEALTH: &str = include_str!("../../../oxeye-fleet/tests/fixtures/original/health.json");

/// Serves these routes on loopback until it is dropped.
struct StandIn {
    base: String,
    _serving: JoinSet<()>,
}

impl StandIn {
    async fn start(routes: Router) -> Self {
        let (listener, base) = listener().await;
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // It ends only with this task.
            let _ = axum::serve(listener, routes).await;
        });
        Self {
            base,
            _serving: serving,
        }
    }
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    (listener, base)
}

fn health() -> Router {
    Router::new().route("/health", get(HEALTH))
}

#[track_caller]
fn check(fleet: Result<Arc<Fleet>, Trouble>, expected: Trouble) {
    assert_eq!(fleet.unwrap_err(), expected);
}

#[tokio::test]
async fn many_who_ask_at_once_cost_one_question() {
    static QUESTIONS: AtomicUsize = AtomicUsize::new(0);
    let servers = || async {
        QUESTIONS.fetch_add(1, Ordering::SeqCst);
        SERVERS
    };
    let fleet = StandIn::start(health().route("/api/servers", get(servers))).await;
    let client = FleetClient::at(&fleet.base).unwrap();

    let asked = [(); 20].map(|()| client.fleet());
    for fleet in futures_util::future::join_all(asked).await {
        assert_eq!(fleet.unwrap().slots.len(), 2);
    }

    assert_eq!(QUESTIONS.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_capacity_says_how_many_servers_there_are() {
    const CAPACITY: &str =
        include_str!("../../../oxeye-fleet/tests/fixtures/original/capacity.json");
    let routes = Router::new().route("/api/capacity", get(CAPACITY));
    let fleet = StandIn::start(routes).await;
    let client = FleetClient::at(&fleet.base).unwrap();
    assert_eq!(client.server_count().await, Ok(2));

    let page = StandIn::start(Router::new().route("/api/capacity", get("{}"))).await;
    let client = FleetClient::at(&page.base).unwrap();
    assert_eq!(client.server_count().await, Err(Trouble::NotAFleet));
}

#[tokio::test]
async fn a_fleet_that_is_not_there_or_never_answers_is_given_up() {
    let (listener, base) = listener().await;
    let client = FleetClient::with_timeout(&base, Duration::from_millis(50)).unwrap();
    check(client.fleet().await, Trouble::Silent);

    drop(listener);
    let client = FleetClient::at(&base).unwrap();
    check(client.fleet().await, Trouble::Unreachable);
}

#[tokio::test]
async fn what_answers_otherwise_than_a_fleet_is_not_believed() {
    let elsewhere = get(|| async { Redirect::temporary("/health") });
    let moved = StandIn::start(health().route("/api/servers", elsewhere)).await;
    let client = FleetClient::at(&moved.base).unwrap();
    check(client.fleet().await, Trouble::Status(307));

    let page = StandIn::start(health().route("/api/servers", get("<html>"))).await;
    let client = FleetClient::at(&page.base).unwrap();
    check(client.fleet().await, Trouble::NotAFleet);

    let endless = get(|| async { format!("{SERVERS}{}", " ".repeat(MAX_ANSWER_BYTES)) });
    let endless = StandIn::start(health().route("/api/servers", endless)).await;
    let client = FleetClient::at(&endless.base).unwrap();
    check(client.fleet().await, Trouble::NotAFleet);
}
