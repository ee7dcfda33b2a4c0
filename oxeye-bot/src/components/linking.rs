//! The buttons below the questions of `/oxeye disconnect` and `/oxeye rotate-key`, and the permission that they need.

use oxeye_db::{EventError, GuildId, ServerId};
use serenity::all::{ComponentInteraction, Member};

use crate::answer::Answer;
use crate::bot::{Bot, may_manage};
use crate::error::{BotError, Mistake};
use crate::rotation;
use crate::view::linking;

/// Disconnects a server of this guild.
pub(super) async fn disconnect(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    server: ServerId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    require_manage_server(pressed.member.as_ref())?;
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

/// Issues a code for a new key of a server of this guild.
pub(super) async fn rotate_key(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    server: ServerId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    require_manage_server(pressed.member.as_ref())?;
    let rotate = rotation::rotate_key(bot, guild, server);
    let (server, issued) = answer.deferring(true, rotate).await??;
    let text = answer.private_text();
    Ok(answer
        .show(&linking::rotation_code(text, &server, &issued))
        .await?)
}

/// Confirms that nothing was changed.
pub(super) async fn keep(answer: &Answer<'_>) -> Result<(), BotError> {
    Ok(answer.show(&linking::kept(answer.private_text())).await?)
}

/// Checks the permission again: anyone who can see a button can press it.
pub(super) fn require_manage_server(member: Option<&Member>) -> Result<(), BotError> {
    match may_manage(member) {
        true => Ok(()),
        false => Err(Mistake::NeedsManageServer.into()),
    }
}
