//! The last lines that a crashed server printed. The log of its container goes with the container, so they are kept
//! in a file: `crashes/NAME.log` in the data folder.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use bollard::Docker;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::{StreamExt as _, TryStreamExt as _};
use oxeye_process::private_file;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::containers::{Containers, Found};
use super::trouble::Trouble;
use crate::ids::WorldName;

/// How much is kept of each server.
const LINES: &str = "20";
const BYTES: usize = 4_096;

/// The most files. They are about the worlds whose servers have crashed last.
const MOST_FILES: usize = 100;

/// How long the engine may take to say what a server printed: a removal waits for it.
const READ_TIME: Duration = Duration::from_secs(2);

/// Keeps the end of what a server printed whose container is about to be removed, if it has crashed.
pub(super) async fn keep(all: &Containers, docker: &Docker, found: &Found) {
    let slot = found.launch.slot;
    let Some(run) = found.run() else { return };
    let has_crashed = found.state.exit_code() != Some(0) && !all.exits.is_explained(slot, run);
    if !has_crashed {
        return;
    }
    let end = match timeout(READ_TIME, end_of(docker, &found.id)).await {
        Ok(Ok(end)) if end.is_empty() => return,
        Ok(Ok(end)) => end,
        // A server can be removed whatever is known of it.
        Ok(Err(trouble)) => {
            tracing::debug!(%slot, "cannot read what a server printed: {trouble}");
            return;
        }
        Err(_elapsed) => return,
    };
    let (folder, world) = (all.crashes.clone(), found.launch.world.clone());
    let written = spawn_blocking(move || write(&folder, &world, &end)).await;
    match written.map_err(io::Error::other).flatten() {
        Ok(path) => tracing::info!(
            %slot,
            "a server that has crashed is removed; the end of what it printed is in {}",
            path.display()
        ),
        Err(error) => tracing::warn!(%slot, %error, "cannot keep what a server printed"),
    }
}

/// Returns the last lines that a container has printed.
async fn end_of(docker: &Docker, container: &str) -> Result<Vec<u8>, Trouble> {
    let options = LogsOptionsBuilder::new()
        .stdout(true)
        .stderr(true)
        .tail(LINES);
    let parts = docker.logs(container, Some(options.build()));
    let parts = parts.map(|part| part.map_err(Trouble::from));
    parts
        .try_fold(Vec::new(), async |mut end, part| {
            end.extend_from_slice(&part.into_bytes());
            let surplus = end.len().saturating_sub(BYTES);
            end.drain(..surplus);
            Ok(end)
        })
        .await
}

/// Writes the file of a world, and deletes the oldest ones.
fn write(folder: &Path, world: &WorldName, end: &[u8]) -> io::Result<PathBuf> {
    private_file::create_folder(folder)?;
    let path = folder.join(format!("{world}.log"));
    private_file::write_durably(&path, end)?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let modified = entry.metadata().and_then(|file| file.modified());
        files.push((modified.unwrap_or(SystemTime::UNIX_EPOCH), entry.path()));
    }
    files.sort();
    let surplus = files.len().saturating_sub(MOST_FILES);
    for (_, oldest) in files.into_iter().take(surplus) {
        fs::remove_file(oldest)?;
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_files_give_way() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("crashes");
        let path = |number: usize| folder.join(format!("player{number}-1.log"));
        for number in 0..=MOST_FILES {
            let world = format!("player{number}-1").parse().unwrap();
            let written = write(&folder, &world, b"out of luck\n").unwrap();
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(number as u64);
            let file = fs::File::options().append(true).open(&written).unwrap();
            file.set_modified(at).unwrap();
        }

        let kept = (0..=MOST_FILES).filter(|number| path(*number).exists());
        assert_eq!(kept.count(), MOST_FILES);
        assert!(!path(0).exists());
        assert_eq!(fs::read(path(1)).unwrap(), b"out of luck\n");
    }
}
