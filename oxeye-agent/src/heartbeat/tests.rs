use oxeye_plugin_client::{Client, RetryPolicy};
use oxeye_plugin_proto::{ApiKey, PlayerName};
use tempfile::TempDir;
use tokio::task::yield_now;

use super::*;
use crate::outbox::backend::{Backend, Behaviour};

fn at_five() -> UnixSeconds {
    UnixSeconds(5)
}

/// Returns an outbox with its spool in this folder.
fn outbox_before(backend: &Backend, folder: &TempDir) -> Arc<Outbox> {
    let settings = backend.outbox_settings(folder.path());
    Arc::new(Outbox::open(settings, at_five, |_| {}).unwrap())
}

fn push_a_join(outbox: &Outbox) {
    let alex = PlayerName::try_from("Alex").unwrap();
    outbox.push(Event::join(alex, UnixSeconds(1)));
}

/// Returns the heartbeat of an empty server.
fn heartbeat_before(
    backend: &Backend,
    outbox: &Arc<Outbox>,
) -> (Heartbeat, watch::Sender<HeartbeatState>) {
    let client = Client::with_key(backend.url(), ApiKey::generate());
    let (state, states) = watch::channel(HeartbeatState {
        liveness: Liveness::Roster,
        online: Some(0),
        run: Some(ServerRun::since(GameServerState::Up, UnixSeconds(3))),
        member_codes: true,
    });
    let heartbeat = Heartbeat {
        client: client.retrying(RetryPolicy::never()),
        every: HeartbeatSecs::try_from(3_600).unwrap(),
        state: states,
        outbox: Arc::clone(outbox),
        clock: at_five,
    };
    (heartbeat, state)
}

async fn until(condition: impl Fn() -> bool) {
    let becomes_true = async {
        while !condition() {
            yield_now().await;
        }
    };
    let in_time = timeout(Duration::from_secs(30), becomes_true).await;
    in_time.expect("the condition becomes true");
}

#[tokio::test]
async fn a_heartbeat_goes_straight_to_the_backend_while_nothing_waits() {
    let (mut backend, folder) = (
        Backend::start(Behaviour::Busy).await,
        tempfile::tempdir().unwrap(),
    );
    let outbox = outbox_before(&backend, &folder);
    let (heartbeat, _state) = heartbeat_before(&backend, &outbox);

    let path = tokio::select! {
        () = heartbeat.run(|_| {}) => None,
        request = backend.next_request() => Some(request.path),
    };

    assert_eq!(path.as_deref(), Some("/heartbeat"));
    assert_eq!(outbox.waiting(), 0);
}

// The interval of these heartbeats is an hour.
#[tokio::test]
async fn a_server_that_stops_is_reported_at_once() {
    let (mut backend, folder) = (
        Backend::start(Behaviour::Busy).await,
        tempfile::tempdir().unwrap(),
    );
    let outbox = outbox_before(&backend, &folder);
    let (heartbeat, state) = heartbeat_before(&backend, &outbox);
    let changes = async {
        let first = backend.next_request().await.heartbeat();
        let up = (first.server, first.since);
        assert_eq!(up, (Some(GameServerState::Up), Some(UnixSeconds(3))));
        state.send_modify(|state| {
            state.run = Some(ServerRun::since(GameServerState::Down, UnixSeconds(4)));
        });
        backend.next_request().await.heartbeat()
    };

    let second = tokio::select! {
        () = heartbeat.run(|_| {}) => None,
        second = changes => Some(second),
    };

    let second = second.expect("a second heartbeat");
    assert_eq!(second.server, Some(GameServerState::Down));
    assert_eq!(second.since, Some(UnixSeconds(4)));
}

#[tokio::test]
async fn heartbeats_say_that_a_server_is_down_of_which_no_source_is_left() {
    let (backend, folder) = (
        Backend::start(Behaviour::Busy).await,
        tempfile::tempdir().unwrap(),
    );
    let outbox = outbox_before(&backend, &folder);
    let (heartbeat, _state) = heartbeat_before(&backend, &outbox);
    let request_in = |state: Option<GameServerState>| {
        heartbeat.request(&HeartbeatState {
            run: state.map(|state| ServerRun::since(state, UnixSeconds(4))),
            ..HeartbeatState::unknown()
        })
    };

    assert_eq!(request_in(None), None);
    assert_eq!(request_in(Some(GameServerState::Up)), None);
    let down = request_in(Some(GameServerState::Down)).expect("a heartbeat");
    assert_eq!(down.server, Some(GameServerState::Down));
    assert_eq!(down.players, None);
    assert!(request_in(Some(GameServerState::Starting)).is_some());
}

#[tokio::test]
async fn a_heartbeat_does_not_overtake_undelivered_events() {
    let (mut backend, folder) = (
        Backend::start(Behaviour::Busy).await,
        tempfile::tempdir().unwrap(),
    );
    let outbox = outbox_before(&backend, &folder);
    let (heartbeat, _state) = heartbeat_before(&backend, &outbox);
    push_a_join(&outbox);
    until(|| outbox.is_held_up()).await;

    tokio::select! {
        () = heartbeat.run(|_| {}) => {}
        () = until(|| outbox.waiting() == 2) => {}
    }

    while let Some(request) = backend.received_request() {
        assert_eq!(request.path, "/events");
    }
}

#[tokio::test]
async fn a_heartbeat_does_not_overtake_events_from_an_earlier_run_either() {
    let (backend, folder) = (
        Backend::start(Behaviour::Busy).await,
        tempfile::tempdir().unwrap(),
    );
    let outbox = outbox_before(&backend, &folder);
    assert!(!outbox.is_held_up());
    push_a_join(&outbox);
    drop(outbox);

    assert!(outbox_before(&backend, &folder).is_held_up());
}
