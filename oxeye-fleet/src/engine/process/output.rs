//! What servers print. They write to the file themselves, so that they survive our end, and we keep the
//! file short. While we are not running, nobody does: a relay process would take its server down with
//! it, and a limit on file sizes would apply to worlds, too. So the next start shortens all files before
//! it does anything else.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::private_file;
use rustix::fs::OFlags;

use super::containers::Containers;
use super::folders::Folders;
use crate::ids::WorldName;

/// The size in bytes above which a file of output is emptied. The same amount of its end is kept.
pub(super) const LIMIT: u64 = 1 << 20;

/// The size in bytes above which, at a check, the server counts as flooding the disk.
const FLOOD: u64 = 8 * LIMIT;

/// How often sizes are checked.
const INTERVAL: Duration = Duration::from_millis(250);

/// How often they are checked while a server floods the disk.
const FLOOD_INTERVAL: Duration = Duration::from_millis(20);

/// Opens the file for a server. Every write goes to the end that the file has at that moment.
pub(super) fn open(folders: &Folders, world: &WorldName) -> io::Result<File> {
    let file = private_file::options()
        .append(true)
        .create(true)
        .custom_flags(no_links())
        .open(folders.output(world))?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is not a file"))
    }
}

/// Empties the file if it is too long, and keeps its end beside it. Returns how long it was, in bytes.
/// What is printed at the same moment may be lost.
pub(super) fn trim(folders: &Folders, world: &WorldName) -> io::Result<u64> {
    let mut file = File::options()
        .read(true)
        .write(true)
        .custom_flags(no_links())
        .open(folders.output(world))?;
    let bytes = file.metadata()?.len();
    if bytes > LIMIT {
        let kept = keep_end(&mut file, bytes, folders, world);
        // A full disk is one more reason to empty it.
        file.set_len(0)?;
        kept?;
    }
    Ok(bytes)
}

fn keep_end(file: &mut File, bytes: u64, folders: &Folders, world: &WorldName) -> io::Result<()> {
    let mut old = private_file::options()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(no_links())
        .open(folders.old_output(world))?;
    file.seek(SeekFrom::Start(bytes - LIMIT))?;
    io::copy(&mut file.take(LIMIT), &mut old)?;
    Ok(())
}

fn no_links() -> i32 {
    i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default()
}

/// Shortens output that grew while we were not running, whether or not its server still runs. Called
/// before anything that needs room on the disk.
pub(super) fn trim_left_over(folders: &Folders) -> io::Result<()> {
    for world in folders.worlds_with_output()? {
        match trim(folders, &world) {
            Ok(bytes) if bytes > FLOOD => {
                tracing::warn!(%world, bytes, "a server has printed a lot while the fleet was not running");
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%world, %error, "cannot keep the output of a server short")
            }
        }
    }
    Ok(())
}

/// Keeps the output of all servers short, until we stop.
pub(super) async fn keep_short(all: Arc<Containers>) {
    let stop = all.tasks.stop_signal();
    let mut pause = INTERVAL;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        let of_all = Arc::clone(&all);
        let longest = tokio::task::spawn_blocking(move || trim_all(&of_all)).await;
        let is_flood = longest.is_ok_and(|longest| longest > FLOOD);
        pause = if is_flood { FLOOD_INTERVAL } else { INTERVAL };
    }
}

/// Returns the length of the longest file, in bytes, before it was emptied.
fn trim_all(all: &Containers) -> u64 {
    let running = all.all_running().into_iter();
    let lengths = running.filter_map(|(_, world, _)| trim(&all.folders, &world).ok());
    lengths.max().unwrap_or(0)
}
