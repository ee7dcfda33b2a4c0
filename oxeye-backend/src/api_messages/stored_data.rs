//! What is imported and forgotten.

use oxeye_db::{Forgotten, Imported};
use oxeye_plugin_proto::PlayerName;
use serde::{Deserialize, Serialize};

/// The answer of `POST /api/import`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ImportAnswer {
    /// Sessions and playtimes that were not known.
    pub(crate) added_count: u64,
    /// Those that were known already, or overlap what is known.
    pub(crate) skipped_count: u64,
    /// Servers that were not known.
    pub(crate) server_count: u64,
}

impl From<Imported> for ImportAnswer {
    fn from(imported: Imported) -> ImportAnswer {
        ImportAnswer {
            added_count: imported.added,
            skipped_count: imported.skipped,
            server_count: imported.servers,
        }
    }
}

/// The answer of `DELETE /api/players/{player}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForgetAnswer {
    /// The player who was forgotten.
    pub(crate) player: PlayerName,
    /// Sessions, open or over.
    pub(crate) session_count: usize,
    /// Servers that knew the player.
    pub(crate) server_count: usize,
    /// Servers with playtime from before Oxeye.
    pub(crate) imported_playtime_count: usize,
    /// Whether the name is out of the store's files. If not, it leaves them as soon as the backup or export
    /// that reads them now has ended.
    pub(crate) wiped: bool,
}

impl ForgetAnswer {
    /// What was known of that player.
    pub(crate) fn of(player: PlayerName, forgotten: Forgotten) -> ForgetAnswer {
        ForgetAnswer {
            player,
            session_count: forgotten.sessions,
            server_count: forgotten.servers,
            imported_playtime_count: forgotten.imported_playtimes,
            wiped: forgotten.is_wiped,
        }
    }
}

/// The body of `POST /api/servers/{guild_id}/{server}/imported-playtime`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlaytimeOrder {
    /// Each player's playtime from before Oxeye.
    pub(crate) players: Vec<PlaytimeLine>,
}

/// One player's playtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlaytimeLine {
    /// The player.
    pub(crate) player: PlayerName,
    /// How long, in all.
    pub(crate) playtime_secs: u32,
}

/// Its answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlaytimeAnswer {
    /// How many were named.
    pub(crate) player_count: usize,
    /// For how many of them the time changed.
    pub(crate) changed_count: usize,
}
