//! The JSON of the original design, made from the view of the fleet: all of its fields, with their
//! types, but never a session id. Further fields are ours. Times are milliseconds since 1970, spans are
//! in milliseconds, and the configuration is in seconds.
//!
//! | module     | subject                                                       |
//! |------------|---------------------------------------------------------------|
//! | `server`   | one server and its players                                    |
//! | `state`    | all of them: `/api/servers`, the feed                         |
//! | `numbers`  | `/api/capacity` and the metrics of the feed                   |
//! | `operator` | `/api/fleet`, for operators                                   |

mod numbers;
mod operator;
mod server;
mod state;

use serde::Serialize;

pub(crate) use numbers::{Capacity, Health};
pub(crate) use operator::fleet_status;
pub(crate) use state::{Servers, Snapshot};

use crate::controller::Joined;
use crate::settings::Settings;

/// Parts of the settings that messages contain and the view does not.
#[derive(Debug, Clone)]
pub(crate) struct Wording {
    pub(crate) public_address: crate::settings::PublicAddress,
    pub(crate) persistent_server_url: Option<String>,
    pub(crate) base_image: String,
}

impl Wording {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            public_address: settings.public_address.clone(),
            persistent_server_url: settings.persistent_server_url.clone(),
            base_image: settings.base_image.clone(),
        }
    }
}

/// The answer to a join.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JoinAnswer {
    success: bool,
    session_id: uuid::Uuid,
    player_id: String,
    server_url: String,
    server_id: String,
}

impl JoinAnswer {
    /// Returns nothing if nobody knows where the player's server is reached.
    pub(crate) fn of(joined: &Joined, wording: &Wording) -> Option<Self> {
        Some(Self {
            success: true,
            session_id: joined.session.0,
            player_id: joined.player.to_string(),
            server_url: wording.public_address.of(&joined.worker, joined.port)?,
            server_id: joined.slot.to_string(),
        })
    }
}

/// The answer to requests that need no other.
#[derive(Debug, Serialize)]
pub(crate) struct Success {
    success: bool,
}

impl Success {
    pub(crate) const ANSWER: Self = Self { success: true };
}

/// The answer to every error.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    success: bool,
    error: String,
}

impl Failure {
    pub(crate) fn because(error: String) -> Self {
        Self {
            success: false,
            error,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
