//! A server that runs: waiting for its end, killing it when its time to exit is over, and clearing up
//! after it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::waiting;
use rustix::process::Signal;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{error, info, warn};

use super::containers::{Containers, Running};
use super::leader::Leader;
use super::output;
use super::record::{Phase, Record};
use super::remnants::{self, Owner};
use crate::engine::Exit;
use crate::ids::SlotId;
use crate::rules::Run;

/// Pause before we check whether a group that outlives its leader has exited.
const GROUP_PAUSE: Duration = Duration::from_millis(100);

/// Records a server that runs, and watches it from now on.
pub(super) fn begin(
    all: &Arc<Containers>,
    mut record: Record,
    run: Run,
    leader: Leader,
    stop_grace: Option<Duration>,
) {
    let slot = record.slot;
    record.phase = Phase::Running {
        run: run.0,
        process: leader.stat().id(&all.boot),
        stop_grace: stop_grace.map(in_millis),
    };
    if let Err(error) = record.write(&all.folders) {
        warn!(%slot, %error, "cannot record a server that was started; after a restart it is still found by its mark");
    }
    let kill_at = stop_grace.and_then(|grace| Instant::now().checked_add(grace));
    let running = Arc::new(Running {
        run,
        leader,
        kill_at: watch::Sender::new(kill_at),
    });
    all.put(record, Some(Arc::clone(&running)));
    all.tasks.spawn(watch(Arc::clone(all), slot, running));
}

/// Returns a span as it is recorded.
pub(super) fn in_millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Watches a server until it has exited. When we stop, it keeps running.
async fn watch(all: Arc<Containers>, slot: SlotId, running: Arc<Running>) {
    let stop = all.tasks.stop_signal();
    let mut kill_at = running.kill_at.subscribe();
    loop {
        let deadline = *kill_at.borrow_and_update();
        tokio::select! {
            () = running.leader.exited() => break,
            () = waiting::until(deadline) => {
                warn!(%slot, "the server did not exit in time and is killed");
                running.kill_at.send_replace(None);
                kill(&all, slot, &running).await;
            }
            _ = kill_at.changed() => {}
            () = stop.cancelled() => return,
        }
    }
    tokio::select! {
        () = until_the_group_has_saved(&running) => {}
        () = stop.cancelled() => return,
    }
    let clearing = tokio::task::spawn_blocking(move || clear_up(&all, slot, &running));
    if clearing.await.is_err() {
        error!(%slot, "clearing up after a server panicked");
    }
}

/// Waits for the rest of a group that was asked to exit. A script that runs the server without `exec`
/// ends at once, while the server still saves its world.
async fn until_the_group_has_saved(running: &Running) {
    let deadline = *running.kill_at.borrow();
    while deadline.is_some_and(|deadline| Instant::now() < deadline)
        && remnants::are_in_group(running.leader.stat())
    {
        tokio::time::sleep(GROUP_PAUSE).await;
    }
}

async fn kill(all: &Arc<Containers>, slot: SlotId, running: &Arc<Running>) {
    let (all, running) = (Arc::clone(all), Arc::clone(running));
    let killing = tokio::task::spawn_blocking(move || kill_now(&all, slot, &running));
    if killing.await.is_err() {
        error!(%slot, "killing a server panicked");
    }
}

/// Kills a server, its group and everything that carries its mark.
pub(super) fn kill_now(all: &Containers, slot: SlotId, running: &Running) {
    running.leader.signal(Signal::KILL);
    remnants::kill(owner(all, slot, running));
}

/// Kills what a server has left behind, records its end and reports it.
fn clear_up(all: &Containers, slot: SlotId, running: &Running) {
    // Until the leader is collected, its group cannot be anybody else's.
    running.leader.signal(Signal::KILL);
    if !remnants::kill_until_gone(owner(all, slot, running)) {
        error!(%slot, "a server has left processes behind that cannot be killed");
    }
    let gate = all.gate(slot);
    let code = running.leader.collect();
    if let Some(mut record) = all.record(slot) {
        if record.phase.stop_grace().is_none() {
            log_exit(slot, code, &all.folders.output(&record.world));
        }
        // A server may print a lot just before it exits.
        let _ = output::trim(&all.folders, &record.world);
        record.phase = Phase::Exited {
            run: running.run.0,
            code,
        };
        if let Err(error) = record.write(&all.folders) {
            warn!(%slot, %error, "cannot record the exit of a server");
        }
        all.put(record, None);
    }
    drop(gate);
    all.report(Exit {
        slot,
        run: running.run,
        code,
    });
}

/// Tells operators of an exit that nobody has asked for. `output` is the file with what the server printed.
fn log_exit(slot: SlotId, code: Option<i32>, output: &Path) {
    let output = output.display();
    match code {
        // Whoever plays on it may have told it to.
        Some(0) => info!(%slot, %output, "a server has exited by itself, without an error"),
        Some(code) => {
            warn!(%slot, exit_code = code, %output, "a server has exited by itself, with an error");
        }
        // Of one that an earlier fleet has started, nobody learns the exit code.
        None => warn!(%slot, %output, "a server was killed, or it is not known how it has exited"),
    }
}

fn owner<'a>(all: &'a Containers, slot: SlotId, running: &'a Running) -> Owner<'a> {
    Owner {
        fleet: &all.fleet,
        slot,
        leader: Some(running.leader.stat()),
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;
    use tracing::subscriber::with_default;

    use super::*;
    use crate::log_lines::LogLines;

    #[track_caller]
    fn check(code: Option<i32>, level: Level, line: &str) {
        let log = LogLines::default();
        with_default(log.clone(), || {
            log_exit(SlotId(1), code, Path::new("/fleet/output/ada-1.log"));
        });
        assert_eq!(log.levels(), [level]);
        assert_eq!(log.all(), [line]);
    }

    #[test]
    fn a_server_that_exits_without_an_error_is_no_warning() {
        let without = "a server has exited by itself, without an error";
        check(Some(0), Level::INFO, without);
        let with = "a server has exited by itself, with an error";
        check(Some(3), Level::WARN, with);
        let unknown = "a server was killed, or it is not known how it has exited";
        check(None, Level::WARN, unknown);
    }
}
