//! The linked servers for which the agent reports, with their keys and spools.

use std::path::{Path, PathBuf};

use anyhow::Context;
use oxeye_plugin_proto::ApiKey;
use sha2::{Digest, Sha256};

use crate::reconcile::Link;
use crate::settings::Settings;

/// Everything that is needed to report for a linked server.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) link: Link,
    pub(super) backend: String,
    pub(super) key: ApiKey,
}

/// Returns the credentials of all linked servers, of which there is at least one.
pub(super) fn all_credentials(settings: &Settings) -> anyhow::Result<Vec<Credentials>> {
    let links = &settings.links;
    let keys = links.key.iter().map(|key| (Link::Main, key.clone()));
    let behind = links
        .servers
        .iter()
        .map(|(name, server)| (Link::Behind(name.clone()), server.key.clone()));
    let keys: Vec<_> = keys.chain(behind).collect();
    if keys.is_empty() {
        anyhow::bail!(
            "this server is not linked yet: get a link code with `/oxeye connect` in Discord or `oxeye link` beside the backend, then run `oxeye-agent connect CODE --backend URL`"
        );
    }
    let backend = links
        .backend
        .clone()
        .context("backend is missing: give the address of the Oxeye backend with --backend URL")?;
    Ok(keys
        .into_iter()
        .map(|(link, key)| Credentials {
            link,
            backend: backend.clone(),
            key,
        })
        .collect())
}

/// Returns the path of the spool for what players did. Only the log of the server itself says so, not
/// that of a proxy in front of it.
#[must_use]
pub(crate) fn activity_spool_file(data_dir: &Path) -> PathBuf {
    data_dir.join("activity.spool")
}

/// Returns the path of a linked server's spool. The names of servers may contain anything, so the
/// readable part is followed by a part of the name's hash.
#[must_use]
pub(crate) fn spool_file(data_dir: &Path, link: &Link) -> PathBuf {
    let file = match link {
        Link::Main => "events.spool".to_owned(),
        Link::Behind(server) => {
            let readable: String = server
                .as_str()
                .chars()
                .filter(|c| c.is_ascii_alphanumeric())
                .collect();
            let digest = Sha256::digest(server.as_str());
            let number = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
            format!("events-{readable}-{number:08x}.spool")
        }
    };
    data_dir.join(file)
}
