//! What is taken along and forgotten.

use oxeye_db::{Forgotten, Imported};
use oxeye_plugin_proto::PlayerName;
use serde::{Deserialize, Serialize};

/// The answer of `POST /api/import`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportAnswer {
    /// Sessions and playtimes that were not known.
    pub added: u64,
    /// Those that were known already, or overlap what is known.
    pub skipped: u64,
    /// Servers that were not known.
    pub servers: u64,
}

impl From<Imported> for ImportAnswer {
    fn from(imported: Imported) -> ImportAnswer {
        ImportAnswer {
            added: imported.added,
            skipped: imported.skipped,
            servers: imported.servers,
        }
    }
}

/// The answer of `DELETE /api/players/{player}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetAnswer {
    /// Who was forgotten.
    pub player: PlayerName,
    /// Sessions, open or over.
    pub sessions: usize,
    /// Servers that knew anything.
    pub servers: usize,
    /// Servers with playtime from before Oxeye.
    pub imported_playtimes: usize,
    /// Whether the name is out of the store's files. If not, it is as soon as who reads them now, for a backup or an
    /// export, has come to an end.
    pub wiped: bool,
}

impl ForgetAnswer {
    /// What was known of that player.
    pub fn of(player: PlayerName, forgotten: Forgotten) -> ForgetAnswer {
        ForgetAnswer {
            player,
            sessions: forgotten.sessions,
            servers: forgotten.servers,
            imported_playtimes: forgotten.imported_playtimes,
            wiped: forgotten.is_wiped,
        }
    }
}

/// The body of `POST /api/servers/{guild_id}/{name}/imported-playtime`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlaytimeOrder {
    /// Each player's playtime from before Oxeye.
    pub players: Vec<PlaytimeLine>,
}

/// One player's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaytimeLine {
    /// Who.
    pub player: PlayerName,
    /// How long, in all.
    pub seconds: u32,
}

/// Its answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaytimeAnswer {
    /// How many were named.
    pub players: usize,
    /// For how many of them it is another time than before.
    pub changed: usize,
}
