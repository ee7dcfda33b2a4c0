//! The state that every command and button shares, and the languages of an interaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use oxeye_db::{
    Database, GuildId, GuildServer, ServerId, ServerSummary, TimeZone, UnixSeconds, UserId,
};
use oxeye_text::{Locale, SettingLimits, ShownPart, Text};
use serenity::all::{
    CommandInteraction, ComponentInteraction, Member, MessageFlags, MessageId, Permissions,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::alerts::Alerts;
use crate::boards::Boards;
use crate::counters::Nudges;
use crate::error::{BotError, Mistake};
use crate::fleet::FleetReader;
use crate::followers::Followers;
use crate::guilds::Guilds;
use crate::head_emoji::HeadEmoji;
use crate::link_requests::LinkRequests;
use crate::member_presence::{MemberPresence, Sessions};
use crate::notices::Notices;
use crate::pauses::Pauses;
use crate::rest::Rest;
use crate::watching::AddressWatcher;

/// What poise hands to every slash command.
pub(crate) type Context<'a> = poise::ApplicationContext<'a, Bot, BotError>;

/// The shared state: the store, the clock, the pauses between what members do, and what the options say.
#[derive(Debug)]
pub(crate) struct Bot {
    pub(crate) database: Database,
    pub(crate) clock: fn() -> UnixSeconds,
    /// Which messages have just been refreshed.
    pub(crate) refreshes: Pauses<MessageId>,
    /// Which members have just turned to another page of which message.
    pub(crate) turns: Pauses<(MessageId, UserId)>,
    /// Which members have asked to be linked to a player, and how often.
    pub(crate) link_requests: Arc<LinkRequests>,
    /// Which members have just left those whose sessions are kept.
    pub(crate) left_lately: Arc<Pauses<(GuildId, UserId)>>,
    /// Which guilds have just deleted sessions by keeping less.
    pub(crate) deleted_lately: Arc<Pauses<GuildId>>,
    /// The most players whom a status names as last seen; 0 hides that list everywhere.
    pub(crate) last_seen_shown: usize,
    /// The time zone of days and hours in charts.
    pub(crate) time_zone: TimeZone,
    /// The most days that sessions are kept; `None`: for ever.
    pub(crate) retention_days: Option<u16>,
    /// The guilds that the bot is in.
    pub(crate) guilds: Guilds,
    /// Watches addresses for members; `None` if that is turned off.
    pub(crate) watcher: Option<Arc<dyn AddressWatcher>>,
    /// Asks the fleet what runs; `None` if there is none.
    pub(crate) fleet: Option<Arc<dyn FleetReader>>,
    /// The heads that lines of text can show; `None` if they show none.
    pub(crate) heads: Option<HeadEmoji>,
    /// Registers the commands; `None` if the token cannot be sent.
    pub(crate) rest: Option<Rest>,
    /// Tells the counters what happened in Discord.
    pub(crate) counters: Nudges,
    /// Tells the boards what members and Discord want of them.
    pub(crate) boards: Boards,
    /// Tells the alerts what members and Discord want of them.
    pub(crate) alerts: Alerts,
    /// Tells the notices that one was added.
    pub(crate) notices: Notices,
    /// What of members' presences is observed.
    pub(crate) member_presence: MemberPresence,
    /// The way of what members do to the store.
    pub(crate) sessions: Sessions,
    /// Notified as soon as Discord has said which application we are.
    pub(crate) identified: Arc<Notify>,
    /// The id of our command, with which its parts can be clicked.
    pub(crate) command_id: Arc<CommandId>,
    /// Cancelled when the connection ends, so that no answer waits any longer.
    pub(crate) ending: CancellationToken,
}

/// The id that Discord has given to our command, once it is registered.
#[derive(Debug, Default)]
pub(crate) struct CommandId(AtomicU64);

impl CommandId {
    pub(crate) fn get(&self) -> Option<u64> {
        let id = self.0.load(Ordering::Relaxed);
        (id != 0).then_some(id)
    }

    pub(crate) fn set(&self, id: Option<u64>) {
        self.0.store(id.unwrap_or_default(), Ordering::Relaxed);
    }
}

impl Bot {
    /// Returns what follows the events of the gateway.
    pub(crate) fn followers(&self) -> Followers {
        Followers {
            database: self.database.clone(),
            clock: self.clock,
            guilds: self.guilds.clone(),
            counters: self.counters.clone(),
            boards: self.boards.clone(),
            alerts: self.alerts.clone(),
        }
    }

    pub(crate) fn now(&self) -> UnixSeconds {
        (self.clock)()
    }

    /// Returns the time zone of a guild.
    pub(crate) fn zone_of(&self, guild: GuildId) -> TimeZone {
        self.database.time_zone_of(guild, self.time_zone)
    }

    /// Returns what a guild may set.
    pub(crate) fn setting_limits(&self) -> SettingLimits {
        SettingLimits {
            time_zone: self.time_zone,
            last_seen: self.database.recent_window(),
            retention_days: self.retention_days,
        }
    }

    /// Checks that a guild shows its members such a thing.
    pub(crate) fn require_shown(&self, guild: GuildId, part: ShownPart) -> Result<(), Mistake> {
        match part.is_in(self.database.guild_settings(guild).shown) {
            true => Ok(()),
            false => Err(Mistake::TurnedOff),
        }
    }

    /// Returns the guild's servers, sorted by name.
    pub(crate) fn servers(&self, guild: GuildId) -> Vec<ServerSummary> {
        self.database.servers(guild, self.now())
    }

    /// Returns the server that a button or a menu names, if it belongs to this guild.
    pub(crate) fn server(&self, guild: GuildId, id: ServerId) -> Result<GuildServer, BotError> {
        let server = self.database.guild_server(guild, id);
        Ok(server.ok_or(Mistake::ServerGone)?)
    }
}

/// Returns the guild of an interaction. Our commands work in guilds only.
pub(crate) fn guild_of(id: Option<serenity::all::GuildId>) -> Result<GuildId, BotError> {
    let id = id.ok_or(Mistake::OutsideGuild)?;
    Ok(GuildId(id.get()))
}

/// Whether a member may manage the guild.
pub(crate) fn may_manage(member: Option<&Member>) -> bool {
    let permissions = member.and_then(|member| member.permissions);
    let enough = [Permissions::MANAGE_GUILD, Permissions::ADMINISTRATOR];
    permissions.is_some_and(|has| enough.iter().any(|one| has.contains(*one)))
}

/// Returns the language of a guild, for what is written there and stays.
pub(crate) fn guild_locale(ctx: &Context<'_>) -> Locale {
    let own = own_language(ctx.framework.user_data, ctx.interaction.guild_id);
    let tag = own.or_else(|| ctx.interaction.guild_locale.clone());
    Locale::of_tag(&tag.unwrap_or_default())
}

/// Returns the tag of the language that a guild has set.
fn own_language(bot: &Bot, guild: Option<serenity::all::GuildId>) -> Option<String> {
    let guild = GuildId(guild?.get());
    bot.database.guild_settings(guild).language.clone()
}

/// The languages of one interaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Languages {
    /// The member's language, for messages that only they see.
    pub(crate) member: Text,
    /// The guild's language, for messages that everybody sees.
    pub(crate) guild: Text,
}

