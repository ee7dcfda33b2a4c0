//! All settings, checked. An unusable one prevents the start with a one-sentence error.
//!
//! | module    | what it holds                                                     |
//! |-----------|-------------------------------------------------------------------|
//! | `list`    | every setting, with its name, kind of value and purpose           |
//! | `given`   | the values from flags, variables and the file                     |
//! | `found`   | what the server's folder contains: `server.properties`, logs      |
//! | `log`     | where the log is and how to read it                               |
//! | `sources` | where the sources are that are asked over the network             |

mod found;
mod given;
mod list;
mod log;
mod sources;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use chrono_tz::Tz;
use oxeye_plugin_client::Client;
use oxeye_plugin_proto::{ApiKey, HeartbeatSecs};
use oxeye_probe::{Address, RconSettings};

pub(crate) use self::found::Found;
pub(crate) use self::given::Given;
pub(crate) use self::list::{SETTINGS, Setting};
pub(crate) use self::log::LogFrom;
use self::log::{log, log_options};
use self::sources::{GAME_PORT, allowed_sources, management, rcon};
use crate::links::Links;
use crate::log::LogOptions;
use crate::source::ManagementSettings;
use crate::source_update::SourceKind;

/// The exit code for unusable settings (`EX_CONFIG` in sysexits.h).
pub(crate) const EXIT_BAD_SETTINGS: u8 = 78;

/// The default folder for keys, spools and the position in the log.
const DATA_DIR: &str = "oxeye-agent-data";

/// The default interval of heartbeats, in seconds.
const HEARTBEAT_SECS: u64 = 15;

/// The value that switches a source off.
const OFF: &str = "off";

/// An error for the operator, as one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct InvalidSetting(pub(crate) String);

/// Returns the error about a value, which is given unless it is a secret.
fn invalid(by: &str, value: Option<&str>, why: &impl fmt::Display) -> InvalidSetting {
    InvalidSetting(match value {
        Some(value) => format!("{by} is {value:?}, but {why}"),
        None => format!("{by} cannot be used: {why}"),
    })
}

/// All settings of the agent.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Which servers are linked to which backend.
    pub(crate) links: Links,
    /// The folder for keys, spools and the position in the log.
    pub(crate) data_dir: PathBuf,
    /// The Minecraft server's folder.
    pub(crate) server_dir: PathBuf,
    /// The log, if it is a source.
    pub(crate) log: Option<LogFrom>,
    /// How to read the log.
    pub(crate) log_options: LogOptions,
    /// The time zone of the log, if it was given.
    pub(crate) time_zone: Option<Tz>,
    /// The management server, if it is a source.
    pub(crate) management: Option<ManagementSettings>,
    /// RCON, if it is a source.
    pub(crate) rcon: Option<RconSettings>,
    /// Query, if it is a source.
    pub(crate) query: Option<Address>,
    /// The address to which players connect, if it is known.
    pub(crate) ping: Option<Address>,
    /// Whether the server list ping is a source.
    pub(crate) ping_is_source: bool,
    /// The interval of heartbeats that the backend is promised.
    pub(crate) heartbeat: HeartbeatSecs,
    /// What was found in the server's folder.
    pub(crate) found: Found,
}

impl Settings {
    /// Checks the given values and adds what is found in the server's folder.
    ///
    /// # Errors
    ///
    /// When a value cannot be used. The error is about the first one.
    pub(crate) fn check(given: &Given) -> anyhow::Result<Self> {
        let data_dir = given.path("data_dir").unwrap_or(DATA_DIR.into());
        let server_dir = given.path("server_dir").unwrap_or(".".into());
        if given.path("server_dir").is_some() && !server_dir.is_dir() {
            let why = format!("server_dir: there is no folder {}", server_dir.display());
            return Err(InvalidSetting(why).into());
        }
        let mut found = Found::in_folder(&server_dir);
        let allowed = allowed_sources(given)?;
        let is_allowed = |kind| allowed.contains(&kind);
        let ping = given.address("ping", Some(GAME_PORT), found.game.clone())?;
        Ok(Self {
            links: links(given, &data_dir)?,
            log: log(given, &found)?.filter(|_| is_allowed(SourceKind::Log)),
            log_options: log_options(given)?,
            time_zone: given.read("time_zone", |text| {
                Tz::from_str(text).map_err(|_| "it must be a name such as Europe/Berlin or UTC")
            })?,
            management: management(given, &mut found, is_allowed(SourceKind::Management))?,
            rcon: rcon(given, &mut found, is_allowed(SourceKind::Rcon))?,
            query: given
                .address("query", Some(GAME_PORT), found.query.clone())?
                .filter(|_| is_allowed(SourceKind::Query)),
            ping_is_source: ping.is_some() && is_allowed(SourceKind::Ping),
            ping,
            heartbeat: heartbeat(given)?,
            data_dir,
            server_dir,
            found,
        })
    }

    /// Returns the sources that the agent can use.
    #[must_use]
    pub(crate) fn sources(&self) -> Vec<SourceKind> {
        let is_usable = |kind: &SourceKind| match kind {
            SourceKind::Management => self.management.is_some(),
            SourceKind::Log => self.log.is_some(),
            SourceKind::Rcon => self.rcon.is_some(),
            SourceKind::Query => self.query.is_some(),
            SourceKind::Ping => self.ping_is_source,
        };
        SourceKind::ALL.into_iter().filter(is_usable).collect()
    }

    /// Whether the agent reports what players do, besides joining and leaving.
    #[must_use]
    pub(crate) fn reports_activity(&self) -> bool {
        self.log.is_some() && self.log_options.activity.kinds.any()
    }

    /// Returns the sources whose settings differ from `other`. The given values are the same, so only
    /// files in the Minecraft server's folder can make a difference.
    #[must_use]
    pub(crate) fn changed_sources(&self, other: &Self) -> Vec<SourceKind> {
        let has_changed = |kind: &SourceKind| match kind {
            SourceKind::Management => self.management != other.management,
            SourceKind::Log => self.log != other.log,
            SourceKind::Rcon => self.rcon != other.rcon,
            SourceKind::Query => self.query != other.query,
            SourceKind::Ping => {
                (&self.ping, self.ping_is_source) != (&other.ping, other.ping_is_source)
            }
        };
        SourceKind::ALL.into_iter().filter(has_changed).collect()
    }
}

fn links(given: &Given, data_dir: &std::path::Path) -> anyhow::Result<Links> {
    let kept = Links::read(data_dir)?;
    let mut links = Links {
        backend: given.read("backend", backend)?.or(kept.backend),
        key: given
            .read("key", |text| text.trim().parse::<ApiKey>())?
            .or(kept.key),
        servers: kept.servers,
    };
    links.servers.extend(given.servers.clone());
    Ok(links)
}

fn backend(address: &str) -> Result<String, &'static str> {
    if Client::can_have_address(address) {
        Ok(address.to_owned())
    } else {
        Err("it must look like https://oxeye.example.org, without a user name, password or query")
    }
}

fn heartbeat(given: &Given) -> Result<HeartbeatSecs, InvalidSetting> {
    let read = |text: &str| {
        let seconds = text.parse::<u64>().ok();
        let interval = seconds.and_then(|seconds| HeartbeatSecs::try_from(seconds).ok());
        interval.ok_or("it must be a whole number from 1 to 3600")
    };
    let given = given.read("heartbeat_secs", read)?;
    Ok(given
        .unwrap_or_else(|| HeartbeatSecs::try_from(HEARTBEAT_SECS).expect("the default is valid")))
}
