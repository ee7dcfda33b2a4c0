//! A backend on loopback, for tests: answers as it is told to, and remembers what it was asked.

use std::path::Path;

use oxeye_plugin_proto::{ApiKey, EventsRequest, EventsResponse, RefusedEvent, UnixSeconds};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::OutboxSettings;

/// How events are answered. Heartbeats are always taken.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mood {
    /// All are taken.
    Takes,
    /// All are taken, and everybody who is on is asked for.
    WantsSync,
    /// None is taken for now.
    Busy,
    /// The key is not valid.
    Stranger,
    /// All are taken and all are refused alone.
    Refuses,
    /// Whatever it is sent, this number is acknowledged.
    Acknowledges(i64),
}

/// One that runs until it is dropped.
pub(crate) struct Backend {
    url: String,
    mood: watch::Sender<Mood>,
    asked: mpsc::UnboundedReceiver<Asked>,
    _server: JoinSet<()>,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Such as `/events`.
    pub(crate) path: String,
    body: Vec<u8>,
}

impl Asked {
    /// The events in it.
    pub(crate) fn batch(&self) -> EventsRequest {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Backend {
    pub(crate) async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (mood, its_mood) = watch::channel(mood);
        let (tell, asked) = mpsc::unbounded_channel();
        let mut server = JoinSet::new();
        server.spawn(async move {
            while let Ok((agent, _)) = listener.accept().await {
                let mood = *its_mood.borrow();
                if let Some(asked) = answer(agent, mood).await {
                    let _ = tell.send(asked);
                }
            }
        });
        Self {
            url,
            mood,
            asked,
            _server: server,
        }
    }

    /// Its answers are others from now on.
    pub(crate) fn becomes(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// The next request.
    pub(crate) async fn is_asked(&mut self) -> Asked {
        self.asked.recv().await.unwrap()
    }

    /// The next request, if it came already.
    pub(crate) fn was_asked(&mut self) -> Option<Asked> {
        self.asked.try_recv().ok()
    }

    /// An outbox before it, whose events wait in this folder.
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

/// Answers one request, after which the connection is closed.
async fn answer(agent: TcpStream, mood: Mood) -> Option<Asked> {
    let mut agent = BufReader::new(agent);
    let asked = read(&mut agent).await?;
    let (status, body) = match mood {
        _ if asked.path == "/heartbeat" => ("200 OK", r#"{"resync":false}"#.to_owned()),
        Mood::Takes => ("200 OK", taken(&asked, false)),
        Mood::WantsSync => ("200 OK", taken(&asked, true)),
        Mood::Refuses => ("200 OK", refused(&asked)),
        Mood::Acknowledges(seq) => (
            "200 OK",
            format!(r#"{{"acked_seq":{seq},"resync":true,"server_time":5}}"#),
        ),
        Mood::Busy => ("503 Service Unavailable", r#"{"error":"busy"}"#.to_owned()),
        Mood::Stranger => ("401 Unauthorized", r#"{"error":"unknown key"}"#.to_owned()),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    agent.write_all((head + &body).as_bytes()).await.ok()?;
    agent.shutdown().await.ok()?;
    Some(asked)
}

fn taken(asked: &Asked, resync: bool) -> String {
    let answer = EventsResponse {
        acked_seq: asked.batch().last_seq(),
        resync,
        server_time: UnixSeconds(5),
        missing: Vec::new(),
        refused: Vec::new(),
    };
    serde_json::to_string(&answer).unwrap()
}

fn refused(asked: &Asked) -> String {
    let mut answer: EventsResponse = serde_json::from_str(&taken(asked, false)).unwrap();
    let batch = asked.batch();
    let refused = batch.numbered().map(|(seq, _)| RefusedEvent {
        seq,
        error: "no".to_owned(),
    });
    answer.refused = refused.collect();
    serde_json::to_string(&answer).unwrap()
}

async fn read(agent: &mut BufReader<TcpStream>) -> Option<Asked> {
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
    Some(Asked { path, body })
}
