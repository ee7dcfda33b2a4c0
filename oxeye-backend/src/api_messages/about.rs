//! The JSON of what a server says about itself.

use std::sync::Arc;

use oxeye_db::{AboutText, ServerAbout};
use serde::{Deserialize, Serialize};

/// What a server says about itself. Its icon has a route of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AboutLine {
    /// The version of Minecraft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<AboutText>,
    /// The server software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    software: Option<AboutText>,
    /// The message of the day, in one line and without colours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    motd: Option<AboutText>,
    /// How many players may be online at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_players: Option<u32>,
    /// The address that players type to join.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<AboutText>,
}

impl AboutLine {
    /// Whether the server has said nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Converts it back to what the store returns, without the icon.
    pub(crate) fn into_about(self) -> Arc<ServerAbout> {
        Arc::new(ServerAbout {
            version: self.version,
            software: self.software,
            motd: self.motd,
            max_players: self.max_players,
            address: self.address,
            icon: None,
        })
    }
}

impl From<&ServerAbout> for AboutLine {
    fn from(about: &ServerAbout) -> Self {
        let about = about.clone();
        Self {
            version: about.version,
            software: about.software,
            motd: about.motd,
            max_players: about.max_players,
            address: about.address,
        }
    }
}
