//! Stores the keys that `connect` obtained in a file that only its owner can read, and asks the backend
//! whether it knows a key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context;
use oxeye_plugin_client::{Client, ClientError, RetryPolicy};
use oxeye_plugin_proto::{ApiKey, ServerName};
use oxeye_process::private_file;
use serde::{Deserialize, Serialize};

/// The file's name in the data folder.
const FILE: &str = "links.toml";

/// The header of the file, for people who open it.
const HEADER: &str = "# Written by `oxeye-agent connect`. The keys are secrets.\n";

/// Which servers are linked to which backend.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Links {
    /// The backend's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) backend: Option<String>,
    /// The key of the server itself or of the whole proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<ApiKey>,
    /// The servers behind a proxy, by the proxy's names for them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) servers: BTreeMap<ServerName, ServerLink>,
}

/// The key of one server behind a proxy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerLink {
    /// The key.
    pub(crate) key: ApiKey,
}

impl Links {
    /// Returns the path of the file.
    #[must_use]
    pub(crate) fn path(data_dir: &Path) -> PathBuf {
        data_dir.join(FILE)
    }

    /// Reads the links. There are none if there is no file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or was not written by `connect`. The error quotes nothing from it.
    pub(crate) fn read(data_dir: &Path) -> anyhow::Result<Self> {
        let path = Self::path(data_dir);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            text => text.with_context(|| format!("{} cannot be read", path.display()))?,
        };
        // The parser's error would quote the line and with it the key.
        toml::from_str(&text).map_err(|_| {
            anyhow::anyhow!(
                "{} is damaged or was not written by `oxeye-agent connect`; move it away and connect again",
                path.display()
            )
        })
    }

    /// Writes the links atomically: a crash leaves the old file or the new one.
    ///
    /// # Errors
    ///
    /// When the file system returns an error.
    pub(crate) fn write(&self, data_dir: &Path) -> anyhow::Result<()> {
        let path = Self::path(data_dir);
        let text = toml::to_string(self).context("the links cannot be written as TOML")?;
        private_file::write_durably(&path, format!("{HEADER}{text}").as_bytes())
            .with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// The backend's answer to whether it knows a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyCheck {
    /// It knows the key.
    Known,
    /// It knows the key, but cannot store reports now. Holds its sentence about the reason.
    NotReady(String),
    /// It does not know the key, or no longer does.
    Unknown,
    /// It did not answer. Holds the reason.
    NoAnswer(String),
}

impl KeyCheck {
    /// Asks once about the key and, if the backend knows it, about its store.
    pub(crate) async fn ask(backend: &str, key: &ApiKey) -> Self {
        let client = Client::with_key(backend, key.clone()).retrying(RetryPolicy::never());
        match client.status().await {
            Ok(true) => match client.readiness().await {
                Err(ClientError::Refused {
                    status: 503,
                    refusal,
                    ..
                }) => Self::NotReady(refusal.error),
                // A proxy may pass on the routes of plugins only.
                Ok(()) | Err(_) => Self::Known,
            },
            Ok(false) => Self::Unknown,
            Err(error) => Self::NoAnswer(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_can_read_the_file_with_the_keys() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = ApiKey::generate();
        let mut links = Links {
            backend: Some("https://oxeye.example.org".to_owned()),
            key: Some(key.clone()),
            ..Links::default()
        };
        let lobby: ServerName = "lobby".parse().expect("a name");
        let behind = ServerLink {
            key: ApiKey::generate(),
        };
        links.servers.insert(lobby.clone(), behind);

        links.write(folder.path()).expect("written");
        links.write(folder.path()).expect("written again");

        let read = Links::read(folder.path()).expect("read");
        assert_eq!(read.key, Some(key));
        assert_eq!(read.servers[&lobby].key, links.servers[&lobby].key);
        assert!(!format!("{read:?}").contains("oxk_"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let path = Links::path(folder.path());
            let mode = fs::metadata(path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn the_error_about_a_damaged_file_does_not_quote_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Links::path(folder.path());
        fs::write(path, "key = \"oxk_secretsecret\"\n").expect("written");

        let error = Links::read(folder.path()).expect_err("no key");

        assert!(!format!("{error:#}").contains("secret"), "{error:#}");
    }

    #[test]
    fn without_a_file_nothing_is_linked() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(Links::read(folder.path()).expect("none").key.is_none());
    }
}
