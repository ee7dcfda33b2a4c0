//! `/oxeye connect`: a link code for a Minecraft server.

use oxeye_db::{IssueCodeError, ServerName};

use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::{BotError, Mistake};
use crate::view::linking;

/// Link a Minecraft server to this community (needs Manage Server).
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn connect(
    ctx: Context<'_>,
    #[min_length = 1]
    #[max_length = 64]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let name = ServerName::try_from(name)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let issue = bot.database.issue_link_code(guild, name.clone(), bot.now());
    let issued = answer
        .holding(true, issue)
        .await?
        .map_err(|error| match error {
            IssueCodeError::NameTaken => Mistake::NameTaken(name.clone()).into(),
            IssueCodeError::Store(error) => BotError::Store(error),
        })?;
    let text = answer.private_text();
    Ok(answer
        .show(&linking::link_code(text, &name, &issued))
        .await?)
}
