//! Every setting, its default, and what is accepted.
//!
//! A value comes from the environment, else from `.env` in the working folder, else from the file given with `--config`.
//! Nothing falls back silently: a value that cannot be used stops the start with exit code 78 and one sentence.

mod language;
mod operator_token;
mod sources;
mod values;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
pub use language::language;
pub use operator_token::{
    OperatorTokenError, check_operator_token, kept_operator_token, operator_token,
    operator_token_path,
};
use oxeye_db::{RateLimits, SilenceLimits, TimeZone};
use oxeye_process::Secret;
use oxeye_process::logging::{InvalidLogFilter, LogFilter, LogFormat};
pub use sources::ConfigError;
use sources::Sources;

/// The exit code for unusable settings (`EX_CONFIG` of sysexits.h).
pub const EXIT_BAD_CONFIG: u8 = 78;

/// The names `--config` may set; the environment uses the same names.
const SETTINGS: &[&str] = &[
    "DATABASE_PATH",
    "DISCORD_API_BASE",
    "DISCORD_TOKEN",
    "HOST",
    "LOG_FORMAT",
    "MAX_CONNECTIONS",
    "MAX_NEW_PLAYERS_PER_HOUR",
    "OPERATOR_TOKEN",
    "PORT",
    "RATE_LIMIT_BATCH_EVENTS_PER_SEC",
    "RATE_LIMIT_CONNECT_PER_MIN",
    "RATE_LIMIT_EVENTS_BURST",
    "RATE_LIMIT_EVENTS_PER_SEC",
    "RECENT_ACTIVITY_WINDOW_HOURS",
    "REQUEST_BODY_LIMIT",
    "REQUEST_TIMEOUT_SECS",
    "RUST_LOG",
    "SESSION_RETENTION_DAYS",
    "SHUTDOWN_TIMEOUT_SECS",
    "STALE_GRACE_SECS",
    "STALE_TIMEOUT_SECS",
    "TIME_ZONE",
    "TRUSTED_PROXIES",
];

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Without it the bot is off.
    pub discord_token: Option<Secret>,
    /// Another base for Discord's REST API: a proxy or a test stand-in.
    pub discord_api_base: Option<String>,
    /// Where HTTP listens; port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// The store's file; its folder also holds `operator.token`.
    pub database_path: PathBuf,
    /// Set by hand; otherwise the one in `operator.token` counts.
    pub operator_token: Option<Secret>,
    /// How long a player who left stays in "Last seen".
    pub recent_window: Duration,
    /// When a silent server's sessions are closed.
    pub silence_limits: SilenceLimits,
    /// How long sessions that are over are kept; without it, for ever.
    pub session_retention: Option<Duration>,
    /// How long a stop waits for what is in flight.
    pub shutdown_timeout: Duration,
    /// Bytes of a request body.
    pub request_body_limit: usize,
    /// How long a body may take to arrive, and then the answer to be made.
    pub request_timeout: Duration,
    /// Connections served at the same time.
    pub max_connections: usize,
    /// Events per second and server, lasting.
    pub events_per_sec: NonZeroU32,
    /// Events of one server that may come at once.
    pub events_burst: NonZeroU32,
    /// Events per second of one server in batches, lasting.
    pub batch_events_per_sec: NonZeroU32,
    /// Names per hour that one server has not reported before.
    pub new_players_per_hour: NonZeroU32,
    /// Attempts to link per minute and IP address.
    pub connects_per_min: NonZeroU32,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whose midnight ends a day, when a question does not say.
    pub time_zone: TimeZone,
    /// Text or JSON.
    pub log_format: LogFormat,
    /// Which lines are logged.
    pub log_filter: LogFilter,
}

