//! `oxeye activity PLAYER`, `oxeye activity --top COUNTER`: prints what players did.
//!
//! | module    | subject                            |
//! |-----------|------------------------------------|
//! | `player`  | what one player did, as text       |
//! | `ranking` | who has most of a counter, as text |

mod player;
mod ranking;

use anyhow::bail;
use clap::{ArgGroup, Args};
use oxeye_db::GuildId;
use oxeye_plugin_proto::{InvalidPlayerName, PlayerName};
use oxeye_process::clock;
use oxeye_text::{Text, neutralise};
use reqwest::Response;
use uuid::Uuid;

use super::backend::Backend;
use super::server_choice::{chosen, names, why_no_player};
use crate::api_messages::activity::{ActivityOverview, ActivityRanking, RankedDays};
use crate::api_messages::servers::ServerLine;
use crate::config::Config;
use crate::terminal::{print_line, shown};

/// The arguments of `oxeye activity`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("subject").args(["player", "top"]).required(true)))]
pub(crate) struct ActivityArgs {
    /// The name of the player, or the UUID of their account with its hyphens
    #[arg(value_parser = name_or_account)]
    pub(crate) player: Option<String>,
    /// Instead of one player: who has most of this counter, such as deaths
    #[arg(long, value_name = "COUNTER")]
    pub(crate) top: Option<String>,
    /// The days that --top covers: today, week (the last 7 days), month (the last 30 days), or a number of days up to 30d
    #[arg(long, default_value = "month", conflicts_with = "player")]
    pub(crate) range: RankedDays,
    /// The number of events, or of players, to show
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = super::limit)]
    pub(crate) limit: usize,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// Print JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints what a player did, or who did most.
pub(crate) async fn run(config: &Config, text: Text, args: ActivityArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let servers = chosen(&backend, text, None, args.guild).await?;
    let guild = servers.first().map(|server| server.guild_id.to_string());
    let guild = Guild {
        backend,
        text,
        id: guild.unwrap_or_default(),
    };
    let shown = match (&args.player, &args.top) {
        (_, Some(counter)) => {
            let ranking = guild.ranking(counter, &args).await?;
            shown(&ranking, args.json, || {
                ranking::page(text, &ranking, args.range)
            })
        }
        (Some(player), None) => {
            let Some(overview) = guild.overview(player, args.limit).await? else {
                bail!(guild.why_nobody(&servers, player).await?);
            };
            shown(&overview, args.json, || {
                player::page(text, &overview, clock::now())
            })
        }
        // clap asks for one of them.
        (None, None) => Ok(String::new()),
    };
    Ok(print_line(&shown?)?)
}

/// Checks the name of a player, or the UUID of an account in the form that the records have it.
fn name_or_account(text: &str) -> Result<String, InvalidPlayerName> {
    if let (36, Ok(account)) = (text.len(), text.parse::<Uuid>()) {
        return Ok(account.to_string());
    }
    PlayerName::try_from(text).map(|name| name.to_string())
}

/// The guild whose activity is asked for.
struct Guild {
    backend: Backend,
    text: Text,
    id: String,
}

impl Guild {
    /// Returns what a player did; `None` if nothing is known about the player.
    async fn overview(
        &self,
        player: &str,
        limit: usize,
    ) -> anyhow::Result<Option<ActivityOverview>> {
        let path = ["players", player];
        let limit = [("limit", limit.to_string())];
        let Some(answer) = self.find(&path, &limit).await? else {
            counters(&self.backend, self.text, &self.id).await?;
            return Ok(None);
        };
        Ok(Some(answer.json().await?))
    }

    /// Returns why nothing is known of a player.
    async fn why_nobody(&self, servers: &[ServerLine], player: &str) -> anyhow::Result<String> {
        let text = self.text;
        match PlayerName::try_from(player) {
            Ok(name) => {
                why_no_player(&self.backend, text, servers, &name, Text::nobody_called).await
            }
            // An account, which is written with more characters than a name has.
            Err(_) => Ok(text.nobody_called(&neutralise(player), &names(text, servers))),
        }
    }

    /// Returns who has most of a counter.
    async fn ranking(&self, counter: &str, args: &ActivityArgs) -> anyhow::Result<ActivityRanking> {
        let counters = counters(&self.backend, self.text, &self.id).await?;
        if !counters.iter().any(|known| known == counter) {
            let known = self.text.list(&counters);
            bail!(self.text.unknown_counter(&neutralise(counter), &known));
        }
        let question = [
            ("by", counter.to_owned()),
            ("range", args.range.to_string()),
            ("limit", args.limit.to_string()),
        ];
        match self.find(&["top"], &question).await? {
            Some(answer) => Ok(answer.json().await?),
            None => bail!(self.text.activity_off()),
        }
    }

    async fn find(
        &self,
        tail: &[&str],
        question: &[(&str, String)],
    ) -> anyhow::Result<Option<Response>> {
        let path = [&["api", "guilds", &self.id, "activity"], tail].concat();
        self.backend.find(&path, question).await
    }
}

/// Returns the names of all counters. Only an Oxeye that keeps activity has any.
pub(super) async fn counters(
    backend: &Backend,
    text: Text,
    guild: &str,
) -> anyhow::Result<Vec<String>> {
    let path = ["api", "guilds", guild, "activity", "counters"];
    match backend.find(&path, &[]).await? {
        Some(answer) => Ok(answer.json().await?),
        None => bail!(text.activity_off()),
    }
}
