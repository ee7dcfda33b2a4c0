//! The secrets that the fleet proves to its workers that it knows: one for all of them, or one for each. Whoever breaks
//! into the machine of a worker finds only the secret that this worker has.

use std::collections::BTreeMap;

use oxeye_process::Secret;
use oxeye_process::config::{ConfigError, Sources};
use oxeye_process::token_file;

use super::worker::missing;
use super::{NamedWorker, WorkerListen, WorkerPlace, list};
use crate::ids::WorkerName;

/// Reads the secret of this program, and gives each worker the one that it has: its own, or else that one. TLS needs
/// one: whoever reaches the port may try.
pub(super) fn read(
    from: &Sources,
    workers: &mut [NamedWorker],
    listen: &WorkerListen,
) -> Result<Option<Secret>, ConfigError> {
    let shared = from.secret(list::FLEET_WORKER_SECRET, token_file::MIN_LENGTH)?;
    let mut own = own(from, workers)?;
    for worker in &mut *workers {
        worker.secret = own.remove(&worker.name).or_else(|| shared.clone());
    }
    let lacks_one = |worker: &NamedWorker| {
        matches!(worker.place, WorkerPlace::Tls { .. }) && worker.secret.is_none()
    };
    let listens_to_all = matches!(listen, WorkerListen::Tls(_)) && shared.is_none();
    match workers.iter().any(lacks_one) || listens_to_all {
        true => Err(missing(
            list::FLEET_WORKER_SECRET,
            "but a worker is reached by TLS",
            "a secret that the fleet and the worker share, or one for each worker in FLEET_WORKER_SECRETS",
        )),
        false => Ok(shared),
    }
}

/// Reads the secrets of workers that have one of their own.
fn own(
    from: &Sources,
    workers: &[NamedWorker],
) -> Result<BTreeMap<WorkerName, Secret>, ConfigError> {
    let expected = format!(
        "secrets such as attic=SECRET,home=SECRET, each for a worker in FLEET_WORKERS, with at least {} visible ASCII characters and no commas",
        token_file::MIN_LENGTH
    );
    let setting = list::FLEET_WORKER_SECRETS;
    let given = from.checked_secret(setting, &expected, |text| by_name(text, workers).is_some())?;
    let own = given.and_then(|given| by_name(given.expose(), workers));
    Ok(own.unwrap_or_default())
}

/// Parses secrets with the names of these workers. A name that is not theirs may be misspelt.
fn by_name(text: &str, workers: &[NamedWorker]) -> Option<BTreeMap<WorkerName, Secret>> {
    let mut own = BTreeMap::new();
    for entry in text.split(',') {
        let (name, secret) = entry.trim().split_once('=')?;
        let name: WorkerName = name.parse().ok()?;
        let is_known = workers.iter().any(|worker| worker.name == name);
        let is_secret = secret.len() >= token_file::MIN_LENGTH
            && secret.bytes().all(|byte| byte.is_ascii_graphic());
        let is_second = own.insert(name, Secret::new(secret)).is_some();
        if !is_known || !is_secret || is_second {
            return None;
        }
    }
    Some(own)
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    const SHA256: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const SHARED: &str = "shared-by-all-of-them";
    const OWN: &str = "of=the=attic=alone";

    fn with(values: &[(&'static str, &str)]) -> Result<Settings, String> {
        let workers = format!("home=unix:home.sock,attic=tls:10.0.0.7:7443#{SHA256}");
        let mut all = vec![("FLEET_WORKERS", workers.as_str())];
        all.extend(values);
        Settings::of(&all).map_err(|error| error.to_string())
    }

    /// Returns the secrets of `home` and `attic`.
    fn secrets(values: &[(&'static str, &str)]) -> [Option<String>; 2] {
        let settings = with(values).unwrap();
        let secret = |index: usize| {
            let secret = settings.workers[index].secret.as_ref();
            secret.map(|secret| secret.expose().to_owned())
        };
        [0, 1].map(secret)
    }

    #[test]
    fn a_worker_has_its_own_secret_or_else_the_shared_one() {
        let [shared, own] = [SHARED, OWN].map(|secret| Some(secret.to_owned()));
        let attic = format!("attic={OWN}");
        let both = format!("{attic}, home={SHARED}");

        assert_eq!(
            secrets(&[("FLEET_WORKER_SECRETS", &attic)]),
            [None, own.clone()]
        );
        assert_eq!(
            secrets(&[
                ("FLEET_WORKER_SECRETS", &attic),
                ("FLEET_WORKER_SECRET", SHARED)
            ]),
            [shared.clone(), own.clone()]
        );
        assert_eq!(
            secrets(&[("FLEET_WORKER_SECRET", SHARED)]),
            [shared.clone(), shared.clone()]
        );
        assert_eq!(secrets(&[("FLEET_WORKER_SECRETS", &both)]), [shared, own]);
        let none = with(&[("FLEET_WORKER_SECRETS", &format!("home={OWN}"))]).unwrap_err();
        assert!(none.starts_with("FLEET_WORKER_SECRET is not set"), "{none}");
    }

    #[test]
    fn a_wrong_secret_is_refused_and_not_shown() {
        for wrong in [
            OWN.to_owned(),
            format!("attic={OWN},cellar={OWN}"),
            format!("attic={OWN},attic={OWN}"),
            format!("attic={OWN},home=short"),
            format!("Attic={OWN}"),
            format!("attic={OWN},"),
            format!("attic={OWN} and more"),
        ] {
            let refused = with(&[("FLEET_WORKER_SECRETS", &wrong)]).unwrap_err();

            assert!(
                refused.starts_with("FLEET_WORKER_SECRETS is set"),
                "{refused}"
            );
            assert!(!refused.contains(OWN), "{refused}");
        }
    }

    #[test]
    fn a_worker_needs_the_secret_that_its_fleet_has_for_it() {
        let listen = [("FLEET_WORKER_LISTEN", "tls:0.0.0.0:7443")];
        assert!(Settings::of(&listen).is_err());
        let [listen] = listen;
        let settings = Settings::of(&[listen, ("FLEET_WORKER_SECRET", OWN)]).unwrap();

        let secret = settings.worker_secret.unwrap();
        assert_eq!(secret.expose(), OWN);
    }
}
