//! Checks whether reports would reach a backend.

use crate::links::{KeyCheck, Links};
use crate::reconcile::Link;
use crate::run::NotLinked;

/// The backend's answers for all linked servers.
#[derive(Debug)]
pub(super) enum Delivery {
    /// There is no key.
    NotLinked,
    /// There is a key, but no address of a backend.
    NoBackend,
    /// The backend was asked.
    Asked {
        backend: String,
        keys: Vec<(Link, KeyCheck)>,
    },
}

impl Delivery {
    /// Asks about one server after another for as long as the backend answers.
    pub(super) async fn check(links: &Links) -> Self {
        let main = links.key.iter().map(|key| (Link::Main, key));
        let behind = links
            .servers
            .iter()
            .map(|(name, server)| (Link::Behind(name.clone()), &server.key));
        let mut all = main.chain(behind).peekable();
        if all.peek().is_none() {
            return Self::NotLinked;
        }
        let Some(backend) = links.backend.clone() else {
            return Self::NoBackend;
        };
        let mut keys = Vec::new();
        for (link, key) in all {
            let check = KeyCheck::ask(&backend, key).await;
            let is_silent = matches!(check, KeyCheck::NoAnswer(_));
            keys.push((link, check));
            if is_silent {
                break;
            }
        }
        Self::Asked { backend, keys }
    }

    pub(super) fn in_words(&self) -> Vec<String> {
        match self {
            Self::NotLinked => vec![
                "The agent is not linked to a backend: get a link code with `/oxeye connect` in Discord or `oxeye link` beside the backend, then run `oxeye-agent connect CODE --backend URL`.".to_owned(),
            ],
            Self::NoBackend => vec![
                "The agent has a key, but not the address of its backend: give it with --backend URL.".to_owned(),
            ],
            Self::Asked { backend, keys } => keys
                .iter()
                .map(|(link, check)| one_in_words(backend, link, check))
                .collect(),
        }
    }

    /// Fails with the reason if some reports would not reach the backend.
    pub(super) fn verdict(&self) -> anyhow::Result<()> {
        let keys = match self {
            Self::NotLinked | Self::NoBackend => {
                anyhow::bail!("the agent is not linked to a backend")
            }
            Self::Asked { keys, .. } => keys,
        };
        for (link, check) in keys {
            match (check, link) {
                (KeyCheck::Known, _) => {}
                (KeyCheck::Unknown, Link::Main) => return Err(NotLinked.into()),
                (KeyCheck::Unknown, Link::Behind(_)) => {
                    anyhow::bail!("the backend no longer knows the key of {}", of(link))
                }
                (KeyCheck::NotReady(why) | KeyCheck::NoAnswer(why), _) => anyhow::bail!("{why}"),
            }
        }
        Ok(())
    }
}

fn one_in_words(backend: &str, link: &Link, check: &KeyCheck) -> String {
    let server = of(link);
    match check {
        KeyCheck::Known => format!("The backend at {backend} knows the key of {server}."),
        KeyCheck::NotReady(why) => format!(
            "The backend at {backend} knows the key of {server}, but takes no reports now: {why}"
        ),
        KeyCheck::Unknown => format!(
            "The backend at {backend} no longer knows the key of {server}; get a new link code and connect it again."
        ),
        KeyCheck::NoAnswer(why) => format!(
            "Could not check whether the backend at {backend} knows the key of {server}: {why}."
        ),
    }
}

fn of(link: &Link) -> String {
    match link {
        Link::Main => "this server".to_owned(),
        Link::Behind(name) => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(keys: &[(Link, KeyCheck)]) -> Delivery {
        let backend = "http://127.0.0.1:3000".to_owned();
        let keys = keys.to_vec();
        Delivery::Asked { backend, keys }
    }

    fn lobby() -> Link {
        Link::Behind("lobby".parse().expect("a name"))
    }

    fn unready() -> KeyCheck {
        KeyCheck::NotReady("Oxeye cannot write to its store.".to_owned())
    }

    #[test]
    fn every_linked_server_is_listed_with_the_backends_answer() {
        let silent = KeyCheck::NoAnswer("nobody answers".to_owned());
        let lines = asked(&[
            (Link::Main, KeyCheck::Known),
            (lobby(), KeyCheck::Unknown),
            (lobby(), unready()),
            (lobby(), silent),
        ])
        .in_words();

        assert_eq!(
            lines,
            [
                "The backend at http://127.0.0.1:3000 knows the key of this server.",
                "The backend at http://127.0.0.1:3000 no longer knows the key of lobby; get a new link code and connect it again.",
                "The backend at http://127.0.0.1:3000 knows the key of lobby, but takes no reports now: Oxeye cannot write to its store.",
                "Could not check whether the backend at http://127.0.0.1:3000 knows the key of lobby: nobody answers.",
            ]
        );
    }

    #[test]
    fn the_check_succeeds_only_if_the_backend_knows_every_key_and_stores_reports() {
        let check = |delivery: &Delivery, expected: Option<&str>| {
            let error = delivery.verdict().err().map(|error| error.to_string());
            let found = error.as_ref().zip(expected);
            assert_eq!(error.is_some(), expected.is_some(), "{error:?}");
            assert!(
                found.is_none_or(|(error, words)| error.contains(words)),
                "{error:?}"
            );
        };
        let known = (Link::Main, KeyCheck::Known);

        check(&asked(&[known.clone(), (lobby(), KeyCheck::Known)]), None);
        check(
            &asked(&[known.clone(), (lobby(), KeyCheck::Unknown)]),
            Some("of lobby"),
        );
        check(
            &asked(&[(Link::Main, KeyCheck::Unknown)]),
            Some("this server's key"),
        );
        let silent = KeyCheck::NoAnswer("nobody answers".to_owned());
        check(&asked(&[known, (lobby(), silent)]), Some("nobody answers"));
        check(&asked(&[(Link::Main, unready())]), Some("cannot write"));
        check(&Delivery::NotLinked, Some("not linked"));
        check(&Delivery::NoBackend, Some("not linked"));
    }
}
