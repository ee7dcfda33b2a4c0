//! Where a worker is, and where it listens. A value says how the worker is reached, such as
//! `unix:/run/oxeye/fleet.sock`.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use oxeye_probe::Address;
use oxeye_process::Secret;
use oxeye_process::config::{ConfigError, Setting, Shown, Sources};
use oxeye_process::fingerprint::Fingerprint;

use super::list;
use crate::ids::WorkerName;

/// Where a fleet finds its worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkerPlace {
    /// On this machine, at the path of a Unix socket.
    Unix(PathBuf),
    /// On any machine, by TLS.
    Tls {
        /// Where it listens.
        address: Address,
        /// The fingerprint of its certificate.
        fingerprint: Fingerprint,
    },
}

/// Where a worker listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkerListen {
    /// At the path of a Unix socket.
    Unix(PathBuf),
    /// At an address, with TLS.
    Tls(SocketAddr),
}

impl WorkerListen {
    /// Returns where a worker listens if its settings do not say.
    pub(super) fn in_folder(data: &Path) -> Self {
        Self::Unix(data.join("worker.sock"))
    }
}

/// What a worker needs to be reached.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Where it listens.
    pub listen: WorkerListen,
    /// Its certificate and the key of it, both in PEM form; without them, it makes its own.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Where the fleet reaches its game servers, if that is not where it reaches the worker.
    pub address: Option<String>,
    /// The most containers that it creates in a minute.
    pub creations_per_minute: usize,
    /// The most worlds that it keeps.
    pub max_worlds: usize,
}

/// As in the setting, without the fingerprint.
impl fmt::Display for WorkerPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tls { address, .. } => write!(f, "tls:{address}"),
        }
    }
}

impl fmt::Display for WorkerListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tls(address) => write!(f, "tls:{address}"),
        }
    }
}

/// A worker of the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedWorker {
    /// Its name, which stands for the worlds that lie on it.
    pub name: WorkerName,
    /// Where it is.
    pub place: WorkerPlace,
    /// What the fleet proves to it that it knows, if anything.
    pub secret: Option<Secret>,
}

impl NamedWorker {
    fn at(name: WorkerName, place: WorkerPlace) -> Self {
        Self {
            name,
            place,
            secret: None,
        }
    }
}

/// Reads the workers of the fleet, without their secrets; none if the fleet holds the engine itself.
pub(super) fn of_fleet(from: &Sources) -> Result<Vec<NamedWorker>, ConfigError> {
    let expected = "a worker such as unix:/run/oxeye/fleet.sock, or several such as home=unix:/run/oxeye/fleet.sock,attic=tls:10.0.0.7:7443#SHA256 with the SHA-256 of its certificate, each with a name and a place of its own,";
    let workers = from.optional(list::FLEET_WORKERS, expected, workers)?;
    Ok(workers.unwrap_or_default())
}

/// Parses one place, whose worker is called `local`, or a list of names with places.
fn workers(text: &str) -> Option<Vec<NamedWorker>> {
    if let Some(place) = place(text) {
        let name = WorkerName::local();
        return Some(vec![NamedWorker::at(name, place)]);
    }
    let (mut names, mut places) = (BTreeSet::new(), BTreeSet::new());
    let mut workers = Vec::new();
    for entry in text.split(',') {
        let (name, at) = entry.trim().split_once('=')?;
        let worker = NamedWorker::at(name.parse().ok()?, place(at)?);
        let is_new = names.insert(worker.name.clone()) && places.insert(worker.place.to_string());
        if !is_new {
            return None;
        }
        workers.push(worker);
    }
    Some(workers)
}

/// Reads what `oxeye-fleet worker` needs.
pub(super) fn offered(from: &Sources, data: &Path) -> Result<WorkerSettings, ConfigError> {
    let expected = "a Unix socket such as unix:/run/oxeye/fleet.sock, or an IP address with a port such as tls:0.0.0.0:7443,";
    let listen = from.optional(list::FLEET_WORKER_LISTEN, expected, listen)?;
    let expected = "the host at which the fleet reaches the game servers, such as 10.0.0.7,";
    Ok(WorkerSettings {
        listen: listen.unwrap_or_else(|| WorkerListen::in_folder(data)),
        certificate: certificate(from)?,
        address: from.optional(list::FLEET_WORKER_ADDRESS, expected, host)?,
        creations_per_minute: from.size(
            list::FLEET_WORKER_CREATIONS_PER_MINUTE,
            1..=1_000_000,
            "servers",
        )?,
        max_worlds: from.size(list::FLEET_WORKER_MAX_WORLDS, 1..=100_000, "worlds")?,
    })
}

fn certificate(from: &Sources) -> Result<Option<(PathBuf, PathBuf)>, ConfigError> {
    let path = |setting| {
        let expected = "the path of a file in PEM form";
        from.optional(setting, expected, |text| {
            (!text.is_empty()).then(|| PathBuf::from(text))
        })
    };
    let (certificate, key) = (list::FLEET_WORKER_CERT, list::FLEET_WORKER_KEY);
    match (path(certificate)?, path(key)?) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing(
            key,
            "but FLEET_WORKER_CERT is",
            "the file with the key of that certificate",
        )),
        (None, Some(_)) => Err(missing(
            certificate,
            "but FLEET_WORKER_KEY is",
            "the file with the certificate of that key",
        )),
    }
}

pub(super) fn missing(setting: Setting, origin: &str, expected: &str) -> ConfigError {
    ConfigError::BadValue {
        variable: setting.name,
        shown: Shown::NotSet,
        origin: origin.into(),
        expected: expected.into(),
    }
}

