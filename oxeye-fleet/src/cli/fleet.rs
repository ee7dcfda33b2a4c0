//! `list`, `stop` and `drain`.

use anyhow::anyhow;

use super::output::{harmless, now, print_line, print_table};
use super::running::Running;
use crate::ids::SlotId;
use crate::operator_messages::{DrainRequest, FleetStatus, SlotStatus, WorkerStatus};
use crate::settings::Settings;
use crate::text::Text;

/// Prints the servers and who is on them.
pub(crate) async fn list(settings: &Settings, text: Text, as_json: bool) -> anyhow::Result<()> {
    let running = Running::of(settings, text)?;
    let fleet: FleetStatus = running.get("/api/fleet").await?;
    if as_json {
        print_line(&serde_json::to_string_pretty(&fleet)?)?;
        return Ok(());
    }
    print_line(&summary(&fleet, text))?;
    if fleet.workers.len() > 1 {
        print_workers(&fleet.workers, text)?;
    }
    if !fleet.slots.is_empty() {
        print_line("")?;
        let now = now();
        let slots = fleet.slots.iter();
        let rows: Vec<_> = slots.map(|slot| row(slot, text, now)).collect();
        let heading = [
            text.column_server(),
            text.column_state(),
            text.column_url(),
            text.column_players(),
            text.column_age(),
            text.column_ends_in(),
            text.column_cpu(),
            text.column_memory(),
        ];
        print_table(&heading, &rows)?;
    }
    Ok(())
}

/// Prints the workers, which are of interest if there are several.
fn print_workers(workers: &[WorkerStatus], text: Text) -> anyhow::Result<()> {
    let state = |worker: &WorkerStatus| match worker {
        WorkerStatus { is_lost: true, .. } => "lost",
        WorkerStatus { is_away: true, .. } => "away",
        WorkerStatus {
            is_draining: true, ..
        } => "draining",
        _ => "working",
    };
    let row = |worker: &WorkerStatus| {
        [
            harmless(&worker.name),
            text.worker_state(state(worker)),
            worker.live_servers.to_string(),
        ]
    };
    let rows: Vec<_> = workers.iter().map(row).collect();
    let heading = [
        text.column_worker(),
        text.column_state(),
        text.column_servers(),
    ];
    print_line("")?;
    print_table(&heading, &rows)?;
    Ok(())
}

fn summary(fleet: &FleetStatus, text: Text) -> String {
    let mut line = text.servers_in_use(fleet.live_servers, fleet.max_servers, fleet.player_count);
    if fleet.is_draining {
        line = text.draining(&line);
    }
    if let Some(trouble) = &fleet.trouble {
        let reason = text.said(&harmless(trouble));
        line = format!("{line}\n{}", text.warning_no_new_servers(&reason));
    }
    for worker in &fleet.workers {
        if let Some(count) = worker.failed_starts {
            let sentence = text.worker_starts_fail(&harmless(&worker.name), &count.to_string());
            line = format!("{line}\n{}", text.warning_about_worker(&sentence));
        }
    }
    line
}

fn row(slot: &SlotStatus, text: Text, now: u64) -> [String; 8] {
    let none = || "-".to_owned();
    let players: Vec<_> = slot.players.iter().map(|player| harmless(player)).collect();
    [
        slot.id.to_string(),
        text.slot_state(&slot.state),
        slot.url.clone(),
        if players.is_empty() {
            none()
        } else {
            players.join(", ")
        },
        text.time(now.saturating_sub(slot.created_at)),
        slot.ends_in_ms
            .map_or_else(none, |millis| text.time(millis)),
        slot.cpu_percent
            .map_or_else(none, |percent| text.percent(percent)),
        slot.memory_bytes
            .map_or_else(none, |bytes| text.size(bytes)),
    ]
}

/// Stops a server.
pub(crate) async fn stop(settings: &Settings, text: Text, server: &str) -> anyhow::Result<()> {
    let slot: Result<SlotId, _> = server.parse();
    let slot = slot.map_err(|_invalid| anyhow!(text.invalid_server()))?;
    let running = Running::of(settings, text)?;
    let nothing = serde_json::Map::new();
    running
        .post(&format!("/api/fleet/slots/{slot}/stop"), &nothing)
        .await?;
    print_line(&text.server_stops(&slot.to_string()))?;
    Ok(())
}

/// Turns draining on or off, for the fleet or for one worker. While it is on, no new servers are started
/// there.
pub(crate) async fn drain(
    settings: &Settings,
    text: Text,
    worker: Option<String>,
    on: bool,
) -> anyhow::Result<()> {
    let running = Running::of(settings, text)?;
    let request = DrainRequest { worker, on };
    running.post("/api/fleet/drain", &request).await?;
    print_line(&match (&request.worker, on) {
        (Some(worker), true) => text.worker_drain_on(&harmless(worker)),
        (Some(worker), false) => text.worker_drain_off(&harmless(worker)),
        (None, true) => text.drain_on(),
        (None, false) => text.drain_off(),
    })?;
    Ok(())
}
