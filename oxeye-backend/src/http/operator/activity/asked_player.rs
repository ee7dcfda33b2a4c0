//! The player that a URL of `/api/guilds/{guild_id}/activity` names.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use oxeye_db::GuildId;
use oxeye_plugin_proto::PlayerName;
use serde::Deserialize;
use uuid::Uuid;

use super::require_activity;
use crate::http::app::App;
use crate::http::error::{ApiError, RequestError};
use crate::http::operator::parameters::NamedGuild;

/// The player that a path names, by UUID or by name, in any case if only one matches. If nobody is known by it, it is
/// kept as it was sent.
#[derive(Debug)]
pub(crate) struct AskedPlayer {
    pub(super) guild: GuildId,
    pub(super) player: PlayerName,
    pub(super) is_known: bool,
    /// The UUID by which nobody is known.
    unknown_uuid: Option<Uuid>,
}

impl FromRequestParts<Arc<App>> for AskedPlayer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct Place {
            player: String,
        }
        let NamedGuild(guild) = NamedGuild::from_request_parts(parts, app).await?;
        let Path(Place { player }) = Path::from_request_parts(parts, app).await?;
        require_activity(app)?;
        if let Some(uuid) = hyphenated_uuid(&player) {
            return Self::of_uuid(app, guild, uuid).await;
        }
        let player = PlayerName::try_from(player.as_str());
        let player = player.map_err(|error| RequestError::BadUrl(error.into()))?;
        let known = app
            .database
            .activity_player_named(guild, player.clone())
            .await?;
        Ok(Self {
            guild,
            is_known: known.is_some(),
            player: known.unwrap_or(player),
            unknown_uuid: None,
        })
    }
}

impl AskedPlayer {
    async fn of_uuid(app: &App, guild: GuildId, uuid: Uuid) -> Result<Self, ApiError> {
        let id = uuid.to_string();
        let known = app.database.activity_player(guild, &id);
        if let Some(known) = known.await? {
            return Ok(Self {
                guild,
                player: known.name,
                is_known: true,
                unknown_uuid: None,
            });
        }
        // As a name, it has the figures of nobody.
        let player = PlayerName::try_from(uuid.simple().to_string().as_str());
        Ok(Self {
            guild,
            player: player.map_err(|error| RequestError::BadUrl(error.into()))?,
            is_known: false,
            unknown_uuid: Some(uuid),
        })
    }

    /// Returns the id for an answer.
    pub(super) fn id(&self, of_player: String) -> String {
        self.unknown_uuid.map_or(of_player, |uuid| uuid.to_string())
    }
}

/// Reads a UUID with its hyphens. Without them, it could be a name.
fn hyphenated_uuid(text: &str) -> Option<Uuid> {
    let uuid = Uuid::try_parse(text).ok()?;
    uuid.to_string().eq_ignore_ascii_case(text).then_some(uuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_uuid_with_its_hyphens_is_one() {
        let uuid = hyphenated_uuid("853C80EF-3c37-49fd-aa49-938b674adae6").unwrap();

        assert_eq!(uuid.to_string(), "853c80ef-3c37-49fd-aa49-938b674adae6");
        for name in [
            "853c80ef3c3749fdaa49938b674adae6",
            "Alex",
            "{853c80ef-3c37-49fd-aa49-938b674adae6}",
        ] {
            assert_eq!(hyphenated_uuid(name), None, "{name}");
        }
    }
}
