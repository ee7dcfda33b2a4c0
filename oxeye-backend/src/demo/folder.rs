//! Where the demo plays: a store of its own in the folder for temporary files, gone when the demo is over.
//!
//! The folder is called after the port. Whoever has the port may therefore remove what an earlier demo on it left
//! behind, and the command line finds the token of the demo that it asks.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use oxeye_process::Secret;
use oxeye_process::private_file;

use crate::config::{Config, OperatorTokenError, kept_operator_token};

const PREFIX: &str = "oxeye-demo-";
const STORE: &str = "oxeye.db";
const TOKEN: &str = "operator.token";

/// The folder of a demo. Dropping it deletes everything in it.
#[derive(Debug)]
pub(crate) struct DemoFolder {
    folder: PathBuf,
    config: Config,
}

impl DemoFolder {
    /// A new folder for the demo on this port, which the caller holds. Also clears away what demos that were killed
    /// have left behind.
    ///
    /// # Errors
    /// When the folder cannot be made, or the operator token beside the real store cannot be used.
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
        make(&folder).with_context(|| format!("cannot make {} for the demo", folder.display()))?;
        let mut config = config.clone();
        config.store.path = folder.join(STORE);
        config.operator_token = operator_token;
        config.discord.token = None;
        Ok(DemoFolder { config, folder })
    }

    /// The settings, but for the store, and with the bot off.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }
}

impl Drop for DemoFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            let folder = self.folder.display();
            tracing::warn!(%error, "cannot remove {folder}; the next demo tries again");
        }
    }
}

/// The token of the demo on this port, if one runs there and made its own.
pub(crate) fn token(port: u16) -> Option<Secret> {
    let token = std::fs::read_to_string(folder(port).join(TOKEN)).ok()?;
    let token = token.trim();
    (!token.is_empty()).then(|| Secret::new(token.to_owned()))
}

/// Whether a demo of this user runs on the port.
pub(crate) fn is_set_up(port: u16) -> bool {
    is_played_in(&folder(port))
}

fn folder(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("{PREFIX}{port}"))
}

/// The port is ours, so nobody plays in a folder that is there.
fn make(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    private_file::create_new_folder(folder)
}

fn is_played_in(folder: &Path) -> bool {
    oxeye_db::inspect(&folder.join(STORE)).is_ok_and(|store| store.in_use)
}

/// Folders of demos on other ports that were killed: their store is there and no process has it open.
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
            // Another start may remove it at the same time, and then it is gone as well.
            let _ = std::fs::remove_dir_all(folder.path());
        }
    }
}
