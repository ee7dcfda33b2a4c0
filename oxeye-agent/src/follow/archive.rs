//! Finds and reads the rotated logs beside a log file.

mod name;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chrono::NaiveDate;
use flate2::read::MultiGzDecoder;
use oxeye_plugin_proto::UnixSeconds;

use self::name::Name;
use super::checkpoint::Position;
use super::fingerprint::{Fingerprint, HEAD_BYTES, Identity, Tail, head_of};
use super::log_file::{CHUNK_BYTES, without_hole};
use crate::log::lines::Lines;

/// How many archives are read back at most. A server that restarts in a loop writes very many, and
/// anyone who has been online for longer has long been seen elsewhere.
pub(super) const MAX_ARCHIVES: usize = 64;

/// A rotated log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Archive {
    path: PathBuf,
    name: Name,
}

/// Returns the newest rotated logs in the folder of `log`, newest first, in one list per naming scheme,
/// because names from different schemes cannot be compared. A folder that cannot be listed has none.
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
    // While a log is being compressed it exists twice, and the compressed copy is incomplete.
    archives.sort_by_key(|archive| (archive.name.order, archive.name.compressed));
    archives.dedup_by_key(|archive| archive.name.order);
    let schemes = archives.chunk_by(|one, other| one.name.order.has_same_scheme(other.name.order));
    schemes
        .map(|archives| archives[..archives.len().min(MAX_ARCHIVES)].to_vec())
        .collect()
}

/// Returns the archives from the newest to the one that was read up to `position`, if it is among them.
/// If several begin with the same bytes, the one with the same identity counts.
pub(super) fn since<'a>(schemes: &'a [Vec<Archive>], position: &Position) -> Option<&'a [Archive]> {
    let to = |is_left: &dyn Fn(&Archive) -> bool| {
        schemes.iter().find_map(|archives| {
            let left = archives.iter().position(is_left)?;
            Some(&archives[..=left])
        })
    };
    let identity = position.identity;
    let is_same = |archive: &Archive| identity.is_some() && archive.identity() == identity;
    to(&|archive| is_same(archive) && archive.continues(position))
        .or_else(|| to(&|archive| archive.continues(position)))
}

/// Whether the file that was at `log` is still in the same folder, under another name.
pub(super) fn was_renamed(log: &Path, identity: Option<Identity>) -> bool {
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
    /// Returns the day of its first line in the server's time zone, if its name contains it.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        self.name.order.first_day()
    }

    /// Returns when it was last written, but no later than `now`.
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

    /// Whether this is the file that was read up to `position`.
    fn continues(&self, position: &Position) -> bool {
        let has_same_head = self
            .open()
            .is_ok_and(|mut reader| position.fingerprint.fits(&head_of(&mut reader)));
        has_same_head && self.has_same_bytes_before(position).unwrap_or(false)
    }

    fn has_same_bytes_before(&self, position: &Position) -> io::Result<bool> {
        let Some((start, bytes, before)) = position.before() else {
            return Ok(true);
        };
        let mut reader = self.open()?;
        io::copy(&mut (&mut reader).take(start), &mut io::sink())?;
        let mut read = Vec::new();
        reader.take(bytes).read_to_end(&mut read)?;
        Ok(before.fits(&read))
    }

    /// Passes each line after the first `skip` bytes to `each`, and returns where the file ends. A
    /// damaged file, or one that is still being written, is read as far as possible: lost lines must
    /// not keep the agent from starting.
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
        // An empty file could not be recognised later.
        (offset > 0).then(|| Position {
            fingerprint: Fingerprint::of(&head),
            // If the file is shorter than it was, only its beginning is known.
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
    fn archives_are_listed_newest_first_and_one_that_is_being_compressed_only_once() {
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
