//! Where players find their servers: one address for all of them, or one for those of each worker.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hyper::Uri;
use oxeye_process::config::{ConfigError, Shown, Sources};

use super::{NamedWorker, WorkerPlace, either, list};
use crate::ids::WorkerName;

const DEFAULT: &str = "http://localhost:{port}";

const EXPECTED: &str = "an http or https URL such as http://play.example.org:{port}, or a host, and no path without {port}; or one for each worker, such as home=play.example.org,attic=10.0.0.7,";

/// Where players find their servers: URLs with `{port}` in place of the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicAddress {
    /// All servers are there.
    OfAll(String),
    /// The servers of each worker.
    OfWorkers(BTreeMap<WorkerName, String>),
}

impl PublicAddress {
    /// Returns the URL of the server on a port of a worker; `None` if no address was set for that worker.
    #[must_use]
    pub fn of(&self, worker: &WorkerName, port: u16) -> Option<String> {
        let template = match self {
            Self::OfAll(template) => template,
            Self::OfWorkers(templates) => templates.get(worker)?,
        };
        Some(template.replace("{port}", &port.to_string()))
    }

    fn parse(text: &str) -> Option<Self> {
        // No URL begins like this.
        let has_name = |text: &str| {
            let name = text.split_once('=').map(|(name, _)| name);
            name.is_some_and(|name| name.parse::<WorkerName>().is_ok())
        };
        if !has_name(text) {
            return template(text).map(Self::OfAll);
        }
        let mut templates = BTreeMap::new();
        for entry in text.split(',') {
            let (name, address) = entry.trim().split_once('=')?;
            let is_second = templates
                .insert(name.parse().ok()?, template(address)?)
                .is_some();
            if is_second {
                return None;
            }
        }
        Some(Self::OfWorkers(templates))
    }
}

/// Parses one address. A path needs a `{port}`, because the port would end up behind the path otherwise.
fn template(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let has_port = text.contains("{port}");
    let template = match (has_port, text.contains("://")) {
        (true, _) => text.to_owned(),
        (false, true) => format!("{text}:{{port}}"),
        (false, false) => format!("http://{text}:{{port}}"),
    };
    let example = template.replace("{port}", "8081");
    let uri: Uri = example.parse().ok()?;
    let authority = uri.authority()?;
    let is_usable = matches!(uri.scheme_str(), Some("http" | "https"))
        && !authority.host().is_empty()
        && !authority.as_str().contains('@')
        && (has_port || uri.path() == "/")
        && !example.contains(['?', '#']);
    is_usable.then_some(template)
}

/// Reads where players find their servers.
pub(super) fn read(from: &Sources, workers: &[NamedWorker]) -> Result<PublicAddress, ConfigError> {
    let setting = either(from, list::FLEET_PUBLIC_ADDRESS, list::PUBLIC_ADDRESS);
    let address = from.optional(setting, EXPECTED, PublicAddress::parse)?;
    let address = address.unwrap_or_else(|| PublicAddress::OfAll(DEFAULT.to_owned()));
    let local = [WorkerName::local()];
    let names: Vec<_> = match workers {
        [] => local.iter().collect(),
        workers => workers.iter().map(|worker| &worker.name).collect(),
    };
    match names.into_iter().find(|name| address.of(name, 1).is_none()) {
        Some(name) => Err(ConfigError::BadValue {
            variable: setting.name,
            shown: Shown::Other(format!("without the worker {name}")),
            origin: "though it names others".into(),
            expected: "one address for all workers, or one for each".into(),
        }),
        None => Ok(address),
    }
}

/// Returns whether there is one address for the servers of several machines, of which it can lead to one.
pub(super) fn leads_to_one_of(address: &PublicAddress, workers: &[NamedWorker]) -> bool {
    let machines: BTreeSet<_> = workers
        .iter()
        .map(|worker| machine(&worker.place))
        .collect();
    let leads_to_one = match address {
        PublicAddress::OfAll(template) => has_one_host(template),
        PublicAddress::OfWorkers(_) => false,
    };
    leads_to_one && machines.len() > 1
}

/// Returns whether all ports of an address are those of one host. A port in the name of the host or in the path
/// is for a proxy, which can find the server on any machine.
fn has_one_host(template: &str) -> bool {
    let authority = template.split('/').nth(2).unwrap_or_default();
    let host = authority.strip_suffix(":{port}");
    host.is_some_and(|host| !host.contains("{port}"))
}

