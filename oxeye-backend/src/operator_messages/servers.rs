//! A server that is renamed or removed.

use oxeye_db::GuildId;
use oxeye_plugin_proto::ServerName;
use serde::{Deserialize, Serialize};

/// The body of `POST /api/servers/{guild_id}/{name}/rename`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenameOrder {
    /// The name it gets.
    pub name: ServerName,
}

/// Its answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenameAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// What the server is called now.
    pub name: ServerName,
    /// What it was called.
    pub previous_name: ServerName,
}

/// The answer of `POST /api/servers/{guild_id}/{name}/remove`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// What the server was called.
    pub name: ServerName,
    /// Its sessions.
    pub session_count: usize,
    /// Players of whom nothing was known on any other server.
    pub player_count: usize,
    /// Whether the names are out of the store's files. If not, they are as soon as whoever reads them now, for a backup
    /// or an export, has finished.
    pub wiped: bool,
}
