//! What every command and button works with.

use oxeye_db::{Database, GuildId, ServerId, ServerSummary, UnixSeconds};
use std::sync::Arc;
use tokio::sync::Notify;

use crate::cooldown::RefreshCooldown;
use crate::error::BotError;

/// What poise hands to every slash command.
pub(crate) type Context<'a> = poise::ApplicationContext<'a, Bot, BotError>;

/// The state of the bot: the store, the clock, and a little memory of its own.
#[derive(Debug)]
pub(crate) struct Bot {
    pub(crate) database: Database,
    pub(crate) clock: fn() -> UnixSeconds,
    pub(crate) cooldown: RefreshCooldown,
    /// Told once Discord has said which application we are.
    pub(crate) identified: Arc<Notify>,
}

impl Bot {
    pub(crate) fn now(&self) -> UnixSeconds {
        (self.clock)()
    }

    /// The guild's servers, sorted by name.
    pub(crate) fn servers(&self, guild: GuildId) -> Vec<ServerSummary> {
        self.database.servers(guild, self.now())
    }

    /// A server, if it is this guild's.
    pub(crate) fn server(&self, guild: GuildId, server: ServerId) -> Option<ServerSummary> {
        self.servers(guild)
            .into_iter()
            .find(|summary| summary.id == server)
    }
}

/// The guild of an interaction. Our commands exist in guilds only.
pub(crate) fn guild_of(id: Option<serenity::all::GuildId>) -> Result<GuildId, BotError> {
    let id = id.ok_or_else(|| BotError::User("This works in a Discord server only.".to_owned()))?;
    Ok(GuildId(id.get()))
}
