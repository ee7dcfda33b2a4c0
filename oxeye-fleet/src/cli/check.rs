//! `check`: what is wrong with the settings, the folder, the command and the running fleet.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::bail;
use oxeye_process::config::locally_reachable;

use super::output::{harmless, now, print_line};
use super::running::Running;
use crate::demo;
use crate::engine::process::folders::Folders;
#[cfg(target_os = "linux")]
use crate::engine::remote;
use crate::operator_messages::{FleetStatus, NewsItem};
use crate::settings::{NamedWorker, Settings, WorkerPlace};
use crate::text::Text;

/// How long a crash is worth mentioning, in milliseconds.
const CRASH_IS_NEWS_MS: u64 = 10 * 60 * 1000;

/// What was found out about one subject.
enum Finding {
    Fine(String),
    Wrong(String),
}

/// Prints what was found, and fails if something is wrong.
pub(crate) async fn run(settings: &Settings, text: Text) -> anyhow::Result<()> {
    let demo = demo::running(settings);
    let settings = demo.as_ref().unwrap_or(settings);
    let mut findings = vec![(text.subject_folder(), folder(&settings.data, text))];
    findings.extend(command_or_workers(settings, text).await);
    for running in fleet(settings, text, demo.is_some()).await {
        findings.push((text.subject_fleet(), running));
    }
    let width = |words: &[&String]| {
        let widths = words.iter().map(|word| word.chars().count());
        widths.max().unwrap_or_default()
    };
    let subjects: Vec<_> = findings.iter().map(|(subject, _)| subject).collect();
    let subject_width = width(&subjects);
    let marks = [text.mark_fine(), text.mark_wrong()];
    let mark_width = width(&marks.each_ref());
    let [fine, bad] = marks;
    let mut wrong = 0;
    for (subject, finding) in &findings {
        let (mark, found) = match finding {
            Finding::Fine(found) => (&fine, found),
            Finding::Wrong(found) => {
                wrong += 1;
                (&bad, found)
            }
        };
        print_line(&format!(
            "{subject:<subject_width$}  {mark:<mark_width$} {found}"
        ))?;
    }
    match wrong {
        0 => Ok(()),
        _ => bail!(text.things_wrong(wrong)),
    }
}

fn folder(path: &Path, text: Text) -> Finding {
    let shown = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let shown = shown.display().to_string();
    match std::fs::symlink_metadata(path) {
        Err(_) => Finding::Fine(text.folder_missing(&shown)),
        Ok(metadata) if !metadata.is_dir() => Finding::Wrong(text.folder_is_none(&shown)),
        Ok(_) => match tempfile_in(path) {
            Ok(()) => Finding::Fine(shown),
            Err(error) => Finding::Wrong(text.folder_not_writable(&shown, &error.to_string())),
        },
    }
}

/// Writes a file and removes it. It has some bytes, because a full disk takes an empty one.
fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(".oxeye-fleet-check");
    let written = std::fs::write(&path, [0; 4096]);
    std::fs::remove_file(path)?;
    written
}

/// Where the engine is elsewhere, so is the command.
async fn command_or_workers(settings: &Settings, text: Text) -> Vec<(String, Finding)> {
    if settings.workers.is_empty() {
        return vec![(text.subject_command(), command(settings, text))];
    }
    let mut findings = Vec::new();
    for NamedWorker { place, .. } in &settings.workers {
        findings.push((text.subject_worker(), worker(place, text).await));
    }
    if settings.has_one_address_for_several_machines() {
        let finding = Finding::Wrong(text.address_of_one_machine());
        findings.push((text.subject_address(), finding));
    }
    findings
}

#[cfg(target_os = "linux")]
async fn worker(place: &WorkerPlace, text: Text) -> Finding {
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
async fn worker(_: &WorkerPlace, text: Text) -> Finding {
    Finding::Wrong(text.worker_not_linux())
}

fn command(settings: &Settings, text: Text) -> Finding {
    let Some(command) = &settings.command else {
        return Finding::Fine(text.command_not_set());
    };
    let program = command.program();
    match found(program) {
        Some(path) => Finding::Fine(text.command_found(program, &path.display().to_string())),
        None => Finding::Wrong(text.command_not_found(program)),
    }
}

/// Returns the path of a program, as the operating system finds it.
fn found(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(|path| is_program(path));
    }
    let path = oxeye_process::settings::variable("PATH").ok()??;
    let candidates = std::env::split_paths(&path).map(|folder| folder.join(program));
    candidates.into_iter().find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

async fn fleet(settings: &Settings, text: Text, is_demo: bool) -> Vec<Finding> {
    let address = locally_reachable(settings.listen[0]);
    let not_running = || vec![Finding::Fine(text.not_running())];
    let running = match Running::of(settings, text) {
        Ok(running) => running,
        Err(_) if TcpListener::bind(address).is_ok() => return not_running(),
        Err(error) => {
            let port = address.port().to_string();
            return vec![Finding::Wrong(
                text.port_in_use(&port, &format!("{error:#}")),
            )];
        }
    };
    match running.get("/api/fleet").await {
        Ok(status) => {
            let what = if is_demo { "demo" } else { "fleet" };
            let running = text.running_at(what, &running.url());
            let mut findings = vec![running_fleet(&status, &running, settings, text)];
            findings.extend(missing_workers(&status, text));
            findings
        }
        Err(_) if TcpListener::bind(address).is_ok() => not_running(),
        Err(error) => vec![Finding::Wrong(format!("{error:#}"))],
    }
}

/// `running` says where the fleet runs.
fn running_fleet(status: &FleetStatus, running: &str, settings: &Settings, text: Text) -> Finding {
    if let Some(trouble) = &status.trouble {
        let reason = text.said(&harmless(trouble));
        return Finding::Wrong(text.fleet_starts_none(running, &reason));
    }
    if let Some(crash) = last_crash(status) {
        let server = crash.slot.to_string();
        let what = text.said(&harmless(&crash.sentence));
        if !settings.workers.is_empty() {
            return Finding::Wrong(text.fleet_crash_with_worker(running, &server, &what));
        }
        let output = Folders::below(&settings.data).output_folder();
        let output = output.display().to_string();
        return Finding::Wrong(text.fleet_crash(running, &server, &what, &output));
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

/// Returns the last crash that is still news.
fn last_crash(status: &FleetStatus) -> Option<&NewsItem> {
    let since = now().saturating_sub(CRASH_IS_NEWS_MS);
    let newest_first = status.news.iter().rev();
    let mut recent = newest_first.take_while(|item| item.at >= since);
    recent.find(|item| {
        let sentence = &item.sentence;
        sentence.starts_with("has crashed") || sentence.starts_with("is given up")
    })
}
