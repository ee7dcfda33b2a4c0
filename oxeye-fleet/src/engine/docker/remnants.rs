//! Containers that podman was removing when it was killed: it knows them and has deleted what they consist of. Until
//! they are gone, it lists no container of their fleet.

use bollard::query_parameters::RemoveContainerOptionsBuilder;

use super::containers::Containers;
use super::state::{Inspected, Summary};
use super::trouble::Trouble;

/// The most that are removed for one list. Podman names one at a time.
const MOST: usize = 32;

/// The hexadecimal digits in the id of a container.
const ID_DIGITS: usize = 64;

impl Containers {
    /// Returns what the engine says about all containers of this fleet, after it has finished what it had begun to
    /// remove. What it names is ours: it lists only what has our label.
    pub(super) async fn summaries(&self) -> Result<Vec<Summary>, Trouble> {
        let mut listed = self.client.list(&self.fleet).await;
        for _ in 0..MOST {
            let Some(id) = listed.as_ref().err().and_then(remnant) else {
                break;
            };
            if !self.is_removed(&id).await {
                break;
            }
            tracing::warn!(
                container = id,
                "the container engine had removed a container by half, and has finished that"
            );
            listed = self.client.list(&self.fleet).await;
        }
        listed
    }

    /// Returns what the engine says about a container, which it is given by name or id; `None` if there is no such
    /// container.
    pub(super) async fn inspected(&self, container: &str) -> Result<Option<Inspected>, Trouble> {
        self.asked(|| self.client.inspect(container)).await
    }

    /// Asks the engine something, and again if what it had begun to remove kept it from answering.
    pub(super) async fn asked<T, F>(&self, ask: impl Fn() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        match ask().await {
            // Whether it is ours is not said here. A list removes it if it is.
            Err(trouble) if remnant(&trouble).is_some() => {
                self.summaries().await?;
                ask().await
            }
            answer => answer,
        }
    }

    /// Removes a container, though not by force, in case it runs.
    async fn is_removed(&self, id: &str) -> bool {
        let Ok(docker) = self.client.docker().await else {
            return false;
        };
        let options = RemoveContainerOptionsBuilder::new().v(true).build();
        let removed = docker.remove_container(id, Some(options)).await;
        match removed.map_err(Trouble::from) {
            Ok(()) => true,
            // Somebody else was faster, for example podman itself.
            Err(trouble) => trouble.is_missing(),
        }
    }
}

/// Returns the container that podman knows and does not have.
fn remnant(trouble: &Trouble) -> Option<String> {
    let Trouble::Said { words, .. } = trouble else {
        return None;
    };
    let (_, after) = words.split_once("getting container from store \"")?;
    let (id, reason) = after.split_once('"')?;
    let is_id = id.len() == ID_DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && reason == ": container not known").then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_container_that_podman_knows_and_does_not_have_is_a_remnant() {
        let id = "a59287bc3d3b5d4f07ce54a9b0ea0f7016a66503904fc0bddaa9bbc5a04be358";
        let check = |words: &str, expected: Option<&str>| {
            let found = remnant(&Trouble::said(500, words));
            assert_eq!(found.as_deref(), expected, "{words}");
        };

        let said = format!("getting container from store \"{id}\": container not known");
        check(&said, Some(id));
        check(&format!("inspecting: {said}"), Some(id));
        check(&format!("{said} yet"), None);
        check(&said.replace(id, "../x"), None);
        check("container state improper", None);
        assert_eq!(remnant(&Trouble::Unanswered(said)), None);
    }
}
