//! A world as a tar archive.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use oxeye_process::tar::{self, Owner};

use super::tree::{self, Entry};
use crate::ids::{SlotId, WorldName};

/// What an archive holds, and what may be wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackedUp {
    /// Number of files.
    pub files: u64,
    /// The size of the archive.
    pub bytes: u64,
    /// Links and other things that are neither a file nor a folder, which were left out.
    pub left_out: Vec<PathBuf>,
    /// Files that became shorter or vanished while they were read.
    pub changed: Vec<PathBuf>,
    /// The slot that has the world, whose server may have been writing to it.
    pub in_use_by: Option<SlotId>,
}

/// Writes a world whose folder has this path.
pub(super) fn write(path: &Path, name: &WorldName, out: &mut impl Write) -> io::Result<BackedUp> {
    let mut archive = Archive {
        out,
        result: BackedUp::default(),
    };
    tree::walk(path, &mut |entry| {
        let inside = entry.path.strip_prefix(path).unwrap_or(&entry.path);
        // Joined piece by piece, because the folder itself has an empty path.
        let name = Path::new(name.as_str()).components();
        archive.add(
            entry,
            inside,
            &name.chain(inside.components()).collect::<PathBuf>(),
        )
    })?;
    archive.put(&tar::END)?;
    archive.out.flush()?;
    Ok(archive.result)
}

struct Archive<'a, W> {
    out: &'a mut W,
    result: BackedUp,
}

impl<W: Write> Archive<'_, W> {
    fn add(&mut self, entry: &Entry, inside: &Path, name: &Path) -> io::Result<()> {
        let metadata = &entry.metadata;
        let seconds = metadata.modified()?.duration_since(UNIX_EPOCH);
        let modified = seconds.unwrap_or_default().as_secs();
        let owner = owner(entry);
        if metadata.is_dir() {
            let mut name = bytes_of(name);
            name.push(b'/');
            self.put(&tar::long_name(&name, owner))?;
            self.put(&tar::folder_header(&name, owner, modified))
        } else if metadata.is_file() {
            self.add_file(entry, inside, &bytes_of(name), owner, modified)
        } else {
            self.result.left_out.push(inside.to_owned());
            Ok(())
        }
    }

    /// Adds a file with the length that it had. If it has become shorter, zeros follow, because the
    /// length is written first.
    fn add_file(
        &mut self,
        entry: &Entry,
        inside: &Path,
        name: &[u8],
        owner: Owner,
        modified: u64,
    ) -> io::Result<()> {
        let Ok(file) = open(&entry.path) else {
            self.result.changed.push(inside.to_owned());
            return Ok(());
        };
        let bytes = file.metadata()?.len();
        self.put(&tar::long_name(name, owner))?;
        self.put(&tar::header(name, bytes, owner, modified))?;
        let copied = io::copy(&mut file.take(bytes), self.out)?;
        if copied < bytes {
            self.result.changed.push(inside.to_owned());
            io::copy(&mut io::repeat(0).take(bytes - copied), self.out)?;
        }
        self.result.files += 1;
        self.result.bytes += bytes;
        self.put(tar::padding(bytes))
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.result.bytes += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let no_links = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default();
    File::options().read(true).custom_flags(no_links).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn bytes_of(name: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    name.as_os_str().as_bytes().to_owned()
}

#[cfg(not(unix))]
fn bytes_of(name: &Path) -> Vec<u8> {
    name.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(unix)]
fn owner(entry: &Entry) -> Owner {
    use std::os::unix::fs::MetadataExt as _;
    Owner {
        user: entry.metadata.uid(),
        group: entry.metadata.gid(),
    }
}

#[cfg(not(unix))]
fn owner(_: &Entry) -> Owner {
    Owner::default()
}
