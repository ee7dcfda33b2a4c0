//! What one store can give to another: servers by guild and name, sessions, playtime and UUIDs by
//! the player's name, without any number that only this store knows.

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds, limits};

use crate::ids::GuildId;
use crate::player_uuids::ReportedUuid;
use crate::session::SessionEnd;

/// Which server, whatever the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// Its guild.
    pub guild: GuildId,
    /// Its name, unique in the guild.
    pub server: ServerName,
}

/// One thing that is exported or imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortableRecord {
    /// There is such a server.
    Server(Place),
    /// A player stayed there.
    Session(Place, PlayerName, PortableStay),
    /// A player's playtime from before Oxeye, in seconds.
    ImportedPlaytime(Place, PlayerName, u32),
    /// A UUID that a guild's servers reported under a name.
    PlayerUuid(GuildId, PlayerName, ReportedUuid),
}

/// One stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortableStay {
    /// Its first second.
    pub joined_at: UnixSeconds,
    /// The last evidence that the player was there; never before `joined_at`.
    pub seen_at: UnixSeconds,
    /// When it ended, never before `seen_at`, and how that is known; `None` while it was open.
    pub end: Option<(UnixSeconds, SessionEnd)>,
}

/// Why a stay cannot have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStay {
    /// The three times are not in this order.
    #[error("a session needs joined_at <= seen_at <= left_at")]
    OutOfOrder,
    /// Later than a clock that differs a little would say.
    #[error("the session lies in the future; is a clock wrong?")]
    InTheFuture,
}

impl PortableStay {
    /// The stay, if it can have been.
    ///
    /// # Errors
    /// When its times are not in order or lie in the future.
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
    /// Which guild it is about.
    #[must_use]
    pub fn guild(&self) -> GuildId {
        match self {
            Self::PlayerUuid(guild, ..) => *guild,
            Self::Server(place) | Self::Session(place, ..) | Self::ImportedPlaytime(place, ..) => {
                place.guild
            }
        }
    }

    /// Which server it is about, if it is about one.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::PlayerUuid(..) => None,
            Self::Server(place) | Self::Session(place, ..) | Self::ImportedPlaytime(place, ..) => {
                Some(place)
            }
        }
    }

    /// The same of another guild.
    pub(crate) fn move_to(&mut self, other: GuildId) {
        match self {
            Self::PlayerUuid(guild, ..) => *guild = other,
            Self::Server(place) | Self::Session(place, ..) | Self::ImportedPlaytime(place, ..) => {
                place.guild = other;
            }
        }
    }
}