impl Languages {
    /// Returns the languages of a command where the guild may have set its own.
    pub(crate) fn of_command_in(bot: &Bot, interaction: &CommandInteraction) -> Self {
        let own = own_language(bot, interaction.guild_id);
        let guild = own.or_else(|| interaction.guild_locale.clone());
        Self::of(&interaction.locale, guild.as_deref())
    }

    /// Returns the languages of a command, as Discord sends them.
    pub(crate) fn of_command(interaction: &CommandInteraction) -> Self {
        Self::of(&interaction.locale, interaction.guild_locale.as_deref())
    }

    /// Returns the languages of a button or menu. Whatever replaces a private message is private,
    /// too.
    pub(crate) fn of_component(bot: &Bot, interaction: &ComponentInteraction) -> Self {
        let flags = interaction.message.flags.unwrap_or_default();
        let own = own_language(bot, interaction.guild_id);
        let guild = own.or_else(|| interaction.guild_locale.clone());
        let is_public = !flags.contains(MessageFlags::EPHEMERAL);
        Self::of(&interaction.locale, guild.as_deref().filter(|_| is_public))
    }

    /// Picks the languages by the locales that Discord sends with an interaction.
    pub(crate) fn of(member: &str, guild: Option<&str>) -> Self {
        Self {
            member: Text::of_tag(member),
            guild: Text::of_tag(guild.unwrap_or(member)),
        }
    }
}
