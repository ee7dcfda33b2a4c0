//! Checks that the store at DATABASE_PATH exists, is intact, and is the one that the running Oxeye uses.

use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use oxeye_db::{Inspection, OpenError, activity, presence};
use oxeye_text::Text;

use super::running::{Finding, Running};
use crate::api_messages::warning::WarningLine;
use crate::config::Config;

pub(super) async fn check(config: &Config, text: Text, running: &Running) -> Finding {
    let url = config.operator_url();
    match running {
        Running::Oxeye { is_demo: true, .. } => Ok(text.store_of_demo()),
        Running::Oxeye { ready, .. } if !ready.ready => {
            bail!(text.store_not_writable(&url))
        }
        Running::Oxeye {
            health: Ok(health), ..
        } if health.warnings.iter().any(WarningLine::is_of_presence_file) => {
            bail!(text.warning_presence_not_writable())
        }
        Running::Oxeye { health, .. } => {
            let is_ours = health.is_ok();
            in_use(
                config,
                text,
                is_ours && is_elsewhere(config.operator_address().ip()),
            )
            .await
        }
        Running::Nobody | Running::Silent | Running::Stranger => at_rest(config, text).await,
    }
}

/// Checks a store while Oxeye runs. A running Oxeye has its store open, so a file that nobody has open is not its
/// store.
async fn in_use(config: &Config, text: Text, may_be_absent: bool) -> Finding {
    let (path, url) = (absolute(&config.store.path), config.operator_url());
    let shown = path.display().to_string();
    if !exists(text, &path)? {
        if may_be_absent {
            return Ok(text.store_elsewhere(&url));
        }
        bail!(text.store_of_another(&shown, &url));
    }
    if !inspect(&path).await?.in_use {
        bail!(text.store_not_in_use(&shown, &url));
    }
    Ok(text.store_in_use(&shown, &url))
}

/// Checks a store while no Oxeye runs, without changing it: a file of an older version is migrated only by a start.
async fn at_rest(config: &Config, text: Text) -> Finding {
    let (path, url) = (absolute(&config.store.path), config.operator_url());
    let shown = path.display().to_string();
    if !exists(text, &path)? {
        bail!(text.store_missing(&shown));
    }
    check_folder(text, config.store.folder())?;
    let seen = inspect(&path).await?;
    if seen.in_use {
        bail!(text.store_taken(&shown, &url));
    }
    inspect_beside(text, &activity::path_beside(&path), activity::inspect).await?;
    inspect_beside(text, &presence::path_beside(&path), presence::inspect).await?;
    check_may_write(text, &path)?;
    Ok(if seen.found < seen.known {
        text.store_old(&shown, seen.found, seen.known)
    } else {
        text.store_fine(&shown)
    })
}

async fn inspect(path: &Path) -> anyhow::Result<Inspection> {
    let file = path.to_owned();
    Ok(tokio::task::spawn_blocking(move || oxeye_db::inspect(&file)).await??)
}

/// Checks a file beside the store, if there is one.
async fn inspect_beside(
    text: Text,
    path: &Path,
    inspect: fn(&Path) -> Result<Inspection, OpenError>,
) -> anyhow::Result<()> {
    if !exists(text, path)? {
        return Ok(());
    }
    let file = path.to_owned();
    tokio::task::spawn_blocking(move || inspect(&file)).await??;
    check_may_write(text, path)
}

/// Checks write access. Opening a file for writing does not change it.
fn check_may_write(text: Text, path: &Path) -> anyhow::Result<()> {
    let opened = std::fs::OpenOptions::new().append(true).open(path);
    opened.with_context(|| text.store_read_only(&path.display().to_string()))?;
    Ok(())
}

fn check_folder(text: Text, folder: &Path) -> anyhow::Result<()> {
    let probe = folder.join(".oxeye-check");
    let written = std::fs::write(&probe, "").and_then(|()| std::fs::remove_file(&probe));
    let folder = absolute(folder);
    written.with_context(|| text.store_folder_read_only(&folder.display().to_string()))
}

fn exists(text: Text, path: &Path) -> anyhow::Result<bool> {
    let exists = path.try_exists();
    exists.with_context(|| text.store_not_found(&path.display().to_string()))
}

/// Returns whether an address belongs to another machine: then we cannot listen on it.
fn is_elsewhere(address: IpAddr) -> bool {
    TcpListener::bind((address, 0)).is_err()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
