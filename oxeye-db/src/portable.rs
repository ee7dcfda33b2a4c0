//! The records that one store can export and another import: servers by guild and name; sessions,
//! playtime, UUIDs and linked members by the player's name; settings by guild. They contain no ids of the store itself.

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds, limits};
use uuid::Uuid;

use crate::activity::portable::PortableActivity;
use crate::guild_settings::GuildSettings;
use crate::ids::GuildId;
use crate::linked_member::LinkedMember;
use crate::player_uuids::ReportedUuid;
use crate::session::SessionEnd;

/// Identifies a server independently of the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The server's guild.
    pub guild: GuildId,
    /// The server's name, unique in the guild.
    pub server: ServerName,
}

/// A record that is exported or imported.
#[derive(Debug, Clone, PartialEq)]
pub enum PortableRecord {
    /// A server.
    Server(Place),
    /// A player's session on a server.
    Session(Place, PlayerName, PortableStay),
    /// A player's playtime from before Oxeye.
    ImportedPlaytime(Place, PlayerName, PortablePlaytime),
    /// A UUID that a guild's servers reported under a name.
    PlayerUuid(GuildId, PlayerName, ReportedUuid),
    /// A member of a guild who is linked to a player.
    LinkedMember(LinkedMember),
    /// What a guild has set for itself.
    GuildSettings(GuildId, GuildSettings),
    /// Something that a player did.
    Activity(PortableActivity),
}

/// A stay of a player on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortableStay {
    /// The account whose stay it was, if a report of it said so.
    pub account: Option<Uuid>,
    /// The first second of the stay.
    pub joined_at: UnixSeconds,
    /// Time of the last evidence that the player was there; never before `joined_at`.
    pub seen_at: UnixSeconds,
    /// When the stay ended, never before `seen_at`, and how that is known; `None` if it was still open.
    pub end: Option<(UnixSeconds, SessionEnd)>,
}

/// Playtime from before Oxeye on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortablePlaytime {
    /// The playtime in seconds.
    pub seconds: u32,
    /// The account whose playtime it is, if that is known.
    pub account: Option<Uuid>,
}

/// Why a stay is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStay {
    /// The three times are not in order.
    #[error("a session needs joined_at <= seen_at <= left_at")]
    OutOfOrder,
    /// The stay ends in the future, beyond the usual difference between clocks.
    #[error("the session is in the future; perhaps a clock is wrong")]
    InTheFuture,
}

impl PortableStay {
    /// Returns the stay if it is valid.
    ///
    /// # Errors
    /// When its times are not in order or are in the future.
    pub fn checked(self, now: UnixSeconds) -> Result<Self, InvalidStay> {
        let left_at = self.end.map_or(self.seen_at, |(left_at, _)| left_at);
        if self.joined_at > self.seen_at || self.seen_at > left_at {
            Err(InvalidStay::OutOfOrder)
        } else if left_at > now.plus(limits::EARLY_EVENT_LIMIT) {
            Err(InvalidStay::InTheFuture)
        } else {
            Ok(self)
        }
    }
}

impl PortableRecord {
    /// Returns the guild that the record belongs to.
    #[must_use]
    pub fn guild(&self) -> GuildId {
        match self {
            Self::PlayerUuid(guild, ..) | Self::GuildSettings(guild, _) => *guild,
            Self::LinkedMember(member) => member.guild,
            Self::Activity(activity) => activity.guild,
            Self::Server(place) | Self::Session(place, ..) | Self::ImportedPlaytime(place, ..) => {
                place.guild
            }
        }
    }

    /// Returns the server that the record is about, if any.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::PlayerUuid(..)
            | Self::LinkedMember(_)
            | Self::GuildSettings(..)
            | Self::Activity(_) => None,
            Self::Server(place) | Self::Session(place, ..) | Self::ImportedPlaytime(place, ..) => {
                Some(place)
            }
        }
    }

    /// Moves the record to another guild.
    pub(crate) fn move_to(&mut self, other: GuildId) {
        match self {
            Self::PlayerUuid(guild, ..) | Self::GuildSettings(guild, _) => *guild = other,
            Self::LinkedMember(member) => member.guild = other,
            Self::Activity(activity) => activity.guild = other,
            Self::Server(place) | Self::Session(place, ..) | Self::ImportedPlaytime(place, ..) => {
                place.guild = other;
            }
        }
    }
}
