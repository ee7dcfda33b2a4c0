//! All servers: `/api/servers`, and what the feed sends.

use serde::Serialize;

use super::Wording;
use super::numbers::{PlayerMetrics, active_players, total_servers};
use super::server::Server;
use crate::ids::SlotId;
use crate::rules::Limits;
use crate::time::{Now, UnixMillis};
use crate::view::{FleetView, News, WorkerView};

/// How many of the newest entries of the news the feed repeats.
const NEWS: usize = 30;

/// The answer of `/api/servers`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Servers<'a> {
    persistent_server: PersistentServer<'a>,
    auto_scaled_servers: Vec<Server<'a>>,
    total_servers: usize,
    active_players: usize,
    config: Config<'a>,
}

/// What the feed sends: the `data` of each message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot<'a> {
    persistent: Persistent<'a>,
    auto_scaled: Vec<Server<'a>>,
    player_metrics: PlayerMetrics,
    config: Config<'a>,
    timestamp: UnixMillis,
    /// Ours: whether the engine cannot be reached.
    engine_away: bool,
    /// Ours: whether no new servers are started.
    draining: bool,
    /// Ours: the workers that get no new servers, or cannot be reached.
    closed_workers: Vec<ClosedWorker<'a>>,
    /// Ours: servers made since the program started.
    created_total: u64,
    /// Ours: servers deleted since the program started.
    deleted_total: u64,
    /// Ours: what happened lately, oldest first.
    news: Vec<Item<'a>>,
}

/// The server that is always there; without one, its URL is empty.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PersistentServer<'a> {
    id: u8,
    url: &'a str,
    status: &'static str,
    player_count: u8,
    max_players: &'static str,
}

#[derive(Debug, Serialize)]
struct Persistent<'a> {
    id: u8,
    url: &'a str,
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    min_servers: usize,
    max_servers: usize,
    max_players_per_server: usize,
    inactivity_shutdown: u64,
    cleanup_delete: u64,
    base_image: &'a str,
}

/// A worker that gets no new servers, or cannot be reached.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ClosedWorker<'a> {
    name: &'a str,
    /// `draining`, `away` or `lost`.
    state: &'static str,
    /// Why it cannot be reached, if that is known: what everybody may read.
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    at: UnixMillis,
    server_id: SlotId,
    sentence: &'a str,
}

impl<'a> Servers<'a> {
    pub(crate) fn of(view: &'a FleetView, wording: &'a Wording, now: Now) -> Self {
        Self {
            persistent_server: PersistentServer {
                id: 1,
                url: persistent_url(wording),
                status: "persistent",
                player_count: 0,
                max_players: "unlimited",
            },
            auto_scaled_servers: servers(view, now),
            total_servers: total_servers(view, wording),
            active_players: active_players(view),
            config: Config::of(&view.limits, wording),
        }
    }
}

impl<'a> Snapshot<'a> {
    pub(crate) fn of(view: &'a FleetView, wording: &'a Wording, now: Now) -> Self {
        let newest = view.news.len().saturating_sub(NEWS);
        Self {
            persistent: Persistent {
                id: 1,
                url: persistent_url(wording),
                status: "running",
            },
            auto_scaled: servers(view, now),
            player_metrics: PlayerMetrics::of(view, wording),
            config: Config::of(&view.limits, wording),
            timestamp: now.wall,
            engine_away: view.engine_is_away,
            draining: view.is_draining,
            closed_workers: view.workers.iter().filter_map(ClosedWorker::of).collect(),
            created_total: view.created_total,
            deleted_total: view.deleted_total,
            news: view.news[newest..].iter().map(Item::of).collect(),
        }
    }
}

impl<'a> ClosedWorker<'a> {
    fn of(worker: &'a WorkerView) -> Option<Self> {
        let state = match worker {
            WorkerView { is_lost: true, .. } => "lost",
            WorkerView { is_away: true, .. } => "away",
            WorkerView {
                is_draining: true, ..
            } => "draining",
            _ => return None,
        };
        Some(Self {
            name: worker.name.as_str(),
            state,
            reason: worker.trouble.as_ref().map(|trouble| trouble.sentence),
        })
    }
}

impl<'a> Item<'a> {
    fn of(news: &'a News) -> Self {
        Self {
            at: news.at,
            server_id: news.slot,
            sentence: &news.sentence,
        }
    }
}

impl<'a> Config<'a> {
    fn of(limits: &Limits, wording: &'a Wording) -> Self {
        Self {
            min_servers: 0,
            max_servers: limits.max_servers,
            max_players_per_server: limits.max_players,
            inactivity_shutdown: limits.idle.as_secs(),
            cleanup_delete: limits.delete_after.as_secs(),
            base_image: &wording.base_image,
        }
    }
}

fn persistent_url(wording: &Wording) -> &str {
    wording.persistent_server_url.as_deref().unwrap_or_default()
}

fn servers(view: &FleetView, now: Now) -> Vec<Server<'_>> {
    let max_players = view.limits.max_players;
    let slots = view.slots.iter();
    slots
        .map(|slot| Server::of(slot, max_players, now))
        .collect()
}
