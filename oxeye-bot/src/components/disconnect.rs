//! The button that disconnects a server, after the question was asked.

use oxeye_db::{EventError, Farewell, GuildId, ServerId};

use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::view::linking;

/// Disconnects a server of this guild.
pub(super) async fn disconnect(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    server: ServerId,
) -> Result<(), BotError> {
    let server = bot.server(guild, server).ok_or(Mistake::ServerGone)?;
    let disconnect = bot
        .database
        .disconnect(server.id, Farewell::ByOperator, bot.now());
    answer
        .holding(true, disconnect)
        .await?
        .map_err(|error| match error {
            EventError::NotLinked => Mistake::ServerGone.into(),
            EventError::Store(error) => BotError::Store(error),
        })?;
    tracing::info!(server = %server.id, %guild, "a server was disconnected from Discord");
    let text = answer.private_text();
    Ok(answer.show(&linking::disconnected(text, &server)).await?)
}
