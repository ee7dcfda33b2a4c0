//! The workers of a fleet. What the running fleet knows of one comes first: it has a reason, and says hello, which
//! nobody else may do without taking the worker away from it.

#[cfg(target_os = "linux")]
use std::net::TcpStream;
#[cfg(target_os = "linux")]
use std::os::unix::net::UnixStream;

#[cfg(target_os = "linux")]
use oxeye_process::config::locally_reachable;

use super::Finding;
use crate::cli::output::harmless;
#[cfg(target_os = "linux")]
use crate::engine::remote;
use crate::operator_messages::{FleetStatus, WorkerStatus};
#[cfg(target_os = "linux")]
use crate::settings::WorkerListen;
use crate::settings::{NamedWorker, Settings, WorkerPlace};
use crate::text::Text;

/// Returns what was found out about each worker: those of the settings, and others that servers are still on.
pub(super) async fn findings(
    settings: &Settings,
    status: Option<&FleetStatus>,
    text: Text,
) -> Vec<(String, Finding)> {
    let known = status.map_or(&[][..], |status| &status.workers);
    let mut findings = Vec::new();
    for NamedWorker { name, place, .. } in &settings.workers {
        let known = known.iter().find(|known| known.name == name.as_str());
        let wrong = known.map_or_else(Vec::new, |known| wrong_with(known, text));
        if wrong.is_empty() {
            findings.push(tried(place, text).await);
        }
        findings.extend(wrong.into_iter().map(Finding::Wrong));
    }
    let is_ours = |known: &&WorkerStatus| {
        let mut ours = settings.workers.iter();
        ours.any(|worker| worker.name.as_str() == known.name)
    };
    for other in known.iter().filter(|known| !is_ours(known)) {
        findings.extend(wrong_with(other, text).into_iter().map(Finding::Wrong));
    }
    let findings = findings.into_iter();
    let mut findings: Vec<_> = findings
        .map(|finding| (text.subject_worker(), finding))
        .collect();
    if settings.has_one_address_for_several_machines() {
        let finding = Finding::Wrong(text.address_of_one_machine());
        findings.push((text.subject_address(), finding));
    }
    findings
}

/// Returns everything that is wrong with a worker, as the running fleet sees it.
fn wrong_with(worker: &WorkerStatus, text: Text) -> Vec<String> {
    let name = harmless(&worker.name);
    let mut wrong = Vec::new();
    if worker.is_away {
        let state = if worker.is_lost { "lost" } else { "away" };
        let sentence = text.worker_state_is_bad(&name, state);
        wrong.push(match &worker.trouble {
            Some(reason) => format!("{sentence}: {}", text.said(&harmless(reason))),
            None => sentence,
        });
    }
    if worker.is_draining {
        wrong.push(text.worker_state_is_bad(&name, "draining"));
    }
    if let (Some(total), Some(server)) = (worker.memory_bytes, worker.server_memory_bytes)
        && total < server
    {
        let [total, server] = [total, server].map(|bytes| (bytes >> 20).to_string());
        wrong.push(text.worker_lacks_memory(&name, &total, &server));
    }
    if let Some(count) = worker.failed_starts {
        wrong.push(text.worker_starts_fail(&name, &count.to_string()));
    }
    wrong
}

/// Returns whether the worker of these settings runs, if they are those of a worker.
#[cfg(target_os = "linux")]
pub(super) fn on_this_machine(settings: &Settings, text: Text) -> Option<Finding> {
    if !settings.are_of_worker() {
        return None;
    }
    let listen = &settings.offered.listen;
    let is_there = match listen {
        WorkerListen::Unix(path) => UnixStream::connect(path).is_ok(),
        WorkerListen::Tls(address) => TcpStream::connect(locally_reachable(*address)).is_ok(),
    };
    Some(Finding::Fine(match is_there {
        true => text.worker_found(&listen.to_string()),
        false => text.worker_not_running(),
    }))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn on_this_machine(_: &Settings, _: Text) -> Option<Finding> {
    None
}

/// Tries whether a worker is there.
#[cfg(target_os = "linux")]
async fn tried(place: &WorkerPlace, text: Text) -> Finding {
    let shown = place.to_string();
    match remote::can_be_reached(place).await {
        Ok(()) => Finding::Fine(text.worker_found(&shown)),
        Err(error) => {
            let reason = text.said(&error.to_string());
            Finding::Wrong(text.worker_not_found(&shown, &reason))
        }
    }
}

#[cfg(not(target_os = "linux"))]
async fn tried(_: &WorkerPlace, text: Text) -> Finding {
    Finding::Wrong(text.worker_not_linux())
}

#[cfg(test)]
mod tests {
    use oxeye_catalogue::Locale;

    use super::*;

    fn attic() -> WorkerStatus {
        WorkerStatus {
            name: "attic".to_owned(),
            live_servers: 1,
            is_away: false,
            is_lost: false,
            is_draining: false,
            trouble: None,
            memory_bytes: Some(8 << 30),
            server_memory_bytes: Some(2 << 30),
            failed_starts: None,
        }
    }

    #[track_caller]
    fn check(worker: &WorkerStatus, english: &[&str], german: &[&str]) {
        assert_eq!(wrong_with(worker, Text::of(Locale::English)), english);
        assert_eq!(wrong_with(worker, Text::of(Locale::German)), german);
    }

    #[test]
    fn everything_that_is_wrong_with_a_worker_is_said_with_its_reason() {
        check(&attic(), &[], &[]);
        let away = WorkerStatus {
            is_away: true,
            is_draining: true,
            trouble: Some("it answered: the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)".to_owned()),
            ..attic()
        };
        check(
            &away,
            &[
                "the worker attic cannot be reached, and its servers wait: it answered: the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)",
                "the worker attic is drained: it gets no new servers until `oxeye-fleet drain attic --off`",
            ],
            &[
                "der Worker attic ist nicht erreichbar, und seine Server warten: er hat geantwortet: das Secret ist falsch (FLEET_WORKER_SECRET, oder FLEET_WORKER_SECRETS bei der Flotte)",
                "der Worker attic wird geleert: er bekommt keine neuen Server, bis `oxeye-fleet drain attic --off` das wieder aufhebt",
            ],
        );
        let lost = WorkerStatus {
            is_away: true,
            is_lost: true,
            ..attic()
        };
        check(
            &lost,
            &["the worker attic is lost: it has been out of reach for too long"],
            &["der Worker attic gilt als ausgefallen: er ist schon zu lange nicht erreichbar"],
        );
        let black_hole = WorkerStatus {
            failed_starts: Some(3),
            ..attic()
        };
        check(
            &black_hole,
            &[
                "the last 3 servers on the worker attic did not become ready, so new players get theirs on other workers: see what they print, and whether the fleet reaches their ports (firewall, FLEET_WORKER_ADDRESS)",
            ],
            &[
                "die letzten 3 Server auf dem Worker attic wurden nicht bereit, darum bekommen neue Spieler ihre auf anderen Workern: sieh nach, was sie ausgeben und ob die Flotte ihre Ports erreicht (Firewall, FLEET_WORKER_ADDRESS)",
            ],
        );
        let small = WorkerStatus {
            memory_bytes: Some(1 << 30),
            ..attic()
        };
        check(
            &small,
            &[
                "the machine of the worker attic has 1024 MB, and each server may use 2048 MB: set FLEET_DOCKER_MEMORY_MB lower there",
            ],
            &[
                "der Rechner des Workers attic hat 1024 MB, und jeder Server darf 2048 MB benutzen: setze dort FLEET_DOCKER_MEMORY_MB herunter",
            ],
        );
    }
}
