//! `check`: what is wrong with the settings, the folder, the command and the running fleet.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::bail;
use oxeye_process::config::locally_reachable;

use super::output::{harmless, now, print_line};
use super::running::Running;
use crate::demo;
use crate::engine::process::folders::Folders;
use crate::operator_messages::{FleetStatus, NewsItem};
use crate::settings::Settings;

/// How long a crash is worth mentioning, in milliseconds.
const CRASH_IS_NEWS_MS: u64 = 10 * 60 * 1000;

/// What was found out about one subject.
enum Finding {
    Fine(String),
    Wrong(String),
}

/// Prints what was found, and fails if something is wrong.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<()> {
    let demo = demo::running(settings);
    let settings = demo.as_ref().unwrap_or(settings);
    let findings = [
        ("Folder", folder(&settings.data)),
        ("Command", command(settings)),
        ("Fleet", fleet(settings, demo.is_some()).await),
    ];
    let mut wrong = 0;
    for (subject, finding) in &findings {
        let (mark, text) = match finding {
            Finding::Fine(text) => ("ok", text),
            Finding::Wrong(text) => {
                wrong += 1;
                ("WRONG", text)
            }
        };
        print_line(&format!("{subject:<8} {mark:<5} {text}"))?;
    }
    match wrong {
        0 => Ok(()),
        1 => bail!("1 thing is wrong"),
        _ => bail!("{wrong} things are wrong"),
    }
}

fn folder(path: &Path) -> Finding {
    let shown = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let shown = shown.display();
    match std::fs::symlink_metadata(path) {
        Err(_) => Finding::Fine(format!(
            "{shown} does not exist yet; `oxeye-fleet serve` makes it"
        )),
        Ok(metadata) if !metadata.is_dir() => Finding::Wrong(format!("{shown} is not a folder")),
        Ok(_) => match tempfile_in(path) {
            Ok(()) => Finding::Fine(shown.to_string()),
            Err(error) => Finding::Wrong(format!("{shown} cannot be written to: {error}")),
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

fn command(settings: &Settings) -> Finding {
    let Some(command) = &settings.command else {
        return Finding::Fine(
            "FLEET_COMMAND is not set: the built-in tiny server is started".to_owned(),
        );
    };
    let program = command.program();
    match found(program) {
        Some(path) => Finding::Fine(format!("{program} is {}", path.display())),
        None => Finding::Wrong(format!(
            "FLEET_COMMAND starts {program}, which is not a program on this machine"
        )),
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

async fn fleet(settings: &Settings, is_demo: bool) -> Finding {
    let address = locally_reachable(settings.listen[0]);
    let running = match Running::of(settings) {
        Ok(running) => running,
        Err(_) if TcpListener::bind(address).is_ok() => return not_running(),
        Err(error) => {
            return Finding::Wrong(format!("port {} is in use, and {error:#}", address.port()));
        }
    };
    match running.get("/api/fleet").await {
        Ok(status) => running_fleet(&status, &running.url(), is_demo, settings),
        Err(_) if TcpListener::bind(address).is_ok() => not_running(),
        Err(error) => Finding::Wrong(format!("{error:#}")),
    }
}

fn running_fleet(status: &FleetStatus, url: &str, is_demo: bool, settings: &Settings) -> Finding {
    let what = if is_demo {
        "the demo is running"
    } else {
        "running"
    };
    if let Some(trouble) = &status.trouble {
        return Finding::Wrong(format!(
            "{what} at {url}, but no new servers can be started: {}",
            harmless(trouble)
        ));
    }
    if let Some(crash) = last_crash(status) {
        let output = Folders::below(&settings.data).output_folder();
        return Finding::Wrong(format!(
            "{what} at {url}, but {} {}; what servers print is in {}",
            crash.slot,
            harmless(&crash.sentence),
            output.display()
        ));
    }
    Finding::Fine(format!(
        "{what} at {url} with {} of {} servers in use",
        status.live_servers, status.max_servers
    ))
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

fn not_running() -> Finding {
    Finding::Fine("not running; start it with `oxeye-fleet serve`".to_owned())
}
