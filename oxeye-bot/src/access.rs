//! What the bot may do in a channel, asked of Discord before anything is posted there, so that a member
//! reads the names of the missing permissions instead of an error.

use std::time::Duration;

use serenity::all::{Channel, ChannelId, ChannelType, GuildChannel, GuildId, Permissions, UserId};
use tokio::time::sleep;

use crate::rest::{Rest, RestError, code};

/// What the invite link asks for: everything that boards, alerts and counters need in any channel.
pub(crate) const INVITED_WITH: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::ATTACH_FILES)
    .union(Permissions::READ_MESSAGE_HISTORY)
    .union(Permissions::CONNECT)
    .union(Permissions::MANAGE_CHANNELS)
    .union(Permissions::SET_VOICE_CHANNEL_STATUS);

/// How often Discord is asked when it does not answer.
const ATTEMPTS: usize = 3;
const PAUSE: Duration = Duration::from_millis(250);

/// A channel, and what the bot may do there.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) channel: GuildChannel,
    allowed: Permissions,
}

/// Why we do not know what the bot may do in a channel.
#[derive(Debug)]
pub(crate) enum AccessError {
    /// The channel does not exist, or not in this guild.
    Gone,
    /// The bot cannot see the channel. That is all we know.
    Hidden,
    /// Discord did not answer.
    Discord(RestError),
}

impl From<RestError> for AccessError {
    fn from(error: RestError) -> Self {
        match (error.status(), error.code()) {
            (Some(404), _) => Self::Gone,
            // The bot cannot see a channel that exists.
            (_, code::MISSING_ACCESS) => Self::Hidden,
            _ => Self::Discord(error),
        }
    }
}

impl Access {
    /// Asks Discord about a channel of a guild.
    pub(crate) async fn of(
        rest: &Rest,
        guild: GuildId,
        bot: UserId,
        channel: ChannelId,
    ) -> Result<Self, AccessError> {
        for _ in 1..ATTEMPTS {
            match Self::asked_once(rest, guild, bot, channel).await {
                Err(AccessError::Discord(error)) if error.is_transient() => sleep(PAUSE).await,
                answered => return answered,
            }
        }
        Self::asked_once(rest, guild, bot, channel).await
    }

    async fn asked_once(
        rest: &Rest,
        guild: GuildId,
        bot: UserId,
        channel: ChannelId,
    ) -> Result<Self, AccessError> {
        let channel = seen_or_listed(rest, guild, channel).await?;
        // A thread has the permissions of its parent.
        let parent = match channel.parent_id.filter(|_| is_thread(channel.kind)) {
            Some(parent) => Some(seen_or_listed(rest, guild, parent).await?),
            None => None,
        };
        let facts = rest.guild_now(guild.get()).await?;
        let member = rest.member_now(guild.get(), bot.get()).await?;
        let allowed = facts.user_permissions_in(parent.as_ref().unwrap_or(&channel), &member);
        Ok(Self { channel, allowed })
    }

    /// Returns those of the needed permissions that the bot lacks.
    pub(crate) fn missing(&self, needed: Permissions) -> Permissions {
        needed - self.allowed
    }

    /// Whether the channel is a locked thread, in which the bot may not write.
    pub(crate) fn is_locked(&self) -> bool {
        let thread = self.channel.thread_metadata;
        let locked = thread.is_some_and(|thread| thread.locked);
        locked && !self.allowed.contains(Permissions::MANAGE_THREADS)
    }
}

/// Returns the link that invites a bot with everything it needs. The application has the id of its bot.
#[must_use]
pub fn invite_link(application: &str) -> String {
    let permissions = INVITED_WITH.bits();
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}\
         &scope=bot+applications.commands&permissions={permissions}"
    )
}

/// Returns a channel of the guild. One that the bot cannot see is still in the list of all channels,
/// with everything that says why.
async fn seen_or_listed(
    rest: &Rest,
    guild: GuildId,
    id: ChannelId,
) -> Result<GuildChannel, AccessError> {
    match rest.channel_now(id.get()).await.map_err(AccessError::from) {
        Ok(Channel::Guild(channel)) if channel.guild_id == guild => Ok(channel),
        Ok(_) => Err(AccessError::Gone),
        Err(AccessError::Hidden) => {
            let all = rest.channels_now(guild.get()).await?;
            let mut all = all.into_iter();
            all.find(|channel| channel.id == id)
                .ok_or(AccessError::Hidden)
        }
        Err(error) => Err(error),
    }
}

/// Whether channels of this kind are threads.
pub(crate) fn is_thread(kind: ChannelType) -> bool {
    matches!(
        kind,
        ChannelType::NewsThread | ChannelType::PublicThread | ChannelType::PrivateThread
    )
}

/// What every counter needs in its channel. Where the bot may set the status of a voice channel, too, the
/// number is there and not in the name.
pub(crate) const NEEDED_BY_COUNTER: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::CONNECT)
    .union(Permissions::MANAGE_CHANNELS);

/// Returns what a board needs in a channel of this kind; `None` if there can be no board.
pub(crate) fn needed_by_board(kind: ChannelType, with_picture: bool) -> Option<Permissions> {
    let mut needed =
        Permissions::VIEW_CHANNEL | Permissions::EMBED_LINKS | Permissions::READ_MESSAGE_HISTORY;
    if with_picture {
        needed |= Permissions::ATTACH_FILES;
    }
    needed |= match kind {
        ChannelType::Text | ChannelType::News => Permissions::SEND_MESSAGES,
        ChannelType::Voice | ChannelType::Stage => {
            Permissions::SEND_MESSAGES | Permissions::CONNECT
        }
        // In a forum, the first creates the post, and the second reopens it when it was archived.
        ChannelType::Forum => Permissions::SEND_MESSAGES | Permissions::SEND_MESSAGES_IN_THREADS,
        kind if is_thread(kind) => Permissions::SEND_MESSAGES_IN_THREADS,
        _ => return None,
    };
    Some(needed)
}

/// Returns what an alert needs in a channel of this kind; `None` if there can be no alert.
pub(crate) fn needed_by_alert(kind: ChannelType) -> Option<Permissions> {
    let needed = match kind {
        ChannelType::Text | ChannelType::News => Permissions::SEND_MESSAGES,
        ChannelType::Voice | ChannelType::Stage => {
            Permissions::SEND_MESSAGES | Permissions::CONNECT
        }
        kind if is_thread(kind) => Permissions::SEND_MESSAGES_IN_THREADS,
        _ => return None,
    };
    Some(needed | Permissions::VIEW_CHANNEL)
}

#[cfg(test)]
mod tests;
