//! `/oxeye chart`: how many players are on over time.

use oxeye_db::{GuildServers, Range};

use super::linking::nothing_linked;
use super::server_argument::{self, complete_any};
use crate::answer::Answer;
use crate::bot::{Context, guild_of, may_manage};
use crate::error::BotError;
use crate::showing::chart::{ChartRequest, show_chart};

/// How far back a chart goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, poise::ChoiceParameter)]
pub(super) enum ChartRange {
    /// The current day.
    #[name = "today"]
    #[name_localized("de", "heute")]
    Today,
    /// A week.
    #[default]
    #[name = "7 days"]
    #[name_localized("de", "7 Tage")]
    Week,
    /// A month.
    #[name = "30 days"]
    #[name_localized("de", "30 Tage")]
    Month,
    /// A quarter of a year.
    #[name = "90 days"]
    #[name_localized("de", "90 Tage")]
    Quarter,
    /// A year.
    #[name = "365 days"]
    #[name_localized("de", "365 Tage")]
    Year,
    /// Since the first session.
    #[name = "all time"]
    #[name_localized("de", "seit Beginn")]
    All,
}

impl From<ChartRange> for Range {
    fn from(range: ChartRange) -> Self {
        match range {
            ChartRange::Today => Self::Today,
            ChartRange::Week => Self::Days(7),
            ChartRange::Month => Self::Days(30),
            ChartRange::Quarter => Self::Days(90),
            ChartRange::Year => Self::Days(365),
            ChartRange::All => Self::All,
        }
    }
}

/// Shows the players of a server over time, or of all servers together if none is named.
#[poise::command(slash_command, guild_only)]
pub(super) async fn chart(
    ctx: Context<'_>,
    #[autocomplete = "complete_any"]
    #[max_length = 100]
    server: Option<String>,
    range: Option<ChartRange>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let servers = match (server, &bot.servers(guild)[..]) {
        (None, []) => {
            let how_to =
                nothing_linked(bot, &answer, may_manage(ctx.interaction.member.as_deref()));
            return Ok(answer.show(&how_to).await?);
        }
        (None, [only]) => GuildServers::One(bot.server(guild, only.id)?),
        (named, _) => server_argument::chosen(bot, guild, named.as_deref())?,
    };
    let range = range.unwrap_or_default().into();
    show_chart(bot, &answer, ChartRequest { servers, range }).await
}
