use oxeye_plugin_proto::{ApiKey, Client, PlayerName, RetryPolicy};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinSet, yield_now};

use super::*;
use crate::outbox::OutboxSettings;

/// A backend that is busy: it takes heartbeats, and events never.
struct Backend {
    url: String,
    /// The first line of each request.
    asked: mpsc::UnboundedReceiver<String>,
    _server: JoinSet<()>,
}

impl Backend {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, asked) = mpsc::unbounded_channel();
        let mut server = JoinSet::new();
        server.spawn(async move {
            while let Ok((mut agent, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let length = agent.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let first = request.lines().next().unwrap_or_default().to_owned();
                let status = match first.contains("/heartbeat") {
                    true => "200 OK",
                    false => "503 Service Unavailable",
                };
                let body = "{\"resync\": false, \"error\": \"busy\"}";
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                let _ = agent.write_all(answer.as_bytes()).await;
                let _ = tell.send(first);
            }
        });
        Self {
            url,
            asked,
            _server: server,
        }
    }
}

fn at_five() -> UnixSeconds {
    UnixSeconds(5)
}

/// An outbox whose events wait in this folder.
fn outbox_before(backend: &Backend, folder: &TempDir) -> Arc<Outbox> {
    let settings = OutboxSettings {
        backend: backend.url.clone(),
        key: ApiKey::generate(),
        name: "this server".to_owned(),
        spool: folder.path().join("events.spool"),
    };
    Arc::new(Outbox::open(settings, at_five, |_| {}).unwrap())
}

fn tell_a_join(outbox: &Outbox) {
    let alex = PlayerName::try_from("Alex").unwrap();
    outbox.tell(Told {
        event: Event::join(alex, UnixSeconds(1)),
        receipt: None,
    });
}

/// The heart of a server on which nobody is.
fn heart_before(backend: &Backend, outbox: &Arc<Outbox>) -> (Heart, watch::Sender<Vital>) {
    let client = Client::with_key(&backend.url, ApiKey::generate());
    let (vital, watched) = watch::channel(Vital {
        pulse: Pulse::Names,
        online: Some(0),
    });
    let heart = Heart {
        client: client.retrying(RetryPolicy::never()),
        every: HeartbeatSecs::try_from(3_600).unwrap(),
        vital: watched,
        outbox: Arc::clone(outbox),
        clock: at_five,
    };
    (heart, vital)
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        yield_now().await;
    }
}

#[tokio::test]
async fn a_beat_goes_straight_to_the_backend_while_nothing_waits() {
    let (mut backend, folder) = (Backend::start().await, tempfile::tempdir().unwrap());
    let outbox = outbox_before(&backend, &folder);
    let (heart, _vital) = heart_before(&backend, &outbox);

    let asked = tokio::select! {
        () = heart.beat(|_| {}) => None,
        asked = backend.asked.recv() => asked,
    };

    assert_eq!(asked.as_deref(), Some("POST /heartbeat HTTP/1.1"));
    assert_eq!(outbox.waiting(), 0);
}

#[tokio::test]
async fn a_beat_does_not_overtake_what_the_backend_has_not_taken() {
    let (mut backend, folder) = (Backend::start().await, tempfile::tempdir().unwrap());
    let outbox = outbox_before(&backend, &folder);
    let (heart, _vital) = heart_before(&backend, &outbox);
    tell_a_join(&outbox);
    until(|| outbox.is_held_up()).await;

    tokio::select! {
        () = heart.beat(|_| {}) => {}
        () = until(|| outbox.waiting() == 2) => {}
    }

    while let Ok(asked) = backend.asked.try_recv() {
        assert_eq!(asked, "POST /events HTTP/1.1");
    }
}

#[tokio::test]
async fn what_waits_from_an_earlier_run_is_not_overtaken_either() {
    let (backend, folder) = (Backend::start().await, tempfile::tempdir().unwrap());
    let outbox = outbox_before(&backend, &folder);
    assert!(!outbox.is_held_up());
    tell_a_join(&outbox);
    drop(outbox);

    assert!(outbox_before(&backend, &folder).is_held_up());
}
