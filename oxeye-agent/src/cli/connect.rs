//! `oxeye-agent connect`: a link code becomes a key that is kept.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, bail};
use oxeye_plugin_proto::{
    Client, LinkCode, ServerName, Spool, SpoolError, SpoolLimits, UnixSeconds,
};

use super::say;
use crate::feed::log::forget_place;
use crate::links::{Links, ServerLink};
use crate::run::{create_private_folder, spool_file};
use crate::settings::Settings;
use crate::watch::Link;

/// Redeems the code and keeps the key.
///
/// # Errors
///
/// When the agent runs in the same data folder, when the key could not be kept, and whatever the
/// backend says of the code.
pub fn run(
    mut settings: Settings,
    code: &LinkCode,
    server: Option<ServerName>,
    now: UnixSeconds,
) -> anyhow::Result<()> {
    let Some(backend) = settings.links.backend.clone() else {
        bail!("give the address of the Oxeye backend with --backend URL");
    };
    let data_dir = &settings.data_dir;
    create_private_folder(data_dir)
        .with_context(|| format!("cannot use the folder {}", data_dir.display()))?;
    let link = server.clone().map_or(Link::Main, Link::Behind);
    let spool = spool_file(data_dir, &link);
    check_not_running(&spool, now)?;
    // A code works once: what could go wrong with keeping the key must go wrong before.
    settings.links.write(data_dir)?;

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let linked = runtime.block_on(Client::new(&backend).connect(code))?;

    let key = linked.api_key().clone();
    match &server {
        Some(name) => {
            settings
                .links
                .servers
                .insert(name.clone(), ServerLink { key });
        }
        None => settings.links.key = Some(key),
    }
    settings.links.write(data_dir)?;
    // What waited was for another key; the log is told to the new one from its last boot on.
    remove(&spool)?;
    forget_place(data_dir)?;
    say(&format!(
        "Linked{}. The key is kept in {}.\nNext: `oxeye-agent doctor` shows what can be seen of the server, `oxeye-agent run` reports it.",
        server.map_or(String::new(), |name| format!(" {name}")),
        Links::path(data_dir).display()
    ));
    Ok(())
}

/// A running agent would go on with the old key and fill the old spool.
fn check_not_running(spool: &Path, now: UnixSeconds) -> anyhow::Result<()> {
    if !spool.exists() {
        return Ok(());
    }
    match Spool::open(spool, now, SpoolLimits::default()) {
        Err(SpoolError::InUse { .. }) => {
            bail!("an agent is running with this data folder; stop it first")
        }
        _ => Ok(()),
    }
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}
