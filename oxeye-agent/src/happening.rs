//! What any source can tell of a Minecraft server.

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use uuid::Uuid;

/// Something that happened at a Minecraft server or proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A player came on.
    Join {
        /// Who.
        player: PlayerName,
        /// The account, if the source tells it.
        uuid: Option<Uuid>,
        /// At a proxy: the server behind it on which the player is, by the proxy's name for it.
        server: Option<ServerName>,
    },
    /// A player went off.
    Leave {
        /// Who.
        player: PlayerName,
    },
    /// At a proxy: a player who is on went over to another server behind it.
    Switch {
        /// Who.
        player: PlayerName,
        /// Where they are now.
        server: ServerName,
    },
    /// The server began to start: whoever was on before is not any more.
    Boot,
    /// The server is up and lets players in.
    Start,
    /// The server began to stop: nobody is on any more.
    Stop,
    /// The server says that it crashed: nobody is on any more.
    Crash,
}

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What.
    pub what: Happening,
    /// When.
    pub at: UnixSeconds,
}

/// Somebody who is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub player: PlayerName,
    /// The account, if the source tells it.
    pub uuid: Option<Uuid>,
    /// At a proxy: the server behind it on which the player is.
    pub server: Option<ServerName>,
    /// When they came on, if the source tells it.
    pub since: Option<UnixSeconds>,
}

impl Present {
    /// Somebody of whom only the name is known.
    #[must_use]
    pub fn named(player: PlayerName) -> Self {
        Self {
            player,
            uuid: None,
            server: None,
            since: None,
        }
    }
}
