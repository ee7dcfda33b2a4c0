//! What the disk takes by itself: the time of one write that must reach it.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use oxeye_tests::load::Latencies;

/// So many writes are timed.
const WRITES: u64 = 200;

/// A page of the store.
const PAGE: [u8; 4096] = [0x5a; 4096];

/// Times `write` and `fdatasync` of a page in this folder, over the same pages twice: a store's log
/// is written over and over, too. Answers the median and the longest of the second round.
pub(crate) fn time_of_a_write(folder: &Path) -> Result<(Duration, Duration)> {
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let mut latencies = Latencies::default();
    for round in 0..2 {
        file.seek(SeekFrom::Start(0))?;
        for _ in 0..WRITES {
            let begin = Instant::now();
            file.write_all(&PAGE)?;
            file.sync_data()?;
            if round == 1 {
                latencies.push(begin.elapsed());
            }
        }
    }
    std::fs::remove_file(path)?;
    Ok((latencies.quantile(500), latencies.max()))
}
