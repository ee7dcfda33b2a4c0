//! Where the cluster of the engine `agones` is, and what is started there.

use std::path::PathBuf;

use oxeye_process::config::{ConfigError, Sources};

use super::{list, places};

/// Where the cluster is, and what is started there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgonesSettings {
    /// The URL of the cluster's API, such as `https://kubernetes.default.svc`.
    pub api: String,
    /// The folder with `token`, `ca.crt` and `namespace` of a service account.
    pub account: PathBuf,
    /// The namespace, in place of that of the account.
    pub namespace: Option<String>,
    /// The file that says what a game server and the volume of a world are made of.
    pub template: PathBuf,
}

pub(super) fn read(from: &Sources) -> Result<AgonesSettings, ConfigError> {
    let expected = "the name of a namespace such as games";
    Ok(AgonesSettings {
        // It has a default.
        api: places::web_address(from, list::FLEET_AGONES_API)?.unwrap_or_default(),
        account: from.folder(list::FLEET_AGONES_ACCOUNT)?,
        namespace: from.optional(list::FLEET_AGONES_NAMESPACE, expected, namespace)?,
        template: from.path(list::FLEET_AGONES_TEMPLATE)?,
    })
}

/// Accepts what Kubernetes does, so that the name can be a part of a path.
fn namespace(text: &str) -> Option<String> {
    let is_clean = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = (1..=63).contains(&text.len())
        && text.chars().all(is_clean)
        && !text.starts_with('-')
        && !text.ends_with('-');
    is_name.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_one_part_of_a_path() {
        assert_eq!(namespace("games-2"), Some("games-2".to_owned()));
        for text in ["", "Games", "games/pods", "..", "-games", "games-"] {
            assert_eq!(namespace(text), None, "{text}");
        }
    }
}
