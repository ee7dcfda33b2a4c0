//! The running fleet.

use std::net::TcpListener;

use oxeye_process::config::locally_reachable;

use super::Finding;
use crate::cli::output::{harmless, now};
use crate::cli::running::Running;
use crate::engine::process::folders::Folders;
use crate::operator_messages::{FleetStatus, NewsItem};
use crate::settings::Settings;
use crate::text::Text;

/// How long a failure of a server is worth mentioning, in milliseconds.
const FAILURE_IS_NEWS_MS: u64 = 10 * 60 * 1000;

/// What was found out about the running fleet.
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    /// What it says about itself, if it runs and knows its servers.
    pub(super) status: Option<FleetStatus>,
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            status: None,
        }
    }
}

pub(super) async fn fleet(settings: &Settings, text: Text, is_demo: bool) -> Found {
    let address = locally_reachable(settings.listen[0]);
    let not_running = || Finding::Fine(text.not_running()).into();
    let running = match Running::of(settings, text) {
        Ok(running) => running,
        Err(_) if TcpListener::bind(address).is_ok() => return not_running(),
        Err(error) => {
            let port = address.port().to_string();
            return Finding::Wrong(text.port_in_use(&port, &format!("{error:#}"))).into();
        }
    };
    match running.get("/api/fleet").await {
        Ok(status) => {
            let what = if is_demo { "demo" } else { "fleet" };
            let running = text.running_at(what, &running.url());
            let mut findings = vec![running_fleet(&status, &running, settings, text)];
            findings.extend(missing_workers(&status, text));
            Found {
                findings,
                status: Some(status),
            }
        }
        Err(_) if TcpListener::bind(address).is_ok() => not_running(),
        Err(error) => Finding::Wrong(format!("{error:#}")).into(),
    }
}

/// `running` says where the fleet runs.
fn running_fleet(status: &FleetStatus, running: &str, settings: &Settings, text: Text) -> Finding {
    if let Some(trouble) = &status.trouble {
        let reason = text.said(&harmless(trouble));
        return Finding::Wrong(text.fleet_starts_none(running, &reason));
    }
    if let Some(failure) = last_failure(status) {
        let server = failure.slot.to_string();
        let what = text.said(&harmless(&failure.sentence));
        if !settings.workers.is_empty() {
            return Finding::Wrong(text.fleet_crash_with_worker(running, &server, &what));
        }
        let output = Folders::below(&settings.data).output_folder();
        let output = output.display().to_string();
        return Finding::Wrong(text.fleet_crash(running, &server, &what, &output));
    }
    if status.is_draining {
        return Finding::Wrong(text.fleet_draining(running));
    }
    Finding::Fine(text.fleet_fine(running, status.live_servers, status.max_servers))
}

/// Says which worlds nobody can play in, because the settings no longer name their worker.
fn missing_workers(status: &FleetStatus, text: Text) -> impl Iterator<Item = Finding> {
    status.missing_workers.iter().map(move |missing| {
        let worker = harmless(&missing.name);
        Finding::Wrong(text.worker_not_named(missing.world_count, &worker))
    })
}

/// Returns the last failure of a server, if that is still news.
fn last_failure(status: &FleetStatus) -> Option<&NewsItem> {
    let since = now().saturating_sub(FAILURE_IS_NEWS_MS);
    let newest_first = status.news.iter().rev();
    let mut recent = newest_first.take_while(|item| item.at >= since);
    recent.find(|item| item.is_failure)
}
