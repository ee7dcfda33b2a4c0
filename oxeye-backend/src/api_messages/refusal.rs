//! The body of an error: a sentence for people, and a code with facts for programs.

mod reason;
mod watching;

use oxeye_db::GuildId;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

pub(crate) use self::reason::{Reason, WantedKind, Why};
use super::guild_id::WrittenGuildId;

/// What precedes the reason in the sentence of `invalid_url`.
pub(crate) const URL_REFUSED: &str = "The URL cannot be used: ";
/// What precedes the reason in the sentence of `invalid_request`.
pub(crate) const REQUEST_REFUSED: &str = "Oxeye cannot use this request: ";

/// The body of every error.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ErrorAnswer {
    /// What is wrong and what to do about it, in English.
    pub(crate) error: String,
    /// Where in the body the mistake is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<String>,
    /// The same for programs. `None` is read from a version of Oxeye that has no code for it, or another one.
    #[serde(flatten)]
    pub(crate) refusal: Option<Refusal>,
}

/// The code of an error, under `code`, and the facts that its sentence names. A code never changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Refusal {
    // What the request names.
    UnknownServer {
        #[serde(with = "crate::api_messages::guild_id")]
        guild_id: GuildId,
        /// The servers of the guild.
        servers: Vec<ServerName>,
    },
    UnknownGuild {
        #[serde(with = "crate::api_messages::guild_id")]
        guild_id: GuildId,
        /// The guilds that have servers.
        guild_ids: Vec<WrittenGuildId>,
    },
    UnknownPlayer,
    UnknownMember,
    UnknownAlert,
    UnknownNotice,
    UnknownAccount,
    NotJoined,
    NobodyToForget {
        /// A known name that differs only in case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        similar_player: Option<PlayerName>,
    },
    NameTaken,
    NameInUse,
    NoKey,
    DeletesSessions {
        session_count: usize,
    },
    AlreadyUnlinked,
    NotWatched,
    NoticeExists,
    TooManyNotices {
        notice_count: usize,
    },
    TooManyNoticesInGuild {
        notice_count: usize,
    },
    TooManyNoticesInAll {
        notice_count: usize,
    },
    TooManyAlerts {
        alert_limit: usize,
    },
    NoIcon,
    NothingToDraw,
    ActivityOff,

    // Why an address is not watched.
    NoAddress,
    AddressTooLong,
    AddressIsUrl,
    MalformedAddress,
    OddIpAddress,
    InvalidPort,
    LowPort,
    AddressNotPublic,
    AddressOfNoServer,
    HostLeadsInside,
    UnknownHost,
    NotMinecraft,
    HostTooLong,
    WatchNameTaken {
        server: ServerName,
    },
    AlreadyWatched {
        server: ServerName,
    },
    HasAddress {
        server: ServerName,
    },
    GuildWatchesTooMany {
        guild_limit: usize,
    },
    TooManyWatched {
        total_limit: usize,
    },
    NameAndServer,
    TooManyTries,
    BotRemoved,
    WatchingOff,

    // Why a file is not imported. `line` counts from 1; the lines before `first_line` were imported.
    NotAnExport,
    UnknownExportVersion {
        version: u32,
        oldest_version: u32,
        newest_version: u32,
    },
    LineTooLong {
        line: usize,
        byte_limit: usize,
    },
    BadLine {
        line: usize,
        first_line: usize,
        /// The reason, in English.
        #[serde(rename = "reason")]
        words: String,
        #[serde(flatten)]
        reason: Option<Reason>,
    },
    RoundedGuildId {
        line: usize,
        first_line: usize,
        #[serde(with = "crate::api_messages::guild_id")]
        guild_id: GuildId,
    },

    // Who may ask, and where.
    NotOperator,
    OnlyReader,
    OperatorApiElsewhere,
    OnlyOperatorApi,
    UnknownRoute,
    WrongMethod,

    // The request as such.
    InvalidUrl {
        #[serde(flatten)]
        reason: Option<Reason>,
    },
    InvalidRequest {
        #[serde(flatten)]
        reason: Option<Reason>,
    },
    MalformedBody,
    NotJson,
    BodyTooLarge {
        byte_limit: usize,
    },
    BodyTooSlow,
    BodyIncomplete,
    Http2,
    BadHost,
    UnreadableRequest,
    HeadersTooLarge,
    UrlTooLong,

    // The state of Oxeye.
    Busy,
    TimedOut,
    Stopping,
    TooManyRequests,
    TooManyConnections,
    TooManyConnectionsFromAddress,
    TooManyLargeRequests,
    TooManyCopies,
    StoreNotWritable,
    StoreLost,
    ActivityStoreLost,
    PresenceNotWritable,
    Internal,

    // What only plugins meet.
    NotLinked,
    MalformedLinkCode,
    UnknownLinkCode,
    BadSkin,
    BadIcon,
    SkinNotReported,
    TooManyNewPlayers,
    EpochRefused {
        /// The newest epoch that can continue; 0 if there is none.
        newest_epoch: u64,
        server_time: UnixSeconds,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Option<&Refusal>) {
        let read: ErrorAnswer = serde_json::from_str(json).unwrap();
        assert_eq!(read.refusal.as_ref(), expected, "{json}");
        if expected.is_some() {
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
    }

    #[test]
    fn the_code_and_its_facts_stand_beside_the_sentence() {
        check(
            r#"{"error":"No.","code":"unknown_server","guild_id":"1234567890123456789","servers":["survival"]}"#,
            Some(&Refusal::UnknownServer {
                guild_id: GuildId(1_234_567_890_123_456_789),
                servers: vec![ServerName::try_from("survival").unwrap()],
            }),
        );
        check(
            r#"{"error":"No.","code":"unknown_guild","guild_id":"0","guild_ids":["7"]}"#,
            Some(&Refusal::UnknownGuild {
                guild_id: GuildId::LOCAL,
                guild_ids: vec![WrittenGuildId::Digits(GuildId(7))],
            }),
        );
        check(r#"{"error":"No.","code":"busy"}"#, Some(&Refusal::Busy));
    }

    #[test]
    fn an_error_of_another_version_is_read_without_its_code() {
        check(r#"{"error":"No."}"#, None);
        check(r#"{"error":"No.","code":"from_the_future"}"#, None);
        check(r#"{"error":"No.","code":"unknown_server"}"#, None);
    }
}
