//! A watched address, and what is known of it.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use crate::ids::{GuildId, ServerId};

/// How often each address should be asked. A server whose address was not asked three times in a row
/// counts as silent.
pub const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// An address as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerAddress {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

/// An address that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedAddress {
    /// The server that it belongs to.
    pub server: ServerId,
    /// The server's guild.
    pub guild: GuildId,
    /// A name or an IP address.
    pub host: String,
    /// The port; `None` if none was given, so that SRV records and the default port count.
    pub port: Option<u16>,
    /// The edition in which the server last answered; `None` if it never has.
    pub edition: Option<Edition>,
    /// Whether anything else reports for the server.
    pub watched_as: WatchedAs,
    /// When the address was added.
    pub added_at: UnixSeconds,
    /// When the server last answered.
    pub answered_at: Option<UnixSeconds>,
}

/// An edition of Minecraft. The two speak different protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edition {
    /// Java Edition.
    Java,
    /// Bedrock Edition.
    Bedrock,
}

/// Whether Oxeye learns about a server from anything but its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WatchedAs {
    /// Nothing else: Oxeye itself reports for it.
    Alone,
    /// A plugin reports for it, and the address only says whether it answers.
    Beside,
}

impl WatchedAddress {
    /// Returns the address as people type it: the host, with the port if one was given.
    #[must_use]
    pub fn address(&self) -> String {
        match self.port {
            None => self.host.clone(),
            Some(port) if self.host.contains(':') => format!("[{}]:{port}", self.host),
            Some(port) => format!("{}:{port}", self.host),
        }
    }
}

impl Edition {
    /// Returns the word used in the store and in the operator API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Bedrock => "bedrock",
        }
    }

    /// Returns the edition that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = [Self::Java, Self::Bedrock].into_iter();
        all.find(|edition| edition.as_str() == word)
    }
}

impl WatchedAs {
    /// Returns the word used in the operator API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Beside => "beside",
        }
    }

    /// Returns what a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = [Self::Alone, Self::Beside].into_iter();
        all.find(|watched_as| watched_as.as_str() == word)
    }
}
