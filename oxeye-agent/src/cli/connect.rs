//! `oxeye-agent connect`: redeems a link code and stores the key.

use std::path::Path;
use std::{fs, io};

use anyhow::{Context, bail};
use oxeye_plugin_client::Client;
use oxeye_plugin_proto::{LinkCode, ServerName};
use oxeye_process::private_file;

use super::say;
use crate::feed::log::{forget_position, forget_reports};
use crate::links::{Links, ServerLink};
use crate::reconcile::Link;
use crate::run::{activity_spool_file, spool_file};
use crate::settings::Settings;
use crate::status::has_running_agent;

/// Redeems the code and stores the key.
///
/// # Errors
///
/// When an agent is running with the same data folder, when the key cannot be stored, or when the
/// backend refuses the code.
pub(crate) fn run(
    settings: &Settings,
    code: &str,
    server: Option<ServerName>,
) -> anyhow::Result<()> {
    // The error does not repeat the code.
    let code: LinkCode = code.parse()?;
    let Some(backend) = settings.links.backend.clone() else {
        bail!("give the address of the Oxeye backend with --backend URL");
    };
    let data_dir = &settings.data_dir;
    private_file::create_folder(data_dir)
        .with_context(|| format!("cannot use the folder {}", data_dir.display()))?;
    check_not_running(data_dir)?;
    let mut links = Links::read(data_dir)?;
    check_same_backend(&links, &backend, server.as_ref())?;
    // A code works only once, so anything that could keep the key from being stored must fail first.
    links.write(data_dir)?;

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let redeemed = runtime.block_on(Client::new(&backend).redeem(&code))?;

    let key = redeemed.api_key;
    let link = server.clone().map_or(Link::Main, Link::Behind);
    match &server {
        Some(name) => {
            links.servers.insert(name.clone(), ServerLink { key });
        }
        None => links.key = Some(key),
    }
    // If the address is the same, keep it as it was first given.
    let before = links.backend.take();
    let before = before.filter(|before| is_same_address(before, &backend));
    links.backend = before.or(Some(backend));
    links.write(data_dir)?;
    if redeemed.replaces_key {
        say_rotated(data_dir, server.as_ref());
        return Ok(());
    }
    // The events in the spool belong to the old key, and so do those on their way there.
    remove(&spool_file(data_dir, &link))?;
    forget_reports(data_dir, &link);
    if link == Link::Main {
        remove(&activity_spool_file(data_dir))?;
    }
    if links.servers.is_empty() {
        // With the new key, the log is reported from its last boot.
        forget_position(data_dir)?;
    }
    say(&format!(
        "Linked{}. The key is stored in {}.\nNext: `oxeye-agent doctor` shows which sources work, `oxeye-agent run` reports from them.",
        server.map_or(String::new(), |name| format!(" {name}")),
        Links::path(data_dir).display()
    ));
    Ok(())
}

/// Says that the key was replaced. The spool stays: the server is the same, and so are the numbers of its events.
fn say_rotated(data_dir: &Path, server: Option<&ServerName>) {
    say(&format!(
        "The key{} was replaced; the new one is stored in {}. The old key works until 24 hours after the new one is first used.\nNext: start the agent again with `oxeye-agent run`.",
        server.map_or(String::new(), |name| format!(" of {name}")),
        Links::path(data_dir).display()
    ));
}

/// Fails if other keys in the folder are for another backend.
fn check_same_backend(
    links: &Links,
    backend: &str,
    server: Option<&ServerName>,
) -> anyhow::Result<()> {
    let before = links.backend.as_deref();
    let Some(before) = before.filter(|before| !is_same_address(before, backend)) else {
        return Ok(());
    };
    let others = links.servers.keys().any(|name| Some(name) != server);
    let others = others || (links.key.is_some() && server.is_some());
    anyhow::ensure!(
        !others,
        "servers in this data folder are linked to {before}; use another --data-dir for another backend"
    );
    Ok(())
}

/// Compares two addresses without regard to a trailing slash.
fn is_same_address(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// Fails if an agent is running: it would continue with the old key and fill the old spool.
fn check_not_running(data_dir: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(
        has_running_agent(data_dir) != Some(true),
        "an agent is running with this data folder; stop it first"
    );
    Ok(())
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::ApiKey;

    use super::*;

    #[track_caller]
    fn check(before: &str, now: &str, is_accepted: bool) {
        let links = Links {
            backend: Some(before.to_owned()),
            key: Some(ApiKey::generate()),
            ..Links::default()
        };
        let arena = "arena".parse().expect("a name");
        let checked = check_same_backend(&links, now, Some(&arena));
        assert_eq!(checked.is_ok(), is_accepted, "{before} and {now}");
    }

    #[test]
    fn a_trailing_slash_does_not_make_it_another_backend() {
        check("http://127.0.0.1:3000", "http://127.0.0.1:3000/", true);
        check("http://127.0.0.1:3000/", "http://127.0.0.1:3000", true);
        check("https://a.example/oxeye", "https://a.example/oxeye/", true);
        check("http://127.0.0.1:3000", "http://127.0.0.1:3001/", false);
        check("https://a.example/oxeye", "https://a.example/", false);
    }
}
