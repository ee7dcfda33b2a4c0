//! `/oxeye board post` and `/oxeye board off`: members with the Manage Server permission have a message
//! that stays up to date.

mod posting;

use oxeye_db::{Board, NewBoard};
use serenity::all::{ChannelId, MessageId, PartialChannel};

use super::channel_access;
use super::server_argument::{self, complete_any};
use crate::answer::{Answer, Opening};
use crate::boards::{Posted, untold};
use crate::bot::{Context, guild_locale, guild_of};
use crate::error::{BotError, Mistake};
use crate::failure::{describe_error, is_gone, is_transient};
use crate::view::board_answers;
use crate::view::message::Message;

/// Holds the two commands; Discord never calls it directly.
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("post", "off")
)]
pub(super) async fn board(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

/// Whether a board has pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poise::ChoiceParameter)]
pub(super) enum BoardPicture {
    /// The heads of those who are online, and the icon of the server.
    #[name = "heads"]
    #[name_localized("de", "Köpfe")]
    Heads,
    /// Text alone.
    #[name = "off"]
    #[name_localized("de", "aus")]
    Off,
}

/// Posts a board, or gives one that the channel already has the options that were chosen.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn post(
    ctx: Context<'_>,
    #[autocomplete = "complete_any"]
    #[max_length = 100]
    server: Option<String>,
    #[channel_types(
        "Text",
        "News",
        "Voice",
        "Stage",
        "Forum",
        "PublicThread",
        "PrivateThread",
        "NewsThread"
    )]
    channel: Option<PartialChannel>,
    picture: Option<BoardPicture>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let servers = server_argument::chosen(bot, guild, server.as_deref())?;
    let new = NewBoard {
        servers,
        channel: channel_access::or_here(ctx.interaction.channel_id, channel),
        with_picture: picture != Some(BoardPicture::Off),
        locale: guild_locale(&ctx).tag().to_owned(),
        posted_by: ctx.interaction.user.id.get(),
    };
    let outcome = answer.deferring(true, posting::post(&ctx, new)).await??;
    let message = outcome.message(&answer, guild.0);
    show_with_untold(&ctx, &answer, message).await
}

/// Removes all boards of a channel, with their messages.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn off(
    ctx: Context<'_>,
    #[channel_types(
        "Text",
        "News",
        "Voice",
        "Stage",
        "Forum",
        "PublicThread",
        "PrivateThread",
        "NewsThread"
    )]
    channel: Option<PartialChannel>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let channel = channel_access::or_here(ctx.interaction.channel_id, channel);
    let remove = async {
        let all = bot.database.guild_boards(guild).await?;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|board| board.is_in(channel));
        if here.is_empty() {
            let mut others: Vec<_> = elsewhere.iter().map(Board::place).collect();
            others.dedup();
            return Err(Mistake::NoBoard(channel, others).into());
        }
        let mut left = 0;
        for board in &here {
            if remove(&ctx, board).await? == Remains::Message {
                left += 1;
            }
        }
        Ok::<_, BotError>((here.len(), left))
    };
    let (removed, left) = answer.deferring(true, remove).await??;
    tracing::info!(%guild, channel, removed, "boards were removed from Discord");
    let text = answer.private_text();
    let message = board_answers::removed(text, (removed, left), channel);
    show_with_untold(&ctx, &answer, message).await
}

/// Shows an answer, and below it what is wrong with boards and could not be told yet.
async fn show_with_untold(
    ctx: &Context<'_>,
    answer: &Answer<'_>,
    mut message: Message,
) -> Result<(), BotError> {
    let bot = ctx.framework.user_data;
    let guild = guild_of(ctx.interaction.guild_id)?;
    let untold = untold(&bot.database, guild, answer.private_text(), bot.now());
    let untold = answer.deferring(true, untold).await??;
    message.add_paragraphs(&untold);
    Ok(answer.show(&message).await?)
}

/// What became of the message of a board that was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remains {
    /// It is gone, or about to go.
    Nothing,
    /// Discord does not let us delete it.
    Message,
}

/// Removes a board, and then its message, so that nobody posts it again in between.
async fn remove(ctx: &Context<'_>, board: &Board) -> Result<Remains, BotError> {
    let bot = ctx.framework.user_data;
    bot.database.remove_board(board.id).await?;
    let Some(message) = board.message else {
        return Ok(Remains::Nothing);
    };
    let http = &ctx.framework.serenity_context.http;
    let channel = board.place();
    let deleted = http
        .delete_message(ChannelId::new(channel), MessageId::new(message), None)
        .await;
    let remains = match deleted {
        Err(error) if is_transient(&error) => {
            bot.boards.delete(Posted { channel, message });
            Remains::Nothing
        }
        Err(error) if !is_gone(&error) => {
            let error = describe_error(&error);
            tracing::info!(error, "the message of a removed board could not be deleted");
            Remains::Message
        }
        Ok(()) | Err(_) => Remains::Nothing,
    };
    Ok(remains)
}
