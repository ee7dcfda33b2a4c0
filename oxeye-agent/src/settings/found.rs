//! What is not given: the settings in `server.properties`, the usual logs.

use std::path::{Path, PathBuf};

use crate::server_properties::ServerProperties;
use crate::source::{Address, ManagementSettings, RconSettings};

/// Where servers and proxies keep the log of the present run.
const LOGS: [&str; 3] = ["logs/latest.log", "proxy.log.0", "server.log"];

/// What the Minecraft server's folder says.
#[derive(Debug, Default)]
pub struct Found {
    /// The folder has a `server.properties`.
    pub properties: Option<PathBuf>,
    /// The log.
    pub log: Option<PathBuf>,
    /// The management server, if it is switched on.
    pub management: Option<ManagementSettings>,
    /// RCON, if it is switched on.
    pub rcon: Option<RconSettings>,
    /// Query, if it is switched on.
    pub query: Option<Address>,
    /// Where players connect.
    pub game: Option<Address>,
}

impl Found {
    /// Looks into the folder. That nothing is there is no error.
    ///
    /// # Errors
    ///
    /// When `server.properties` is there and cannot be read or used.
    pub fn in_folder(server_dir: &Path) -> anyhow::Result<Self> {
        let path = server_dir.join("server.properties");
        let is_there = path.exists();
        let log = LOGS.iter().map(|log| server_dir.join(log));
        let mut found = Self {
            log: log.clone().find(|log| log.exists()),
            ..Self::default()
        };
        if !is_there {
            return Ok(found);
        }
        // A server that has never run has no log yet.
        found.log = found.log.or_else(|| log.clone().next());
        let properties = ServerProperties::read(&path)?;
        found.management = properties.management();
        found.rcon = properties.rcon();
        found.query = properties.query();
        found.game = Some(properties.game());
        found.properties = Some(path);
        Ok(found)
    }
}
