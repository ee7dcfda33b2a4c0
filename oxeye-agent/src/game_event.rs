//! Events at a Minecraft server, as any source can report them.

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
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
}

/// An event and the time it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimedEvent {
    /// The event.
    pub(crate) what: GameEvent,
    /// The time.
    pub(crate) at: UnixSeconds,
}
