//! What a session is a session of.

use super::kinds::PresenceKind;
use super::observation::Track;
use crate::ids::GuildId;

/// What a session is a session of. A user has at most one session with a key at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PresenceKey {
    /// The kind.
    pub kind: PresenceKind,
    /// The place, for what happens in voice.
    pub place: Option<VoicePlace>,
    /// The application, the folded name, or the track; empty for what happens in voice.
    pub subject: String,
}

/// A voice channel of a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VoicePlace {
    /// The guild.
    pub guild: GuildId,
    /// The channel.
    pub channel: u64,
}

impl PresenceKey {
    pub(super) fn of_voice(kind: PresenceKind, guild: GuildId, channel: u64) -> Self {
        Self {
            kind,
            place: Some(VoicePlace { guild, channel }),
            subject: String::new(),
        }
    }

    pub(super) fn of_application(kind: PresenceKind, application: u64) -> Self {
        Self {
            kind,
            place: None,
            subject: format!("app:{application}"),
        }
    }

    pub(super) fn of_name(kind: PresenceKind, name: &str) -> Self {
        Self {
            kind,
            place: None,
            subject: format!("name:{}", folded(name)),
        }
    }

    pub(super) fn of_track(track: &Track) -> Self {
        let subject = match &track.id {
            Some(id) => format!("track:{id}"),
            None => {
                let artists = folded(&track.artists.join("; "));
                format!("title:{} by {artists}", folded(&track.title))
            }
        };
        Self {
            kind: PresenceKind::Spotify,
            place: None,
            subject,
        }
    }

    /// Returns the application of a game.
    #[must_use]
    pub fn application(&self) -> Option<u64> {
        self.subject.strip_prefix("app:")?.parse().ok()
    }

    /// Whether sessions of both cannot be open together: the same key, or two tracks.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        self == other || (self.kind == PresenceKind::Spotify && other.kind == self.kind)
    }
}

/// Returns a name without regard to case and white space.
fn folded(name: &str) -> String {
    let words = name.split_whitespace().map(str::to_lowercase);
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_and_white_space_are_one_game_and_others_are_not() {
        let key = |name| PresenceKey::of_name(PresenceKind::Game, name);

        assert_eq!(key("Stardew  Valley "), key("STARDEW valley"));
        assert_eq!(key("ÄRA"), key("ära"));
        assert_ne!(key("a"), key("League of Legends"));
        assert_ne!(key("a"), PresenceKey::of_name(PresenceKind::Streaming, "a"));
    }

    #[test]
    fn only_a_key_made_from_an_application_has_one() {
        let of_application = PresenceKey::of_application(PresenceKind::Game, 42);

        assert_eq!(of_application.application(), Some(42));
        let of_name = PresenceKey::of_name(PresenceKind::Game, "app:42");
        assert_eq!(of_name.application(), None);
    }
}
