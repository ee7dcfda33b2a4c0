//! `oxeye status [SERVER]`: prints what Discord would show.

use anyhow::bail;
use clap::Args;
use oxeye_db::{GuildId, UnixSeconds};
use oxeye_process::clock;
use oxeye_text::Text;

use super::backend::Backend;
use super::picture_file::{PictureArgs, PictureFile};
use super::server_choice::{self, choose, names, place};
use crate::api_messages::servers::{ServerLine, ServerReport};
use crate::config::Config;
use crate::terminal::print_line;

/// The largest number of players last seen that the API returns.
const EVERYBODY: usize = 10_000;

/// The arguments of `oxeye status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The name of the server; not needed if there is only one
    pub(crate) server: Option<String>,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// Show everybody who was there recently, not only the newest
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    /// Print JSON instead of text: a list with one entry per server
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints one server in full, or one line per server if there are several and none was named; with `--all`, each of
/// them in full. The JSON is always a list.
pub(crate) async fn run(config: &Config, text: Text, args: StatusArgs) -> anyhow::Result<()> {
    let picture = args.picture.file(config, text)?;
    let backend = Backend::of(config, text)?;
    let mut servers = match &args.server {
        // The name may belong to a server that the usual list no longer contains.
        Some(_) => server_choice::all(&backend).await?,
        None => backend.get(&["api", "servers"]).await?.json().await?,
    };
    servers.retain(|server| args.guild.is_none_or(|guild| server.guild_id == guild));
    let chosen = choose(text, &servers, args.server.as_deref())?;
    if let Some(picture) = picture {
        let Some(server) = chosen else {
            bail!(text.which_picture(&names(text, &servers)))
        };
        save_picture(&backend, text, server, &picture).await?;
    }
    let chosen = match chosen {
        Some(server) => std::slice::from_ref(server),
        None => &servers[..],
    };
    match chosen {
        _ if args.json => {
            // Scripts get as many as the API gives unasked.
            let limit = args.all.then_some(EVERYBODY);
            let reports = reports(&backend, chosen, limit).await?;
            print_line(&serde_json::to_string_pretty(&reports)?)?;
        }
        [only] => {
            let limit = match args.all {
                true => EVERYBODY,
                false => config.discord.last_seen_shown,
            };
            let reports = reports(&backend, std::slice::from_ref(only), Some(limit)).await?;
            let Some(report) = reports.into_iter().next() else {
                bail!(text.server_vanished())
            };
            print_line(&text.status(&report.into_status(), clock::now()))?;
        }
        several if args.all && !several.is_empty() => {
            let reports = reports(&backend, several, Some(EVERYBODY)).await?;
            print_line(&in_full(text, reports, clock::now()))?;
        }
        _ => print_line(&overview(text, servers, clock::now()))?,
    }
    Ok(())
}

async fn save_picture(
    backend: &Backend,
    text: Text,
    server: &ServerLine,
    picture: &PictureFile<'_>,
) -> anyhow::Result<()> {
    let guild = server.guild_id.to_string();
    let path = [&place(&guild, server)[..], &["status.png"]].concat();
    let png = backend.get(&path).await?.bytes().await?;
    let title = text.server(&server.clone().into_summary(), clock::now());
    picture.write(&png, &title).await
}

/// Returns the reports, with at most `limit` players last seen each. A server that was removed since it was listed is
/// left out.
async fn reports(
    backend: &Backend,
    servers: &[ServerLine],
    limit: Option<usize>,
) -> anyhow::Result<Vec<ServerReport>> {
    let limit = limit.map(|limit| ("limit", limit.to_string()));
    let mut reports = Vec::new();
    for server in servers {
        let guild = server.guild_id.to_string();
        let status = [&place(&guild, server)[..], &["status"]].concat();
        if let Some(answer) = backend.find(&status, limit.as_slice()).await? {
            reports.push(answer.json().await?);
        }
    }
    Ok(reports)
}

/// Renders several servers in full, each with its guild if it is not local.
fn in_full(text: Text, reports: Vec<ServerReport>, now: UnixSeconds) -> String {
    let pages = reports
        .into_iter()
        .map(|report| text.status_of_one(&report.into_status(), now));
    pages.collect::<Vec<_>>().join("\n\n")
}

fn overview(text: Text, servers: Vec<ServerLine>, now: UnixSeconds) -> String {
    if servers.is_empty() {
        return names(text, &servers);
    }
    let line = |server: ServerLine| text.server(&server.into_summary(), now);
    servers.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use oxeye_db::LinkState;
    use oxeye_plugin_proto::ServerName;
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;
    use crate::api_messages::about::AboutLine;

    const ENGLISH: Text = Text::of(Locale::English);

    fn server(guild_id: u64, name: &str) -> ServerLine {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        ServerLine {
            guild_id: GuildId(guild_id),
            server: name,
            state: LinkState::AwaitingSync,
            state_since_at: None,
            online_count: 2,
            reported_count: None,
            heard_at: None,
            about: AboutLine::default(),
            watched: None,
        }
    }

    #[test]
    fn with_all_each_of_several_servers_is_shown_in_full() {
        let report = |guild: &str, player: &str| {
            let report = json!({"guild_id": guild, "server": "survival", "state": "online",
                "state_since_at": null, "heard_at": 90, "window_secs": 86_400, "online_count": 0,
                "online_players": [], "last_seen_count": 1,
                "last_seen_players": [{"player": player, "last_seen_at": 40}]});
            serde_json::from_value(report).unwrap()
        };
        let reports = vec![report("0", "Alex"), report("7", "jeb_")];

        assert_eq!(
            in_full(ENGLISH, reports, UnixSeconds(100)),
            "survival: nobody online\nLast seen (within 24h):\n• Alex (1m ago)\n\n\
             survival (guild 7): nobody online\nLast seen (within 24h):\n• jeb_ (1m ago)"
        );
    }

    #[test]
    fn several_servers_are_shown_on_one_line_each() {
        let mut servers = vec![server(0, "creative"), server(7, "survival")];
        servers[0].online_count = 0;
        servers.push(server(7, "hidden"));
        servers[2].online_count = 0;
        servers[2].reported_count = Some(7);

        assert_eq!(
            overview(ENGLISH, servers, UnixSeconds(100)),
            "creative: waiting for the server to report\n\
             survival (guild 7): waiting for the server to report, 2 players last known\n\
             hidden (guild 7): 7 online, names not reported"
        );
        assert!(overview(ENGLISH, Vec::new(), UnixSeconds(100)).contains("oxeye link NAME"));
    }
}
