//! The Refresh buttons.

use oxeye_db::{GuildId, ServerId};
use serenity::all::Message;
use tokio::time::Instant;

use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::showing::{Shown, show_status};
use crate::view::overview;

/// Shows a server as it is now, with a new picture.
pub(super) async fn server(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    server: ServerId,
    message: &Message,
) -> Result<(), BotError> {
    wait_a_moment(bot, message)?;
    let server = bot.server(guild, server)?;
    // A second row is the menu of a message that came from the overview; it stays.
    let with_menu = message.components.len() > 1;
    show_status(bot, answer, Shown { server, with_menu }).await
}

/// Shows the overview as it is now.
pub(super) async fn overview(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    message: &Message,
) -> Result<(), BotError> {
    wait_a_moment(bot, message)?;
    let servers = bot.servers(guild);
    if servers.is_empty() {
        return Err(Mistake::ServerGone.into());
    }
    let different = bot.database.distinct_online(guild);
    let overview = overview::overview(answer.text(), &servers, different, bot.now());
    Ok(answer.show(&overview).await?)
}

fn wait_a_moment(bot: &Bot, message: &Message) -> Result<(), BotError> {
    if bot.cooldown.take(message.id, Instant::now()) {
        return Ok(());
    }
    Err(Mistake::JustRefreshed.into())
}
