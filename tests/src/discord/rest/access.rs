//! Which channels the bot can see, and what it may do there.

use super::super::channels::{ChannelKind, ChannelState};
use super::super::guilds::Membership;
use super::super::permissions::Permissions;
use super::super::world::World;
use super::refusal::Refusal;

impl World {
    /// Returns a channel that exists and that the bot can see.
    pub(super) fn seen(&self, id: u64) -> Result<&ChannelState, Refusal> {
        let unknown = || Refusal::unknown(10_003, "Channel");
        let channel = self.channels.get(&id).ok_or_else(unknown)?;
        if channel.deleted {
            return Err(unknown());
        }
        let guild = channel.guild.and_then(|guild| self.guilds.get(&guild));
        let removed = guild.is_some_and(|guild| guild.bot == Membership::Removed);
        let have = self.bot_permissions(channel);
        // Without CONNECT a voice channel is out of reach, although the bot sees its name.
        let out_of_reach = channel.kind.is_voice() && !have.has(Permissions::CONNECT);
        if removed || out_of_reach || !have.has(Permissions::VIEW_CHANNEL) {
            return Err(Refusal::missing_access());
        }
        Ok(channel)
    }

    /// Returns a channel that the bot can see, if it has all these permissions in it.
    pub(super) fn permitted(&self, id: u64, all: Permissions) -> Result<&ChannelState, Refusal> {
        let channel = self.seen(id)?;
        if self.bot_permissions(channel).has(all) {
            Ok(channel)
        } else {
            Err(Refusal::missing_permissions())
        }
    }

    /// Returns a channel in which the bot may write a new message.
    pub(super) fn writable(&self, id: u64, content: Permissions) -> Result<&ChannelState, Refusal> {
        let channel = self.seen(id)?;
        match channel.kind {
            ChannelKind::Category => {
                let message = "Cannot send messages in a non-text channel";
                return Err(Refusal::bad_request(50_008, message));
            }
            ChannelKind::Forum => {
                let message = "Cannot send a message in a forum channel";
                return Err(Refusal::bad_request(40_058, message));
            }
            _ => {}
        }
        let send = if channel.thread.is_some() {
            Permissions::SEND_MESSAGES_IN_THREADS
        } else {
            Permissions::SEND_MESSAGES
        };
        let channel = self.permitted(id, send | content)?;
        let locked = channel.thread.is_some_and(|thread| thread.locked);
        let may_manage = self
            .bot_permissions(channel)
            .has(Permissions::MANAGE_THREADS);
        if locked && !may_manage {
            return Err(Refusal::bad_request(160_005, "Thread is locked"));
        }
        Ok(channel)
    }
}
