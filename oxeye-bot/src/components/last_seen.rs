//! The button that shows everybody who was seen recently, and those that turn the pages of that list.

use oxeye_db::{GuildId, PageStart, ServerId};
use serenity::all::{Message, MessageFlags};

use crate::answer::{Answer, Opening};
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::view::last_seen::{PAGE_SIZE, page_message};

/// Shows the first page, to nobody but the member who asked.
pub(super) async fn show_all(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    server: ServerId,
) -> Result<(), BotError> {
    let answer = answer.with_opening(Opening::NewPrivate);
    show(bot, &answer, guild, server, PageStart::default()).await
}

/// Shows another page in place of the one whose button was pressed.
pub(super) async fn turn_page(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    server: ServerId,
    start: PageStart,
    message: &Message,
) -> Result<(), BotError> {
    // Only our private messages have these buttons. Should a public one ever have them, we do not
    // replace what others are looking at.
    let flags = message.flags.unwrap_or_default();
    let answer = if flags.contains(MessageFlags::EPHEMERAL) {
        *answer
    } else {
        answer.with_opening(Opening::NewPrivate)
    };
    show(bot, &answer, guild, server, start).await
}

async fn show(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    server: ServerId,
    start: PageStart,
) -> Result<(), BotError> {
    if bot.last_seen_shown == 0 {
        // The people who run this bot have hidden the list since the button was made.
        return Err(Mistake::OldButton.into());
    }
    let id = server;
    let server = bot.server(guild, id)?;
    let page = bot
        .database
        .last_seen_page(server, start, PAGE_SIZE, bot.now());
    let page = page.ok_or(Mistake::ServerGone)?;
    Ok(answer
        .show(&page_message(answer.text(), id, &page, bot.now()))
        .await?)
}
