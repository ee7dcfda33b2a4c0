//! `/oxeye watch` and `/oxeye unwatch`: members with the Manage Server permission have addresses watched, for servers on
//! which nothing is installed.

use oxeye_db::{ServerName, UnwatchError, WatchTarget};
use oxeye_text::WatchRefusal;

use super::server_argument::{self, complete_unwatched, complete_watched};
use crate::answer::Answer;
use crate::bot::{Context, guild_of};
use crate::error::{BotError, Mistake};
use crate::view::watching;
use crate::watching::NotWatched;

/// Asks an address once and has it watched.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn watch(
    ctx: Context<'_>,
    address: String,
    #[min_length = 1]
    #[max_length = 100]
    name: Option<String>,
    #[autocomplete = "complete_unwatched"]
    #[max_length = 100]
    server: Option<String>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let watcher = bot.watcher.as_ref().ok_or(WatchRefusal::Off)?;
    let target = match (name, server) {
        (Some(_), Some(_)) => return Err(WatchRefusal::NameAndServer.into()),
        (Some(name), None) => Some(WatchTarget::New(ServerName::try_from(name)?)),
        (None, Some(server)) => {
            let servers = bot.servers(guild);
            let summary = server_argument::resolve(&servers, &server)?;
            Some(WatchTarget::Beside(bot.server(guild, summary.id)?))
        }
        (None, None) => None,
    };
    let answer = Answer::to_command(&ctx);
    let watched = answer
        .deferring(true, watcher.watch(guild, address, target))
        .await?
        .map_err(|error| match error {
            NotWatched::Refused(refusal) => refusal.into(),
            NotWatched::ServerGone => Mistake::ServerGone.into(),
            NotWatched::Store(error) => BotError::Store(error),
        })?;
    tracing::info!(%guild, "an address is watched, as a member asked in Discord");
    let text = answer.private_text();
    Ok(answer.show(&watching::watched(text, &watched)).await?)
}

/// Stops watching the address of a server.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn unwatch(
    ctx: Context<'_>,
    #[autocomplete = "complete_watched"]
    #[max_length = 100]
    server: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let servers = bot.servers(guild);
    let summary = server_argument::resolve(&servers, &server)?;
    let server = bot.server(guild, summary.id)?;
    let answer = Answer::to_command(&ctx);
    let unwatch = bot.database.unwatch(server, bot.now());
    answer
        .deferring(true, unwatch)
        .await?
        .map_err(|error| match error {
            UnwatchError::NotWatched => Mistake::NoAddressOf(summary.name.clone()).into(),
            UnwatchError::Store(error) => BotError::Store(error),
        })?;
    tracing::info!(server = %server.id(), %guild, "an address is no longer watched, as a member asked in Discord");
    let text = answer.private_text();
    Ok(answer.show(&watching::unwatched(text, summary)).await?)
}
