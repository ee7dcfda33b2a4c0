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
}

/// One of the connections over which the gateway tells of the guilds. Each guild belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shard {
    /// The number of the connection, counted from 0.
    pub id: u32,
    /// Number of connections.
    pub count: u32,
}

impl Shard {
    /// Returns the shard that a guild belongs to.
    #[must_use]
    pub fn of(guild: GuildId, count: u32) -> Self {
        let count = count.max(1);
        let id = (guild.0 >> 22) % u64::from(count);
        let id = u32::try_from(id).unwrap_or_default();
        Self { id, count }
    }

    /// Whether a guild belongs to this shard.
    #[must_use]
    pub fn has(self, guild: GuildId) -> bool {
        Self::of(guild, self.count).id == self.id
    }
}

/// The guilds of which nothing is heard any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AwayGuilds {
    /// All of them: the bot is disconnected.
    All,
    /// Those of a shard whose connection is lost. It may be resumed.
    Lost(Shard),
    /// Those of a shard that has begun a new session, in which none of them has been heard of yet.
    New(Shard),
    /// One of them has an outage, or removed the bot.
    One(GuildId),
}

impl AwayGuilds {
    /// Whether a guild is one of them.
    #[must_use]
    pub fn has(self, guild: GuildId) -> bool {
        match self {
            Self::All => true,
            Self::Lost(shard) | Self::New(shard) => shard.has(guild),
            Self::One(one) => one == guild,
        }
    }
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
    /// A user is no longer a member of a guild. When they left is not known.
    Left {
        /// The guild.
        guild: GuildId,
        /// The user.
        user: UserId,
    },
    /// A user of a guild is in no voice channel. When they left is not known: perhaps they were in none when it was last
    /// told that they are.
    OutOfVoice {
        /// The guild.
        guild: GuildId,
        /// The user.
        user: UserId,
    },
    /// Nothing is heard of these guilds any more.
    Away {
        /// The guilds.
        guilds: AwayGuilds,
    },
    /// The connection of a shard was resumed. What happened meanwhile in its guilds has been reported, so nothing of them
    /// is missing.
    Resumed(Shard),
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
            Self::Left { .. } | Self::OutOfVoice { .. } | Self::Away { .. } | Self::Resumed(_) => {
                Vec::new()
            }
        }
    }
}
