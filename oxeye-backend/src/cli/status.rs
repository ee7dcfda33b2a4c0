//! `oxeye status [SERVER]`: what Discord would show.

use anyhow::{Context, bail};
use oxeye_bot::view::{neutralise, server_text, status_text};
use oxeye_db::UnixSeconds;

use super::backend::Backend;
use super::{StatusArgs, say, server_choice};
use crate::clock;
use crate::config::Config;
use crate::operator_messages::{ServerLine, ServerReport};

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

/// The server meant: the named one, or the only one. `None` means all.
pub(super) fn choose<'a>(
    servers: &'a [ServerLine],
    name: Option<&str>,
) -> anyhow::Result<Option<&'a ServerLine>> {
    let Some(name) = name else {
        return Ok(if let [only] = servers {
            Some(only)
        } else {
            None
        });
    };
    match &called(servers, name)[..] {
        [] => bail!("there is no server {name:?}. {}", names(servers)),
        [server] => Ok(Some(server)),
        [first, second, ..] if first.guild_id == second.guild_id => bail!(
            "{name:?} may be {} or {}; write it with the same capital letters",
            neutralise(first.name.as_str()),
            neutralise(second.name.as_str())
        ),
        [first, second, ..] => bail!(
            "several guilds have a server {name:?}; say which with --guild, for example --guild {} or --guild {}",
            first.guild_id,
            second.guild_id
        ),
    }
}

/// The servers of exactly that name, or else those whose name differs in nothing but case.
fn called<'a>(servers: &'a [ServerLine], name: &str) -> Vec<&'a ServerLine> {
    let name = name.trim();
    let exactly: Vec<_> = servers
        .iter()
        .filter(|server| server.name.as_str() == name)
        .collect();
    if !exactly.is_empty() {
        return exactly;
    }
    let folded = name.to_lowercase();
    let alike = servers.iter();
    alike
        .filter(|server| server.name.as_str().to_lowercase() == folded)
        .collect()
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

pub(super) fn names(servers: &[ServerLine]) -> String {
    if servers.is_empty() {
        return "No server is linked yet; `oxeye link NAME` prints a link code.".to_owned();
    }
    let names: Vec<String> = servers
        .iter()
        .map(|server| neutralise(server.name.as_str()).to_string())
        .collect();
    format!("Linked servers: {}.", names.join(", "))
}

#[cfg(test)]
mod tests {
    use oxeye_db::{GuildId, LinkState};
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
    fn the_only_server_need_not_be_named() {
        let servers = [server(0, "survival")];

        assert_eq!(
            choose(&servers, None).unwrap().unwrap().name.as_str(),
            "survival"
        );
        assert!(
            choose(&[server(0, "a"), server(0, "b")], None)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_name_that_two_guilds_use_needs_the_guild() {
        let servers = [server(1, "survival"), server(2, "survival")];

        let sentence = choose(&servers, Some("survival"))
            .expect_err("which one?")
            .to_string();

        assert!(sentence.contains("--guild 1 or --guild 2"), "{sentence}");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let sentence = choose(&[server(0, "survival")], Some("creative"))
            .expect_err("unknown")
            .to_string();

        assert!(sentence.contains("Linked servers: survival."), "{sentence}");
    }

    #[test]
    fn a_name_in_another_case_is_found_if_only_one_server_is_called_that() {
        let servers = [server(0, "SMP"), server(0, "smp"), server(0, "Hub")];

        let chosen = |name| choose(&servers, Some(name)).map(|server| server.unwrap());
        assert_eq!(chosen("hub").unwrap().name.as_str(), "Hub");
        assert_eq!(chosen(" smp ").unwrap().name.as_str(), "smp");
        let sentence = chosen("Smp").expect_err("which one?").to_string();
        assert!(sentence.contains("SMP or smp"), "{sentence}");
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
