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
    let message = if servers.is_empty() {
        linking::how_to()
    } else {
        overview::list(&servers, bot.database.distinct_online(guild), bot.now())
    };
    Ok(Answer::to_command(&ctx).show(&message).await?)
}
