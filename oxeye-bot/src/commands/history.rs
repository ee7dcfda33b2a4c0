//! `/oxeye history`: who was on at a moment of the past.

use oxeye_db::GuildServers;
use oxeye_text::{ShownPart, parse_moment};

use super::linking::nothing_linked;
use crate::answer::Answer;
use crate::bot::{Context, guild_of, may_manage};
use crate::error::{BotError, Mistake};
use crate::view::history as view;

/// Shows who was on the servers of the guild at a moment, without those who hide.
#[poise::command(slash_command, guild_only)]
pub(super) async fn history(
    ctx: Context<'_>,
    #[max_length = 100] time: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    if bot.servers(guild).is_empty() {
        let how_to = nothing_linked(bot, &answer, may_manage(ctx.interaction.member.as_deref()));
        return Ok(answer.show(&how_to).await?);
    }
    bot.require_shown(guild, ShownPart::History)?;
    let (zone, now) = (bot.zone_of(guild), bot.now());
    let at = parse_moment(&time, zone, now).map_err(|_| Mistake::NoMoment)?;
    if at > now {
        return Err(Mistake::FutureMoment.into());
    }
    let asked = bot.database.past_moment(GuildServers::All(guild), at, now);
    let past = answer.deferring(false, asked).await??;
    let message = view::past_message(answer.text(), &past, zone);
    Ok(answer.show(&message).await?)
}
