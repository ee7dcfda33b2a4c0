//! What a request names and Oxeye does not have.

use std::borrow::Cow;

use oxeye_db::{GuildId, ServerName};
use oxeye_plugin_proto::PlayerName;

use super::ApiError;
use crate::api_messages::guild_id::WrittenGuildId;
use crate::api_messages::refusal::Refusal;

/// The most names listed in one sentence. The others are counted.
const LISTED: usize = 20;

/// What is not there. The status is always 404.
#[derive(Debug)]
pub(crate) enum Unknown {
    /// The operator named a server that the guild does not have.
    Server {
        /// The guild.
        guild: GuildId,
        /// Its servers.
        servers: Vec<ServerName>,
    },
    /// The operator named a guild without servers.
    Guild {
        /// The guild.
        guild: GuildId,
        /// Guilds with servers, sorted.
        guilds: Vec<GuildId>,
    },
    /// The operator named a player who is not known on this server.
    Player,
    /// The operator named a player who is not known in this guild.
    GuildPlayer,
    /// The operator named a member who is not linked to a player in this guild.
    Member,
    /// The operator named an alert that the guild does not have.
    Alert,
    /// The operator named a notice that the guild does not have.
    Notice,
    /// The operator named a Discord account about which nothing is kept.
    Account,
    /// The operator named a user who did not join in this guild.
    NotJoined,
    /// The operator wants to forget a player, and nobody has exactly this name; holds a known name that differs only
    /// in case.
    NobodyToForget(Option<PlayerName>),
    /// The server has reported no icon.
    NoIcon,
    /// Nothing is known of the time that a chart would show.
    NothingToDraw,
    /// The operator has turned activity off.
    ActivityOff,
    /// No route has this path.
    Route,
    /// The operator API has an address of its own, and this is not it.
    OperatorApiElsewhere,
    /// Only the operator API is at this address.
    OnlyOperatorApi,
}

impl Unknown {
    pub(super) fn code(&self) -> Refusal {
        match self {
            Self::Server { guild, servers } => Refusal::UnknownServer {
                guild_id: *guild,
                servers: servers.clone(),
            },
            Self::Guild { guild, guilds } => Refusal::UnknownGuild {
                guild_id: *guild,
                guild_ids: guilds.iter().copied().map(WrittenGuildId::Digits).collect(),
            },
            Self::Player | Self::GuildPlayer => Refusal::UnknownPlayer,
            Self::Member => Refusal::UnknownMember,
            Self::Alert => Refusal::UnknownAlert,
            Self::Notice => Refusal::UnknownNotice,
            Self::Account => Refusal::UnknownAccount,
            Self::NotJoined => Refusal::NotJoined,
            Self::NobodyToForget(similar) => Refusal::NobodyToForget {
                similar_player: similar.clone(),
            },
            Self::NoIcon => Refusal::NoIcon,
            Self::NothingToDraw => Refusal::NothingToDraw,
            Self::ActivityOff => Refusal::ActivityOff,
            Self::Route => Refusal::UnknownRoute,
            Self::OperatorApiElsewhere => Refusal::OperatorApiElsewhere,
            Self::OnlyOperatorApi => Refusal::OnlyOperatorApi,
        }
    }

    pub(super) fn sentence(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Server { guild, servers } => {
                let listed = listed(servers.iter().map(|server| server.as_str().to_owned()));
                return Cow::Owned(format!(
                    "There is no server of that name in guild {guild}; its servers are: {listed}."
                ));
            }
            Self::Guild { guild, guilds } if guilds.is_empty() => {
                return Cow::Owned(format!(
                    "There is no server in guild {guild}, nor in any other; POST /api/links gives a link code."
                ));
            }
            Self::Guild { guild, guilds } => {
                let listed = listed(guilds.iter().map(ToString::to_string));
                return Cow::Owned(format!(
                    "There is no server in guild {guild}; guilds with servers are: {listed}."
                ));
            }
            Self::Player => "Nothing is known about a player of that name on that server.",
            Self::GuildPlayer => "Nothing is known about a player of that name in that guild.",
            Self::Member => "No member of that id is linked to a player in that guild.",
            Self::Alert => "There is no alert of that number in that guild.",
            Self::Notice => "There is no notice of that number in that guild.",
            Self::Account => "Nothing is kept about a Discord account of that id.",
            Self::NotJoined => {
                "No user of that id has joined in that guild, so nothing of what they do in Discord is kept."
            }
            Self::NobodyToForget(None) => "Nothing is known about a player of exactly that name.",
            Self::NobodyToForget(Some(other)) => {
                return Cow::Owned(format!(
                    "Nothing is known about a player of exactly that name; did you mean {:?}?",
                    other.as_str()
                ));
            }
            Self::NoIcon => "This server has reported no icon.",
            Self::NothingToDraw => "Nothing is known of this time, so there is no picture of it.",
            Self::ActivityOff => "This Oxeye keeps no activity, because ACTIVITY is off.",
            Self::Route => "There is nothing at this address; check the URL of the Oxeye backend.",
            Self::OperatorApiElsewhere => {
                "The operator API is not at this address; OPERATOR_LISTEN says where it is."
            }
            Self::OnlyOperatorApi => {
                "Only the operator API is at this address (OPERATOR_LISTEN); plugins report to HOST and PORT."
            }
        })
    }
}

fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(LISTED);
    let shown = names.take(LISTED).collect::<Vec<_>>().join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

impl From<Unknown> for ApiError {
    fn from(error: Unknown) -> ApiError {
        ApiError::Unknown(error)
    }
}
