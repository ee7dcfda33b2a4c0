//! `/api/capacity`, the metrics of the feed, and `/health`.

use serde::{Serialize, Serializer};

use super::Wording;
use crate::view::FleetView;

/// The answer of `/api/capacity`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Capacity {
    total_servers: usize,
    auto_scaled_servers: usize,
    max_players_per_server: usize,
    total_capacity: usize,
    used_capacity: usize,
    available_capacity: usize,
    utilization_percent: Utilization,
    active_players: usize,
}

/// The metrics of the feed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlayerMetrics {
    total_active_players: usize,
    total_servers: usize,
    auto_scaled_servers: usize,
    total_capacity: usize,
    available_capacity: usize,
    utilization_percent: Utilization,
}

impl Capacity {
    pub(crate) fn of(view: &FleetView, wording: &Wording) -> Self {
        let servers = view.slots.len();
        let max_players = view.limits.max_players;
        let (total, used) = (servers * max_players, active_players(view));
        Self {
            total_servers: total_servers(view, wording),
            auto_scaled_servers: servers,
            max_players_per_server: max_players,
            total_capacity: total,
            used_capacity: used,
            available_capacity: total.saturating_sub(used),
            utilization_percent: Utilization { used, total },
            active_players: used,
        }
    }
}

impl PlayerMetrics {
    pub(super) fn of(view: &FleetView, wording: &Wording) -> Self {
        let capacity = Capacity::of(view, wording);
        Self {
            total_active_players: capacity.active_players,
            total_servers: capacity.total_servers,
            auto_scaled_servers: capacity.auto_scaled_servers,
            total_capacity: capacity.total_capacity,
            available_capacity: capacity.available_capacity,
            utilization_percent: capacity.utilization_percent,
        }
    }
}

/// Returns the number of servers, with the one that is always there, if there is one.
pub(super) fn total_servers(view: &FleetView, wording: &Wording) -> usize {
    view.slots.len() + usize::from(wording.persistent_server_url.is_some())
}

/// Returns the number of players.
pub(super) fn active_players(view: &FleetView) -> usize {
    view.slots.iter().map(|slot| slot.player_count).sum()
}

/// A text with two decimals, or the number 0 without any capacity, as in the original design.
#[derive(Debug, Clone, Copy)]
struct Utilization {
    used: usize,
    total: usize,
}

impl Serialize for Utilization {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.total == 0 {
            return serializer.serialize_u8(0);
        }
        // In hundredths of a percent, rounded.
        let hundredths = (self.used * 10_000 + self.total / 2) / self.total;
        serializer.collect_str(&format_args!(
            "{}.{:02}",
            hundredths / 100,
            hundredths % 100
        ))
    }
}

/// The answer of `/health` and `/readyz`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Health {
    /// `healthy`; ours: `degraded`, if no new servers can be started now.
    status: &'static str,
    servers: usize,
    active_players: usize,
    persistent: bool,
    /// Ours: why it is degraded.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Ours: what is wrong although new servers are started.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

impl Health {
    /// Describes a fleet, and the reason why no new servers are started, if there is one.
    pub(crate) fn of(view: &FleetView, wording: &Wording, reason: Option<&str>) -> Self {
        Self {
            status: match reason {
                Some(_) => "degraded",
                None => "healthy",
            },
            servers: view.slots.len(),
            active_players: active_players(view),
            persistent: wording.persistent_server_url.is_some(),
            reason: reason.map(str::to_owned),
            warning: None,
        }
    }

    /// Adds what is wrong although new servers are started.
    pub(crate) fn with_warning(self, warning: Option<String>) -> Self {
        Self { warning, ..self }
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.reason.is_none()
    }
}
