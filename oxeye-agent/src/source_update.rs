//! What the sources report to the reconciler.

use std::collections::BTreeSet;
use std::fmt;

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use crate::game_event::TimedEvent;
use crate::roster::Roster;
use crate::server_run::ServerRun;

/// A kind of source. The variants are ordered by trust, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SourceKind {
    /// Minecraft's management protocol.
    Management,
    /// The server's log.
    Log,
    /// RCON's `list uuids`.
    Rcon,
    /// The Query protocol's full status.
    Query,
    /// The server list ping.
    Ping,
}

impl SourceKind {
    /// All kinds, best first.
    pub(crate) const ALL: [Self; 5] = [
        Self::Management,
        Self::Log,
        Self::Rcon,
        Self::Query,
        Self::Ping,
    ];

    /// Returns the name used in settings.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
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

/// An update from a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SourceUpdate {
    /// The source continues where an earlier run of the agent stopped.
    Resumed {
        /// The players who were online when that run stopped, according to the source.
        before: Roster,
        /// Whether that run is known to have reported them.
        is_reported: bool,
        /// The state of the server when that run stopped, according to the source.
        run: Option<ServerRun>,
        /// At a proxy, the servers behind it that had accepted a player by then.
        visited: BTreeSet<ServerName>,
        /// The time of the last event before that, when the server was still up.
        last_event: Option<UnixSeconds>,
        /// The events since then, in order.
        events: Vec<TimedEvent>,
        /// Earlier players of whom the source no longer knows whether they are online.
        forgotten: Vec<PlayerName>,
        /// The time until which they were known to be online.
        visible_until: UnixSeconds,
    },
    /// The source works and names the players who are online.
    Roster {
        /// The players who are online.
        roster: Roster,
        /// Whether nobody else can be online. A log without a boot knows only the players it has seen.
        knows_everyone: bool,
        /// The state of the server, as the source states it. A list that says nothing about it shows by
        /// its answer that the server is up.
        run: Option<ServerRun>,
        /// The events since the source last worked, if it knows them.
        events: Vec<TimedEvent>,
    },
    /// The source works, but it knows only the number of players.
    Count(u32),
    /// New events, in order.
    Events(Vec<TimedEvent>),
    /// The source does not work, for the reason in this sentence for the operator.
    Failed(String),
}