fn place(text: &str) -> Option<WorkerPlace> {
    if let Some(path) = unix(text) {
        return Some(WorkerPlace::Unix(path));
    }
    let (address, fingerprint) = text.strip_prefix("tls:")?.split_once('#')?;
    Some(WorkerPlace::Tls {
        address: address.parse().ok()?,
        fingerprint: fingerprint.parse().ok()?,
    })
}

fn listen(text: &str) -> Option<WorkerListen> {
    if let Some(path) = unix(text) {
        return Some(WorkerListen::Unix(path));
    }
    let address: SocketAddr = text.strip_prefix("tls:")?.parse().ok()?;
    (address.port() != 0).then_some(WorkerListen::Tls(address))
}

fn unix(text: &str) -> Option<PathBuf> {
    let path = text.strip_prefix("unix:")?;
    let is_one_path = !path.is_empty() && !path.contains([',', ' ']) && !path.starts_with("//");
    is_one_path.then(|| PathBuf::from(path))
}

/// Returns a host name or an IP address without a port.
pub(crate) fn host(text: &str) -> Option<String> {
    let is_ip = text.parse::<IpAddr>().is_ok();
    let is_host = is_ip || (!text.contains(':') && Address::parse(text, Some(1)).is_ok());
    is_host.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    const SHA256: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let shown = place(text).map(|place| place.to_string());
        assert_eq!(shown.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_worker_is_named_by_its_socket_or_its_address_and_certificate() {
        for text in ["unix:/run/oxeye/fleet.sock", "unix:worker.sock"] {
            check(text, Some(text));
        }
        for text in ["tls:10.0.0.7:7443", "tls:attic.lan:1", "tls:[fd00::7]:7443"] {
            check(&format!("{text}#{SHA256}"), Some(text));
            check(&format!("{text}#{}", SHA256.to_uppercase()), Some(text));
        }
        for text in [
            "",
            "unix:",
            "/run/oxeye/fleet.sock",
            "unix:///run/oxeye/fleet.sock",
            "unix:/a.sock,unix:/b.sock",
            "tcp:127.0.0.1:7000",
            "tls:10.0.0.7:7443",
            "tls:10.0.0.7:7443#",
            "tls:10.0.0.7:7443#0123",
        ] {
            check(text, None);
        }
        check(&format!("tls:10.0.0.7#{SHA256}"), None);
        check(&format!("tls://10.0.0.7:7443#{SHA256}"), None);
    }

    #[test]
    fn several_workers_have_names() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let found = workers(text);
            let names = found.iter().flatten();
            let names: Vec<_> = names.map(|worker| worker.name.as_str()).collect();
            assert_eq!(found.is_some().then_some(&names[..]), expected, "{text}");
        };
        check("unix:a.sock", Some(&["local"]));
        check("home=unix:a.sock", Some(&["home"]));
        check(
            "home=unix:a.sock, attic=unix:b.sock",
            Some(&["home", "attic"]),
        );
        check(
            &format!("home=unix:a.sock,attic=tls:10.0.0.7:7443#{SHA256}"),
            Some(&["home", "attic"]),
        );
        for text in [
            "unix:a.sock,unix:b.sock",
            "home=unix:a.sock,home=unix:b.sock",
            "home=unix:a.sock,attic=unix:a.sock",
            "Home=unix:a.sock",
            "home=unix:a.sock,",
            "=unix:a.sock",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_worker_listens_at_an_address_of_its_machine() {
        let check = |text, expected: Option<&str>| {
            let shown = listen(text).map(|listen| listen.to_string());
            assert_eq!(shown.as_deref(), expected, "{text}");
        };
        for text in ["unix:worker.sock", "tls:0.0.0.0:7443", "tls:[::]:7443"] {
            check(text, Some(text));
        }
        for text in ["", "0.0.0.0:7443", "tls:attic.lan:7443", "tls:0.0.0.0:0"] {
            check(text, None);
        }
    }

    #[test]
    fn a_host_has_no_port() {
        for text in ["10.0.0.7", "fd00::7", "attic.lan"] {
            assert_eq!(host(text).as_deref(), Some(text));
        }
        for text in ["", "10.0.0.7:80", "[fd00::7]", "http://attic.lan", "a b"] {
            assert_eq!(host(text), None, "{text}");
        }
    }

    #[track_caller]
    fn check_refused(values: &[(&'static str, &str)], sentence: &str) {
        let refused = Settings::of(values).unwrap_err().to_string();
        assert!(refused.starts_with(sentence), "{refused}");
    }

    #[test]
    fn tls_needs_a_secret_and_a_certificate_its_key() {
        let place = format!("tls:10.0.0.7:7443#{SHA256}");
        check_refused(
            &[("FLEET_WORKERS", &place)],
            "FLEET_WORKER_SECRET is not set",
        );
        check_refused(
            &[("FLEET_WORKER_LISTEN", "tls:0.0.0.0:7443")],
            "FLEET_WORKER_SECRET is not set",
        );
        check_refused(
            &[("FLEET_WORKER_CERT", "worker.pem")],
            "FLEET_WORKER_KEY is not set",
        );
        check_refused(
            &[("FLEET_WORKER_KEY", "worker.pem")],
            "FLEET_WORKER_CERT is not set",
        );
        Settings::of(&[
            ("FLEET_WORKERS", &place),
            ("FLEET_WORKER_SECRET", "sixteen-or-more-"),
        ])
        .unwrap();
    }
}
