//! `/oxeye player`: what is known of one player.

use oxeye_db::PlayerName;

use super::player_argument::complete_player;
use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::{BotError, FigureMistake};
use crate::showing::player::show_player;
use crate::view::linking;

/// Shows what is known of a player on the servers of the guild.
#[poise::command(slash_command, guild_only)]
pub(super) async fn player(
    ctx: Context<'_>,
    #[autocomplete = "complete_player"]
    #[max_length = 100]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    if bot.servers(guild).is_empty() {
        let how_to = linking::how_to(answer.private_text(), bot.watcher.is_some());
        return Ok(answer.show(&how_to).await?);
    }
    // Whoever can have no such name is as unknown as everybody else.
    let name = PlayerName::try_from(name.trim()).map_err(|_| FigureMistake::NobodyCalled(name))?;
    show_player(bot, &answer, guild, name).await
}
