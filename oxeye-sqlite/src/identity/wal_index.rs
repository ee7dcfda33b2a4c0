//! SQLite's index of the write-ahead log, in the file whose name ends in `-shm`: which frames of the log
//! count, and how many of them have been written back to the store.
//!
//! An SQLite connection that commits, writes back the log or starts it again also changes the index.
//! A program that copies, truncates or overwrites files does not.
//! <https://www.sqlite.org/walformat.html>

use std::fs::File;

use super::FileLoss;
use super::open_file::{OpenFile, bytes, read_at};

/// Version of the format of the index.
const VERSION: u32 = 3_007_000;

/// Length of the header of a log, in bytes.
const LOG_HEADER: usize = 32;
/// Length of the header of a frame, in bytes. A page follows it.
const FRAME_HEADER: usize = 24;
/// Length of the header of the index, in bytes. Two equal copies of it begin the index.
const INDEX_HEADER: usize = 48;
/// Bytes read from the index: its headers and the state of checkpoints.
const INDEX_HEAD: usize = 132;

/// The beginning of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WalIndex {
    /// A number that each commit increments, and that wraps around.
    pub(super) commits: u32,
    page_size: u32,
    /// Number of frames in the log that count.
    frames: u32,
    /// Checksum in the last of these frames.
    checksum: [u32; 2],
    /// Bytes in the header of the log that differ each time it is started again.
    salts: [u8; 8],
    /// Number of frames written back to the store.
    written_back: u32,
    /// Number of frames that a checkpoint has begun to write back.
    to_write_back: u32,
}

impl WalIndex {
    /// Reads the index. Returns `None` if it is being changed at this moment, or cannot be read.
    pub(super) fn read(file: &File) -> Option<Self> {
        let mut head = [0; INDEX_HEAD];
        read_at(file, &mut head, 0).ok()?;
        let is_initialised = head[12] != 0;
        let is_whole = head[..INDEX_HEADER] == head[INDEX_HEADER..2 * INDEX_HEADER];
        let number = |at: usize| u32::from_ne_bytes(bytes(&head, at));
        if !is_initialised || !is_whole || number(0) != VERSION {
            return None;
        }
        // A page of 65,536 bytes does not fit into the 16 bits of the size and is stored as 1.
        let page_size = match u16::from_ne_bytes(bytes(&head, 14)) {
            1 => 1 << 16,
            size => u32::from(size),
        };
        Some(Self {
            commits: number(8),
            page_size,
            frames: number(16),
            checksum: [number(24), number(28)],
            salts: bytes(&head, 32),
            written_back: number(96),
            to_write_back: number(128),
        })
    }

    /// Whether a checkpoint may be writing to the store. Also true after one that did not finish.
    pub(super) fn is_being_written_back(&self) -> bool {
        self.to_write_back > self.written_back
    }

    /// Returns the length of a store with this number of pages, in bytes.
    pub(super) fn length_of(&self, pages: u32) -> u64 {
        u64::from(pages) * u64::from(self.page_size)
    }

    /// Checks that the log holds what the index says. Reads its header and the header of its last frame,
    /// so no other connection may be writing.
    pub(super) fn check_log(&self, log: &OpenFile) -> Result<(), FileLoss> {
        let Some(frames_before) = self.frames.checked_sub(1) else {
            return Ok(());
        };
        let length_of_frame = u64::from(self.page_size) + FRAME_HEADER as u64;
        let last_frame = LOG_HEADER as u64 + u64::from(frames_before) * length_of_frame;
        let overwritten = |_| FileLoss::Overwritten;
        if log.length().map_err(overwritten)? < last_frame + length_of_frame {
            return Err(FileLoss::Truncated);
        }
        let (mut header, mut frame) = ([0; LOG_HEADER], [0; FRAME_HEADER]);
        log.read_at(&mut header, 0).map_err(overwritten)?;
        log.read_at(&mut frame, last_frame).map_err(overwritten)?;
        if self.has_header(&header) && self.has_last_frame(&frame) {
            Ok(())
        } else {
            Err(FileLoss::Overwritten)
        }
    }

    /// The checksum covers the rest of the header, such as the size of the pages.
    fn has_header(&self, header: &[u8; LOG_HEADER]) -> bool {
        let number = |at: usize| u32::from_be_bytes(bytes(header, at));
        bytes(header, 16) == self.salts && [number(24), number(28)] == checksum_of(header)
    }

    /// The checksum continues that of the frame before, so no two logs have the same.
    fn has_last_frame(&self, frame: &[u8; FRAME_HEADER]) -> bool {
        let number = |at: usize| u32::from_be_bytes(bytes(frame, at));
        [number(16), number(20)] == self.checksum
    }
}

/// Returns the checksum of a log's header, without the last eight bytes, which hold it. A bit at its
/// beginning says in which byte order SQLite has read the numbers.
fn checksum_of(header: &[u8; LOG_HEADER]) -> [u32; 2] {
    let is_big_endian = header[3] & 1 == 1;
    let number = |at: usize| match is_big_endian {
        true => u32::from_be_bytes(bytes(header, at)),
        false => u32::from_le_bytes(bytes(header, at)),
    };
    (0..LOG_HEADER - 8).step_by(8).fold([0, 0], |[a, b], at| {
        let a = number(at).wrapping_add(b).wrapping_add(a);
        [a, number(at + 4).wrapping_add(a).wrapping_add(b)]
    })
}
