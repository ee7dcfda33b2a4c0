//! The events of the gateway that concern boards.

use oxeye_db::GuildId;
use serenity::all::FullEvent;

/// What happened in Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nudge {
    /// Roles or channels of a guild have changed, or the roles of the bot, so a permission may be there
    /// again. A thread has those of its parent.
    Guild(GuildId),
    /// A thread has changed, so what was wrong with it may be over.
    Thread(u64),
    /// A channel or thread was deleted.
    ChannelGone(u64),
    /// A guild cannot be reached, because of an outage of Discord.
    GuildAway(GuildId),
    /// A guild can be reached.
    GuildBack(GuildId),
}

impl Nudge {
    /// Returns what an event means for boards, if anything.
    pub(crate) fn of(event: &FullEvent) -> Option<Self> {
        let guild = |id: serenity::all::GuildId| GuildId(id.get());
        match event {
            FullEvent::GuildRoleCreate { new } => Some(Self::Guild(guild(new.guild_id))),
            FullEvent::GuildRoleUpdate { new, .. } => Some(Self::Guild(guild(new.guild_id))),
            FullEvent::GuildRoleDelete { guild_id, .. } => Some(Self::Guild(guild(*guild_id))),
            FullEvent::ChannelUpdate { new, .. } => Some(Self::Guild(guild(new.guild_id))),
            // Without an intent, Discord sends this for the bot itself and nobody else.
            FullEvent::GuildMemberUpdate { event, .. } => Some(Self::Guild(guild(event.guild_id))),
            FullEvent::ThreadUpdate { new, .. } => Some(Self::Thread(new.id.get())),
            FullEvent::ChannelDelete { channel, .. } => Some(Self::ChannelGone(channel.id.get())),
            FullEvent::ThreadDelete { thread, .. } => Some(Self::ChannelGone(thread.id.get())),
            FullEvent::GuildDelete { incomplete, .. } if incomplete.unavailable => {
                Some(Self::GuildAway(guild(incomplete.id)))
            }
            FullEvent::GuildCreate { guild: created, .. } => {
                Some(Self::GuildBack(guild(created.id)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_outage_is_not_a_removal() {
        let event = |unavailable: bool| FullEvent::GuildDelete {
            incomplete: serde_json::from_value(json!({"id": "7", "unavailable": unavailable}))
                .unwrap(),
            full: None,
        };

        assert_eq!(Nudge::of(&event(true)), Some(Nudge::GuildAway(GuildId(7))));
        assert_eq!(Nudge::of(&event(false)), None);
    }

    #[test]
    fn a_role_that_the_bot_is_given_concerns_the_boards_of_the_guild() {
        let event = serde_json::from_value(json!({
            "guild_id": "7", "roles": ["9"], "joined_at": "2026-01-01T00:00:00Z",
            "user": {"id": "1", "username": "oxeye", "discriminator": "0000"},
        }));
        let event = FullEvent::GuildMemberUpdate {
            old_if_available: None,
            new: None,
            event: event.unwrap(),
        };

        assert_eq!(Nudge::of(&event), Some(Nudge::Guild(GuildId(7))));
    }

    #[test]
    fn a_deleted_thread_concerns_the_board_in_it() {
        let thread = serde_json::from_value(
            json!({"id": "8", "guild_id": "7", "parent_id": "6", "type": 11}),
        );
        let event = FullEvent::ThreadDelete {
            thread: thread.unwrap(),
            full_thread_data: None,
        };

        assert_eq!(Nudge::of(&event), Some(Nudge::ChannelGone(8)));
    }
}
