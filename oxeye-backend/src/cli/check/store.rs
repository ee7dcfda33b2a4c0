//! Whether the store that DATABASE_PATH names is there, whole, and the one that the running Oxeye uses.

use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use oxeye_db::Inspection;

use super::running::{Finding, Running};
use crate::config::Config;

pub(super) async fn check(config: &Config, running: &Running) -> Finding {
    let url = config.local_url();
    match running {
        Running::Oxeye { is_demo: true, .. } => {
            Ok("the demo has one of its own, which is deleted when the demo stops".to_owned())
        }
        Running::Oxeye { ready, .. } if !ready.ready => {
            bail!("the Oxeye at {url} cannot write it; its log says why")
        }
        Running::Oxeye { health, .. } => {
            let is_ours = health.is_ok();
            in_use(config, is_ours && is_elsewhere(config.listen.ip())).await
        }
        Running::Nobody | Running::Silent | Running::Stranger => at_rest(config).await,
    }
}

/// A running Oxeye has its store open, so a file that nobody has open is not its store.
async fn in_use(config: &Config, may_be_absent: bool) -> Finding {
    let (path, url) = (absolute(&config.database_path), config.local_url());
    let shown = path.display();
    if !exists(&path)? {
        if may_be_absent {
            return Ok(format!("on the machine of {url}, which can write it"));
        }
        bail!(
            "there is none at {shown}, so the Oxeye at {url} uses another one; run this in the folder where it runs, or with its DATABASE_PATH"
        );
    }
    if !inspect(&path).await?.in_use {
        bail!(
            "{shown} is not the one that the Oxeye at {url} uses; run this in the folder where it runs, or with its DATABASE_PATH"
        );
    }
    Ok(format!("{shown} is fine, and in use by the Oxeye at {url}"))
}

/// A look changes nothing: an older file stays as it is until Oxeye is started.
async fn at_rest(config: &Config) -> Finding {
    let (path, url) = (absolute(&config.database_path), config.local_url());
    let shown = path.display();
    if !exists(&path)? {
        bail!(
            "there is none at {shown}; run this in the folder where Oxeye runs, or with its DATABASE_PATH (`oxeye serve` makes it at its first start)"
        );
    }
    check_folder(config.data_folder())?;
    let seen = inspect(&path).await?;
    if seen.in_use {
        bail!("{shown} is in use by a process that does not answer at {url}");
    }
    check_may_write(&path)?;
    Ok(if seen.found < seen.known {
        format!(
            "{shown} is of an older version (schema {}, this one has {}) and will be migrated at the next start",
            seen.found, seen.known
        )
    } else {
        format!("{shown} is fine")
    })
}

async fn inspect(path: &Path) -> anyhow::Result<Inspection> {
    let file = path.to_owned();
    Ok(tokio::task::spawn_blocking(move || oxeye_db::inspect(&file)).await??)
}

/// Opening a file for writing changes nothing in it.
fn check_may_write(path: &Path) -> anyhow::Result<()> {
    let opened = std::fs::OpenOptions::new().append(true).open(path);
    opened.with_context(|| {
        let shown = path.display();
        format!("cannot write {shown}; the user who runs Oxeye must be able to")
    })?;
    Ok(())
}

fn check_folder(folder: &Path) -> anyhow::Result<()> {
    let probe = folder.join(".oxeye-check");
    let written = std::fs::write(&probe, "").and_then(|()| std::fs::remove_file(&probe));
    let folder = absolute(folder);
    written.with_context(|| format!("cannot write in the folder {}", folder.display()))
}

fn exists(path: &Path) -> anyhow::Result<bool> {
    let exists = path.try_exists();
    exists.with_context(|| format!("cannot look for {}", path.display()))
}

/// An address that cannot be listened on here is one of another machine.
fn is_elsewhere(address: IpAddr) -> bool {
    TcpListener::bind((address, 0)).is_err()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
