//! What happens in Discord that concerns counters.

use oxeye_db::GuildId;
use serenity::all::FullEvent;
use tokio::sync::{mpsc, oneshot};

use super::book::Key;
use super::pace::Place;
use super::status_tries::Overwrites;

/// What Discord said first to a counter that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstAnswer {
    /// It shows the counter there.
    Shown(Place),
    /// A permission is missing.
    Blocked,
}

/// Something happened that concerns counters.
#[derive(Debug)]
pub(crate) enum Nudge {
    /// A counter is being set, and the admin who does that waits for the first answer.
    Set(Key, oneshot::Sender<FirstAnswer>),
    /// Permissions in a guild may have changed.
    Permissions(GuildId),
    /// A channel has changed, and has these permissions now.
    Channel(Key, Overwrites),
    /// A channel was deleted.
    Deleted(GuildId, u64),
    /// A guild cannot be reached, because of an outage of Discord.
    Away(GuildId),
    /// A guild can be reached.
    Back(GuildId),
}

/// Tells the keeper what happened.
pub(crate) type Nudges = mpsc::UnboundedSender<Nudge>;

impl Nudge {
    /// Returns what an event means for counters.
    pub(crate) fn of(event: &FullEvent) -> Option<Self> {
        let permissions = |guild: serenity::all::GuildId| Self::Permissions(GuildId(guild.get()));
        match event {
            FullEvent::ChannelUpdate { new, .. } => {
                let key = (GuildId(new.guild_id.get()), new.id.get());
                Some(Self::Channel(key, new.permission_overwrites.clone()))
            }
            FullEvent::GuildRoleCreate { new } => Some(permissions(new.guild_id)),
            FullEvent::GuildRoleUpdate { new, .. } => Some(permissions(new.guild_id)),
            FullEvent::GuildRoleDelete { guild_id, .. } => Some(permissions(*guild_id)),
            // Without an intent, Discord sends this for the bot itself and nobody else.
            FullEvent::GuildMemberUpdate { event, .. } => Some(permissions(event.guild_id)),
            FullEvent::ChannelDelete { channel, .. } => {
                let guild = GuildId(channel.guild_id.get());
                Some(Self::Deleted(guild, channel.id.get()))
            }
            FullEvent::GuildDelete { incomplete, .. } if incomplete.unavailable => {
                Some(Self::Away(GuildId(incomplete.id.get())))
            }
            FullEvent::GuildCreate { guild, .. } => Some(Self::Back(GuildId(guild.id.get()))),
            _ => None,
        }
    }
}
