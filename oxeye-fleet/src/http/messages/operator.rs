//! `/api/fleet`, for operators.

use std::collections::BTreeSet;

use super::Wording;
use super::numbers::active_players;
use super::server::millis_until;
use crate::ids::WorkerName;
use crate::operator_messages::{FleetStatus, MissingWorker, NewsItem, SlotStatus, WorkerStatus};
use crate::rules::{Severity, State};
use crate::time::Now;
use crate::view::{FleetView, News, SlotView, WorkerView};

/// Returns the full state of the fleet, with deadlines.
pub(crate) fn fleet_status(
    view: &FleetView,
    wording: &Wording,
    now: Now,
    trouble: Option<String>,
) -> FleetStatus {
    let slots = view.slots.iter();
    FleetStatus {
        max_servers: view.limits.max_servers,
        live_servers: slots.clone().filter(|slot| is_live(slot)).count(),
        slots: slots.map(|slot| status(slot, wording, now)).collect(),
        max_players_per_server: view.limits.max_players,
        player_count: active_players(view),
        is_draining: view.is_draining,
        engine_is_away: view.engine_is_away,
        workers: view.workers.iter().map(worker).collect(),
        missing_workers: view.missing_workers.iter().map(missing).collect(),
        trouble,
        news: view.news.iter().map(item).collect(),
    }
}

fn is_live(slot: &SlotView) -> bool {
    matches!(
        slot.state,
        State::Starting | State::Running | State::Idle | State::Stopping
    )
}

fn status(slot: &SlotView, wording: &Wording, now: Now) -> SlotStatus {
    let players: BTreeSet<_> = slot.players.iter().map(|visit| &visit.player).collect();
    SlotStatus {
        id: slot.id,
        state: word(slot.state).to_owned(),
        url: wording
            .public_address
            .of(&slot.worker, slot.port)
            .unwrap_or_default(),
        port: slot.port,
        world: slot.world.to_string(),
        worker: slot.worker.to_string(),
        players: players.into_iter().map(ToString::to_string).collect(),
        created_at: slot.created_at.0,
        ends_in_ms: slot.deadline.map(|deadline| millis_until(deadline, now)),
        cpu_percent: slot.usage.map(|usage| usage.cpu_percent),
        memory_bytes: slot.usage.map(|usage| usage.memory_bytes),
    }
}

fn worker(worker: &WorkerView) -> WorkerStatus {
    WorkerStatus {
        name: worker.name.to_string(),
        live_servers: worker.live_servers,
        is_away: worker.is_away,
        is_lost: worker.is_lost,
        is_draining: worker.is_draining,
        trouble: worker
            .trouble
            .as_ref()
            .map(|trouble| trouble.in_full.clone()),
        memory_bytes: worker.memory.map(|memory| memory.total_bytes),
        server_memory_bytes: worker.memory.map(|memory| memory.server_bytes),
        failed_starts: worker.failed_starts.as_ref().map(|failed| failed.count),
    }
}

fn missing((name, world_count): (&WorkerName, &usize)) -> MissingWorker {
    MissingWorker {
        name: name.to_string(),
        world_count: *world_count,
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Starting => "starting",
        State::Running => "running",
        State::Idle => "idle",
        State::Stopping => "stopping",
        State::Stopped => "stopped",
        State::Failed => "failed",
        State::Deleting => "deleting",
    }
}

fn item(news: &News) -> NewsItem {
    NewsItem {
        at: news.at.0,
        slot: news.slot,
        sentence: news.in_full(),
        is_failure: news.severity == Severity::Failure,
    }
}
