//! One server and its players.

use std::collections::HashSet;

use serde::Serialize;

use crate::ids::{PlayerId, SlotId};
use crate::rules::State;
use crate::time::{Moment, Now, UnixMillis};
use crate::view::{PlayerView, SlotView};

/// A server, as the original design shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Server<'a> {
    id: SlotId,
    port: u16,
    status: &'static str,
    last_activity: UnixMillis,
    uptime: u64,
    player_count: usize,
    players: Vec<Player<'a>>,
    max_players: usize,
    inactive_time: u64,
    /// Ours: the exact state.
    state: State,
    /// Ours: how long until the state ends if nothing else happens.
    ends_in: Option<u64>,
    /// Ours: what its server uses of one core, if the engine says.
    cpu_percent: Option<f32>,
    /// Ours: the memory of its server, if the engine says.
    memory_bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Player<'a> {
    player_id: &'a PlayerId,
    joined_at: UnixMillis,
}

impl<'a> Server<'a> {
    pub(super) fn of(slot: &'a SlotView, max_players: usize, now: Now) -> Self {
        Self {
            id: slot.id,
            port: slot.port,
            status: status(slot.state),
            last_activity: slot.last_activity,
            uptime: now.wall.since(slot.created_at),
            player_count: slot.player_count,
            players: players(&slot.players),
            max_players,
            inactive_time: now.wall.since(slot.last_activity),
            state: slot.state,
            ends_in: slot.deadline.map(|deadline| millis_until(deadline, now)),
            cpu_percent: slot.usage.map(|usage| tenths(usage.cpu_percent)),
            memory_bytes: slot.usage.map(|usage| usage.memory_bytes),
        }
    }
}

/// Rounds to tenths, so that messages stay short.
fn tenths(percent: f32) -> f32 {
    (percent * 10.0).round() / 10.0
}

/// The three words that consumers of the original design know.
fn status(state: State) -> &'static str {
    match state {
        State::Starting => "starting",
        State::Running | State::Idle => "running",
        State::Stopping | State::Stopped | State::Failed | State::Deleting => "shutting-down",
    }
}

/// Each player once, with their first visit.
fn players(visits: &[PlayerView]) -> Vec<Player<'_>> {
    let mut seen = HashSet::new();
    let firsts = visits.iter().filter(|visit| seen.insert(&visit.player));
    firsts
        .map(|visit| Player {
            player_id: &visit.player,
            joined_at: visit.joined_at,
        })
        .collect()
}

/// Returns how long it is until a deadline, in milliseconds.
pub(super) fn millis_until(deadline: Moment, now: Now) -> u64 {
    let span = deadline.since(now.moment);
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
