//! Checks whether Discord accepts the token, and whether the running bot is connected.

use std::io;

use anyhow::{Context, anyhow, bail};
use oxeye_text::{Text, neutralise};
use reqwest::StatusCode;

use super::running::{Finding, Running};
use crate::config::Config;
use crate::http::health::{DISCORD_OFF, ReadyResponse};

const DISCORD: &str = "https://discord.com";

/// Tries the token that is set here, and reports how the bot of a running Oxeye is doing.
pub(super) async fn check(
    config: &Config,
    text: Text,
    running: &Running,
    invite_link: fn(&str) -> String,
) -> Finding {
    let Some(token) = &config.discord.token else {
        return match running {
            Running::Oxeye { is_demo: true, .. } => Ok(text.discord_off_in_demo()),
            Running::Oxeye { ready, .. } => bot(text, ready),
            _ => Ok(text.discord_off()),
        };
    };
    let (name, id) = name_and_id(config, text, token.expose()).await?;
    let invite = invite_link(&id.to_string());
    let token = text.discord_token_of(&name, &invite);
    match running {
        Running::Nobody | Running::Silent | Running::Stranger => Ok(token),
        Running::Oxeye { is_demo: true, .. } => Ok(text.discord_not_in_demo(&token)),
        Running::Oxeye { ready, .. } if ready.discord == DISCORD_OFF => {
            bail!(text.discord_not_started(&token))
        }
        Running::Oxeye { ready, .. } => {
            let bot = bot(text, ready).with_context(|| text.discord_not_connected(&token))?;
            Ok(format!("{token}; {bot}"))
        }
    }
}

/// Says why there is no answer: the cause behind all others.
fn why(text: Text, error: reqwest::Error) -> String {
    if error.is_timeout() {
        return text.system_timed_out();
    }
    let error = anyhow::Error::from(error.without_url());
    let mut causes = error.chain().rev();
    let of_system = causes.find_map(|cause| cause.downcast_ref::<io::Error>());
    of_system.map_or_else(
        || error.root_cause().to_string(),
        |of_system| text.system_error(of_system),
    )
}

/// Returns the state of the bot, as `/readyz` reports it.
fn bot(text: Text, ready: &ReadyResponse) -> Finding {
    let words = &ready.discord;
    if words == DISCORD_OFF {
        return Ok(text.discord_off_there());
    }
    if !ready.discord_ok {
        bail!(text.discord_bot(words));
    }
    Ok(text.discord_bot(words))
}

/// Returns the name of the bot and the id of its application.
async fn name_and_id(config: &Config, text: Text, token: &str) -> anyhow::Result<(String, u64)> {
    let base = config.discord.api_base.as_deref().unwrap_or(DISCORD);
    let client = reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(10))
        .build()?;
    let asked = client
        .get(format!("{base}/api/v10/users/@me"))
        .header("Authorization", format!("Bot {token}"))
        // Discord requires this format: https://discord.com/developers/docs/reference#user-agent
        .header(
            "User-Agent",
            concat!("DiscordBot (oxeye, ", env!("CARGO_PKG_VERSION"), ")"),
        )
        .send()
        .await;
    let answer =
        asked.map_err(|error| anyhow!(text.discord_unreachable(base, &why(text, error))))?;
    match answer.status() {
        StatusCode::UNAUTHORIZED => bail!(text.discord_unknown_token()),
        status if !status.is_success() => {
            bail!(text.discord_odd_status(&status.to_string()))
        }
        _ => {}
    }
    let bot: serde_json::Value = answer
        .json()
        .await
        .with_context(|| text.discord_odd_answer())?;
    let name = bot["username"].as_str().map(neutralise);
    let name = name.unwrap_or_else(|| text.discord_no_name());
    // The answer comes from the network, and goes into a link that people open.
    let id: u64 = bot["id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .with_context(|| text.discord_odd_answer())?;
    Ok((name, id))
}
