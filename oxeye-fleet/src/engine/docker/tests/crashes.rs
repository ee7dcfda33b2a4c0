//! The last lines of crashed servers, and of those that have not crashed.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use tokio::task::yield_now;

use super::host::{Host, say};
use super::podman;
use super::stand_in::{Stops, playing};
use crate::engine::contract::{FIRST, LONG, SECOND, SLOT, soon};
use crate::engine::{Engine as _, Launch};
use crate::rules::CallFailure;

/// What a server of the kind `rude` prints at each start. It exits with an error when it is told to stop.
const PRINTED: &str = "here I am\n";

/// Returns the file with the last lines of a server.
fn file_of(host: &Host, launch: &Launch) -> PathBuf {
    let folder = host.data.path().join("crashes");
    folder.join(format!("{}.log", launch.world))
}

/// Returns the last lines of a server, if they were kept.
fn kept(host: &Host, launch: &Launch) -> Option<String> {
    fs::read_to_string(file_of(host, launch)).ok()
}

/// Has a server exit with a code, as it does when it is sent one.
async fn exit(host: &Host, launch: &Launch, code: &str) {
    say(launch.port, code).await;
    host.until_it_has_exited(SLOT).await;
}

/// Tells a server to stop, which exits with an error.
async fn stop(host: &Host, launch: &Launch) {
    say(launch.port, "").await;
    host.engine.stop(SLOT, LONG).await.unwrap();
    let exited = host.until_it_has_exited(SLOT).await;
    assert_eq!(exited.exit_code, Some(3));
}

#[tokio::test]
async fn the_last_lines_of_a_server_that_has_crashed_outlive_its_container() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("complaining").await;
    let launch = host.started(SLOT, FIRST).await;
    host.until_it_has_exited(SLOT).await;

    host.engine.remove(SLOT, false).await.unwrap();

    assert_eq!(host.listed(SLOT).await, None);
    let kept = kept(&host, &launch).unwrap();
    assert!(kept.starts_with("complaint 11\n"), "{kept}");
    assert!(kept.ends_with("complaint 30\n"), "{kept}");
}

#[tokio::test]
async fn the_last_lines_of_a_crash_are_kept_though_the_server_is_started_again_and_stopped() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("rude").await;
    let launch = host.started(SLOT, FIRST).await;
    exit(&host, &launch, "5").await;

    host.engine.start(SLOT, SECOND).await.unwrap();
    stop(&host, &launch).await;
    host.engine.remove(SLOT, false).await.unwrap();

    assert_eq!(kept(&host, &launch).as_deref(), Some(PRINTED));
}

#[tokio::test]
async fn a_server_that_exits_without_an_error_replaces_no_lines_of_a_crash() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("rude").await;
    let launch = host.started(SLOT, FIRST).await;
    exit(&host, &launch, "5").await;

    host.engine.start(SLOT, SECOND).await.unwrap();
    exit(&host, &launch, "0").await;
    host.engine.remove(SLOT, false).await.unwrap();

    assert_eq!(kept(&host, &launch).as_deref(), Some(PRINTED));
}

#[tokio::test]
async fn a_server_that_was_killed_because_it_ran_out_of_memory_has_crashed() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("hungry").await;
    let mut exits = host.engine.exits();
    let launch = host.started(SLOT, FIRST).await;
    soon("the exit", exits.recv()).await.unwrap();

    host.engine.remove(SLOT, false).await.unwrap();

    assert_eq!(kept(&host, &launch).as_deref(), Some("I want it all\n"));
}

#[tokio::test]
async fn nothing_is_kept_of_what_a_server_printed_that_was_told_to_stop() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("rude").await;
    let launch = host.started(SLOT, FIRST).await;
    stop(&host, &launch).await;

    host.engine.remove(SLOT, false).await.unwrap();

    assert_eq!(kept(&host, &launch), None);
}

#[tokio::test]
async fn a_server_that_an_earlier_worker_told_to_stop_has_not_crashed() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("rude").await;
    let launch = host.started(SLOT, FIRST).await;
    stop(&host, &launch).await;

    let host = host.restarted_after(|_| {}).await;
    host.engine.remove(SLOT, false).await.unwrap();

    assert_eq!(kept(&host, &launch), None);
}

#[tokio::test]
async fn old_lines_are_deleted_while_the_worker_runs() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("complaining").await;
    let launch = host.started(SLOT, FIRST).await;
    host.until_it_has_exited(SLOT).await;
    host.engine.remove(SLOT, false).await.unwrap();
    let file = file_of(&host, &launch);
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    let opened = fs::File::options().append(true).open(&file).unwrap();
    let written_at = opened.metadata().unwrap().modified().unwrap();
    opened.set_modified(written_at - week).unwrap();

    let _host = host.restarted_after(|_| {}).await;

    let deleted = async {
        while file.exists() {
            yield_now().await;
        }
    };
    soon("the deletion", deleted).await;
}

#[tokio::test]
async fn a_server_that_was_told_to_stop_has_run_out_of_memory_only_if_it_was_killed() {
    for (code, kept) in [(143, 0), (137, 1), (0, 0)] {
        let (stand_in, engine, _data) = playing(Stops::Hanging).await;
        engine.all.exits.expect(SLOT, FIRST);
        stand_in.exit_after_oom_kill(code);

        let _ = engine.remove(SLOT, false).await;

        assert_eq!(stand_in.logs_read(), kept, "exit code {code}");
    }
}

#[tokio::test]
async fn the_lines_are_read_once_however_often_a_removal_is_tried() {
    let (stand_in, engine, _data) = playing(Stops::Hanging).await;
    stand_in.crash();

    for _ in 0..3 {
        let removed = engine.remove(SLOT, false).await;
        assert!(
            matches!(removed, Err(CallFailure::Refused(_))),
            "{removed:?}"
        );
    }

    assert_eq!(stand_in.logs_read(), 1);
}