/// Returns the host of a worker's machine, and nothing for this one.
fn machine(place: &WorkerPlace) -> Option<&str> {
    let host = match place {
        WorkerPlace::Unix(_) => return None,
        WorkerPlace::Tls { address, .. } => address.host(),
    };
    let is_loopback = |ip: IpAddr| ip.is_loopback();
    let is_here = host == "localhost" || host.parse().is_ok_and(is_loopback);
    (!is_here).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    /// A fingerprint of a certificate.
    const PRINT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    fn url(address: &PublicAddress, worker: &str) -> Option<String> {
        address.of(&worker.parse().unwrap(), 8081)
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let address = PublicAddress::parse(text);
        let url = address.and_then(|address| url(&address, "home"));
        assert_eq!(url.as_deref(), expected, "{text}");
    }

    #[test]
    fn players_get_a_url_with_the_port_of_their_server() {
        check("play.example.org", Some("http://play.example.org:8081"));
        check(
            "https://play.example.org/",
            Some("https://play.example.org:8081"),
        );
        check(
            "https://{port}.example.org",
            Some("https://8081.example.org"),
        );
        check("http://[::1]:{port}/game", Some("http://[::1]:8081/game"));
        check("http://a.org:{port}/b=c", Some("http://a.org:8081/b=c"));
        for unusable in [
            "two words",
            "",
            "ftp://play.example.org",
            "ftp://play.example.org:{port}",
            "http://play.example.org/game",
            "play.example.org/game",
            "play.example.org:8080",
            "http://play.example.org:8080",
            "http://play.example.org:{port}?a=b",
            "http://play.example.org:{port}#a",
            "http://play.example.org#a",
            "http://me:secret@play.example.org:{port}",
        ] {
            check(unusable, None);
        }
    }

    #[test]
    fn the_servers_of_each_worker_may_be_elsewhere() {
        let text = "home=https://play.example.org:{port}/game, attic=10.0.0.7";
        let address = PublicAddress::parse(text).unwrap();

        let urls = ["home", "attic", "cellar"].map(|worker| url(&address, worker));

        let [home, attic] = ["https://play.example.org:8081/game", "http://10.0.0.7:8081"];
        assert_eq!(urls, [Some(home.to_owned()), Some(attic.to_owned()), None]);
        for unusable in [
            "home=",
            "home=a,",
            "home=a,attic",
            "home=a,home=b",
            "home=a,Attic=b",
            "home=ftp://a",
        ] {
            check(unusable, None);
        }
    }

    #[test]
    fn every_worker_needs_an_address_if_one_has_its_own() {
        let attic = format!("tls:10.0.0.7:7443#{PRINT}");
        let workers = format!("home=unix:/run/a.sock,attic={attic}");
        let read = |workers: &str, address| {
            Settings::of(&[
                ("FLEET_WORKERS", workers),
                ("FLEET_WORKER_SECRET", "0123456789abcdef"),
                ("FLEET_PUBLIC_ADDRESS", address),
            ])
        };

        let refused = read(&workers, "home=a.org").unwrap_err().to_string();
        let sentence = "FLEET_PUBLIC_ADDRESS is without the worker attic (though it names others), but one address for all workers, or one for each is expected";
        assert_eq!(refused, sentence);
        assert!(read("unix:/run/a.sock", "home=a.org").is_err());
        assert!(Settings::of(&[("PUBLIC_ADDRESS", "home=a.org")]).is_err());
        // A worker that is being replaced may keep its address.
        read(&workers, "home=a.org,attic=b.org,cellar=c.org").unwrap();
        read(&attic, "local=b.org").unwrap();
    }

    #[test]
    fn one_address_leads_to_one_of_several_machines() {
        let leads = |workers: String, address| {
            let settings = Settings::of(&[
                ("FLEET_WORKERS", workers.as_str()),
                ("FLEET_WORKER_SECRET", "0123456789abcdef"),
                ("FLEET_PUBLIC_ADDRESS", address),
            ]);
            settings.unwrap().has_one_address_for_several_machines()
        };
        let tls = |host: &str| format!("tls:{host}:7443#{PRINT}");
        let two = |a: String, b: String| format!("home={a},attic={b}");
        let here = || "unix:/run/a.sock".to_owned();

        assert!(leads(two(here(), tls("10.0.0.7")), "a.org"));
        assert!(leads(two(tls("10.0.0.8"), tls("10.0.0.7")), "a.org"));
        assert!(!leads(
            two(here(), tls("10.0.0.7")),
            "home=a.org,attic=b.org"
        ));
        // A proxy of the operator's finds the machine by the port.
        for proxied in [
            "https://{port}.example.org",
            "https://{port}.example.org:{port}",
            "https://a.org/{port}",
        ] {
            assert!(!leads(two(here(), tls("10.0.0.7")), proxied), "{proxied}");
        }
        assert!(leads(
            two(here(), tls("10.0.0.7")),
            "http://[fd00::7]:{port}/game"
        ));
        assert!(!leads(two(here(), tls("127.0.0.1")), "a.org"));
        assert!(!leads(two(here(), tls("localhost")), "a.org"));
        assert!(!leads(tls("10.0.0.7"), "a.org"));
    }
}
