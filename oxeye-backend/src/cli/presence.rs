//! `oxeye presence`: prints what members who joined do in Discord.
//!
//! | module | subject            |
//! |--------|--------------------|
//! | `page` | the same as text   |

mod page;

use anyhow::{Context, bail};
use clap::{ArgGroup, Args};
use oxeye_db::{GuildId, InvalidPresenceKind, PresenceKind, Range, TimeZone, UserId};
use oxeye_process::clock;
use oxeye_text::Text;
use serde::de::DeserializeOwned;

use super::backend::Backend;
use crate::api_messages::presence::{GuildPresence, MemberReport, PresenceTopReport, VoiceReport};
use crate::config::Config;
use crate::terminal::{print_line, shown};

/// The arguments of `oxeye presence`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("subject").args(["user", "voice", "top"])))]
pub(crate) struct PresenceArgs {
    /// The id of a Discord account: what this member did
    #[arg(value_name = "USER_ID", value_parser = super::wrong_use::account)]
    pub(crate) user: Option<UserId>,
    /// The members who are in voice now
    #[arg(long)]
    pub(crate) voice: bool,
    /// What most time went into: voice, screen_share, camera, game, streaming or spotify
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    pub(crate) top: Option<PresenceKind>,
    /// today, week (since Monday), month (since the 1st), all, or a number of days such as 30d
    #[arg(long, default_value = "week")]
    pub(crate) range: Range,
    /// The number of lines of each list
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = super::limit)]
    pub(crate) limit: usize,
    /// The Discord guild, if several keep what their members do
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// The time zone whose midnight ends a day; the default is that of the guild
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<TimeZone>,
    /// Print JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

fn parse_kind(text: &str) -> Result<PresenceKind, InvalidPresenceKind> {
    text.parse()
}

/// Prints what guilds keep, who is in voice, what most time went into, or what one member did.
pub(crate) async fn run(config: &Config, text: Text, args: PresenceArgs) -> anyhow::Result<()> {
    let asking = Asking {
        backend: Backend::of(config, text)?,
        text,
        zone: args.tz,
    };
    let guilds = asking.guilds(args.guild).await?;
    let now = clock::now();
    let shown = match (args.user, args.voice, args.top) {
        (Some(user), _, _) => {
            let path = ["users", &user.to_string()];
            let question = asking.question(&args, None);
            let member: MemberReport = asking.ask(&guilds, &path, &question).await?;
            shown(&member, args.json, || {
                page::member(text, &member, args.range)
            })
        }
        (None, true, _) => {
            let voice: VoiceReport = asking.ask(&guilds, &["voice"], &[]).await?;
            shown(&voice, args.json, || page::in_voice(text, &voice, now))
        }
        (None, false, Some(kind)) => {
            let question = asking.question(&args, Some(kind));
            let top: PresenceTopReport = asking.ask(&guilds, &["top"], &question).await?;
            shown(&top, args.json, || page::top(text, &top, args.range))
        }
        (None, false, None) if args.json => shown(&guilds, true, String::new),
        (None, false, None) => {
            let skipped = asking.skipped_activities().await?;
            Ok(page::guilds(text, &guilds, skipped))
        }
    };
    Ok(print_line(&shown?)?)
}

/// The running Oxeye, and how it is asked.
struct Asking {
    backend: Backend,
    text: Text,
    /// The time zone of days and times, if it is not that of the guild.
    zone: Option<TimeZone>,
}

impl Asking {
    /// Returns what the guilds keep, or only this one.
    async fn guilds(&self, only: Option<GuildId>) -> anyhow::Result<Vec<GuildPresence>> {
        let answer = self.backend.get(&["api", "presence"]).await?;
        let mut guilds: Vec<GuildPresence> = answer.json().await?;
        guilds.retain(|guild| only.is_none_or(|only| guild.guild_id == only));
        Ok(guilds)
    }

    /// Returns how many activities Discord has sent that could not be read.
    async fn skipped_activities(&self) -> anyhow::Result<u64> {
        let health = self.backend.health().await?;
        Ok(health.skipped_activity_count)
    }

    fn question(
        &self,
        args: &PresenceArgs,
        kind: Option<PresenceKind>,
    ) -> Vec<(&'static str, String)> {
        let mut question = vec![
            ("range", args.range.to_string()),
            ("limit", args.limit.to_string()),
        ];
        question.extend(self.zone.map(|zone| ("tz", zone.to_string())));
        question.extend(kind.map(|kind| ("kind", kind.to_string())));
        question
    }

    /// Asks about the only guild.
    async fn ask<T: DeserializeOwned>(
        &self,
        guilds: &[GuildPresence],
        tail: &[&str],
        question: &[(&str, String)],
    ) -> anyhow::Result<T> {
        let guild = match guilds {
            [] => bail!(self.text.members_none_kept()),
            [only] => only.guild_id.to_string(),
            several => {
                let ids = several.iter().map(|guild| guild.guild_id.to_string());
                let ids = ids.collect::<Vec<_>>().join(", ");
                bail!(self.text.members_which_guild(&ids))
            }
        };
        let path = [&["api", "guilds", &guild, "presence"], tail].concat();
        let answer = self.backend.find(&path, question).await?;
        let answer = answer.with_context(|| self.text.refused_not_joined())?;
        Ok(answer.json().await?)
    }
}
