//! Whether Discord knows the token, and whether the running bot is connected.

use anyhow::{Context, anyhow, bail};
use reqwest::StatusCode;

use super::running::{Finding, Running};
use crate::config::Config;
use crate::http::health::{DISCORD_OFF, ReadyResponse};

const DISCORD: &str = "https://discord.com";

/// A running Oxeye tells how its bot is doing; a token that is set here is tried, too.
pub(super) async fn check(config: &Config, running: &Running) -> Finding {
    let Some(token) = &config.discord_token else {
        return match running {
            Running::Oxeye { is_demo: true, .. } => Ok("off, as always in the demo".to_owned()),
            Running::Oxeye { ready, .. } => bot(ready),
            _ => Ok("off, since DISCORD_TOKEN is not set".to_owned()),
        };
    };
    let name = name_of_bot(config, token.expose()).await?;
    let token = format!("DISCORD_TOKEN is that of the bot {name}");
    match running {
        Running::Nobody | Running::Silent | Running::Stranger => Ok(token),
        Running::Oxeye { is_demo: true, .. } => Ok(format!("{token}; the demo does not use it")),
        Running::Oxeye { ready, .. } if ready.discord == DISCORD_OFF => bail!(
            "{token}, but the running Oxeye was started without a DISCORD_TOKEN; restart it with that setting"
        ),
        Running::Oxeye { ready, .. } => {
            let bot = bot(ready).context(format!("{token}, but the bot is not connected"))?;
            Ok(format!("{token}; {bot}"))
        }
    }
}

/// What `/readyz` says.
fn bot(ready: &ReadyResponse) -> Finding {
    let words = &ready.discord;
    if words == DISCORD_OFF {
        return Ok("off, since the running Oxeye has no DISCORD_TOKEN".to_owned());
    }
    if !ready.discord_ok {
        bail!("the running bot is {words}");
    }
    Ok(format!("the running bot is {words}"))
}

async fn name_of_bot(config: &Config, token: &str) -> anyhow::Result<String> {
    let base = config.discord_api_base.as_deref().unwrap_or(DISCORD);
    let client = reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(10))
        .build()?;
    let asked = client
        .get(format!("{base}/api/v10/users/@me"))
        .header("Authorization", format!("Bot {token}"))
        // Discord asks for this form: https://discord.com/developers/docs/reference#user-agent
        .header(
            "User-Agent",
            concat!("DiscordBot (oxeye, ", env!("CARGO_PKG_VERSION"), ")"),
        )
        .send()
        .await;
    let answer =
        asked.map_err(|error| anyhow!("{base} cannot be reached: {}", error.without_url()))?;
    match answer.status() {
        StatusCode::UNAUTHORIZED => bail!(
            "Discord does not know this DISCORD_TOKEN; copy it again from the developer portal"
        ),
        status if !status.is_success() => {
            bail!("Discord answered {status} when asked about the token")
        }
        _ => {}
    }
    let bot: serde_json::Value = answer
        .json()
        .await
        .context("Discord's answer cannot be read")?;
    let name = bot["username"].as_str().unwrap_or("without a name");
    Ok(oxeye_text::neutralise(name))
}
