//! What the fleet answers, as far as we read it: fields of the original design, and of ours the exact state of a
//! server, if it is there.

use oxeye_db::UnixSeconds;
use oxeye_text::{Fleet, FleetPlayer, FleetSlot, SlotState};
use serde::Deserialize;

/// The answer of `/api/servers`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Servers {
    auto_scaled_servers: Vec<Server>,
    config: Config,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Server {
    status: Status,
    #[serde(default)]
    state: State,
    players: Vec<Player>,
    /// Milliseconds since 1970.
    last_activity: u64,
}

/// The words of the original design.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Starting,
    Running,
    ShuttingDown,
}

/// Our words, which are exact.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Starting,
    Running,
    Idle,
    Stopping,
    Stopped,
    Failed,
    Deleting,
    /// The fleet is of the original design, or newer than we are.
    #[default]
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Player {
    player_id: String,
    /// Milliseconds since 1970.
    joined_at: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    max_servers: usize,
}

/// The answer of `/health`.
#[derive(Debug, Deserialize)]
pub(super) struct Health {
    status: String,
}

/// The answer of `/api/capacity`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Capacity {
    pub(super) auto_scaled_servers: usize,
}

/// Puts both answers together.
pub(super) fn fleet(servers: Servers, health: &Health) -> Fleet {
    let slots = servers.auto_scaled_servers.into_iter();
    Fleet {
        max_servers: servers.config.max_servers,
        starts_servers: health.status == "healthy",
        slots: slots.map(slot).collect(),
    }
}

fn slot(server: Server) -> FleetSlot {
    let players = server.players.into_iter();
    FleetSlot {
        state: state(server.state, server.status),
        players: players.map(player).collect(),
        last_active: seconds(server.last_activity),
    }
}

fn player(player: Player) -> FleetPlayer {
    FleetPlayer {
        name: player.player_id,
        joined_at: seconds(player.joined_at),
    }
}

fn state(exact: State, rough: Status) -> SlotState {
    match (exact, rough) {
        (State::Starting, _) | (State::Unknown, Status::Starting) => SlotState::Starting,
        (State::Running, _) | (State::Unknown, Status::Running) => SlotState::Running,
        (State::Idle, _) => SlotState::Idle,
        (State::Stopping, _) | (State::Unknown, Status::ShuttingDown) => SlotState::Stopping,
        (State::Stopped, _) => SlotState::Stopped,
        (State::Failed, _) => SlotState::Failed,
        (State::Deleting, _) => SlotState::Deleting,
    }
}

fn seconds(millis: u64) -> UnixSeconds {
    UnixSeconds(i64::try_from(millis / 1_000).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const SERVERS: &str = include_str!("../../../oxeye-fleet/tests/fixtures/original/servers.json");
    const HEALTH: &str = include_str!("../../../oxeye-fleet/tests/fixtures/original/health.json");

    fn read(servers: &str, health: &str) -> serde_json::Result<Fleet> {
        let health = serde_json::from_str(health)?;
        Ok(fleet(serde_json::from_str(servers)?, &health))
    }

    /// Returns the original's answer with another first server.
    fn changed(change: impl FnOnce(&mut Value)) -> String {
        let mut servers: Value = serde_json::from_str(SERVERS).unwrap();
        change(&mut servers["autoScaledServers"][0]);
        servers.to_string()
    }

    #[test]
    fn the_answers_of_the_original_design_are_understood() {
        let fleet = read(SERVERS, HEALTH).unwrap();

        assert_eq!(fleet.max_servers, 50);
        assert!(fleet.starts_servers);
        let ada = FleetPlayer {
            name: "Ada".to_owned(),
            joined_at: UnixSeconds(1_762_578_001),
        };
        let running = FleetSlot {
            state: SlotState::Running,
            players: vec![ada],
            last_active: UnixSeconds(1_762_578_007),
        };
        let stopping = FleetSlot {
            state: SlotState::Stopping,
            players: Vec::new(),
            last_active: UnixSeconds(1_762_578_006),
        };
        assert_eq!(fleet.slots, [running, stopping]);
    }

    #[track_caller]
    fn check_state(word: &str, expected: SlotState) {
        let servers = changed(|server| server["state"] = json!(word));
        assert_eq!(read(&servers, HEALTH).unwrap().slots[0].state, expected);
    }

    #[test]
    fn the_exact_state_counts_if_it_is_known() {
        check_state("starting", SlotState::Starting);
        check_state("idle", SlotState::Idle);
        check_state("stopping", SlotState::Stopping);
        check_state("stopped", SlotState::Stopped);
        check_state("failed", SlotState::Failed);
        check_state("deleting", SlotState::Deleting);
        check_state("sleeping", SlotState::Running);
    }

    #[test]
    fn a_fleet_that_is_not_healthy_starts_no_servers() {
        let fleet = read(SERVERS, r#"{"status":"degraded","reason":"..."}"#).unwrap();
        assert!(!fleet.starts_servers);
    }

    #[test]
    fn answers_of_other_programs_are_refused_and_odd_times_are_not() {
        read("{}", HEALTH).expect_err("no servers");
        read(SERVERS, "[]").expect_err("no status");
        let unknown = changed(|server| server["status"] = json!("on fire"));
        read(&unknown, HEALTH).expect_err("no such status");
        let late = changed(|server| server["lastActivity"] = json!(u64::MAX));
        assert!(read(&late, HEALTH).unwrap().slots[0].last_active > UnixSeconds(0));
    }
}
