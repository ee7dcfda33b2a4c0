//! `/oxeye rename`: a server gets another name and stays the same server.

use oxeye_db::{RenameError, ServerName};

use super::server_argument::{self, complete_any};
use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::{BotError, Mistake};
use crate::view::linking;

/// Give a Minecraft server another name here (needs Manage Server).
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn rename(
    ctx: Context<'_>,
    #[autocomplete = "complete_any"]
    #[max_length = 100]
    server: String,
    #[min_length = 1]
    #[max_length = 64]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let name = ServerName::try_from(name)?;
    let bot = ctx.framework.user_data;
    let servers = bot.servers(guild);
    let summary = server_argument::resolve(&servers, &server)?;
    let server = bot.server(guild, summary.id)?;
    let answer = Answer::to_command(&ctx);
    let rename = bot.database.rename_server(server, name.clone());
    answer
        .holding(true, rename)
        .await?
        .map_err(|error| match error {
            RenameError::Unknown => Mistake::ServerGone.into(),
            RenameError::NameTaken => Mistake::NameInUse(name.clone()).into(),
            RenameError::Store(error) => BotError::Store(error),
        })?;
    tracing::info!(server = %server.id(), %guild, "a server was renamed from Discord");
    let text = answer.private_text();
    Ok(answer.show(&linking::renamed(text, summary, &name)).await?)
}
