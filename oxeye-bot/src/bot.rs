//! What every command and button works with.

use std::sync::Arc;

use oxeye_db::{Database, GuildId, GuildServer, ServerId, ServerSummary, UnixSeconds};
use oxeye_text::{Locale, Text};
use serenity::all::{CommandInteraction, ComponentInteraction, MessageFlags};
use tokio::sync::Notify;

use crate::cooldown::RefreshCooldown;
use crate::error::{BotError, Mistake};

/// What poise hands to every slash command.
pub(crate) type Context<'a> = poise::ApplicationContext<'a, Bot, BotError>;

/// The state of the bot: the store, the clock, and a little memory of its own.
#[derive(Debug)]
pub(crate) struct Bot {
    pub(crate) database: Database,
    pub(crate) clock: fn() -> UnixSeconds,
    pub(crate) cooldown: RefreshCooldown,
    /// Notified once Discord has said which application we are.
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

    /// The server that a button or a menu names, if it is this guild's.
    pub(crate) fn server(&self, guild: GuildId, id: ServerId) -> Result<GuildServer, BotError> {
        let server = self.database.guild_server(guild, id);
        Ok(server.ok_or(Mistake::ServerGone)?)
    }
}

/// The guild of an interaction. Our commands exist in guilds only.
pub(crate) fn guild_of(id: Option<serenity::all::GuildId>) -> Result<GuildId, BotError> {
    let id = id.ok_or(Mistake::OutsideGuild)?;
    Ok(GuildId(id.get()))
}

/// The languages of one interaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Languages {
    /// The member's, for what only they see.
    pub(crate) member: Text,
    /// The guild's, for what everybody sees.
    pub(crate) guild: Text,
}

impl Languages {
    /// Those of a command.
    pub(crate) fn of_command(interaction: &CommandInteraction) -> Self {
        Self::of(&interaction.locale, interaction.guild_locale.as_deref())
    }

    /// Those of a button or menu. What replaces a private message is private, too.
    pub(crate) fn of_component(interaction: &ComponentInteraction) -> Self {
        let flags = interaction.message.flags.unwrap_or_default();
        let guild = interaction.guild_locale.as_deref();
        let is_public = !flags.contains(MessageFlags::EPHEMERAL);
        Self::of(&interaction.locale, guild.filter(|_| is_public))
    }

    /// From the locales that Discord gives with an interaction.
    pub(crate) fn of(member: &str, guild: Option<&str>) -> Self {
        let text = |tag| Text::of(Locale::of_tag(tag));
        Self {
            member: text(member),
            guild: text(guild.unwrap_or(member)),
        }
    }
}
