//! `/oxeye settings`: what a guild sets for itself.

use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::BotError;
use crate::view::settings::{Panel, panel_message};

/// Shows the settings. [`crate::components`] handles the menus below them.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn settings(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let settings = bot.database.guild_settings(guild);
    let panel = Panel {
        settings: &settings,
        limits: bot.setting_limits(),
    };
    let answer = Answer::to_command(&ctx);
    let message = panel_message(answer.private_text(), panel);
    Ok(answer.show(&message).await?)
}
