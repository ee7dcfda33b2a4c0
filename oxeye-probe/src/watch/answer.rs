//! What a server of either edition said.

use crate::{
    Listing, PingAnswer,
    ping::{Appearance, Status},
};

/// An edition of Minecraft. The two speak different protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// Java Edition: TCP, the server list ping.
    Java,
    /// Bedrock Edition: UDP, the unconnected ping.
    Bedrock,
}

impl Edition {
    /// The port of a server whose address has none.
    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Self::Java => 25565,
            Self::Bedrock => 19132,
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Java => Self::Bedrock,
            Self::Bedrock => Self::Java,
        }
    }
}

/// The answer of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchAnswer {
    /// The edition in which the server answered.
    pub edition: Edition,
    /// The players who are online, or only their number; `None` if the server hides even that.
    pub listing: Option<Listing>,
    /// Number of players that the server allows, if it says so.
    pub max: Option<u32>,
    /// The server's version, in its own words. Often empty.
    pub version: String,
    /// The message of the day as plain text, with its colour codes. Often empty.
    pub motd: String,
    /// The icon: a PNG in base64, as the server sends it. Nothing here checks it.
    pub icon: Option<String>,
}

/// Of a Java server.
impl From<Status> for WatchAnswer {
    fn from(status: Status) -> Self {
        let edition = Edition::Java;
        match status {
            Status::Counted(PingAnswer {
                listing,
                max,
                version,
                motd,
                icon,
            }) => Self {
                edition,
                listing: Some(listing),
                // Servers without a limit say 0 or -1.
                max: Some(max).filter(|max| *max > 0),
                version,
                motd,
                icon,
            },
            Status::WithoutCount(Appearance {
                version,
                motd,
                icon,
            }) => Self {
                edition,
                listing: None,
                max: None,
                version,
                motd,
                icon,
            },
        }
    }
}
