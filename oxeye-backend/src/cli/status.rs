//! `oxeye status [SERVER]`: what Discord would show.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use oxeye_bot::view::{server_text, status_text};
use oxeye_db::{GuildId, UnixSeconds};

use super::backend::Backend;
use super::server_choice::{self, choose, names};
use crate::clock;
use crate::config::Config;
use crate::operator_messages::{ServerLine, ServerReport};
use crate::terminal::say;

/// `oxeye status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The server's name; not needed when there is only one
    pub server: Option<String>,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub guild: Option<GuildId>,
    /// Save the picture of who is on to this file
    #[arg(long, value_name = "FILE.png")]
    pub picture: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// Prints one server, or a line for each when there are several and none was named.
pub async fn run(config: &Config, args: StatusArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config)?;
    let mut servers = match &args.server {
        // A name may be that of a server that no list shows any more.
        Some(_) => server_choice::all(&backend).await?,
        None => backend.get(&["api", "servers"]).await?.json().await?,
    };
    servers.retain(|server| args.guild.is_none_or(|guild| server.guild_id == guild));
    match choose(&servers, args.server.as_deref())? {
        Some(server) => one(&backend, server, &args).await,
        None if args.picture.is_some() => {
            bail!("which server should be on the picture? {}", names(&servers))
        }
        None if args.json => Ok(say(&serde_json::to_string_pretty(&servers)?)?),
        None => Ok(say(&overview(servers, clock::now()))?),
    }
}

async fn one(backend: &Backend, server: &ServerLine, args: &StatusArgs) -> anyhow::Result<()> {
    let guild = server.guild_id.to_string();
    let place = ["api", "servers", guild.as_str(), server.name.as_str()];
    if let Some(path) = &args.picture {
        let png = backend
            .get(&[&place[..], &["status.png"]].concat())
            .await?
            .bytes()
            .await?;
        tokio::fs::write(path, &png)
            .await
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let report: ServerReport = backend
        .get(&[&place[..], &["status"]].concat())
        .await?
        .json()
        .await?;
    if args.json {
        say(&serde_json::to_string_pretty(&report)?)?;
    } else {
        say(&status_text(
            &report.into_status(server.guild_id),
            clock::now(),
        ))?;
    }
    Ok(())
}

fn overview(servers: Vec<ServerLine>, now: UnixSeconds) -> String {
    if servers.is_empty() {
        return names(&servers);
    }
    let line = |server: ServerLine| server_text(&server.into_summary(), now);
    servers.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use oxeye_db::LinkState;
    use oxeye_plugin_proto::ServerName;

    use super::*;

    fn server(guild_id: u64, name: &str) -> ServerLine {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        ServerLine {
            guild_id: GuildId(guild_id),
            name,
            state: LinkState::AwaitingSync,
            online: 2,
            reported_count: None,
            heard_at: None,
        }
    }

    #[test]
    fn several_servers_are_shown_a_line_each() {
        let mut servers = vec![server(0, "creative"), server(7, "survival")];
        servers[0].online = 0;
        servers.push(server(7, "hidden"));
        servers[2].online = 0;
        servers[2].reported_count = Some(7);

        assert_eq!(
            overview(servers, UnixSeconds(100)),
            "creative: waiting for the server to report\n\
             survival (guild 7): waiting for the server to report, 2 players last known\n\
             hidden (guild 7): 7 players online, the server has not told who"
        );
        assert!(overview(Vec::new(), UnixSeconds(100)).contains("oxeye link NAME"));
    }
}
