//! `/oxeye connect`, `/oxeye disconnect` and `/oxeye rename`: members with the Manage
//! Server permission link, unlink and rename Minecraft servers.

use oxeye_db::{IssueCodeError, LinkState, RenameError, ServerName};

use super::server_argument::{self, complete_any, complete_linked};
use crate::answer::Answer;
use crate::bot::{Bot, Context, guild_of};
use crate::error::{BotError, Mistake};
use crate::view::linking;
use crate::view::message::Message;

/// Says what whoever asked can do where no server is linked yet. Only they see it.
pub(super) fn nothing_linked(bot: &Bot, answer: &Answer<'_>, may_manage: bool) -> Message {
    let can_watch = bot.watcher.is_some();
    match may_manage {
        true => linking::how_to(answer.private_text(), can_watch),
        false => linking::ask_managers(answer.private_text(), can_watch),
    }
}

/// Answers with a link code for a Minecraft server.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn connect(
    ctx: Context<'_>,
    #[min_length = 1]
    #[max_length = 100]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let name = ServerName::try_from(name)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let issue = bot
        .database
        .issue_link_code_to_member(guild, name.clone(), bot.now());
    let issued = answer
        .deferring(true, issue)
        .await?
        .map_err(|error| match error {
            IssueCodeError::NameTaken => Mistake::NameTaken(name.clone()).into(),
            IssueCodeError::BotRemoved => Mistake::BotRemoved.into(),
            IssueCodeError::Store(error) => BotError::Store(error),
        })?;
    let text = answer.private_text();
    Ok(answer
        .show(&linking::link_code(text, &name, &issued))
        .await?)
}

/// Asks whether to unlink a Minecraft server. [`crate::components`] handles the answer.
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

/// Gives a Minecraft server another name. It remains the same server, with its key and history.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn rename(
    ctx: Context<'_>,
    #[autocomplete = "complete_any"]
    #[max_length = 100]
    server: String,
    #[min_length = 1]
    #[max_length = 100]
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
        .deferring(true, rename)
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
