//! What a message says, one file per family of servers. Nothing here remembers anything.

pub(crate) mod bedrock;
pub(crate) mod bungeecord;
pub(crate) mod geyser;
pub(crate) mod java;
pub(crate) mod pumpkin;
pub(crate) mod velocity;

use oxeye_plugin_proto::{PlayerName, ServerName};
use uuid::Uuid;

use super::family::Family;
use super::head::{Head, Level, Shape};
use super::trace::Trace;

/// What one line says, before it is weighed against who is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// The server begins to start.
    Boot,
    /// The server lets players in.
    Start,
    /// BungeeCord: a listener is open, at the start or after a reload, for which nobody has to leave.
    Listening,
    /// The server begins to stop.
    Stop,
    /// The server crashed.
    Crash,
    /// Java: which account somebody has who is about to log in.
    Announced(PlayerName, Uuid),
    /// Java: the line with the entity id, which prints the name of the profile.
    LoggedIn(PlayerName),
    /// The same for somebody without an address, whom a mod made.
    LoggedInLocally(PlayerName),
    /// Java: what the players are shown of a join. It prints the display name, and a plugin can
    /// print it for anybody.
    JoinShown(PlayerName),
    /// Java: the line with the reason, which prints the name of the profile.
    LostConnection(PlayerName),
    /// Java: what the players are shown of a leave.
    LeaveShown(PlayerName),
    /// A family that says it in one way only: somebody came on, or went to another server.
    Connected {
        player: PlayerName,
        uuid: Option<Uuid>,
        server: Option<ServerName>,
    },
    /// A family that says it in one way only: somebody went off.
    Disconnected(PlayerName),
    /// Velocity: a connection of somebody began.
    ConnectedFrom(PlayerName, Option<Trace>),
    /// Velocity: a connection of somebody ended.
    DisconnectedFrom(PlayerName, Option<Trace>),
    /// BungeeCord: somebody said who they are.
    Greeted(PlayerName),
    /// BungeeCord: a server took somebody.
    Bridged {
        player: PlayerName,
        trace: Option<Trace>,
        server: Option<ServerName>,
    },
    /// BungeeCord: the connection of somebody ended.
    Unbridged(PlayerName, Option<Trace>),
    /// BungeeCord: a server let go of somebody whom it was taking.
    LetGo(PlayerName, ServerName),
}

impl Said {
    fn connected(player: PlayerName) -> Self {
        Self::Connected {
            player,
            uuid: None,
            server: None,
        }
    }

    /// Whether no other family says this, so that one such line tells the family of a log.
    pub(crate) fn tells_family(&self) -> bool {
        !matches!(
            self,
            Self::JoinShown(_) | Self::LeaveShown(_) | Self::LostConnection(_)
        )
    }
}

/// What a line says in the language of a family.
pub(crate) fn read(family: Family, head: &Head<'_>) -> Option<Said> {
    match family {
        Family::Java => java::read(head),
        Family::Velocity => velocity::read(head),
        Family::Bungeecord => bungeecord::read(head),
        Family::Bedrock => bedrock::read(head),
        Family::Geyser => geyser::read(head),
        Family::Pumpkin => pumpkin::read(head),
    }
}

/// The families that print heads of this shape, to be tried until the family of a log is known.
pub(crate) fn families(shape: Shape) -> &'static [Family] {
    match shape {
        Shape::Thread | Shape::Console => &[Family::Java, Family::Velocity, Family::Bungeecord],
        Shape::Plain => &[Family::Java, Family::Bungeecord, Family::Pumpkin],
        Shape::Bare => &[Family::Bedrock, Family::Geyser],
        Shape::Dashed => &[Family::Geyser],
        Shape::Module => &[Family::Pumpkin],
    }
}

/// The family whose server begins to start with this line.
pub(crate) fn boot_of(head: &Head<'_>) -> Option<Family> {
    let family = match head.message.first()? {
        b'S' if head
            .message
            .starts_with(b"Starting minecraft server version ") =>
        {
            Family::Java
        }
        b'S' if head.message.trim_ascii_end() == b"Starting Server" => Family::Bedrock,
        b'S' | b'(' if pumpkin::boots(head) => Family::Pumpkin,
        b'[' if java::boots_with_old_forge(head) => Family::Java,
        b'B' if head.message.starts_with(b"Booting up Velocity ") => Family::Velocity,
        b'E' if bungeecord::boots(head) => Family::Bungeecord,
        b'L' if head.message.starts_with(b"Loading Geyser version ") => Family::Geyser,
        _ => return None,
    };
    head.may_be_of(family).then_some(family)
}

/// The family that a line gives away by its head alone.
pub(crate) fn sign_of(head: &Head<'_>) -> Option<Family> {
    let dated = head.stamp.is_some_and(|stamp| stamp.dated);
    match head.shape {
        Shape::Module => Some(Family::Pumpkin),
        Shape::Bare if dated => Some(Family::Bedrock),
        Shape::Thread if head.logger.starts_with(velocity::LOGGER) => Some(Family::Velocity),
        Shape::Thread if java::is_thread(head.thread) => Some(Family::Java),
        _ => None,
    }
}

impl Head<'_> {
    /// The shape is one that the family prints, and the line is from the server itself.
    fn may_be_of(&self, family: Family) -> bool {
        families(self.shape).contains(&family)
            && self.level == Level::Usual
            && self.is_native(family)
    }

    /// The line is from the server itself, not from a plugin's logger.
    fn is_native(&self, family: Family) -> bool {
        let logger = self.logger;
        match family {
            Family::Java => java::is_native(logger),
            Family::Velocity => logger.is_empty() || logger.starts_with(velocity::LOGGER),
            Family::Bungeecord => logger.is_empty() || logger.starts_with(b"net.md_5."),
            // Scripts print `[Scripting]`, and `[NAME]: ` after it is chat that they show.
            Family::Bedrock => logger.is_empty(),
            Family::Geyser | Family::Pumpkin => true,
        }
    }
}
