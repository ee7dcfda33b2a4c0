//! An alert as the store keeps it, what it has said, and what it is about to say.

use oxeye_plugin_proto::UnixSeconds;

use crate::board::Stopped;
use crate::guild_server::GuildServers;
use crate::ids::{GuildId, ServerId};
use crate::record::chart::Peak;

/// The most alerts of a guild.
pub const MOST_ALERTS: usize = 10;

/// The id of an alert. It is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlertId(pub i64);

/// The id of a message of an alert. It is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlertMessageId(pub i64);

/// What an alert says beside that servers are down and that they are back up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AlertTopics {
    /// Who joins and leaves.
    pub visits: bool,
    /// That more players are on at once than ever before.
    pub records: bool,
    /// Who joins for the first time.
    pub newcomers: bool,
}

/// A channel in which the bot says that servers are down and that they are back up. The ids of channels,
/// roles and members are Discord's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The alert's id.
    pub id: AlertId,
    /// The guild.
    pub guild: GuildId,
    /// The channel.
    pub channel: u64,
    /// The server; `None` means all servers of the guild.
    pub server: Option<ServerId>,
    /// The role that is notified.
    pub role: Option<u64>,
    /// The language of its messages.
    pub locale: String,
    /// The member who set it, who is told if something is wrong; `None` if an operator did.
    pub set_by: Option<u64>,
    /// When it was set.
    pub set_at: UnixSeconds,
    /// Since when Discord refuses its messages, for example because a permission is missing.
    pub blocked_since: Option<UnixSeconds>,
    /// Discord's number of the error with which it refuses them; 0 if it named none.
    pub blocked_code: u32,
    /// When somebody was told what is wrong with it.
    pub told_at: Option<UnixSeconds>,
    /// When and why it was given up.
    pub stopped: Option<Stopped>,
    /// What else it says.
    pub topics: AlertTopics,
}

/// An alert that is about to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// The servers.
    pub servers: GuildServers,
    /// The channel.
    pub channel: u64,
    /// The role that is notified.
    pub role: Option<u64>,
    /// The language of its messages.
    pub locale: String,
    /// The member who sets it; `None` for an operator.
    pub set_by: Option<u64>,
    /// What else it says.
    pub topics: AlertTopics,
}

/// What happened to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertUpdate {
    /// Discord accepted a message. Whatever was wrong is over.
    Accepted,
    /// Discord refuses its messages since this time, with this error of its own.
    Blocked(UnixSeconds, u32),
    /// Somebody was told at this time what is wrong.
    Told(UnixSeconds),
    /// It was given up.
    Stopped(Stopped),
}

/// What an alert has said of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerPhase {
    /// The server is up, or was when the alert was set.
    Up,
    /// The server is down.
    Down {
        /// Since when.
        since: UnixSeconds,
        /// Whether the alert has said so. If not, it was set while the server was down.
        is_announced: bool,
    },
}

/// What a message of an alert says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertEvent {
    /// The server is down.
    Down {
        /// Since when.
        since: UnixSeconds,
    },
    /// Nothing was heard of the server for so long that it counts as down.
    Silent {
        /// When it was last heard.
        since: UnixSeconds,
    },
    /// The server is back up.
    Up {
        /// Since when.
        since: UnixSeconds,
        /// Since when it was down.
        down_since: UnixSeconds,
    },
    /// More players were on the server at once than ever before.
    Record {
        /// How many, and when.
        new: Peak,
        /// The record until then.
        before: Peak,
    },
    /// The message says that the alert works.
    Test {
        /// When somebody asked for it.
        at: UnixSeconds,
    },
}

impl AlertEvent {
    /// Returns when the event happened.
    #[must_use]
    pub fn at(self) -> UnixSeconds {
        match self {
            Self::Down { since } | Self::Silent { since } | Self::Up { since, .. } => since,
            Self::Record { new, .. } => new.at,
            Self::Test { at } => at,
        }
    }
}

/// The last record of a server that an alert has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldRecord {
    /// When so many players were on.
    pub record_at: UnixSeconds,
    /// When it was said.
    pub told_at: UnixSeconds,
}

/// A message that Discord does not have yet, as far as the store knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertMessage {
    /// The message's id.
    pub id: AlertMessageId,
    /// The alert.
    pub alert: AlertId,
    /// The server that it is about.
    pub server: Option<ServerId>,
    /// What it says.
    pub event: AlertEvent,
    /// When Discord was first asked to take it.
    pub tried_at: Option<UnixSeconds>,
    /// When it was due. Long after that, it is no news.
    pub created_at: UnixSeconds,
}
