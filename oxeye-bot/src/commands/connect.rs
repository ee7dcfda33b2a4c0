//! `/oxeye connect`: a link code for a Minecraft server.

use oxeye_db::{IssueCodeError, ServerName};

use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::BotError;
use crate::view::linking;

/// Link a Minecraft server to this community (needs Manage Server).
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn connect(
    ctx: Context<'_>,
    #[description = "What to call the server here"]
    #[min_length = 1]
    #[max_length = 64]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let name =
        ServerName::try_from(name).map_err(|error| BotError::User(sentence(&error.to_string())))?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let issue = bot.database.issue_link_code(guild, name.clone(), bot.now());
    let issued = answer
        .holding(true, issue)
        .await?
        .map_err(|error| match error {
            IssueCodeError::NameTaken => BotError::User(linking::name_taken(&name)),
            IssueCodeError::Store(error) => BotError::Store(error),
        })?;
    Ok(answer.show(&linking::link_code(&name, &issued)).await?)
}

/// An error's text as a sentence.
pub(super) fn sentence(error: &str) -> String {
    let mut characters = error.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_becomes_a_sentence() {
        assert_eq!(sentence("a name is too long"), "A name is too long.");
    }
}
