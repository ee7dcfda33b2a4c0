//! Events at a Minecraft server, as any source can report them.

use oxeye_plugin_proto::{MemberCode, PlayerName, ServerName, UnixSeconds};
use uuid::Uuid;

/// An event at a Minecraft server or proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GameEvent {
    /// A player joined.
    Join {
        /// The player.
        player: PlayerName,
        /// The account, if the source knows it.
        uuid: Option<Uuid>,
        /// At a proxy, the server behind it that the player is on, by the proxy's name for it.
        server: Option<ServerName>,
    },
    /// A player left.
    Leave {
        /// The player.
        player: PlayerName,
    },
    /// A player moved to another server behind the proxy.
    Switch {
        /// The player.
        player: PlayerName,
        /// The server the player is on now.
        server: ServerName,
    },
    /// The server began to start; nobody from before is still online.
    Boot,
    /// The server is up and accepts players.
    Start,
    /// The server began to stop; nobody is online any more.
    Stop,
    /// The server reported a crash; nobody is online any more.
    Crash,
    /// A player did something that does not change who is online.
    Activity(Activity),
}

/// What a player did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activity {
    /// The player died.
    Death {
        /// The player.
        player: Participant,
        /// The game's word for the cause, if a sentence of the game was read.
        cause: Option<&'static str>,
        /// The player who caused it, if the message names one who is online.
        killer: Option<Participant>,
    },
    /// The player killed somebody. Only the user's own patterns say so; see also `Death`.
    Kill {
        /// The player.
        player: Participant,
        /// The player who was killed, if the message names one who is online.
        victim: Option<Participant>,
    },
    /// The player made an advancement.
    Advancement {
        /// The player.
        player: Participant,
        /// The kind of advancement.
        kind: AdvancementKind,
        /// The title, in the language of the server.
        title: Option<String>,
    },
    /// The player wrote in the chat.
    Chat {
        /// The player.
        player: Participant,
    },
    /// The player typed a code in the chat, with which a member of the guild proves that they are this
    /// player.
    MemberCode {
        /// The player.
        player: Participant,
        /// The code.
        code: MemberCode,
    },
}

impl Activity {
    /// Returns the kill that a death by another player is as well.
    #[must_use]
    pub(crate) fn kill(&self) -> Option<Self> {
        match self {
            Self::Death {
                player,
                killer: Some(killer),
                ..
            } if killer != player => Some(Self::Kill {
                player: killer.clone(),
                victim: Some(player.clone()),
            }),
            _ => None,
        }
    }
}

/// A player who takes part in something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// The player.
    pub player: PlayerName,
    /// The account, if the source knows it.
    pub uuid: Option<Uuid>,
}

/// The kinds of advancements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdvancementKind {
    /// An ordinary one.
    Advancement,
    /// A goal.
    Goal,
    /// A challenge.
    Challenge,
}

impl AdvancementKind {
    /// Returns the game's own word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Advancement => "advancement",
            Self::Goal => "goal",
            Self::Challenge => "challenge",
        }
    }
}

/// An event and the time it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimedEvent {
    /// The event.
    pub(crate) what: GameEvent,
    /// The time.
    pub(crate) at: UnixSeconds,
}
