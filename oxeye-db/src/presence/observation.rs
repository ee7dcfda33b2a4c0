//! What Discord tells about members who joined, in the words of this crate.

use oxeye_plugin_proto::UnixSeconds;

use super::kinds::PresenceKind;
use crate::ids::{GuildId, UserId};

/// What the voice state of somebody in a channel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// The channel.
    pub channel: u64,
    /// Its name, if it is known.
    pub channel_name: Option<String>,
    /// A hash of the state's `session_id`: the same while the connection lasts.
    pub connection: [u8; 8],
    /// Whether the screen is shared.
    pub shares_screen: bool,
    /// Whether the camera is on.
    pub has_camera: bool,
    /// Whether the member hears nothing. Such time counts like any other.
    pub is_deafened: bool,
    /// Whether the channel is the guild's AFK channel, time in which is not kept.
    pub is_afk_channel: bool,
}

/// An activity that Oxeye understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberActivity {
    /// Game, streaming or Spotify. An activity of any other kind is ignored.
    pub kind: PresenceKind,
    /// The name of the game or the stream.
    pub name: String,
    /// The application, which identifies a game better than its name.
    pub application: Option<u64>,
    /// When Discord says that the activity began.
    pub created_at: Option<UnixSeconds>,
    /// When the activity says that it began. Games set it for each match, Spotify for each track.
    pub starts_at: Option<UnixSeconds>,
    /// A first line of text.
    pub details: Option<String>,
    /// A second line of text.
    pub state: Option<String>,
    /// What is listened to.
    pub track: Option<Track>,
    /// Where the stream can be watched.
    pub url: Option<String>,
}

/// A track on Spotify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Spotify's id of it.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its artists.
    pub artists: Vec<String>,
    /// The album it is on.
    pub album: Option<String>,
    /// When it will have been played to its end.
    pub ends_at: Option<UnixSeconds>,
}

/// The guilds of which nothing is heard any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwayGuilds {
    /// All of them: the connection is lost.
    All,
    /// One of them has an outage, or removed the bot.
    One(GuildId),
}

/// Something that the gateway tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// All that a user does now; nothing for somebody who is offline.
    Activities {
        /// The guild that the report names.
        guild: GuildId,
        /// The user.
        user: UserId,
        /// What they do.
        activities: Vec<MemberActivity>,
    },
    /// Where in voice a user of a guild is now.
    Voice {
        /// The guild.
        guild: GuildId,
        /// The user.
        user: UserId,
        /// Where they are; `None` if they left.
        voice: Option<Voice>,
    },
    /// All there is to see in a guild now. Whoever is not named does nothing.
    Guild {
        /// The guild.
        guild: GuildId,
        /// Everybody in voice.
        voices: Vec<(UserId, Voice)>,
        /// Everybody who does something; `None` if the guild does not tell.
        activities: Option<Vec<(UserId, Vec<MemberActivity>)>>,
    },
    /// Nothing is heard of these guilds any more.
    Away {
        /// The guilds.
        guilds: AwayGuilds,
    },
    /// The connection was resumed. What happened meanwhile was or will be reported, so nothing is missing.
    Resumed,
}

impl Observation {
    /// Returns the users that it names, each with the guild that tells of them.
    pub(super) fn named(&self) -> Vec<(GuildId, UserId)> {
        match self {
            Self::Activities { guild, user, .. } | Self::Voice { guild, user, .. } => {
                vec![(*guild, *user)]
            }
            Self::Guild {
                guild,
                voices,
                activities,
            } => {
                let in_voice = voices.iter().map(|(user, _)| *user);
                let active = activities.iter().flatten().map(|(user, _)| *user);
                in_voice.chain(active).map(|user| (*guild, user)).collect()
            }
            Self::Away { .. } | Self::Resumed => Vec::new(),
        }
    }
}
