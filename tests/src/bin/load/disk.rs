//! The cost of the disk alone: the time of one synced write.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use oxeye_tests::load::Latencies;

/// Number of writes that are timed.
const WRITES: u64 = 200;

/// A page of the store.
const PAGE: [u8; 4096] = [0x5a; 4096];

/// Times `write` and `fdatasync` of a page in this folder. Writes the same pages twice, because a
/// store's log is overwritten again and again too. Returns the median and the longest time of the
/// second round.
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
