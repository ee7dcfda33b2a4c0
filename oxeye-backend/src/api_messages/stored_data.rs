//! The JSON of imports and of deleting a player.

use oxeye_db::{Forgotten, GuildId, Imported, RetentionLeftOut};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The response of `POST /api/import`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ImportAnswer {
    /// Records that were not known.
    pub(crate) added_count: u64,
    /// Records that were already known or overlap known ones.
    pub(crate) skipped_count: u64,
    /// Servers that were not known.
    pub(crate) server_count: u64,
    /// Of those skipped, UUIDs that a name or an account had no room for.
    #[serde(default)]
    pub(crate) uuid_left_out_count: u64,
    /// Members who were linked to one of several accounts with the same name, by the time of the link.
    #[serde(default)]
    pub(crate) ambiguous_member_count: u64,
    /// Records of activity that were left out because activity is off here.
    #[serde(default)]
    pub(crate) activity_left_out_count: u64,
    /// The guilds whose retention was left out because it would delete what was here before.
    #[serde(default)]
    pub(crate) retentions_left_out: Vec<RetentionLine>,
}

/// A guild whose retention was not imported, and what it is where the file is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RetentionLine {
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) retention_days: u16,
}

impl From<Imported> for ImportAnswer {
    fn from(imported: Imported) -> ImportAnswer {
        ImportAnswer {
            added_count: imported.added,
            skipped_count: imported.skipped,
            server_count: imported.servers,
            uuid_left_out_count: imported.uuids_left_out,
            ambiguous_member_count: imported.ambiguous_members,
            activity_left_out_count: imported.activity_left_out,
            retentions_left_out: imported
                .retentions_left_out
                .into_iter()
                .map(RetentionLine::from)
                .collect(),
        }
    }
}

impl From<RetentionLeftOut> for RetentionLine {
    fn from(left_out: RetentionLeftOut) -> RetentionLine {
        RetentionLine {
            guild_id: left_out.guild,
            retention_days: left_out.days,
        }
    }
}

/// The response of `DELETE /api/players/{player}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForgetAnswer {
    /// The player who was to be forgotten.
    pub(crate) player: PlayerName,
    /// Whether anything was known under this name. If not, only an earlier deletion is still to be overwritten. Earlier
    /// versions do not say.
    #[serde(default = "yes")]
    pub(crate) is_known: bool,
    /// If nothing was known: a known name that differs only in case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) similar_player: Option<PlayerName>,
    /// The other names of the same account that were forgotten with it.
    #[serde(default)]
    pub(crate) other_names: Vec<PlayerName>,
    /// The number of their sessions, including open ones.
    pub(crate) session_count: usize,
    /// The number of servers that knew the player.
    pub(crate) server_count: usize,
    /// The number of servers with imported playtime of the player.
    pub(crate) imported_playtime_count: usize,
    /// Whether the name is gone from the store's files. If not, because a backup or an export is reading them or the disk
    /// is full, it is overwritten later.
    pub(crate) wiped: bool,
}

fn yes() -> bool {
    true
}

impl ForgetAnswer {
    /// Combines the name of the player, and one that differs only in case, with what was deleted.
    pub(crate) fn of(
        player: PlayerName,
        similar_player: Option<PlayerName>,
        forgotten: Forgotten,
    ) -> ForgetAnswer {
        let mut other_names = forgotten.names;
        other_names.retain(|name| *name != player);
        ForgetAnswer {
            player,
            is_known: forgotten.is_known,
            similar_player,
            other_names,
            session_count: forgotten.sessions,
            server_count: forgotten.servers,
            imported_playtime_count: forgotten.imported_playtimes,
            wiped: forgotten.is_wiped,
        }
    }
}

/// The response of `GET /api/players/{player}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForgettableAnswer {
    /// The name that was asked for.
    pub(crate) player: PlayerName,
    /// Whether anything is known under exactly this name.
    pub(crate) is_known: bool,
    /// If nothing is known: a known name that differs only in case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) similar_player: Option<PlayerName>,
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
    pub(crate) player: PlayerName,
    /// The total playtime.
    pub(crate) playtime_secs: u32,
    /// The account that had the name. Only one that Mojang authenticated counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<Uuid>,
    /// When the account was last there, if that is known. If not, it takes the name from nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seen_at: Option<UnixSeconds>,
}

/// The response of `POST /api/servers/{guild_id}/{server}/imported-playtime`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlaytimeAnswer {
    /// The number of players in the request.
    pub(crate) player_count: usize,
    /// The number of players whose playtime, or whose account with it, changed.
    pub(crate) changed_count: usize,
}
