//! What the sources tell the one who decides.

use std::fmt;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::happening::Seen;
use crate::presence::Presence;

/// Where knowledge comes from. The order is that of trust: the first is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// Minecraft's management protocol.
    Management,
    /// The server's log.
    Log,
    /// RCON's `list uuids`.
    Rcon,
    /// The Query protocol's full status.
    Query,
    /// The Server List Ping.
    Ping,
}

impl SourceKind {
    /// All, the best first.
    pub const ALL: [Self; 5] = [
        Self::Management,
        Self::Log,
        Self::Rcon,
        Self::Query,
        Self::Ping,
    ];

    /// The name in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Management => "management",
            Self::Log => "log",
            Self::Rcon => "rcon",
            Self::Query => "query",
            Self::Ping => "ping",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Management => "management protocol",
            Self::Log => "log",
            Self::Rcon => "RCON",
            Self::Query => "Query",
            Self::Ping => "server list ping",
        })
    }
}

/// One thing a source tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The source goes on where an earlier run of the agent stopped: who was on then by its word,
    /// and what has happened since.
    Resumed {
        /// Who was on when that run stopped.
        before: Presence,
        /// Whether that run is sure to have told so.
        is_told: bool,
        /// When the last thing happened that it saw: the server was alive then.
        last_event: Option<UnixSeconds>,
        /// What has happened since, in order.
        seen: Vec<Seen>,
        /// Of those from before, whom the source has lost sight of.
        forgotten: Vec<PlayerName>,
        /// Until when they were in sight.
        seen_until: UnixSeconds,
    },
    /// The source works, and by its word these are on.
    Names {
        /// Who is on.
        presence: Presence,
        /// Nobody else can be on. A log without a boot in it knows only whom it saw.
        knows_everyone: bool,
        /// What has happened since the source last worked, if it knows.
        seen: Vec<Seen>,
    },
    /// The source works, but tells only how many are on.
    Count(u32),
    /// Something has happened, in order.
    Happened(Vec<Seen>),
    /// The source does not work: one sentence for the operator.
    Fails(String),
}
