//! The settings of the Discord bot, and of what it shows.

use oxeye_process::Secret;

use oxeye_process::config::{ConfigError, Sources, Unit};

use super::{list, web_address};

/// Who the bot is, and where it finds Discord.
#[derive(Debug, Clone)]
pub(crate) struct DiscordSettings {
    /// The bot's token. Without one, the bot is off.
    pub(crate) token: Option<Secret>,
    /// Another base URL for Discord's REST API: a proxy, or a stand-in for tests.
    pub(crate) api_base: Option<String>,
    /// What of members' presences is observed, if they and their guild want it.
    pub(crate) presence: DiscordPresence,
    /// The most players whom a status names as last seen, in Discord and on the command line; 0 hides that list.
    pub(crate) last_seen_shown: usize,
    /// Whether lines of text in Discord show the heads of players as emoji of the application.
    pub(crate) head_emoji: bool,
}

/// What of members' presences is observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiscordPresence {
    /// Nothing.
    Off,
    /// Voice, screen share and camera.
    Voice,
    /// Games, streams and Spotify, too, for which Discord wants the presence intent.
    On,
}

impl DiscordSettings {
    pub(super) fn read(from: &Sources) -> Result<DiscordSettings, ConfigError> {
        Ok(DiscordSettings {
            token: from.secret(list::DISCORD_TOKEN, 1)?,
            api_base: web_address::read(from, list::DISCORD_API_BASE)?,
            presence: from.word(
                list::DISCORD_PRESENCE,
                [
                    ("off", DiscordPresence::Off),
                    ("voice", DiscordPresence::Voice),
                    ("on", DiscordPresence::On),
                ],
            )?,
            last_seen_shown: from.size(list::LAST_SEEN_SHOWN, 0..=50, Unit::Players)?,
            head_emoji: from.word(list::HEAD_EMOJI, [("on", true), ("off", false)])?,
        })
    }
}
