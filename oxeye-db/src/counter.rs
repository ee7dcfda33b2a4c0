//! A counter as the store keeps it, and what happens to it.

use oxeye_plugin_proto::UnixSeconds;

use crate::board::Stopped;
use crate::guild_server::GuildServers;
use crate::ids::{GuildId, ServerId};

/// A counter. The ids of channels and members are Discord's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// The guild.
    pub guild: GuildId,
    /// The channel, which has one counter.
    pub channel: u64,
    /// The server counted; `None` means all servers of the guild.
    pub server: Option<ServerId>,
    /// What the admin wants to read, with placeholders.
    pub template: String,
    /// The language of its words.
    pub locale: String,
    /// The channel's own name, which is restored in the end; `None` while the number is in the status.
    pub original_name: Option<String>,
    /// The member who set it, who is told if something is wrong.
    pub set_by: u64,
    /// When it was set.
    pub set_at: UnixSeconds,
    /// The text that Discord accepted last.
    pub shown: Option<String>,
    /// Since when Discord refuses the text, for example because a permission is missing.
    pub blocked_since: Option<UnixSeconds>,
    /// When somebody was told what is wrong with it.
    pub told_at: Option<UnixSeconds>,
    /// When it was turned off. It exists until the channel is as it was.
    pub ended_at: Option<UnixSeconds>,
    /// When and why it was given up.
    pub stopped: Option<Stopped>,
}

/// A counter that is about to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCounter {
    /// The servers counted.
    pub servers: GuildServers,
    /// The channel.
    pub channel: u64,
    /// What the admin wants to read, with placeholders.
    pub template: String,
    /// The language of its words.
    pub locale: String,
    /// The channel's own name, if the number cannot be in its status.
    pub original_name: Option<String>,
    /// The member who sets it.
    pub set_by: u64,
}

/// What happened to a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CounterUpdate {
    /// Discord accepted this text. Whatever was wrong is over.
    Shown(String),
    /// The number will be in the channel's name from now on, because it may not be in the status. Nothing
    /// has been shown there yet.
    ByName {
        /// The channel's own name.
        original: String,
    },
    /// The number will be in the channel's status after all.
    ByStatus,
    /// Discord refuses the text since this time.
    Blocked(UnixSeconds),
    /// Somebody was told at this time what is wrong.
    Told(UnixSeconds),
    /// It was given up.
    Stopped(Stopped),
}
