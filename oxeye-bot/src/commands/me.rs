//! `/oxeye me`: members say which player they are, and decide what is kept and shown of them.

use oxeye_db::{PlayerName, UserId};

use super::player_argument::complete_player;
use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::claims;
use crate::error::{BotError, Mistake};
use crate::members;
use crate::view::{member_data, members as view};

/// Holds the commands; Discord never calls it directly.
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("link", "unlink", "hide", "show", "data", "forget")
)]
pub(super) async fn me(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

/// Has a member prove which player they are, or asks those who may manage the guild.
#[poise::command(slash_command, guild_only)]
pub(super) async fn link(
    ctx: Context<'_>,
    #[autocomplete = "complete_player"]
    #[min_length = 1]
    #[max_length = 64]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let user = ctx.interaction.user.id.get();
    let typed = PlayerName::try_from(name.trim()).map_err(|_| Mistake::InvalidPlayer)?;
    let answer = Answer::to_command(&ctx);
    // Only where no server carries codes do others see the question.
    let servers = bot.database.servers_for_member_codes(guild, bot.now());
    match servers.is_empty() {
        true => claims::ask(bot, &answer, guild, user, typed).await,
        false => claims::prove(bot, &answer, guild, user, typed, &servers).await,
    }
}

/// Ends the link between a member and their player.
#[poise::command(slash_command, guild_only)]
pub(super) async fn unlink(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let unlink = bot
        .database
        .unlink_member(guild, ctx.interaction.user.id.get());
    let member = answer.deferring(true, unlink).await??;
    let member = member.ok_or(Mistake::NotLinked)?;
    tracing::info!(%guild, "a member is no longer linked to a player");
    let user = UserId(ctx.interaction.user.id.get());
    let still_hides = bot.database.presence().hidden_since(guild, user).is_some();
    let message = view::unlinked(answer.private_text(), &member, still_hides);
    Ok(answer.show(&message).await?)
}

/// Hides a member from the others: as a player, and as a member who joined.
#[poise::command(slash_command, guild_only)]
pub(super) async fn hide(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let user = ctx.interaction.user.id.get();
    let hide = bot.database.hide_member(guild, user, bot.now());
    let hiding = answer.deferring(true, hide).await??;
    let hiding = hiding.ok_or(Mistake::NothingToHide)?;
    let message = view::hidden(answer.private_text(), &hiding);
    Ok(answer.show(&message).await?)
}

/// Shows a member to the others again.
#[poise::command(slash_command, guild_only)]
pub(super) async fn show(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let show = bot
        .database
        .show_member(guild, ctx.interaction.user.id.get());
    let hiding = answer.deferring(true, show).await??;
    let hiding = hiding.ok_or(Mistake::NothingToHide)?;
    let message = view::shown(answer.private_text(), &hiding);
    Ok(answer.show(&message).await?)
}

/// Gives a member everything that is kept about them and their player.
#[poise::command(slash_command, guild_only)]
pub(super) async fn data(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let collect = members::data(bot, guild, ctx.interaction.user.id.get());
    let data = answer.deferring(true, collect).await??;
    let message = member_data::file(answer.private_text(), &data, bot.now());
    Ok(answer.show(&message).await?)
}

/// Asks whether to forget everything about a member. [`crate::components`] handles the answer.
#[poise::command(slash_command, guild_only)]
pub(super) async fn forget(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let kept = members::kept(bot, guild, ctx.interaction.user.id.get());
    let kept = answer.deferring(true, kept).await??;
    let question = view::ask_forget(answer.private_text(), &kept);
    Ok(answer.show(&question).await?)
}
