//! `/oxeye me`: members say which player they are, and decide what is kept and shown of that player.

use std::time::Duration;

use oxeye_db::PlayerName;
use tokio::time::Instant;

use super::player_argument::complete_player;
use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::custom_id::MemberRequest;
use crate::error::{BotError, Mistake};
use crate::members;
use crate::view::{member_data, members as view};

/// How long a request to be linked can be confirmed.
const REQUEST_LIFETIME: Duration = Duration::from_secs(24 * 3600);

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

/// Asks whether a member is a player. [`crate::components`] handles the answer.
#[poise::command(slash_command, guild_only)]
pub(super) async fn link(
    ctx: Context<'_>,
    #[autocomplete = "complete_player"]
    #[min_length = 1]
    #[max_length = 32]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let user = ctx.interaction.user.id.get();
    let typed = PlayerName::try_from(name.trim()).map_err(|_| Mistake::InvalidPlayer)?;
    let answer = Answer::to_command(&ctx);
    let player = async {
        if let Some(linked) = bot.database.linked_member(guild, user).await? {
            return Err(Mistake::MemberTaken(linked.player).into());
        }
        let player = bot.database.player_of_guild(guild, typed.clone()).await?;
        let unknown = Mistake::UnknownPlayer(typed);
        let player = player.ok_or_else(|| unknown.clone())?;
        // Whether the player exists is not for others to know: they may be hiding.
        match bot.database.member_of_player(guild, &player).await? {
            Some(_) => Err(unknown.into()),
            None => Ok::<_, BotError>(player),
        }
    };
    let request = MemberRequest {
        user,
        player: answer.deferring(false, player).await??,
        expires_at: bot.now().plus(REQUEST_LIFETIME),
    };
    let asked = bot.link_requests.ask(guild, &request, Instant::now());
    asked.map_err(|wait| Mistake::AskedTooOften(bot.now().plus(wait)))?;
    Ok(answer.show(&view::request(answer.text(), request)).await?)
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
    let message = view::unlinked(answer.private_text(), &member);
    Ok(answer.show(&message).await?)
}

/// Hides a member's player from the other members.
#[poise::command(slash_command, guild_only)]
pub(super) async fn hide(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let user = ctx.interaction.user.id.get();
    let hide = bot.database.hide_member(guild, user, bot.now());
    let member = answer.deferring(true, hide).await??;
    let member = member.ok_or(Mistake::NotLinked)?;
    let message = view::hidden(answer.private_text(), &member);
    Ok(answer.show(&message).await?)
}

/// Shows a member's player again.
#[poise::command(slash_command, guild_only)]
pub(super) async fn show(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let show = bot
        .database
        .show_member(guild, ctx.interaction.user.id.get());
    let member = answer.deferring(true, show).await??;
    let member = member.ok_or(Mistake::NotLinked)?;
    let message = view::shown(answer.private_text(), &member);
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
