//! The six kinds of what members do, and sets of them.

use std::fmt;
use std::str::FromStr;

/// What a member does in Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PresenceKind {
    /// Being in a voice channel.
    Voice,
    /// Sharing the screen in a voice channel.
    ScreenShare,
    /// Having the camera on in a voice channel.
    Camera,
    /// Playing a game, or competing in one.
    Game,
    /// Streaming on Twitch or YouTube.
    Streaming,
    /// Listening to Spotify.
    Spotify,
}

/// The error for a text that is no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a kind is voice, screen_share, camera, game, streaming or spotify")]
pub struct InvalidPresenceKind;

impl PresenceKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Voice,
        Self::ScreenShare,
        Self::Camera,
        Self::Game,
        Self::Streaming,
        Self::Spotify,
    ];

    /// Returns the word for the kind.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::ScreenShare => "screen_share",
            Self::Camera => "camera",
            Self::Game => "game",
            Self::Streaming => "streaming",
            Self::Spotify => "spotify",
        }
    }

    /// Whether it happens in a voice channel, and so belongs to one guild.
    #[must_use]
    pub fn is_in_voice(self) -> bool {
        matches!(self, Self::Voice | Self::ScreenShare | Self::Camera)
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }

    /// Returns the number of the kind in the file.
    pub(crate) fn to_sql(self) -> i64 {
        self as i64
    }

    pub(crate) fn from_sql(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.to_sql() == number)
    }
}

impl fmt::Display for PresenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PresenceKind {
    type Err = InvalidPresenceKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let kind = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        kind.ok_or(InvalidPresenceKind)
    }
}

/// A set of kinds: those that a guild keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PresenceKinds(u8);

impl PresenceKinds {
    /// No kind.
    pub const NONE: Self = Self(0);

    /// Returns all kinds.
    #[must_use]
    pub fn all() -> Self {
        PresenceKind::ALL.into_iter().collect()
    }

    /// Returns the kinds that happen in a voice channel, for which Discord asks for no privileged intent.
    #[must_use]
    pub fn in_voice() -> Self {
        let all = PresenceKind::ALL.into_iter();
        all.filter(|kind| kind.is_in_voice()).collect()
    }

    /// Whether the set has a kind.
    #[must_use]
    pub fn contains(self, kind: PresenceKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether the set has all kinds of another.
    #[must_use]
    pub fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set has no kind.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the set with another kind.
    #[must_use]
    pub fn with(self, kind: PresenceKind) -> Self {
        Self(self.0 | kind.bit())
    }

    /// Returns the kinds that both sets have.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the kinds that are not in another set.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the kinds in the set.
    pub fn iter(self) -> impl Iterator<Item = PresenceKind> {
        let all = PresenceKind::ALL.into_iter();
        all.filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<PresenceKind> for PresenceKinds {
    fn from_iter<T: IntoIterator<Item = PresenceKind>>(kinds: T) -> Self {
        kinds.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_the_same_after_text_and_file() {
        for kind in PresenceKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(PresenceKind::from_sql(kind.to_sql()), Some(kind));
        }
        assert_eq!("Voice".parse::<PresenceKind>(), Err(InvalidPresenceKind));
        assert_eq!(PresenceKind::from_sql(6), None);
    }

    #[test]
    fn a_set_knows_its_kinds() {
        let set: PresenceKinds = [PresenceKind::Camera, PresenceKind::Game]
            .into_iter()
            .collect();

        let kinds: Vec<_> = set.iter().collect();
        assert_eq!(kinds, [PresenceKind::Camera, PresenceKind::Game]);
        assert!(PresenceKinds::all().contains_all(set) && !set.contains_all(PresenceKinds::all()));
        assert_eq!(
            set.and(PresenceKinds::in_voice())
                .iter()
                .collect::<Vec<_>>(),
            [PresenceKind::Camera]
        );
    }
}
