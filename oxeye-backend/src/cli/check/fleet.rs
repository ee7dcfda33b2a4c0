//! Checks that a fleet answers at FLEET_URL, and that there is a bot to show it.

use anyhow::{Context, bail};
use oxeye_text::Text;

use super::running::{Finding, Running};
use crate::config::{Config, without_credentials};
use crate::fleet::{FleetClient, Trouble};
use crate::http::health::DISCORD_OFF;

/// Asks the fleet, without any token.
pub(super) async fn check(config: &Config, text: Text, running: &Running) -> Finding {
    let Some(address) = &config.fleet_url else {
        return Ok(text.fleet_not_set());
    };
    let client = FleetClient::at(address).context("FLEET_URL: no HTTPS")?;
    let url = without_credentials(address);
    let words = match client.server_count().await {
        Ok(count) => text.fleet_answers(&url, count),
        Err(Trouble::Unreachable | Trouble::Silent | Trouble::Closed) => {
            bail!(text.fleet_unreachable(&url))
        }
        Err(Trouble::Status(503)) => bail!(text.fleet_not_ready(&url)),
        Err(Trouble::Status(status)) => bail!(text.fleet_odd_status(&url, status)),
        Err(Trouble::NotAFleet) => bail!(text.fleet_stranger(&url)),
    };
    match has_bot(config, running) {
        true => Ok(words),
        false => Ok(text.fleet_without_bot(&words)),
    }
}

/// Whether there is a bot to show the fleet: in the running Oxeye or, without one, by the settings here.
fn has_bot(config: &Config, running: &Running) -> bool {
    match running {
        Running::Oxeye { ready, .. } => ready.discord != DISCORD_OFF,
        Running::Nobody | Running::Silent | Running::Stranger => config.discord.token.is_some(),
    }
}
