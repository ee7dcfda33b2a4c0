//! The settings: their names, what each accepts, and the operator token.
//!
//! A value comes from the environment, else from `.env` in the working directory, else from the file given with
//! `--config`, else it is the default. A value that cannot be used stops the start with exit code 78 and one
//! sentence; it is never replaced by the default.

mod activity;
mod discord;
mod fonts;
mod http;
mod in_words;
mod list;
mod logs;
mod operator_token;
mod redis_url;
mod server_limits;
mod skin_lookup;
mod store;
mod watch;
mod web_address;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{ActivityOptions, RateLimits, TimeZone};
pub(crate) use oxeye_process::config::ConfigError;
use oxeye_process::config::{Sources, locally_reachable};
use oxeye_process::{Secret, settings, token_file};
use oxeye_render::Fonts;
use oxeye_text::Locale;
use oxeye_text::SettingLimits;
use reqwest::Url;

pub(crate) use self::discord::{DiscordPresence, DiscordSettings};
pub(crate) use self::http::HttpSettings;
pub(crate) use self::in_words::in_words;
pub(crate) use self::logs::LogSettings;
pub(crate) use self::operator_token::{
    OperatorTokenError, check_operator_token, kept_operator_token, operator_token,
    operator_token_path,
};
pub(crate) use self::redis_url::RedisUrl;
pub(crate) use self::store::StoreSettings;
pub(crate) use self::watch::WatchSettings;
pub(crate) use self::web_address::without_credentials;

/// The exit code for unusable settings (`EX_CONFIG` of sysexits.h).
pub(crate) const EXIT_BAD_CONFIG: u8 = 78;

/// All settings, checked. Each concern reads its own.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The bot.
    pub(crate) discord: DiscordSettings,
    /// The listener, and what everyone who connects may do.
    pub(crate) http: HttpSettings,
    /// What one linked server may send.
    pub(crate) rate_limits: RateLimits,
    /// The store, and how long it keeps what.
    pub(crate) store: StoreSettings,
    /// How activity is kept; `None` if it is off.
    pub activity: Option<ActivityOptions>,
    /// Where Redis clients are answered, if activity is on; `None` if they are not.
    pub(crate) resp_listen: Option<SocketAddr>,
    /// Where activity is copied to, if anywhere.
    pub(crate) redis: Option<RedisUrl>,
    /// The fonts of status pictures.
    pub(crate) fonts: Arc<Fonts>,
    /// The session server that is asked for skins; `None` if nobody is.
    pub(crate) skin_lookup: Option<Url>,
    /// Where the fleet is, if there is one: an address to which paths are appended.
    pub(crate) fleet_url: Option<String>,
    /// Which addresses are watched; `None` if none is.
    pub(crate) watch: Option<WatchSettings>,
    /// The operator API's token if it is set by hand; otherwise `operator.token` holds it.
    pub(crate) operator_token: Option<Secret>,
    /// The token of those who may read the operator API and change nothing, if there is one.
    pub(crate) reader_token: Option<Secret>,
    /// The time zone whose midnight ends a day when a question names none.
    pub(crate) time_zone: TimeZone,
    /// How long a stop waits for requests in flight.
    pub(crate) shutdown_timeout: Duration,
    /// The log.
    pub(crate) logs: LogSettings,
}

impl Config {
    /// Returns what guilds may set for themselves.
    pub(crate) fn setting_limits(&self) -> SettingLimits {
        let days = |kept: Duration| kept.as_secs() / (24 * 3_600);
        let days = self.store.session_retention.map(days);
        SettingLimits {
            time_zone: self.time_zone,
            last_seen: self.store.recent_window,
            retention_days: days.map(|days| u16::try_from(days).unwrap_or(u16::MAX)),
        }
    }

    /// Reads the environment, `.env` and, if given, the file.
    ///
    /// # Errors
    /// When a file cannot be read, sets something unknown, or a value cannot be used.
    pub(crate) fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
        Config::read(&Sources::gather(&list::LIST, file)?)
    }

    fn read(from: &Sources) -> Result<Config, ConfigError> {
        Ok(Config {
            discord: DiscordSettings::read(from)?,
            http: HttpSettings::read(from)?,
            rate_limits: server_limits::read(from)?,
            store: StoreSettings::read(from)?,
            activity: activity::read(from)?,
            resp_listen: activity::resp_listen(from)?,
            redis: redis_url::read(from)?,
            fonts: fonts::read(from)?,
            skin_lookup: skin_lookup::read(from)?,
            fleet_url: web_address::read(from, list::FLEET_URL)?,
            watch: watch::read(from)?,
            operator_token: from.secret(list::OPERATOR_TOKEN, token_file::MIN_LENGTH)?,
            reader_token: from.secret(list::READER_TOKEN, token_file::MIN_LENGTH)?,
            time_zone: from.required(
                list::TIME_ZONE,
                "a time zone of the IANA database such as Europe/Berlin or UTC",
            )?,
            shutdown_timeout: from.seconds(list::SHUTDOWN_TIMEOUT_SECS, 1..=600)?,
            logs: LogSettings::read(from)?,
        })
    }

    /// The URL at which a program on this machine reaches the backend.
    pub(crate) fn local_url(&self) -> String {
        local_url(self.http.listen)
    }

    /// The URL at which a program on this machine reaches the operator API.
    pub(crate) fn operator_url(&self) -> String {
        local_url(self.operator_address())
    }

    /// The address of the operator API.
    pub(crate) fn operator_address(&self) -> SocketAddr {
        self.http.operator_listen.unwrap_or(self.http.listen)
    }

    /// The name of the setting with the port of the operator API.
    pub(crate) fn operator_port_setting(&self) -> &'static str {
        match self.http.operator_listen {
            Some(_) => list::OPERATOR_LISTEN.name,
            None => list::PORT.name,
        }
    }
}

/// Returns the language in which commands print: by `LC_ALL`, `LC_MESSAGES` and `LANG`, as in other programs.
pub(crate) fn language() -> Locale {
    Locale::of_environment(|name| settings::variable(name).ok().flatten())
}

/// Returns the URL at which a client on this machine reaches a listener.
pub(crate) fn local_url(listen: SocketAddr) -> String {
    format!("http://{}", locally_reachable(listen))
}

#[cfg(test)]
mod documents_test;
#[cfg(test)]
mod tests;
