//! The temporary folder with the store of the demo.
//!
//! It is named after the port. The process that holds the port can therefore remove what an earlier demo left behind,
//! and the command line can find the demo's token.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use oxeye_process::Secret;
use oxeye_process::private_file;

use crate::config::{Config, OperatorTokenError, kept_operator_token};

const PREFIX: &str = "oxeye-demo-";
const STORE: &str = "oxeye.db";
const TOKEN: &str = "operator.token";

/// The folder of a demo. Dropping this deletes the folder and everything in it.
#[derive(Debug)]
pub(crate) struct DemoFolder {
    folder: PathBuf,
    config: Config,
}

impl DemoFolder {
    /// Creates the folder for the demo on this port, which the caller holds, and removes the folders of demos that
    /// were killed. Fails if the folder cannot be created, or if the operator token beside the real store cannot be
    /// used.
    pub(crate) fn create(config: &Config, port: u16) -> anyhow::Result<DemoFolder> {
        let operator_token = match kept_operator_token(config) {
            Ok(token) => Some(token),
            Err(OperatorTokenError::Missing { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        if config.discord.token.is_some() {
            tracing::info!("the demo does not use DISCORD_TOKEN");
        }
        remove_abandoned();
        let folder = folder(port);
        create(&folder)
            .with_context(|| format!("cannot create {} for the demo", folder.display()))?;
        let mut config = config.clone();
        config.store.path = folder.join(STORE);
        config.operator_token = operator_token;
        config.discord.token = None;
        config.fleet_url = None;
        config.redis = None;
        config.skin_lookup = None;
        config.watch = None;
        Ok(DemoFolder { config, folder })
    }

    /// Returns the settings of the demo: another store, no bot, no fleet, no copy in Redis, and no lookup of skins.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }
}

impl Drop for DemoFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            let folder = self.folder.display();
            tracing::warn!(%error, "cannot remove {folder}; the next demo will try again");
        }
    }
}

/// Returns the token of the demo that runs on this port, if it has generated one.
pub(crate) fn token(port: u16) -> Option<Secret> {
    let token = std::fs::read_to_string(folder(port).join(TOKEN)).ok()?;
    let token = token.trim();
    (!token.is_empty()).then(|| Secret::new(token.to_owned()))
}

/// Returns whether a demo of this user runs on the port.
pub(crate) fn is_set_up(port: u16) -> bool {
    is_in_use(&folder(port))
}

fn folder(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("{PREFIX}{port}"))
}

/// Creates the folder. An existing one is a leftover, because we hold the port.
fn create(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    private_file::create_new_folder(folder)
}

fn is_in_use(folder: &Path) -> bool {
    oxeye_db::inspect(&folder.join(STORE)).is_ok_and(|store| store.in_use)
}

/// Removes the folders of killed demos on other ports: they have a store that no process has open.
fn remove_abandoned() {
    let folders = std::fs::read_dir(std::env::temp_dir());
    for folder in folders.into_iter().flatten().flatten() {
        let is_demo = folder
            .file_name()
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX))
            .is_some_and(|port| port.parse::<u16>().is_ok());
        let store = folder.path().join(STORE);
        if is_demo && oxeye_db::inspect(&store).is_ok_and(|store| !store.in_use) {
            // If another process removes it at the same time, that is fine too.
            let _ = std::fs::remove_dir_all(folder.path());
        }
    }
}
