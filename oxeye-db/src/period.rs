//! What is known of the game server at one time, and how it is known.

use oxeye_plugin_proto::{GameServerState, UnixSeconds};

/// What is known of a server in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodState {
    /// The game server was running.
    Up,
    /// It was starting.
    Starting,
    /// It was not running.
    Down,
    /// Nothing is known.
    Unknown,
}

/// How the state in a period is known, or why it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KnownBy {
    /// Reports said so.
    Report,
    /// Our own probe said so: the server answered at its address, or did not. Of a time about which nothing is known: its
    /// address had never answered.
    Probe,
    /// The server promised heartbeats and missed three.
    Silence,
    /// Oxeye was not running, or could not take reports.
    OxeyeOff,
    /// The server's plugin promises no heartbeats, so its silence means nothing.
    NoHeartbeats,
    /// The server was not linked.
    Unlinked,
    /// The server changed too often to be recorded.
    TooManyChanges,
}

/// The beginning of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// When it began.
    pub from: UnixSeconds,
    /// The state since then.
    pub state: PeriodState,
    /// How that is known.
    pub known_by: KnownBy,
}

impl PeriodState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Up, Self::Starting, Self::Down, Self::Unknown];

    /// Returns the word used in the store and in the operator API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Starting => "starting",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the state that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether the game server was known not to be running, or not yet.
    #[must_use]
    pub fn is_outage(self) -> bool {
        matches!(self, Self::Down | Self::Starting)
    }
}

impl From<GameServerState> for PeriodState {
    fn from(state: GameServerState) -> Self {
        match state {
            GameServerState::Up => Self::Up,
            GameServerState::Starting => Self::Starting,
            GameServerState::Down => Self::Down,
        }
    }
}

impl KnownBy {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Report,
        Self::Probe,
        Self::Silence,
        Self::OxeyeOff,
        Self::NoHeartbeats,
        Self::Unlinked,
        Self::TooManyChanges,
    ];

    /// Returns the word used in the store and in the operator API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Probe => "probe",
            Self::Silence => "silence",
            Self::OxeyeOff => "oxeye_off",
            Self::NoHeartbeats => "no_heartbeats",
            Self::Unlinked => "unlinked",
            Self::TooManyChanges => "too_many_changes",
        }
    }

    /// Returns what a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// What is known of the game server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GameServer {
    pub(crate) state: GameServerState,
    /// Since when it has been in this state, as far as we know.
    pub(crate) since: UnixSeconds,
    /// The latest time about which a report has said this. What a report says about earlier times
    /// does not count.
    pub(crate) known_at: UnixSeconds,
    /// Who said so: a report, or our own probe.
    pub(crate) known_by: KnownBy,
}
