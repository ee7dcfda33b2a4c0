//! `/oxeye rotate-key`: members with the Manage Server permission replace the key of a server.

use super::server_argument::{self, complete_linked};
use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::BotError;
use crate::rotation::require_key;
use crate::view::linking;

/// Asks whether to issue a code for a new key. [`crate::components`] handles the answer.
#[poise::command(
    slash_command,
    guild_only,
    rename = "rotate-key",
    required_permissions = "MANAGE_GUILD"
)]
pub(super) async fn rotate_key(
    ctx: Context<'_>,
    #[autocomplete = "complete_linked"]
    #[max_length = 100]
    server: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let servers = ctx.framework.user_data.servers(guild);
    let server = server_argument::resolve(&servers, &server)?;
    require_key(server)?;
    let answer = Answer::to_command(&ctx);
    let question = linking::ask_rotate_key(answer.private_text(), server);
    Ok(answer.show(&question).await?)
}
