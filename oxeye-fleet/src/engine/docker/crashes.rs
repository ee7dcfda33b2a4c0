//! The last lines that a crashed server printed. The log of its container goes with the container, and a server that
//! is started again prints more to it. So they are kept in a file: `crashes/NAME.log` in the data folder.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use std::{fs, io};

use bollard::Docker;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::{StreamExt as _, TryStreamExt as _};
use oxeye_plugin_proto::is_disruptive;
use oxeye_process::{clock, private_file};
use parking_lot::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::{interval, timeout};

use super::containers::{Containers, Found};
use super::listing;
use super::trouble::Trouble;
use crate::engine::Exit;
use crate::ids::{SlotId, WorldName};
use crate::rules::Run;

/// How much is kept of each server.
const LINES: &str = "20";
const BYTES: usize = 4_096;

/// The most files. They are about the worlds whose servers have crashed last.
const MOST_FILES: usize = 100;

/// How long a file is kept: players may be named in it.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long a file is kept whose world is gone. A world may be deleted together with the container.
const KEPT_WITHOUT_WORLD: Duration = Duration::from_secs(24 * 60 * 60);

/// How often we look for files that are too old.
const EXPIRE_EVERY: Duration = Duration::from_secs(60 * 60);

/// How long the engine may take to say what a server printed: a start or a removal waits for it.
const READ_TIME: Duration = Duration::from_secs(2);

/// The files, and what is in them.
#[derive(Debug)]
pub(super) struct Crashes {
    folder: PathBuf,
    /// The last run of each slot whose lines were kept.
    kept: Mutex<HashMap<SlotId, Run>>,
}

impl Crashes {
    /// Names the folder. Nothing is created.
    pub(super) fn below(folder: PathBuf) -> Self {
        Self {
            folder,
            kept: Mutex::default(),
        }
    }

    fn has(&self, slot: SlotId, run: Run) -> bool {
        self.kept.lock().get(&slot) == Some(&run)
    }

    /// Forgets a slot whose container is gone. Its file stays.
    pub(super) fn forget(&self, slot: SlotId) {
        self.kept.lock().remove(&slot);
    }
}

/// Keeps the last lines of a server that has crashed and whose container is about to be started again or removed.
pub(super) async fn keep(all: &Containers, docker: &Docker, found: &Found) {
    let slot = found.launch.slot;
    let Some(run) = found.run() else { return };
    if !has_crashed(all, found, run) || all.crashes.has(slot, run) {
        return;
    }
    let end = match timeout(READ_TIME, end_of(docker, &found.id)).await {
        Ok(Ok(end)) if end.is_empty() => return,
        Ok(Ok(end)) => printable(&end),
        // A server can be started or removed whatever is known of it.
        Ok(Err(trouble)) => {
            tracing::debug!(%slot, "cannot read what a server printed: {trouble}");
            return;
        }
        Err(_elapsed) => return,
    };
    let (folder, world) = (all.crashes.folder.clone(), found.launch.world.clone());
    let written = spawn_blocking(move || write(&folder, &world, end.as_bytes())).await;
    match written.map_err(io::Error::other).flatten() {
        Ok(path) => {
            all.crashes.kept.lock().insert(slot, run);
            tracing::info!(
                %slot,
                "the last lines of a server that has crashed are in {}",
                path.display()
            );
        }
        Err(error) => tracing::warn!(%slot, %error, "cannot keep what a server printed"),
    }
}

/// Returns whether the run that a container has begun last has ended with an unexpected error. A server that is told
/// to stop may exit with any code, but not because it ran out of memory.
fn has_crashed(all: &Containers, found: &Found, run: Run) -> bool {
    let exit = Exit {
        slot: found.launch.slot,
        run,
        code: found.state.exit_code(),
    };
    let is_unexpected = exit.code != Some(0) && !all.exits.is_expected(exit.slot, run);
    is_unexpected || all.exits.ran_out_of_memory(exit, found.state.oom_killed)
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

/// Returns what a server printed without anything that could control the terminal of whoever reads it: players choose
/// what the game prints. Bytes that are no text become question marks, so it does not grow.
fn printable(end: &[u8]) -> String {
    let end = String::from_utf8_lossy(end);
    let end = end
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !is_disruptive(*c));
    end.map(|c| match c {
        char::REPLACEMENT_CHARACTER => '?',
        c => c,
    })
    .collect()
}

