//! The button that disconnects a server, after the question was asked.

use oxeye_db::{EventError, GuildId, ServerId};

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
    let server = bot.server(guild, server)?;
    let mut listed = bot.servers(guild).into_iter();
    let summary = listed.find(|summary| summary.id == server.id());
    let summary = summary.ok_or(Mistake::ServerGone)?;
    let disconnect = bot.database.disconnect(server, bot.now());
    answer
        .holding(true, disconnect)
        .await?
        .map_err(|error| match error {
            EventError::NotLinked => Mistake::ServerGone.into(),
            EventError::Store(error) => BotError::Store(error),
        })?;
    tracing::info!(server = %server.id(), %guild, "a server was disconnected from Discord");
    let text = answer.private_text();
    Ok(answer.show(&linking::disconnected(text, &summary)).await?)
}
