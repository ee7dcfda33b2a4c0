//! A worker that was taken over: what it says reaches nobody as it is.

use std::path::Path;

use oxeye_probe::Address;
use oxeye_process::Secret;
use oxeye_process::tasks::Tasks;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixListener;

use super::site::launch;
use crate::engine::Engine as _;
use crate::engine::remote::{RemoteEngine, WorkerAccess};
use crate::rules::CallFailure;
use crate::settings::WorkerPlace;

/// What the liar and the fleet both know.
const SECRET: &str = "what-both-of-them-know";

/// Returns what the liar answers to a call.
fn answer(verb: &Value) -> Value {
    let words = format!("no\n\u{1b}[31m{SECRET}{}", "!".repeat(100_000));
    match verb.as_str() {
        Some("machines") => json!({"machines": {
            "8081": "attic.lan",
            "8082": "http://169.254.169.254/latest",
            "8083": "a\nb",
            "22": "10.0.0.1",
        }}),
        Some("list" | "worlds") => json!({"failed": {"full": words}}),
        Some(_) => json!({"usage": []}),
        None => json!({"failed": {"refused": words}}),
    }
}

/// Welcomes whoever comes, and answers every call.
async fn lie(listener: UnixListener) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let message: Value = serde_json::from_str(&line).unwrap();
            let said = match message.get("call") {
                Some(call) => {
                    json!({"answer": {"number": call["number"], "answer": answer(&call["verb"])}})
                }
                None if message == "ping" => continue,
                None => {
                    json!({"welcome": {"protocol": 3, "address": "10.0.0.9:80/x", "ports": [8081, 8084]}})
                }
            };
            writer
                .write_all(format!("{said}\n").as_bytes())
                .await
                .unwrap();
        }
    }
}

fn fleet(folder: &Path, tasks: &Tasks) -> RemoteEngine {
    let socket = folder.join("worker.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let stop = tasks.stop_signal();
    tasks.spawn(async move {
        stop.run_until_cancelled(lie(listener)).await;
    });
    let access = WorkerAccess {
        place: WorkerPlace::Unix(socket),
        secret: Some(Secret::new(SECRET)),
        epoch: 1,
        ports: 8081..=8084,
    };
    RemoteEngine::new(access, tasks)
}

#[track_caller]
fn check_words(words: &str) {
    assert!(words.starts_with("no  [31m(secret)!!!"), "{words}");
    assert_eq!(words.len(), 300);
}

#[tokio::test]
async fn what_a_worker_says_is_one_short_line_without_the_secret() {
    let (folder, tasks) = (tempfile::tempdir().unwrap(), Tasks::new());
    let fleet = fleet(folder.path(), &tasks);

    let refused = fleet.create(&launch(1, 8081)).await;
    let [list, worlds] = [fleet.list().await.err(), fleet.worlds().await.err()];

    let Err(CallFailure::Refused(words)) = refused else {
        panic!("{refused:?}");
    };
    check_words(&words);
    // Everybody may read the first sentence.
    let trouble = fleet.trouble().unwrap();
    assert_eq!(trouble.sentence, "it does not say what it has");
    check_words(&trouble.in_full);
    for full in [list, worlds] {
        let Some(CallFailure::Full(words)) = full else {
            panic!("{full:?}");
        };
        check_words(&words);
    }
}

#[tokio::test]
async fn a_worker_sends_the_fleet_only_to_hosts_and_ports_of_servers() {
    let (folder, tasks) = (tempfile::tempdir().unwrap(), Tasks::new());
    let fleet = fleet(folder.path(), &tasks);

    fleet.usage().await;

    let here = |port| Address::new("127.0.0.1", port);
    assert_eq!(fleet.reachable_at(8081), Address::new("attic.lan", 8081));
    for port in [8082, 8083, 22] {
        assert_eq!(fleet.reachable_at(port), here(port));
    }
}

#[tokio::test]
async fn a_worker_that_repeats_the_secret_is_not_repeated() {
    let (folder, tasks) = (tempfile::tempdir().unwrap(), Tasks::new());
    let socket = folder.path().join("worker.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let stop = tasks.stop_signal();
    tasks.spawn(async move {
        let repeat = async {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let refusal = json!({"refused": {"reason": format!("no {SECRET}")}});
                stream
                    .write_all(format!("{refusal}\n").as_bytes())
                    .await
                    .unwrap();
            }
        };
        stop.run_until_cancelled(repeat).await;
    });
    let access = WorkerAccess {
        place: WorkerPlace::Unix(socket),
        secret: Some(Secret::new(SECRET)),
        epoch: 1,
        ports: 8081..=8084,
    };
    let fleet = RemoteEngine::new(access, &tasks);

    assert_eq!(fleet.list().await, Err(CallFailure::Unreachable));

    let trouble = fleet.trouble().unwrap();
    assert_eq!(trouble.sentence, "it refuses this fleet");
    assert_eq!(trouble.in_full, "it answered: no (secret)");
}
