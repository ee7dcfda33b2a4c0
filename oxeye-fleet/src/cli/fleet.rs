//! `list`, `stop` and `drain`.

use super::output::{harmless, now, print_line, print_table, size, span};
use super::running::Running;
use crate::ids::SlotId;
use crate::operator_messages::{DrainRequest, FleetStatus, SlotStatus};
use crate::settings::Settings;

/// Prints the servers and who is on them.
pub(crate) async fn list(settings: &Settings, as_json: bool) -> anyhow::Result<()> {
    let running = Running::of(settings)?;
    let fleet: FleetStatus = running.get("/api/fleet").await?;
    if as_json {
        print_line(&serde_json::to_string_pretty(&fleet)?)?;
        return Ok(());
    }
    print_line(&summary(&fleet))?;
    if !fleet.slots.is_empty() {
        print_line("")?;
        let now = now();
        let rows: Vec<_> = fleet.slots.iter().map(|slot| row(slot, now)).collect();
        let heading = [
            "SERVER", "STATE", "URL", "PLAYERS", "AGE", "ENDS IN", "CPU", "MEMORY",
        ];
        print_table(heading, &rows)?;
    }
    Ok(())
}

fn summary(fleet: &FleetStatus) -> String {
    let servers = if fleet.max_servers == 1 {
        "server"
    } else {
        "servers"
    };
    let players = if fleet.player_count == 1 {
        "player"
    } else {
        "players"
    };
    let mut line = format!(
        "{} of {} {servers} in use, {} {players}",
        fleet.live_servers, fleet.max_servers, fleet.player_count
    );
    if fleet.is_draining {
        line.push_str("; draining: no new servers are started");
    }
    if let Some(trouble) = &fleet.trouble {
        line.push_str("\nWARNING: no new servers can be started: ");
        line.push_str(&harmless(trouble));
    }
    line
}

fn row(slot: &SlotStatus, now: u64) -> [String; 8] {
    let none = || "-".to_owned();
    let players: Vec<_> = slot.players.iter().map(|player| harmless(player)).collect();
    [
        slot.id.to_string(),
        slot.state.clone(),
        slot.url.clone(),
        if players.is_empty() {
            none()
        } else {
            players.join(", ")
        },
        span(now.saturating_sub(slot.created_at)),
        slot.ends_in_ms.map_or_else(none, span),
        slot.cpu_percent
            .map_or_else(none, |percent| format!("{percent:.1} %")),
        slot.memory_bytes.map_or_else(none, size),
    ]
}

/// Stops a server.
pub(crate) async fn stop(settings: &Settings, server: &str) -> anyhow::Result<()> {
    let slot: SlotId = server.parse()?;
    let running = Running::of(settings)?;
    let nothing = serde_json::Map::new();
    running
        .post(&format!("/api/fleet/slots/{slot}/stop"), &nothing)
        .await?;
    print_line(&format!(
        "{slot} is being stopped; `oxeye-fleet list` shows when it is gone."
    ))?;
    Ok(())
}

/// Turns draining on or off. While it is on, no new servers are started.
pub(crate) async fn drain(settings: &Settings, on: bool) -> anyhow::Result<()> {
    let running = Running::of(settings)?;
    running
        .post("/api/fleet/drain", &DrainRequest { on })
        .await?;
    print_line(match on {
        true => {
            "No new servers are started. Players who are on keep theirs; `oxeye-fleet drain --off` ends this."
        }
        false => "New servers are started again.",
    })?;
    Ok(())
}
