//! The two buttons below the question of `/oxeye disconnect`, and the permission that such buttons need.

use oxeye_db::{EventError, GuildId, ServerId};
use serenity::all::{ComponentInteraction, Permissions};

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
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    require_manage_server(pressed)?;
    let server = bot.server(guild, server)?;
    let mut listed = bot.servers(guild).into_iter();
    let summary = listed.find(|summary| summary.id == server.id());
    let summary = summary.ok_or(Mistake::ServerGone)?;
    let disconnect = bot.database.disconnect(server, bot.now());
    answer
        .deferring(true, disconnect)
        .await?
        .map_err(|error| match error {
            EventError::NotLinked => Mistake::ServerGone.into(),
            EventError::Store(error) => BotError::Store(error),
        })?;
    tracing::info!(server = %server.id(), %guild, "a server was disconnected from Discord");
    let text = answer.private_text();
    Ok(answer.show(&linking::disconnected(text, &summary)).await?)
}

/// Confirms that nothing was changed.
pub(super) async fn keep(answer: &Answer<'_>) -> Result<(), BotError> {
    Ok(answer.show(&linking::kept(answer.private_text())).await?)
}

/// Checks the permission again: anyone who can see a button can press it.
pub(super) fn require_manage_server(pressed: &ComponentInteraction) -> Result<(), BotError> {
    let permissions = pressed
        .member
        .as_ref()
        .and_then(|member| member.permissions);
    let needed = Permissions::MANAGE_GUILD;
    if permissions
        .is_some_and(|has| has.contains(needed) || has.contains(Permissions::ADMINISTRATOR))
    {
        Ok(())
    } else {
        Err(Mistake::NeedsManageServer.into())
    }
}
