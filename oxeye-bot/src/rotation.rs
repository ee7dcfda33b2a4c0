//! Issues a code for a new key of a server.

use oxeye_db::{
    GuildId, IssuedCode, LinkState, RotateKeyError, ServerId, ServerSummary, WatchedAs,
};

use crate::bot::Bot;
use crate::error::{BotError, Mistake};

/// Checks that something reports for a server.
pub(crate) fn require_key(server: &ServerSummary) -> Result<(), Mistake> {
    let has_key =
        server.state != LinkState::Disconnected && server.watched != Some(WatchedAs::Alone);
    match has_key {
        true => Ok(()),
        false => Err(Mistake::NoKeyToRotate(server.name.clone())),
    }
}

/// Issues a code for a new key, and returns it with the server.
pub(crate) async fn rotate_key(
    bot: &Bot,
    guild: GuildId,
    server: ServerId,
) -> Result<(ServerSummary, IssuedCode), BotError> {
    let of_guild = bot.server(guild, server)?;
    let mut listed = bot.servers(guild).into_iter();
    let summary = listed.find(|summary| summary.id == server);
    let summary = summary.ok_or(Mistake::ServerGone)?;
    require_key(&summary)?;
    let issued = bot
        .database
        .rotate_key_for_member(of_guild, bot.now())
        .await;
    let issued = issued.map_err(|error| match error {
        RotateKeyError::Unknown => Mistake::ServerGone.into(),
        RotateKeyError::NoKey => Mistake::NoKeyToRotate(summary.name.clone()).into(),
        RotateKeyError::BotRemoved => Mistake::BotRemoved.into(),
        RotateKeyError::Store(error) => BotError::Store(error),
    })?;
    tracing::info!(%server, %guild, "a code for a new key was issued in Discord");
    Ok((summary, issued))
}
