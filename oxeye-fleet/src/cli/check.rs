//! `check`: what is wrong with the settings, the folder, the command or the workers, and the running fleet.
//!
//! | module    | subject                                             |
//! |-----------|-----------------------------------------------------|
//! | `command` | the command of the engine `process`                 |
//! | `engine`  | the container engine, on the machine of a worker    |
//! | `certificate` | the operator's certificate, on the machine of a worker |
//! | `workers` | the workers of a fleet, and the worker of this machine |
//! | `running` | the running fleet                                   |

#[cfg(target_os = "linux")]
mod certificate;
mod command;
#[cfg(target_os = "linux")]
mod engine;
mod running;
mod workers;

use std::path::Path;

use anyhow::bail;

use self::running::Found;
use super::output::print_line;
use crate::demo;
use crate::operator_messages::FleetStatus;
#[cfg(target_os = "linux")]
use crate::settings::EngineKind;
use crate::settings::Settings;
use crate::text::Text;

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
    let worker = match demo {
        Some(_) => None,
        None => workers::on_this_machine(settings, text),
    };
    let (subject, found) = match worker {
        Some(worker) => (text.subject_worker(), worker.into()),
        None => {
            let running = running::fleet(settings, text, demo.is_some()).await;
            (text.subject_fleet(), running)
        }
    };
    let Found {
        findings: running,
        status,
    } = found;
    findings.extend(command_or_workers(settings, status.as_ref(), text).await);
    #[cfg(target_os = "linux")]
    if let Some(files) = &settings.offered.certificate {
        findings.push((
            text.subject_certificate(),
            certificate::finding(files, text),
        ));
    }
    let running = running.into_iter();
    findings.extend(running.map(|finding| (subject.clone(), finding)));
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
async fn command_or_workers(
    settings: &Settings,
    status: Option<&FleetStatus>,
    text: Text,
) -> Vec<(String, Finding)> {
    if !settings.workers.is_empty() {
        return workers::findings(settings, status, text).await;
    }
    #[cfg(target_os = "linux")]
    if let EngineKind::Docker(containers) = &settings.engine {
        let findings = engine::findings(containers, text).await.into_iter();
        let findings = findings.map(|finding| (text.subject_engine(), finding));
        return findings.collect();
    }
    vec![(text.subject_command(), command::finding(settings, text))]
}