/// Deletes the files that are too old, again and again.
pub(super) async fn expire(all: &Arc<Containers>) {
    let mut turns = interval(EXPIRE_EVERY);
    loop {
        turns.tick().await;
        // While the engine does not say which worlds there are, only the age of a file counts.
        let worlds = listing::worlds(all).await.ok();
        let worlds = worlds.map(HashSet::from_iter);
        let folder = all.crashes.folder.clone();
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(clock::now_millis());
        let delete_old = move || delete_old(&folder, worlds.as_ref(), now);
        // If it has panicked, the next turn may not.
        let _ = spawn_blocking(delete_old).await;
    }
}

/// Returns the name of the file of a world.
pub(super) fn file_name(world: &WorldName) -> String {
    format!("{world}.log")
}

/// Writes the file of a world, and deletes the oldest ones if there are too many.
fn write(folder: &Path, world: &WorldName, end: &[u8]) -> io::Result<PathBuf> {
    private_file::create_folder(folder)?;
    let path = folder.join(file_name(world));
    private_file::write_durably(&path, end)?;
    delete_surplus(&files_in(folder), |path| fs::remove_file(path));
    Ok(path)
}

/// A file with what the server of a world printed.
#[derive(Debug)]
struct CrashLog {
    modified: SystemTime,
    path: PathBuf,
    world: WorldName,
}

/// Returns the files of all worlds, oldest first. What else lies in the folder is not ours.
fn files_in(folder: &Path) -> Vec<CrashLog> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let file = |entry: fs::DirEntry| {
        let (path, metadata) = (entry.path(), entry.metadata().ok()?);
        let world = path.file_stem()?.to_str()?.parse().ok()?;
        // One that is not whole was left by a program that was killed.
        let is_ours = matches!(path.extension()?.to_str()?, "log" | "part");
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        (is_ours && metadata.is_file()).then_some(CrashLog {
            modified,
            path,
            world,
        })
    };
    let mut files: Vec<_> = entries.flatten().filter_map(file).collect();
    files.sort_by_key(|file| file.modified);
    files
}

/// Deletes the oldest files until no more than [`MOST_FILES`] are left. One that cannot be deleted stays, and the next
/// one goes in its place.
fn delete_surplus(files: &[CrashLog], delete: impl Fn(&Path) -> io::Result<()>) {
    let mut surplus = files.len().saturating_sub(MOST_FILES);
    for file in files {
        if surplus == 0 {
            return;
        }
        let deleted = delete(&file.path);
        if is_gone(&deleted) {
            surplus -= 1;
        }
    }
}

/// Deletes the files whose time is over. `worlds` are those that there are, if that is known.
fn delete_old(folder: &Path, worlds: Option<&HashSet<WorldName>>, now: SystemTime) {
    let is_old = |file: &CrashLog| {
        let age = now.duration_since(file.modified).unwrap_or_default();
        let is_without_world = worlds.is_some_and(|worlds| !worlds.contains(&file.world));
        age >= KEPT_FOR || is_without_world && age >= KEPT_WITHOUT_WORLD
    };
    for file in files_in(folder).iter().filter(|file| is_old(file)) {
        let deleted = fs::remove_file(&file.path);
        if !is_gone(&deleted) {
            tracing::debug!(path = %file.path.display(), "cannot delete what a server printed");
        }
    }
}

