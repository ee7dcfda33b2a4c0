//! Finds what is not given in the server's folder: the settings in `server.properties`, and the log.

use std::io;
use std::path::{Path, PathBuf};

use oxeye_probe::{Address, RconSettings, ServerProperties};
use oxeye_process::Secret;

/// The paths at which servers and proxies write their current log.
const LOGS: [&str; 3] = ["logs/latest.log", "proxy.log.0", "server.log"];

/// The host of a server that listens on every address.
const HERE: &str = "127.0.0.1";

/// What the Minecraft server's folder contains.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The folder's `server.properties`.
    pub(crate) properties: Option<ServerProperties>,
    /// What is wrong with that file, as sentences for the operator.
    pub(crate) complaints: Vec<String>,
    /// The log.
    pub(crate) log: Option<PathBuf>,
    /// The address of the management server, if it is enabled and its port is known.
    pub(crate) management_address: Option<String>,
    /// The address and password of RCON, if it is enabled.
    pub(crate) rcon: Option<RconSettings>,
    /// The address of Query, if it is enabled.
    pub(crate) query: Option<Address>,
    /// The address that players connect to.
    pub(crate) game: Option<Address>,
}

impl Found {
    /// Searches the folder. An empty or unreadable folder is not an error, because every setting can
    /// also be given.
    #[must_use]
    pub(crate) fn in_folder(server_dir: &Path) -> Self {
        let logs = LOGS.iter().map(|log| server_dir.join(log));
        let log = likeliest(logs.clone(), |log| log.try_exists());
        let path = server_dir.join("server.properties");
        if !path.exists() {
            return Self {
                log,
                ..Self::default()
            };
        }
        // A server that has never run has no log yet.
        let log = log.or_else(|| logs.clone().next());
        match ServerProperties::read(&path) {
            Ok((properties, invalid)) => Self {
                complaints: invalid.iter().map(ToString::to_string).collect(),
                ..Self::from_properties(properties, log)
            },
            Err(error) => Self {
                complaints: vec![format!("{} cannot be read: {error}", path.display())],
                log,
                ..Self::default()
            },
        }
    }

    /// Returns the password of RCON, whether or not it is enabled.
    pub(super) fn rcon_password(&self) -> Option<Secret> {
        self.properties.as_ref()?.rcon_password.clone()
    }

    /// Returns the secret of the management server.
    pub(super) fn management_secret(&self) -> Option<Secret> {
        self.properties.as_ref()?.management.secret.clone()
    }

    fn from_properties(properties: ServerProperties, log: Option<PathBuf>) -> Self {
        let host = host(properties.server_ip.as_deref());
        let at = |port| Address::new(host.clone(), port);
        Self {
            complaints: Vec::new(),
            log,
            management_address: management_address(&properties),
            rcon: rcon(&properties, &host),
            query: properties.enable_query.then(|| at(properties.query_port)),
            game: Some(at(properties.server_port)),
            properties: Some(properties),
        }
    }
}

/// Returns the first log that exists, or else the first one that may exist but is not accessible, so
/// that opening it shows the reason.
fn likeliest(
    mut logs: impl Iterator<Item = PathBuf> + Clone,
    exists: impl Fn(&Path) -> io::Result<bool>,
) -> Option<PathBuf> {
    let mut again = logs.clone();
    let there = logs.find(|log| matches!(exists(log), Ok(true)));
    there.or_else(|| again.find(|log| exists(log).is_err()))
}

/// Returns the host at which to reach the server. One that listens on every address also listens on
/// loopback.
fn host(server_ip: Option<&str>) -> String {
    match server_ip {
        None | Some("0.0.0.0" | "::") => HERE.to_owned(),
        Some(ip) => ip.to_owned(),
    }
}

fn rcon(properties: &ServerProperties, host: &str) -> Option<RconSettings> {
    let password = properties.rcon_password.clone()?;
    properties.enable_rcon.then(|| RconSettings {
        address: Address::new(host, properties.rcon_port),
        password,
    })
}

fn management_address(properties: &ServerProperties) -> Option<String> {
    let management = &properties.management;
    let scheme = if management.tls_enabled { "wss" } else { "ws" };
    let address = Address::new(host(Some(&management.host)), management.port);
    let is_known = management.enabled && management.port != 0;
    is_known.then(|| format!("{scheme}://{address}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn found(properties: &str) -> Found {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("server.properties");
        fs::write(file, properties).expect("written");
        Found::in_folder(folder.path())
    }

    #[test]
    fn everything_that_is_enabled_is_found() {
        let found = found(
            "server-port=25577\nenable-rcon=true\nrcon.password=hush\nrcon.port=25599\n\
             enable-query=true\nquery.port=25588\nmanagement-server-enabled=true\n\
             management-server-port=25585\nmanagement-server-secret=hushhush\n\
             management-server-tls-enabled=false\n",
        );

        let at = |address: Option<&Address>| address.map(ToString::to_string);
        assert_eq!(at(found.game.as_ref()).as_deref(), Some("127.0.0.1:25577"));
        assert_eq!(at(found.query.as_ref()).as_deref(), Some("127.0.0.1:25588"));
        let rcon = found.rcon.as_ref().map(|rcon| &rcon.address);
        assert_eq!(at(rcon).as_deref(), Some("127.0.0.1:25599"));
        let management = found.management_address.as_deref();
        assert_eq!(management, Some("ws://localhost:25585"));
        assert!(!format!("{found:?}").contains("hush"));
    }

    #[test]
    fn sources_that_are_disabled_or_lack_a_password_are_not_found() {
        let found = found("enable-rcon=true\nrcon.password=\nenable-query=false\n");

        assert!(found.rcon.is_none());
        assert!(found.query.is_none());
        assert!(found.management_address.is_none());
        assert!(found.game.is_some());
    }

    #[test]
    fn a_log_in_an_inaccessible_folder_is_assumed_to_exist() {
        let logs = || LOGS.iter().map(PathBuf::from);
        let denied = |_: &Path| Err(io::ErrorKind::PermissionDenied.into());
        let partly_denied = |log: &Path| match log.parent() {
            Some(folder) if folder.ends_with("logs") => denied(log),
            _ => Ok(log.ends_with("server.log")),
        };

        let latest = Some(PathBuf::from("logs/latest.log"));
        assert_eq!(likeliest(logs(), denied), latest);
        let server_log = Some(PathBuf::from("server.log"));
        assert_eq!(likeliest(logs(), partly_denied), server_log);
        assert_eq!(likeliest(logs(), |_| Ok(false)), None);
    }

    #[test]
    fn an_empty_folder_is_not_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = Found::in_folder(folder.path());

        assert!(found.log.is_none() && found.properties.is_none());
    }
}
