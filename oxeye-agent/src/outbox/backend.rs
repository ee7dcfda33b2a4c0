//! A stand-in for the backend on loopback, for tests. It behaves as requested and records the requests.

use std::path::Path;

use oxeye_plugin_proto::{
    AboutRequest, ApiKey, EventBatch, EventsRequest, EventsResponse, HeartbeatRequest,
    MemberCodeRequest, RefusedEvent, UnixSeconds,
};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::OutboxSettings;

/// How the backend answers events. It always accepts heartbeats.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Behaviour {
    /// It accepts all events.
    Accepts,
    /// It accepts all events and asks for a full sync.
    WantsSync,
    /// It accepts nothing for now.
    Busy,
    /// It does not know the key.
    NotLinked,
    /// It refuses each event and acknowledges the batch.
    Refuses,
    /// It is too old to know the route.
    Unsupported,
    /// It acknowledges this sequence number, whatever it is sent.
    Acknowledges(i64),
}

/// A backend that runs until it is dropped.
pub(crate) struct Backend {
    url: String,
    behaviour: watch::Sender<Behaviour>,
    requests: mpsc::UnboundedReceiver<Request>,
    _server: JoinSet<()>,
}

/// A request to the backend.
#[derive(Debug)]
pub(crate) struct Request {
    /// The path, such as `/events`.
    pub(crate) path: String,
    body: Vec<u8>,
}

impl Request {
    /// Returns the number of its first event, of whatever kind.
    pub(crate) fn first_seq(&self) -> i64 {
        let batch: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        batch["first_seq"].as_i64().unwrap()
    }

    /// Whether it contains an icon.
    pub(crate) fn has_icon(&self) -> bool {
        let about: AboutRequest = serde_json::from_slice(&self.body).unwrap();
        about.icon.is_some()
    }

    /// Returns the heartbeat in it.
    pub(crate) fn heartbeat(&self) -> HeartbeatRequest {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Returns the code in it.
    pub(crate) fn member_code(&self) -> MemberCodeRequest {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Returns the events in it.
    pub(crate) fn batch(&self) -> EventsRequest {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Backend {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (behaviour, current) = watch::channel(behaviour);
        let (sender, requests) = mpsc::unbounded_channel();
        let mut server = JoinSet::new();
        server.spawn(async move {
            while let Ok((agent, _)) = listener.accept().await {
                let behaviour = *current.borrow();
                if let Some(request) = answer(agent, behaviour).await {
                    let _ = sender.send(request);
                }
            }
        });
        Self {
            url,
            behaviour,
            requests,
            _server: server,
        }
    }

    /// Changes how it answers from now on.
    pub(crate) fn set_behaviour(&self, behaviour: Behaviour) {
        self.behaviour.send_replace(behaviour);
    }

    /// Waits for the next request.
    pub(crate) async fn next_request(&mut self) -> Request {
        self.requests.recv().await.unwrap()
    }

    /// Returns the next request, if it has already been received.
    pub(crate) fn received_request(&mut self) -> Option<Request> {
        self.requests.try_recv().ok()
    }

    /// Returns the settings of an outbox for this backend, with its spool in this folder.
    pub(crate) fn outbox_settings(&self, folder: &Path) -> OutboxSettings {
        OutboxSettings {
            backend: self.url.clone(),
            key: ApiKey::generate(),
            name: "this server".to_owned(),
            spool: folder.join("events.spool"),
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Answers one request and closes the connection.
async fn answer(agent: TcpStream, behaviour: Behaviour) -> Option<Request> {
    let mut agent = BufReader::new(agent);
    let request = read(&mut agent).await?;
    let (status, body) = match behaviour {
        _ if request.path == "/heartbeat" => ("200 OK", r#"{"resync":false}"#.to_owned()),
        Behaviour::Refuses if request.path == "/about" && request.has_icon() => {
            ("400 Bad Request", r#"{"error":"not an icon"}"#.to_owned())
        }
        _ if request.path == "/about" => ("200 OK", "{}".to_owned()),
        Behaviour::Accepts => ("200 OK", accepted(&request, false)),
        Behaviour::WantsSync => ("200 OK", accepted(&request, true)),
        Behaviour::Refuses => ("200 OK", refused(&request)),
        Behaviour::Acknowledges(seq) => (
            "200 OK",
            format!(r#"{{"acked_seq":{seq},"resync":true,"server_time":5}}"#),
        ),
        Behaviour::Busy => ("503 Service Unavailable", r#"{"error":"busy"}"#.to_owned()),
        Behaviour::Unsupported => ("404 Not Found", r#"{"error":"no such route"}"#.to_owned()),
        Behaviour::NotLinked => ("401 Unauthorized", r#"{"error":"unknown key"}"#.to_owned()),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    agent.write_all((head + &body).as_bytes()).await.ok()?;
    agent.shutdown().await.ok()?;
    Some(request)
}

fn accepted(request: &Request, resync: bool) -> String {
    let batch: EventBatch<serde_json::Value> = serde_json::from_slice(&request.body).unwrap();
    let answer = EventsResponse {
        acked_seq: batch.last_seq(),
        resync,
        server_time: UnixSeconds(5),
        missing: Vec::new(),
        refused: Vec::new(),
    };
    serde_json::to_string(&answer).unwrap()
}

fn refused(request: &Request) -> String {
    let mut answer: EventsResponse = serde_json::from_str(&accepted(request, false)).unwrap();
    let batch = request.batch();
    let refused = batch.numbered().map(|(seq, _)| RefusedEvent {
        seq,
        error: "no".to_owned(),
    });
    answer.refused = refused.collect();
    serde_json::to_string(&answer).unwrap()
}

async fn read(agent: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut first = String::new();
    agent.read_line(&mut first).await.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        agent.read_line(&mut line).await.ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    agent.read_exact(&mut body).await.ok()?;
    Some(Request { path, body })
}