impl Config {
    /// Reads the environment, `.env` and, when given, the file.
    pub fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
        Config::read(&Sources::gather(file, SETTINGS)?)
    }

    fn read(from: &Sources) -> Result<Config, ConfigError> {
        Ok(Config {
            discord_token: from.secret("DISCORD_TOKEN", 1)?,
            discord_api_base: from.web_address("DISCORD_API_BASE")?,
            listen: SocketAddr::new(
                from.parsed(
                    "HOST",
                    IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                    "an IP address such as 0.0.0.0 or ::1",
                )?,
                from.parsed(
                    "PORT",
                    3000,
                    "a port number from 0 to 65535 (0 lets the system choose)",
                )?,
            ),
            database_path: from.path("DATABASE_PATH", "oxeye.db")?,
            operator_token: from.secret("OPERATOR_TOKEN", operator_token::SHORTEST)?,
            recent_window: Duration::from_secs(
                3600 * from.number("RECENT_ACTIVITY_WINDOW_HOURS", 24, 1..=8760, "hours")?,
            ),
            silence_limits: silence_limits(from)?,
            session_retention: session_retention(from)?,
            shutdown_timeout: Duration::from_secs(from.number(
                "SHUTDOWN_TIMEOUT_SECS",
                10,
                1..=600,
                "seconds",
            )?),
            request_body_limit: from.size(
                "REQUEST_BODY_LIMIT",
                1 << 20,
                1 << 10..=16 << 20,
                "bytes",
            )?,
            request_timeout: Duration::from_secs(from.number(
                "REQUEST_TIMEOUT_SECS",
                10,
                1..=600,
                "seconds",
            )?),
            max_connections: from.size("MAX_CONNECTIONS", 1024, 1..=1_000_000, "connections")?,
            events_per_sec: from.rate(
                "RATE_LIMIT_EVENTS_PER_SEC",
                50,
                1..=1_000_000,
                "events per second",
            )?,
            events_burst: from.rate("RATE_LIMIT_EVENTS_BURST", 200, 1..=1_000_000, "events")?,
            batch_events_per_sec: batch_events_per_sec(from)?,
            new_players_per_hour: new_players_per_hour(from)?,
            connects_per_min: connects_per_min(from)?,
            trusted_proxies: from.networks("TRUSTED_PROXIES")?,
            time_zone: time_zone(from)?,
            log_format: from.log_format("LOG_FORMAT")?,
            log_filter: log_filter(from)?,
        })
    }

    /// The folder of the store, which also holds `operator.token`.
    pub fn data_folder(&self) -> &Path {
        match self.database_path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// What every linked server may send.
    pub fn rate_limits(&self) -> RateLimits {
        RateLimits {
            requests: governor::Quota::per_second(self.events_per_sec)
                .allow_burst(self.events_burst),
            batch_events_per_sec: self.batch_events_per_sec,
            new_players_per_hour: self.new_players_per_hour,
        }
    }

    /// Where a program on this machine reaches the backend.
    pub fn local_url(&self) -> String {
        local_url(self.listen)
    }
}

fn batch_events_per_sec(from: &Sources) -> Result<NonZeroU32, ConfigError> {
    let name = "RATE_LIMIT_BATCH_EVENTS_PER_SEC";
    from.rate(name, 1000, 1..=1_000_000, "events per second")
}

fn new_players_per_hour(from: &Sources) -> Result<NonZeroU32, ConfigError> {
    let name = "MAX_NEW_PLAYERS_PER_HOUR";
    from.rate(name, 5000, 1..=1_000_000, "players per hour")
}

fn connects_per_min(from: &Sources) -> Result<NonZeroU32, ConfigError> {
    let name = "RATE_LIMIT_CONNECT_PER_MIN";
    from.rate(name, 5, 1..=10_000, "attempts per minute")
}

fn log_filter(from: &Sources) -> Result<LogFilter, ConfigError> {
    from.parsed(
        "RUST_LOG",
        LogFilter::default(),
        &InvalidLogFilter.to_string(),
    )
}

fn time_zone(from: &Sources) -> Result<TimeZone, ConfigError> {
    let expected = "a time zone of the IANA database such as Europe/Berlin or UTC";
    from.parsed("TIME_ZONE", TimeZone::UTC, expected)
}

/// When a silent server's sessions are closed, and how their end is estimated.
fn silence_limits(from: &Sources) -> Result<SilenceLimits, ConfigError> {
    let timeout = from.number("STALE_TIMEOUT_SECS", 300, 1..=86_400, "seconds")?;
    let grace = from.number("STALE_GRACE_SECS", 120, 0..=86_400, "seconds")?;
    Ok(SilenceLimits {
        timeout: Duration::from_secs(timeout),
        grace: Duration::from_secs(grace),
    })
}

/// Nothing is deleted unless asked: 0 stands for "for ever".
fn session_retention(from: &Sources) -> Result<Option<Duration>, ConfigError> {
    let days = from.number("SESSION_RETENTION_DAYS", 0, 0..=36_500, "days")?;
    Ok((days > 0).then(|| Duration::from_secs(days * 24 * 3600)))
}

/// The address a client on this machine uses for a listener: "every interface" is reached through loopback.
pub fn local_url(listen: SocketAddr) -> String {
    let address = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(address, listen.port()))
}

#[cfg(test)]
mod tests;
