//! The rotated logs beside a log file: `yyyy-MM-dd-N.log.gz`, as log4j names them.

use std::{
    cmp::Reverse,
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use flate2::read::MultiGzDecoder;

use super::{
    checkpoint::Position,
    fingerprint::{Fingerprint, HEAD_BYTES, head_of},
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
    /// The day of its first line, in the server's zone.
    pub(super) day: NaiveDate,
    number: u32,
    compressed: bool,
}

/// The newest rotated logs in the folder of `log`, newest first. A folder that cannot be listed has
/// none.
pub(super) fn beside(log: &Path) -> Vec<Archive> {
    let folder = match log.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut archives: Vec<Archive> = entries
        .filter_map(|entry| Archive::named(entry.ok()?.path()))
        .collect();
    // While log4j compresses a log it lies there twice, and the compressed one is not complete.
    archives.sort_by_key(|archive| (Reverse((archive.day, archive.number)), archive.compressed));
    archives.dedup_by_key(|archive| (archive.day, archive.number));
    archives.truncate(MAX_ARCHIVES);
    archives
}

impl Archive {
    fn named(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (stem, compressed) = match name.strip_suffix(".log.gz") {
            Some(stem) => (stem, true),
            None => (name.strip_suffix(".log")?, false),
        };
        let (day, number) = stem.rsplit_once('-')?;
        Some(Self {
            day: NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?,
            number: number.parse().ok()?,
            compressed,
            path,
        })
    }

    fn open(&self) -> io::Result<Box<dyn Read>> {
        if !fs::metadata(&self.path)?.is_file() {
            return Err(ErrorKind::InvalidInput.into());
        }
        let file = File::open(&self.path)?;
        Ok(if self.compressed {
            Box::new(MultiGzDecoder::new(io::BufReader::new(file)))
        } else {
            Box::new(file)
        })
    }

    /// This is the file that was read up to `position`.
    pub(super) fn continues(&self, position: &Position) -> bool {
        self.open()
            .is_ok_and(|mut reader| position.fingerprint.fits(&head_of(&mut reader)))
    }

    /// Hands each line behind the first `skip` bytes to `each` and says how far the file went. A
    /// damaged file, or one that is still being written, ends where it cannot be read on: what is
    /// lost in it must not keep the agent from its start.
    pub(super) fn read(&self, skip: u64, mut each: impl FnMut(&[u8])) -> Option<Position> {
        let mut reader = self.open().ok()?;
        let mut lines = Lines::new();
        let mut head = Vec::new();
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
            let old = usize::try_from(skip.saturating_sub(offset)).unwrap_or(usize::MAX);
            offset += bytes.len() as u64;
            let new = &bytes[old.min(bytes.len())..];
            lines.feed(without_hole(new, &lines), &mut each);
        }
        lines.finish(&mut each);
        // An empty file could not be known again.
        (offset > 0).then(|| Position {
            fingerprint: Fingerprint::of(&head),
            offset: offset.max(skip),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_name(name: &str, expected: Option<(&str, u32, bool)>) {
        let archive = Archive::named(Path::new("/srv/logs").join(name));
        let archive = archive.map(|archive| {
            let day = archive.day.to_string();
            (day, archive.number, archive.compressed)
        });
        assert_eq!(
            archive,
            expected.map(|(day, number, compressed)| (day.to_owned(), number, compressed))
        );
    }

    #[test]
    fn rotated_logs_are_known_by_their_names() {
        check_name("2026-11-20-1.log.gz", Some(("2026-11-20", 1, true)));
        check_name("2026-11-20-12.log.gz", Some(("2026-11-20", 12, true)));
        check_name("2026-11-20-2.log", Some(("2026-11-20", 2, false)));
        check_name("latest.log", None);
        check_name("debug-1.log.gz", None);
        check_name("2026-13-20-1.log.gz", None);
        check_name("2026-11-20.log.gz", None);
        check_name("2026-11-20-1.log.gz.tmp", None);
    }

    #[test]
    fn the_newest_comes_first_and_a_log_under_compression_once() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "2026-11-19-10.log.gz",
            "2026-11-19-9.log.gz",
            "2026-11-20-1.log.gz",
            "2026-11-20-1.log",
            "latest.log",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }

        let archives = beside(&folder.path().join("latest.log"));

        let names: Vec<_> = archives
            .iter()
            .filter_map(|archive| archive.path.file_name()?.to_str())
            .collect();
        assert_eq!(
            names,
            [
                "2026-11-20-1.log",
                "2026-11-19-10.log.gz",
                "2026-11-19-9.log.gz"
            ]
        );
    }
}
