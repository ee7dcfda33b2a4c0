//! `oxeye check`: what is wrong with this installation.

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use reqwest::StatusCode;

use super::{backend, say};
use crate::analytics_messages::{HealthReport, LimitedLine};
use crate::config::Config;
use crate::http::health::ReadyResponse;

const DISCORD: &str = "https://discord.com";

/// Prints a line per subject and fails if anything is wrong. That the settings are readable was found out before.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    say("settings: fine")?;
    let running = ask_running(config).await;
    let findings = [
        ("store", check_store(config, running.as_ref()).await),
        ("Discord", check_discord(config, running.as_ref()).await),
    ];
    let mut wrong = 0;
    for (subject, finding) in findings {
        match finding {
            Ok(words) => say(&format!("{subject}: {words}"))?,
            Err(error) => {
                wrong += 1;
                say(&format!("{subject}: WRONG: {error:#}"))?;
            }
        }
    }
    for line in limited_servers(config).await {
        say(&line)?;
    }
    match wrong {
        0 => Ok(()),
        1 => bail!("one thing is wrong, see above"),
        _ => bail!("{wrong} things are wrong, see above"),
    }
}

/// A line for each server that the running backend has refused something in the last hour. That is
/// worth knowing and no mistake of this installation.
async fn limited_servers(config: &Config) -> Vec<String> {
    let health = async {
        let running = backend::Backend::of(config)?;
        let answer = running.get(&["api", "health"]).await?;
        anyhow::Ok(answer.json::<HealthReport>().await?)
    };
    let limited = health.await.map(|health| health.limited);
    let line = |limited: &LimitedLine| {
        let (server, refused, limit) = (&limited.server, limited.refused_count, &limited.limit);
        format!(
            "limits: {server} sends too much: refused {refused} times in the last hour ({limit})"
        )
    };
    limited.unwrap_or_default().iter().map(line).collect()
}

/// A backend that runs on this machine knows best. `None` when there is none.
async fn ask_running(config: &Config) -> Option<ReadyResponse> {
    let url = format!("{}/readyz", config.local_url());
    backend::client()
        .ok()?
        .get(url)
        .send()
        .await
        .ok()?
        .json()
        .await
        .ok()
}

async fn check_store(config: &Config, running: Option<&ReadyResponse>) -> anyhow::Result<String> {
    let path = config.database_path.display();
    match running {
        Some(answer) if answer.ready => Ok(format!(
            "writable, says the backend at {}",
            config.local_url()
        )),
        Some(_) => bail!(
            "the backend at {} cannot write it; its log says why",
            config.local_url()
        ),
        None if config.database_path.exists() => {
            check_folder(config.data_folder())?;
            let found = look_at(&config.database_path, &config.local_url()).await?;
            Ok(format!(
                "{path} {found}; no backend is running at {}",
                config.local_url()
            ))
        }
        None => {
            check_folder(config.data_folder())?;
            Ok(format!("{path} will be made at the first start"))
        }
    }
}

/// A look changes nothing: an older file stays as it is until Oxeye is started.
async fn look_at(path: &Path, url: &str) -> anyhow::Result<String> {
    let file = path.to_owned();
    let seen = tokio::task::spawn_blocking(move || oxeye_db::inspect(&file)).await??;
    let shown = path.display();
    if seen.in_use {
        bail!("{shown} is in use by a process that does not answer at {url}");
    }
    if std::fs::metadata(path)?.permissions().readonly() {
        bail!("{shown} is read-only for everybody; oxeye needs to write it");
    }
    Ok(if seen.found < seen.known {
        format!(
            "is of an older version (schema {}, this one has {}) and will be migrated at the next start",
            seen.found, seen.known
        )
    } else {
        "is fine".to_owned()
    })
}

fn check_folder(folder: &Path) -> anyhow::Result<()> {
    let probe = folder.join(".oxeye-check");
    let written = std::fs::write(&probe, "").and_then(|()| std::fs::remove_file(&probe));
    written.with_context(|| format!("nothing can be written in the folder {}", folder.display()))
}

/// A running bot tells how it is doing; otherwise Discord is asked whether it knows the token.
async fn check_discord(config: &Config, running: Option<&ReadyResponse>) -> anyhow::Result<String> {
    let Some(token) = &config.discord_token else {
        return Ok("off, since DISCORD_TOKEN is not set".to_owned());
    };
    let base = config.discord_api_base.as_deref().unwrap_or(DISCORD);
    let client = reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(10))
        .build()?;
    let asked = client
        .get(format!("{base}/api/v10/users/@me"))
        .header("Authorization", format!("Bot {}", token.expose()))
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
    let token = format!("the token is that of the bot {name}");
    match running {
        None => Ok(token),
        Some(answer) if answer.discord_ok => {
            Ok(format!("{token}; the running bot is {}", answer.discord))
        }
        // The settings may be right while those of the running backend are not, or the intents are refused.
        Some(answer) => bail!("{token}, but the running bot is {}", answer.discord),
    }
}
