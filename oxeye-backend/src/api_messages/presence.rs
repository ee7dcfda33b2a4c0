//! What members who joined do in Discord: `/api/presence` and `/api/guilds/{guild_id}/presence`.

use oxeye_db::{
    GuildId, InVoice, PlayedTogether, PresenceFigure, PresenceKinds, PresenceSession,
    PresenceSubject, PresenceTop, UnixSeconds, UserId,
};
use serde::{Deserialize, Serialize};

/// What a guild keeps: a line of `GET /api/presence`, and the response of `GET /api/guilds/{guild_id}/presence`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GuildPresence {
    /// The guild.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The kinds of sessions that it keeps.
    pub(crate) kinds: Vec<String>,
    /// Members who joined.
    pub(crate) member_count: usize,
    /// Members who joined and are in voice.
    pub(crate) in_voice_count: usize,
    /// How many days a session is kept.
    pub(crate) day_count: u16,
}

/// The response of `GET /api/guilds/{guild_id}/presence/voice`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct VoiceReport {
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The members who joined and are in voice, by channel.
    pub(crate) members: Vec<InVoiceLine>,
}

/// A member in voice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct InVoiceLine {
    pub(crate) user_id: String,
    pub(crate) channel_id: String,
    /// The name of the channel; empty if it is not known.
    pub(crate) channel: String,
    pub(crate) since_at: UnixSeconds,
    pub(crate) shares_screen: bool,
    pub(crate) has_camera: bool,
}

/// The response of `GET /api/guilds/{guild_id}/presence/top`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PresenceTopReport {
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The requested range: `today`, `week`, `month`, `all`, or a number of days such as `30d`.
    pub(crate) range: String,
    /// The time zone whose midnight ends a day.
    pub(crate) time_zone: String,
    #[serde(flatten)]
    pub(crate) top: TopLine,
}

/// How much time went into what, of one kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TopLine {
    pub(crate) kind: String,
    /// The time of all members together.
    pub(crate) total_secs: u64,
    /// The members with such sessions.
    pub(crate) member_count: usize,
    /// What most time went into.
    pub(crate) figures: Vec<FigureLine>,
}

/// How much time went into a game, a channel or an artist, or how long a member streamed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FigureLine {
    #[serde(flatten)]
    pub(crate) subject: SubjectLine,
    /// The time of all members together.
    pub(crate) total_secs: u64,
    pub(crate) member_count: usize,
}

/// What a figure is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum SubjectLine {
    Game {
        game: String,
        /// The application on Discord, if it is known.
        application_id: Option<String>,
    },
    Channel {
        channel_id: String,
        /// The name of the channel; empty if it is not known.
        channel: String,
    },
    Artist {
        artist: String,
    },
    Member {
        user_id: String,
    },
}

/// The response of `GET /api/guilds/{guild_id}/presence/users/{user_id}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MemberReport {
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) user_id: String,
    /// When the member joined.
    pub(crate) joined_at: UnixSeconds,
    /// Since when the member hides from the others.
    pub(crate) hidden_since_at: Option<UnixSeconds>,
    pub(crate) range: String,
    pub(crate) time_zone: String,
    /// How much time went into what, for each kind with any time.
    pub(crate) tops: Vec<TopLine>,
    /// The members who played the same at the same time.
    pub(crate) played_together: Vec<TogetherLine>,
    /// The sessions, newest first.
    pub(crate) sessions: Vec<PresenceLine>,
    /// The number of sessions without the limit.
    pub(crate) session_count: usize,
}

/// A member with whom another played.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TogetherLine {
    pub(crate) user_id: String,
    pub(crate) total_secs: u64,
    /// The names of the games, the longest first.
    pub(crate) games: Vec<String>,
}

/// A session of a member.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PresenceLine {
    pub(crate) kind: String,
    /// The name of the game, the stream, the track or the channel.
    pub(crate) title: String,
    /// The artists of a track; empty for everything else.
    pub(crate) artists: Vec<String>,
    pub(crate) started_at: UnixSeconds,
    /// `null` while it lasts.
    pub(crate) ended_at: Option<UnixSeconds>,
    /// Whether the end is an estimate.
    pub(crate) is_estimated: bool,
    /// The last evidence.
    pub(crate) seen_at: UnixSeconds,
    /// The time that counts.
    pub(crate) total_secs: u64,
    /// The time in between of which nothing is known. It counts nowhere.
    pub(crate) gap_secs: u64,
}

/// Returns the words for kinds.
pub(crate) fn words(kinds: PresenceKinds) -> Vec<String> {
    kinds.iter().map(|kind| kind.to_string()).collect()
}

impl VoiceReport {
    pub(crate) fn new(guild_id: GuildId, in_voice: Vec<InVoice>) -> Self {
        let members = in_voice.into_iter().map(|member| InVoiceLine {
            user_id: member.user.to_string(),
            channel_id: member.channel.to_string(),
            channel: member.channel_name,
            since_at: member.since,
            shares_screen: member.shares_screen,
            has_camera: member.has_camera,
        });
        Self {
            guild_id,
            members: members.collect(),
        }
    }
}

impl TopLine {
    pub(crate) fn new(kind: &str, top: PresenceTop) -> Self {
        Self {
            kind: kind.to_owned(),
            total_secs: top.total_secs,
            member_count: top.members,
            figures: top.figures.into_iter().map(FigureLine::from).collect(),
        }
    }
}

impl From<PresenceFigure> for FigureLine {
    fn from(figure: PresenceFigure) -> Self {
        let subject = match figure.subject {
            PresenceSubject::Game { name, application } => SubjectLine::Game {
                game: name,
                application_id: application.map(|id| id.to_string()),
            },
            PresenceSubject::Channel { id, name } => SubjectLine::Channel {
                channel_id: id.to_string(),
                channel: name,
            },
            PresenceSubject::Artist(artist) => SubjectLine::Artist { artist },
            PresenceSubject::Member(user) => SubjectLine::Member {
                user_id: user.to_string(),
            },
        };
        Self {
            subject,
            total_secs: figure.secs,
            member_count: figure.members,
        }
    }
}

impl From<PlayedTogether> for TogetherLine {
    fn from(other: PlayedTogether) -> Self {
        Self {
            user_id: other.user.to_string(),
            total_secs: other.secs,
            games: other.games.into_iter().map(|(game, _)| game).collect(),
        }
    }
}

impl PresenceLine {
    /// Makes the line of a session of which only a part may be shown in a guild.
    pub(crate) fn new(session: PresenceSession, shown_from: UnixSeconds, total_secs: u64) -> Self {
        Self {
            kind: session.kind().to_string(),
            started_at: session.started_at.max(shown_from),
            ended_at: session.end.map(|end| end.at),
            is_estimated: session.has_estimated_end(),
            seen_at: session.seen_at,
            total_secs,
            gap_secs: session.gap_secs(),
            title: session.about.name,
            artists: session.about.artists,
        }
    }
}

/// Reads the id of a Discord account: digits and nothing else.
pub(crate) fn user_id(text: &str) -> Option<UserId> {
    super::user_id::parse(text).map(UserId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_digits_and_nothing_else() {
        assert_eq!(
            user_id("234567890123456789"),
            Some(UserId(234_567_890_123_456_789))
        );
        for text in [
            "",
            "+7",
            "-7",
            "7.0",
            "1e3",
            "seven",
            "18446744073709551616",
            "\u{0667}",
        ] {
            assert_eq!(user_id(text), None, "{text}");
        }
    }
}
