//! `/oxeye list`: the servers linked here.

use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::BotError;
use crate::view::{linking, overview};

/// The Minecraft servers linked here, and how many play on each.
#[poise::command(slash_command, guild_only)]
pub(super) async fn list(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let servers = bot.servers(guild);
    let answer = Answer::to_command(&ctx);
    let message = if servers.is_empty() {
        linking::how_to(answer.private_text())
    } else {
        let different = bot.database.distinct_online(guild);
        overview::list(answer.text(), &servers, different, bot.now())
    };
    Ok(answer.show(&message).await?)
}
