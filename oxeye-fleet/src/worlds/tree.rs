//! Walking through the files of a world.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The size of a world, and when it was last changed.
pub(super) struct Size {
    pub(super) bytes: u64,
    pub(super) changed: SystemTime,
}

/// Something in a world.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) metadata: Metadata,
}

/// Measures a world, whose files may come and go meanwhile.
pub(super) fn measure(world: &Path) -> Size {
    let mut size = Size {
        bytes: 0,
        changed: UNIX_EPOCH,
    };
    walk(world, &mut |entry| {
        if entry.metadata.is_file() {
            size.bytes += entry.metadata.len();
        }
        let changed = entry.metadata.modified().unwrap_or(UNIX_EPOCH);
        size.changed = size.changed.max(changed);
        Ok(())
    })
    .unwrap_or_default();
    size
}

/// Visits a folder, then everything in it by name. Links are visited and not followed. What vanishes
/// meanwhile is left out.
pub(super) fn walk(
    path: &Path,
    visit: &mut impl FnMut(&Entry) -> io::Result<()>,
) -> io::Result<()> {
    let mut pending = vec![path.to_owned()];
    while let Some(path) = pending.pop() {
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        let is_folder = metadata.is_dir();
        let entry = Entry { path, metadata };
        visit(&entry)?;
        if is_folder {
            let inside = fs::read_dir(&entry.path)?.flatten();
            let mut inside: Vec<_> = inside.map(|inside| inside.path()).collect();
            // The last one is taken first.
            inside.sort_by(|a, b| b.cmp(a));
            pending.append(&mut inside);
        }
    }
    Ok(())
}
