//! What the log says of a worker, and how often.

use std::time::Duration;

use oxeye_process::tasks::Tasks;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::yield_now;
use tokio::time::{advance, pause, resume};
use tracing::subscriber::{DefaultGuard, set_default};

use super::super::link::STEADY_AFTER;
use super::super::{RemoteEngine, WorkerAccess};
use super::{WELCOME, connect_again, nobody};
use crate::engine::Engine as _;
use crate::log_lines::LogLines;
use crate::settings::WorkerPlace;

const PING: &str = "\"ping\"\n";

#[tokio::test]
async fn a_worker_that_closes_every_connection_is_one_line_in_the_log() {
    let (log, hears) = (LogLines::default(), nobody());
    let _logging = set_default(log.clone());

    for _ in 0..3 {
        let refused = "{\"refused\": {\"reason\": \"go away\"}}\n";
        let welcomed = connect_again(&[WELCOME, refused].concat(), hears.clone()).await;
        let (link, _worker, _exits) = welcomed.unwrap();
        while link.is_open() {
            yield_now().await;
        }
    }

    let expected = "the connection to the worker at unix:worker.sock has ended: go away";
    assert_eq!(log.all(), [expected]);
}

/// A fleet, and the socket of its worker.
struct Site {
    folder: TempDir,
    worker: UnixListener,
    engine: RemoteEngine,
    _logging: DefaultGuard,
    log: LogLines,
}

impl Site {
    fn new() -> Self {
        let log = LogLines::default();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("worker.sock");
        let access = WorkerAccess {
            place: WorkerPlace::Unix(path.clone()),
            secret: None,
            epoch: 1,
            ports: 8_081..=8_280,
        };
        Self {
            folder,
            worker: UnixListener::bind(path).unwrap(),
            engine: RemoteEngine::new(access, &Tasks::new()),
            _logging: set_default(log.clone()),
            log,
        }
    }

    /// Asks the worker what it has, which lets the fleet in with these words and has nothing.
    async fn list(&self, welcome: &str) -> BufReader<UnixStream> {
        let worker = async {
            let (stream, _) = self.worker.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            stream.write_all(welcome.as_bytes()).await.unwrap();
            answer(&mut stream, 2, 1).await;
            stream
        };
        let (listed, stream) = tokio::join!(self.engine.list(), worker);
        assert_eq!(listed, Ok(Vec::new()));
        stream
    }

    /// Asks the worker what it has on a connection on which it was asked once.
    async fn list_again(&self, stream: &mut BufReader<UnixStream>) {
        let (listed, ()) = tokio::join!(self.engine.list(), answer(stream, 1, 2));
        assert_eq!(listed, Ok(Vec::new()));
    }

    /// The worker closes the connection.
    async fn is_closed(&self, stream: BufReader<UnixStream>) {
        drop(stream);
        while self.engine.open_link().is_some() {
            yield_now().await;
        }
    }

    /// The line about connections that were closed.
    fn closed(&self) -> String {
        let path = self.folder.path().join("worker.sock");
        let place = path.display();
        format!("the connection to the worker at unix:{place} has ended: the connection was closed")
    }
}

/// A worker reads some lines, pings not among them, and answers a call: it has nothing.
async fn answer(stream: &mut BufReader<UnixStream>, lines: usize, number: u64) {
    let mut received = 0;
    while received < lines {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        received += usize::from(line != PING);
    }
    let answer =
        format!("{{\"answer\": {{\"number\": {number}, \"answer\": {{\"containers\": []}}}}}}\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn a_worker_that_answers_once_and_closes_the_connection_is_one_line_in_the_log() {
    let site = Site::new();

    for _ in 0..3 {
        let stream = site.list(WELCOME).await;
        site.is_closed(stream).await;
    }

    assert_eq!(site.log.all(), [site.closed()]);
}

#[tokio::test]
async fn a_worker_that_was_connected_for_a_minute_is_in_the_log_again() {
    let site = Site::new();
    let stream = site.list(WELCOME).await;
    site.is_closed(stream).await;

    let mut stream = site.list(WELCOME).await;
    pause();
    for _ in 0..STEADY_AFTER.as_secs() / 5 {
        stream.write_all(PING.as_bytes()).await.unwrap();
        advance(Duration::from_secs(5)).await;
    }
    resume();
    site.list_again(&mut stream).await;
    site.is_closed(stream).await;

    assert_eq!(site.log.all(), [site.closed(), site.closed()]);
}

#[tokio::test]
async fn a_worker_whose_ports_change_with_each_connection_has_each_of_them_in_the_log_once() {
    let site = Site::new();

    for _ in 0..3 {
        for last in [8_088, 8_089] {
            let welcome = WELCOME.replace("8280", &last.to_string());
            let stream = site.list(&welcome).await;
            site.is_closed(stream).await;
        }
    }

    let lines = site.log.all();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines[0].contains("has the ports 8081-8088, the fleet 8081-8280: "));
    assert_eq!(lines[1], site.closed());
    assert!(lines[2].contains("has the ports 8081-8089, the fleet 8081-8280: "));
}
