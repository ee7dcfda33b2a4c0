//! The buttons that add and end a notice.

use oxeye_db::{GuildId, NewNotice, NoticeId, PlayerName, UserId};
use serenity::all::ComponentInteraction;

use crate::answer::{Answer, Opening};
use crate::bot::Bot;
use crate::commands::notify::add_notice;
use crate::error::BotError;
use crate::view::notice;

/// Has the member who presses the button told when a player comes on. Everybody may: the answer is theirs alone.
pub(super) async fn add(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    player: PlayerName,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let answer = answer.with_opening(Opening::NewPrivate);
    let text = answer.private_text();
    let new = NewNotice {
        guild,
        user: pressed.user.id.get(),
        player,
        channel: None,
        locale: text.locale().tag().to_owned(),
    };
    let added = answer.deferring(true, add_notice(bot, new)).await??;
    let message = notice::added(text, &added.player, added.channel);
    Ok(answer.show(&message).await?)
}

/// Ends a notice of the member who presses the button. Somebody else, who sees the button in a channel, ends nothing.
pub(super) async fn end(
    bot: &Bot,
    answer: &Answer<'_>,
    id: NoticeId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let user = UserId(pressed.user.id.get());
    let end = bot.database.end_notice(user, id);
    let ended = answer.deferring(true, end).await??;
    let text = answer.private_text();
    let message = notice::ended(text, ended.as_ref().map(|ended| &ended.player));
    if ended.is_none() && pressed.guild_id.is_some() {
        let beside = message.for_one();
        return Ok(answer.show_beside(&beside).await?);
    }
    Ok(answer.show(&message).await?)
}
