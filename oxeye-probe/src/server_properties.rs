//! The settings in `server.properties` that matter to us, read as the server itself reads them.

mod format;

use std::{fs, io, path::Path};

use oxeye_process::Secret;

/// Largest file that we read. Minecraft's own has 3 KiB.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The settings of a server, with Minecraft's defaults for missing ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerProperties {
    /// `level-name`: the folder of the world, relative to that of the server.
    pub level_name: String,
    /// `server-port`: where players connect.
    pub server_port: u16,
    /// `server-ip`: the address to listen on, or `None` for all addresses.
    pub server_ip: Option<String>,
    /// `enable-query`.
    pub enable_query: bool,
    /// `query.port`, a UDP port.
    pub query_port: u16,
    /// `enable-rcon`.
    pub enable_rcon: bool,
    /// `rcon.port`.
    pub rcon_port: u16,
    /// `rcon.password`, without which the server does not start RCON.
    pub rcon_password: Option<Secret>,
    /// `enable-status`: whether the server answers the server list ping.
    pub enable_status: bool,
    /// `motd`, or `server-name` of a Bedrock server: the message of the day, if it is set.
    pub motd: Option<String>,
    /// `max-players`: how many players may be online at the same time, if it is set.
    pub max_players: Option<u32>,
    /// `hide-online-players`: whether that answer contains no names.
    pub hide_online_players: bool,
    /// `management-server-...`.
    pub management: ManagementProperties,
}

/// The settings of Minecraft's management protocol (1.21.9 and later).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagementProperties {
    /// `management-server-enabled`.
    pub enabled: bool,
    /// `management-server-host`.
    pub host: String,
    /// `management-server-port`; 0 means another port at each start.
    pub port: u16,
    /// `management-server-secret`.
    pub secret: Option<Secret>,
    /// `management-server-tls-enabled`. A server with TLS and without a key store does not start.
    pub tls_enabled: bool,
    /// Whether `management-server-tls-keystore` names a file.
    pub has_keystore: bool,
}

/// A port that Minecraft cannot use. It uses its default instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} in server.properties must be a number from 0 to 65535; the server uses {default}")]
pub struct InvalidPort {
    /// The name of the setting.
    pub key: &'static str,
    /// The default that the server uses.
    pub default: u16,
}

impl ServerProperties {
    /// Reads a file.
    ///
    /// # Errors
    /// When the file cannot be read, is too large, or contains none of our settings: the server may be
    /// about to write it.
    pub fn read(path: &Path) -> io::Result<(Self, Vec<InvalidPort>)> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            // Opening a pipe would block until somebody writes to it.
            return Err(io::Error::other("it is not a file"));
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut lines = Lines::of(&fs::read(path)?);
        let properties = Self::from_lines(&mut lines);
        if !lines.is_any_known {
            return Err(io::Error::other("it has no line of a server.properties"));
        }
        Ok((properties, lines.invalid))
    }

    /// Parses the contents of a file. Invalid ports are returned and count as missing.
    #[must_use]
    pub fn parse(file: &[u8]) -> (Self, Vec<InvalidPort>) {
        let mut lines = Lines::of(file);
        (Self::from_lines(&mut lines), lines.invalid)
    }

    fn from_lines(lines: &mut Lines) -> Self {
        Self {
            level_name: lines
                .text("level-name")
                .unwrap_or_else(|| "world".to_owned()),
            server_port: lines.port("server-port", 25565),
            server_ip: lines.text("server-ip"),
            enable_query: lines.flag("enable-query", false),
            query_port: lines.port("query.port", 25565),
            enable_rcon: lines.flag("enable-rcon", false),
            rcon_port: lines.port("rcon.port", 25575),
            rcon_password: lines.text("rcon.password").map(Secret::new),
            enable_status: lines.flag("enable-status", true),
            motd: lines.text("motd").or_else(|| lines.text("server-name")),
            max_players: lines.text("max-players").and_then(|most| most.parse().ok()),
            hide_online_players: lines.flag("hide-online-players", false),
            management: ManagementProperties {
                enabled: lines.flag("management-server-enabled", false),
                host: lines
                    .text("management-server-host")
                    .unwrap_or_else(|| "localhost".to_owned()),
                port: lines.port("management-server-port", 0),
                secret: lines.text("management-server-secret").map(Secret::new),
                tls_enabled: lines.flag("management-server-tls-enabled", true),
                has_keystore: lines.text("management-server-tls-keystore").is_some(),
            },
        }
    }
}

/// The values as Minecraft reads them, and the ports that it cannot read.
struct Lines {
    values: format::Properties,
    invalid: Vec<InvalidPort>,
    /// Whether the file contains any of the settings that were looked up.
    is_any_known: bool,
}

impl Lines {
    fn of(file: &[u8]) -> Self {
        Self {
            values: format::properties(file),
            invalid: Vec::new(),
            is_any_known: false,
        }
    }

    fn value(&mut self, key: &str) -> Option<&String> {
        let value = self.values.get(key);
        self.is_any_known |= value.is_some();
        value
    }

    /// Returns a text. An empty one counts as missing.
    fn text(&mut self, key: &str) -> Option<String> {
        self.value(key).filter(|value| !value.is_empty()).cloned()
    }

    /// Returns a flag. Java takes "true" in any case for true, and everything else for false.
    fn flag(&mut self, key: &str, default: bool) -> bool {
        self.value(key)
            .map_or(default, |value| value.eq_ignore_ascii_case("true"))
    }

    fn port(&mut self, key: &'static str, default: u16) -> u16 {
        let Some(value) = self.value(key) else {
            return default;
        };
        value.parse().unwrap_or_else(|_invalid| {
            self.invalid.push(InvalidPort { key, default });
            default
        })
    }
}

#[cfg(test)]
mod tests;
