//! The button that ends a notice.

use oxeye_db::{NoticeId, UserId};
use serenity::all::ComponentInteraction;

use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::BotError;
use crate::view::notice;

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
