//! The rotated logs beside a log file.

mod name;

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use chrono::NaiveDate;
use flate2::read::MultiGzDecoder;
use oxeye_plugin_proto::UnixSeconds;

use name::Name;

use super::{
    checkpoint::Position,
    fingerprint::{Fingerprint, HEAD_BYTES, Identity, Tail, head_of},
    log_file::{CHUNK_BYTES, without_hole},
};
use crate::log::lines::Lines;

/// Older ones are not looked at: they are many on a server that restarts in a loop, and who is on
/// since before them has long been seen otherwise.
pub(super) const MAX_ARCHIVES: usize = 64;

/// One rotated log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Archive {
    path: PathBuf,
    name: Name,
}

/// The newest rotated logs in the folder of `log`, newest first; of each custom of naming them apart,
/// because nothing tells their order among each other. A folder that cannot be listed has none.
pub(super) fn beside(log: &Path) -> Vec<Vec<Archive>> {
    let (Ok(entries), Some(of)) = (fs::read_dir(folder_of(log)), log.file_name()) else {
        return Vec::new();
    };
    let mut archives: Vec<Archive> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = Name::read(path.file_name()?.to_str()?, &of.to_string_lossy())?;
            Some(Archive { path, name })
        })
        .collect();
    // While a log is compressed it lies there twice, and the compressed one is not complete.
    archives.sort_by_key(|archive| (archive.name.order, archive.name.compressed));
    archives.dedup_by_key(|archive| archive.name.order);
    let customs = archives.chunk_by(|one, other| one.name.order.is_like(other.name.order));
    customs
        .map(|archives| archives[..archives.len().min(MAX_ARCHIVES)].to_vec())
        .collect()
}

/// The archives from the newest to the one that was read up to `position`, if that is among them. Of
/// several that begin alike it is the one that the system knows to be the same file.
pub(super) fn since<'a>(customs: &'a [Vec<Archive>], position: &Position) -> Option<&'a [Archive]> {
    let to = |is_left: &dyn Fn(&Archive) -> bool| {
        customs.iter().find_map(|archives| {
            let left = archives.iter().position(is_left)?;
            Some(&archives[..=left])
        })
    };
    let identity = position.identity;
    let is_same = |archive: &Archive| identity.is_some() && archive.identity() == identity;
    to(&|archive| is_same(archive) && archive.continues(position))
        .or_else(|| to(&|archive| archive.continues(position)))
}

/// Whether the file that was at `log` lies in the same folder under another name.
pub(super) fn keeps(log: &Path, identity: Option<Identity>) -> bool {
    let Ok(entries) = fs::read_dir(folder_of(log)) else {
        return false;
    };
    let mut others = entries
        .flatten()
        .filter(|entry| Some(entry.file_name().as_os_str()) != log.file_name());
    identity.is_some()
        && others.any(|entry| {
            let metadata = entry.metadata().ok();
            metadata.is_some_and(|metadata| Identity::of(&metadata) == identity)
        })
}

fn folder_of(log: &Path) -> &Path {
    match log.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

impl Archive {
    /// The day of its first line in the server's zone, if its name tells it.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        self.name.order.first_day()
    }

    /// When it was last written, but no later than `now`.
    pub(super) fn written(&self, now: UnixSeconds) -> UnixSeconds {
        let written = fs::metadata(&self.path).and_then(|metadata| metadata.modified());
        let since = written
            .ok()
            .and_then(|written| written.duration_since(UNIX_EPOCH).ok());
        let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
        seconds.map_or(now, |seconds| UnixSeconds(seconds).min(now))
    }

    fn identity(&self) -> Option<Identity> {
        let metadata = fs::metadata(&self.path).ok()?;
        Identity::of(&metadata)
    }

    fn open(&self) -> io::Result<Box<dyn Read>> {
        if !fs::metadata(&self.path)?.is_file() {
            return Err(ErrorKind::InvalidInput.into());
        }
        let file = File::open(&self.path)?;
        Ok(if self.name.compressed {
            Box::new(MultiGzDecoder::new(io::BufReader::new(file)))
        } else {
            Box::new(file)
        })
    }

    /// This is the file that was read up to `position`.
    fn continues(&self, position: &Position) -> bool {
        let begins_so = self
            .open()
            .is_ok_and(|mut reader| position.fingerprint.fits(&head_of(&mut reader)));
        begins_so && self.goes_on_from(position).unwrap_or(false)
    }

    fn goes_on_from(&self, position: &Position) -> io::Result<bool> {
        let Some((start, bytes, before)) = position.before() else {
            return Ok(true);
        };
        let mut reader = self.open()?;
        io::copy(&mut (&mut reader).take(start), &mut io::sink())?;
        let mut read = Vec::new();
        reader.take(bytes).read_to_end(&mut read)?;
        Ok(before.fits(&read))
    }

    /// Hands each line behind the first `skip` bytes to `each` and says how far the file went. A
    /// damaged file, or one that is still being written, ends where it cannot be read on: what is
    /// lost in it must not keep the agent from its start.
    pub(super) fn read(&self, skip: u64, mut each: impl FnMut(&[u8])) -> Option<Position> {
        let mut reader = self.open().ok()?;
        let mut lines = Lines::new();
        let mut head = Vec::new();
        let mut tail = Tail::default();
        let mut offset = 0;
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let bytes = match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => &chunk[..count],
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            let room = HEAD_BYTES - head.len();
            head.extend_from_slice(&bytes[..bytes.len().min(room)]);
            tail.read(bytes, 0);
            let old = usize::try_from(skip.saturating_sub(offset)).unwrap_or(usize::MAX);
            offset += bytes.len() as u64;
            let new = &bytes[old.min(bytes.len())..];
            lines.feed(without_hole(new, &lines), &mut each);
        }
        lines.finish(&mut each);
        // An empty file could not be known again.
        (offset > 0).then(|| Position {
            fingerprint: Fingerprint::of(&head),
            // Shorter than it was: only its beginning is known.
            before: (offset >= skip).then(|| tail.fingerprint()),
            offset: offset.max(skip),
            identity: self.identity(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_comes_first_and_a_log_under_compression_once() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "2026-11-19-10.log.gz",
            "2026-11-19-9.log.gz",
            "2026-11-20-1.log.gz",
            "2026-11-20-1.log",
            "latest.log",
            "latest.log.1",
            "latest.log.2.gz",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }

        let archives = beside(&folder.path().join("latest.log"));

        let names = |archives: &Vec<Archive>| -> Vec<String> {
            let name = |archive: &Archive| Some(archive.path.file_name()?.to_str()?.to_owned());
            archives.iter().filter_map(name).collect()
        };
        assert_eq!(
            archives.iter().map(names).collect::<Vec<_>>(),
            [
                vec![
                    "2026-11-20-1.log",
                    "2026-11-19-10.log.gz",
                    "2026-11-19-9.log.gz"
                ],
                vec!["latest.log.1", "latest.log.2.gz"]
            ]
        );
    }
}