/// Returns whether a file is gone after an attempt to delete it.
fn is_gone(deleted: &io::Result<()>) -> bool {
    match deleted {
        Ok(()) => true,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn on_day(number: u32) -> SystemTime {
        SystemTime::UNIX_EPOCH + DAY * number
    }

    fn world(number: usize) -> WorldName {
        format!("player{number}-1").parse().unwrap()
    }

    /// Keeps lines of a world's server, which has crashed then.
    fn keep_at(folder: &Path, number: usize, at: SystemTime) -> PathBuf {
        let path = write(folder, &world(number), b"out of luck\n").unwrap();
        let file = fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(at).unwrap();
        path
    }

    #[test]
    fn what_a_server_printed_cannot_control_the_terminal() {
        let printed = "\u{1b}[31mBea\u{1b}]0;gone\u{7}\u{9b}2J says\thello\r\nÄ\u{202e}\n";
        let printed = [printed.as_bytes(), b"\x9b\x08\xff!\n"].concat();

        let kept = printable(&printed);

        assert_eq!(kept, "[31mBea]0;gone2J says\thello\nÄ\n??!\n");
        assert!(kept.len() <= printed.len());
    }

    #[test]
    fn the_oldest_files_give_way() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("crashes");
        let at = |number: usize| SystemTime::UNIX_EPOCH + Duration::from_secs(number as u64);
        let numbers = 0..=MOST_FILES;
        let paths: Vec<_> = numbers
            .map(|number| keep_at(&folder, number, at(number)))
            .collect();

        let kept = paths.iter().filter(|path| path.exists());
        assert_eq!(kept.count(), MOST_FILES);
        assert!(!paths[0].exists());
        assert_eq!(fs::read(&paths[1]).unwrap(), b"out of luck\n");
    }

    #[test]
    fn what_is_no_file_of_a_world_is_neither_counted_nor_deleted() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("crashes");
        fs::create_dir_all(folder.join("a-folder-1.log")).unwrap();
        let foreign = ["notes.txt", "Not a world.log"].map(|name| folder.join(name));
        for path in &foreign {
            fs::write(path, "mine").unwrap();
        }
        let paths = (0..=MOST_FILES).map(|number| keep_at(&folder, number, on_day(1)));
        let paths: Vec<_> = paths.collect();

        let kept = paths.iter().filter(|path| path.exists());
        assert_eq!(kept.count(), MOST_FILES);
        delete_old(&folder, None, on_day(365));
        assert!(folder.join("a-folder-1.log").exists());
        assert!(foreign.iter().all(|path| path.exists()));
        assert!(!paths.iter().any(|path| path.exists()));
    }

    #[test]
    fn a_file_that_cannot_be_deleted_keeps_no_other_one() {
        let files = (0..MOST_FILES + 2).map(|number| CrashLog {
            modified: SystemTime::UNIX_EPOCH,
            path: PathBuf::from(format!("{number}.log")),
            world: world(number),
        });
        let files: Vec<_> = files.collect();
        let asked = Mutex::new(Vec::new());

        delete_surplus(&files, |path| {
            asked.lock().push(path.to_owned());
            match path.to_str() {
                Some("0.log") => Err(io::ErrorKind::PermissionDenied.into()),
                Some("1.log") => Err(io::ErrorKind::NotFound.into()),
                _ => Ok(()),
            }
        });

        let expected = ["0.log", "1.log", "2.log"].map(PathBuf::from);
        assert_eq!(*asked.lock(), expected);
    }

    #[test]
    fn a_file_goes_a_day_after_its_world_and_after_a_week_at_the_latest() {
        let data = tempfile::tempdir().unwrap();
        let now = on_day(100);
        let ages = [DAY / 2, 2 * DAY, 6 * DAY, 8 * DAY];
        let paths: Vec<_> = ages
            .iter()
            .enumerate()
            .map(|(number, age)| keep_at(data.path(), number, now - *age))
            .collect();
        let left = || {
            let left = paths.iter().map(|path| path.exists());
            left.collect::<Vec<_>>()
        };

        delete_old(data.path(), None, now);
        assert_eq!(left(), [true, true, true, false]);

        delete_old(data.path(), Some(&HashSet::from([world(2)])), now);
        assert_eq!(left(), [true, false, true, false]);
    }
}
