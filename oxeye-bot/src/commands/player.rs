//! `/oxeye player`: what is known of one player.

use super::linking::nothing_linked;
use super::player_argument::complete_person;
use crate::answer::Answer;
use crate::bot::{Context, guild_of, may_manage};
use crate::error::BotError;
use crate::showing::player::show_player;

/// Shows what is known of a player on the servers of the guild.
#[poise::command(slash_command, guild_only)]
pub(super) async fn player(
    ctx: Context<'_>,
    #[autocomplete = "complete_person"]
    #[max_length = 100]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    if bot.servers(guild).is_empty() {
        let how_to = nothing_linked(bot, &answer, may_manage(ctx.interaction.member.as_deref()));
        return Ok(answer.show(&how_to).await?);
    }
    show_player(bot, &answer, guild, name.trim()).await
}
