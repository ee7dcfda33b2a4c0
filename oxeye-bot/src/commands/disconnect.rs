//! `/oxeye disconnect`: asks first; the button that answers is in [`crate::components`].

use oxeye_db::LinkState;

use super::server_argument::{self, complete_linked};
use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::BotError;
use crate::view::linking;

/// Unlink a Minecraft server from this community (needs Manage Server).
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn disconnect(
    ctx: Context<'_>,
    #[autocomplete = "complete_linked"]
    #[max_length = 100]
    server: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let mut servers = bot.servers(guild);
    servers.retain(|server| server.state != LinkState::Disconnected);
    let server = server_argument::resolve(&servers, &server)?;
    let answer = Answer::to_command(&ctx);
    let question = linking::ask_disconnect(answer.private_text(), server);
    Ok(answer.show(&question).await?)
}
