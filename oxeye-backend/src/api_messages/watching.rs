//! The JSON of watched addresses.

use std::time::Duration;

use oxeye_db::{GuildId, ServerSummary, WatchedAddress, WatchedAs};
use oxeye_plugin_proto::{ServerName, UnixSeconds};
use oxeye_text::{Found, Unanswered, Watched, WatchedEntry};
use serde::{Deserialize, Serialize};

use super::about::AboutLine;
use super::servers::ServerLine;

/// An entry of `GET /api/watched` and `GET /api/guilds/{guild_id}/watched`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WatchedLine {
    /// The server, as in `GET /api/servers`.
    #[serde(flatten)]
    pub(crate) server: ServerLine,
    /// The address as it was given: a host, and a port if there was one.
    pub(crate) address: String,
    /// `java` or `bedrock`; `null` until something has answered.
    pub(crate) edition: Option<String>,
    /// Since when the address is watched.
    pub(crate) added_at: UnixSeconds,
    /// When it last answered; `null` if it never did.
    pub(crate) answered_at: Option<UnixSeconds>,
    /// Whether a plugin reports for the server, too.
    pub(crate) has_plugin: bool,
    /// Why the last question came to nothing; absent if there was an answer, or no question yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unanswered: Option<UnansweredWord>,
}

/// The body of `POST /api/guilds/{guild_id}/watched`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct WatchOrder {
    /// The address, as players type it.
    pub(crate) address: String,
    /// What to call the new server; the host if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<ServerName>,
    /// The linked server that has this address, in place of a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server: Option<ServerName>,
}

/// The response of `POST /api/guilds/{guild_id}/watched`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WatchAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The server to which the address belongs.
    pub(crate) server: ServerName,
    /// Whether a plugin reports for the server, too.
    pub(crate) has_plugin: bool,
    /// What answered at the address; `null` if nothing did.
    pub(crate) found: Option<FoundLine>,
    /// Why nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unanswered: Option<UnansweredWord>,
    /// How often it is asked.
    pub(crate) interval_secs: u64,
}

/// What answered at an address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FoundLine {
    /// The number of players online; `null` if the server hides it.
    pub(crate) online_count: Option<usize>,
    /// Whether the answer names all of them.
    pub(crate) names_everybody: bool,
    /// What the server says about itself.
    #[serde(default, skip_serializing_if = "AboutLine::is_empty")]
    pub(crate) about: AboutLine,
}

/// The response of `DELETE /api/guilds/{guild_id}/watched/{server}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UnwatchAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The server whose address is no longer watched.
    pub(crate) server: ServerName,
    /// Whether a plugin reports for the server. If not, it is disconnected now.
    pub(crate) has_plugin: bool,
}

/// Why an address did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnansweredWord {
    NoAnswer,
    NotMinecraft,
    UnknownHost,
    Forbidden,
    NoDns,
    OwnNetwork,
}

impl WatchedLine {
    pub(crate) fn new(
        server: &ServerSummary,
        watched: &WatchedAddress,
        unanswered: Option<Unanswered>,
    ) -> Self {
        Self {
            server: ServerLine::from(server),
            address: watched.address(),
            edition: watched.edition.map(|edition| edition.as_str().to_owned()),
            added_at: watched.added_at,
            answered_at: watched.answered_at,
            has_plugin: watched.watched_as == WatchedAs::Beside,
            unanswered: unanswered.map(UnansweredWord::from),
        }
    }

    /// Converts the entry to what the command line prints.
    pub(crate) fn into_entry(self) -> WatchedEntry {
        WatchedEntry {
            server: self.server.into_summary(),
            address: self.address,
            answered_at: self.answered_at,
            unanswered: self.unanswered.map(Unanswered::from),
        }
    }
}

impl WatchAnswer {
    pub(crate) fn new(guild_id: GuildId, watched: &Watched) -> Self {
        let found = watched.found.as_ref();
        Self {
            guild_id,
            server: watched.server.clone(),
            has_plugin: watched.has_plugin,
            found: found.ok().map(FoundLine::from),
            unanswered: found.err().map(|why| UnansweredWord::from(*why)),
            interval_secs: watched.interval.as_secs(),
        }
    }

    /// Converts the answer back, for the text that the command line and Discord share.
    pub(crate) fn into_watched(self) -> Watched {
        let why = self
            .unanswered
            .map_or(Unanswered::NoAnswer, Unanswered::from);
        Watched {
            server: self.server,
            has_plugin: self.has_plugin,
            found: self.found.map(Found::from).ok_or(why),
            interval: Duration::from_secs(self.interval_secs),
        }
    }
}

impl From<&Found> for FoundLine {
    fn from(found: &Found) -> Self {
        Self {
            online_count: found.online,
            names_everybody: found.names_everybody,
            about: AboutLine::from(&*found.about),
        }
    }
}

impl From<FoundLine> for Found {
    fn from(line: FoundLine) -> Self {
        Self {
            online: line.online_count,
            names_everybody: line.names_everybody,
            about: line.about.into_about(),
        }
    }
}

/// Declares that two types have variants of the same names.
macro_rules! same_variants {
    ($fact:ident, $word:ident: $($variant:ident),+) => {
        impl From<$fact> for $word {
            fn from(fact: $fact) -> Self {
                match fact { $($fact::$variant => Self::$variant),+ }
            }
        }

        impl From<$word> for $fact {
            fn from(word: $word) -> Self {
                match word { $($word::$variant => Self::$variant),+ }
            }
        }
    };
}

same_variants!(Unanswered, UnansweredWord: NoAnswer, NotMinecraft, UnknownHost, Forbidden, NoDns, OwnNetwork);
