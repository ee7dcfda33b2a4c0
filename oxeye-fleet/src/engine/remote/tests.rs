//! Workers that lie, hang, answer twice or disappear.

mod logging;

use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::time::advance;

use super::connect_error::ConnectError;
use super::link::{self, EXITS_WITHIN, Hears, Link, MOST_EXITS};
use crate::engine::Exit;
use crate::rules::CallFailure;
use crate::settings::WorkerPlace;
use crate::worker::wire::{Answer, Hello, PROTOCOL, Verb};

const WELCOME: &str = "{\"welcome\": {\"protocol\": 3, \"ports\": [8081, 8280]}}\n";
const EXIT: &str = "{\"exit\": {\"slot\": \"auto-1\", \"run\": 2, \"code\": 3}}\n";
const HOUR: Duration = Duration::from_secs(3_600);

/// What a worker says is for nobody.
fn nobody() -> Hears {
    Hears::nobody(WorkerPlace::Unix("worker.sock".into()))
}

/// Connects to a worker that says this, whatever it is asked.
async fn connect(
    says: &str,
) -> Result<(Arc<Link>, DuplexStream, mpsc::Receiver<Exit>), ConnectError> {
    connect_again(says, nobody()).await
}

/// As [`connect`], to a worker that we know.
async fn connect_again(
    says: &str,
    hears: Hears,
) -> Result<(Arc<Link>, DuplexStream, mpsc::Receiver<Exit>), ConnectError> {
    let (ours, mut worker) = duplex(4_096);
    worker.write_all(says.as_bytes()).await.unwrap();
    let (exits, receiver) = mpsc::channel(10_000);
    let hello = Hello {
        protocol: PROTOCOL,
        epoch: 1,
        proof: None,
    };
    *hears.exits.lock() = exits;
    let (link, _) = link::open(ours, hello, None, hears, &Tasks::new()).await?;
    Ok((link, worker, receiver))
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_hangs_leaves_the_call_open_and_loses_the_connection() {
    let (link, _worker, _exits) = connect(WELCOME).await.unwrap();

    let answer = link.ask(Verb::List, HOUR).await;

    assert_eq!(answer, Err(CallFailure::Unknown));
    assert!(!link.is_open());
    assert_eq!(
        link.ask(Verb::List, HOUR).await,
        Err(CallFailure::Unreachable)
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_alone_costs_nobody_else_the_connection() {
    let (link, _worker, _exits) = connect(WELCOME).await.unwrap();

    let answer = link.ask(Verb::Usage, Duration::from_secs(8)).await;

    assert_eq!(answer, Err(CallFailure::Unknown));
    assert!(link.is_open());
}

#[tokio::test]
async fn a_worker_that_disappears_leaves_the_call_open() {
    let (link, mut worker, _exits) = connect(WELCOME).await.unwrap();
    let disappears = async {
        // The hello and the call are there before it goes.
        let mut received = String::new();
        while received.matches('\n').count() < 2 {
            received.push(char::from(worker.read_u8().await.unwrap()));
        }
        drop(worker);
    };

    let (answer, ()) = tokio::join!(link.ask(Verb::List, HOUR), disappears);

    assert_eq!(answer, Err(CallFailure::Unknown));
    assert!(!link.is_open());
}

#[tokio::test]
async fn answers_to_nothing_and_second_answers_change_nothing() {
    let done = |number| format!("{{\"answer\": {{\"number\": {number}, \"answer\": \"done\"}}}}\n");
    let (link, mut worker, _exits) = connect(WELCOME).await.unwrap();
    let first = link.ask(Verb::List, HOUR);
    let answers = [done(7), done(1), done(1)].concat();
    let (first, written) = tokio::join!(first, worker.write_all(answers.as_bytes()));
    written.unwrap();

    let (second, written) = tokio::join!(
        link.ask(Verb::Usage, HOUR),
        worker.write_all(b"{\"answer\": {\"number\": 2, \"answer\": {\"usage\": []}}}\n")
    );
    written.unwrap();

    assert_eq!(first, Ok(Answer::Done));
    assert_eq!(second, Ok(Answer::Usage(Vec::new())));
}

#[tokio::test]
async fn a_worker_that_talks_nonsense_loses_the_connection() {
    let (link, mut worker, _exits) = connect(WELCOME).await.unwrap();
    let (answer, written) = tokio::join!(
        link.ask(Verb::List, HOUR),
        worker.write_all(b"{\"answer\": {\"number\": \"one\"}}\n")
    );
    written.unwrap();

    assert_eq!(answer, Err(CallFailure::Unknown));
    assert!(!link.is_open());
}

#[tokio::test]
async fn who_does_not_welcome_us_is_no_worker() {
    let refused = connect("{\"refused\": {\"reason\": \"the secret is wrong\"}}\n").await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "it answered: the secret is wrong"
    );
    let other = connect("HTTP/1.1 400 Bad Request\r\n").await;
    assert!(matches!(other, Err(ConnectError::Line(_))));
    let early = connect("{\"exit\": {\"slot\": \"auto-1\", \"run\": 1, \"code\": null}}\n").await;
    assert!(matches!(early, Err(ConnectError::NoWorker)));
}

#[tokio::test]
async fn an_exit_is_passed_on() {
    let (_link, _worker, mut exits) = connect(&[WELCOME, EXIT].concat()).await.unwrap();

    let exit = exits.recv().await.unwrap();

    assert_eq!((exit.slot.0, exit.run.0, exit.code), (1, 2, Some(3)));
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_exits_is_not_passed_on() {
    let (link, mut worker, mut exits) = connect(WELCOME).await.unwrap();
    flood(&link, &mut worker).await;
    assert_eq!(exits.len(), MOST_EXITS as usize);
    while exits.try_recv().is_ok() {}

    advance(EXITS_WITHIN).await;
    worker.write_all(EXIT.as_bytes()).await.unwrap();

    assert_eq!(exits.recv().await.unwrap().slot.0, 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_does_not_let_a_flood_of_exits_through() {
    let hears = nobody();
    let connection = connect_again(WELCOME, hears.clone()).await;
    let (link, mut worker, exits) = connection.unwrap();
    flood(&link, &mut worker).await;
    assert_eq!(exits.len(), MOST_EXITS as usize);

    let connection = connect_again(WELCOME, hears).await;
    let (link, mut worker, exits) = connection.unwrap();
    flood(&link, &mut worker).await;

    assert_eq!(exits.len(), 0);
}

/// Has a worker report more exits than are passed on, and waits until all of them were read.
async fn flood(link: &Link, worker: &mut DuplexStream) {
    let answer = "{\"answer\": {\"number\": 1, \"answer\": \"done\"}}\n";
    let flood = EXIT.repeat(MOST_EXITS as usize * 4) + answer;
    let (answer, written) = tokio::join!(
        link.ask(Verb::List, HOUR),
        worker.write_all(flood.as_bytes())
    );
    written.unwrap();
    assert_eq!(answer, Ok(Answer::Done));
}
