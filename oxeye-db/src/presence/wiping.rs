//! Wipes what was deleted from the bytes of the file and its log. A small file is rewritten at once. A large one would
//! keep its writer busy for seconds, so it is rewritten by a sweep, once an hour at most. That it has to be is in the
//! file, so no crash prevents it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::store::rows::forgetting;
use crate::wal_truncation::WalTruncation;

/// The size in bytes up to which a file is rewritten at once: about half a second of work.
const SMALL: i64 = 64 << 20;

/// How often a larger file is rewritten at most.
const PAUSE: Duration = Duration::from_secs(3600);

/// Whether the file has to be rewritten, and when it was.
#[derive(Debug)]
pub(super) struct Wiping {
    wal: Arc<WalTruncation>,
    is_due: AtomicBool,
    /// The last time that a sweep rewrote the file, in Unix seconds.
    swept_at: AtomicI64,
}

impl Wiping {
    pub(super) fn new(wal: Arc<WalTruncation>, is_due: bool) -> Self {
        Self {
            wal,
            is_due: AtomicBool::new(is_due),
            swept_at: AtomicI64::new(i64::MIN),
        }
    }

    /// When the log is to be truncated.
    pub(super) fn wal(&self) -> &Arc<WalTruncation> {
        &self.wal
    }

    /// Wipes what a transaction has just deleted, if the file is small. Returns whether it is gone.
    pub(super) fn after_deletion(&self, file: &Connection) -> bool {
        match forgetting::size(file) {
            Ok(size) if size <= SMALL => self.wipe(file),
            Ok(_) => {
                self.is_due.store(true, Ordering::Relaxed);
                // What was deleted is in the log as a whole, and hardly ever in the file.
                self.wal.truncate(file);
                false
            }
            Err(error) => {
                self.is_due.store(true, Ordering::Relaxed);
                tracing::warn!(%error, "the size of the file of presence is unknown");
                false
            }
        }
    }

    /// Whether a sweep is to wipe the file now. Takes it as done.
    pub(super) fn take_turn(&self, now: UnixSeconds) -> bool {
        let last = UnixSeconds(self.swept_at.load(Ordering::Relaxed));
        let is_turn = self.is_due.load(Ordering::Relaxed) && now.saturating_since(last) >= PAUSE;
        if is_turn {
            self.swept_at.store(now.0, Ordering::Relaxed);
        }
        is_turn
    }

    /// Rewrites the file and truncates its log. Returns whether both succeeded.
    pub(super) fn wipe(&self, file: &Connection) -> bool {
        let rewritten = forgetting::rewrite_file(file);
        if let Err(error) = &rewritten {
            tracing::warn!(%error, "the file of presence could not be rewritten");
        }
        self.is_due.store(rewritten.is_err(), Ordering::Relaxed);
        self.wal.truncate(file) && rewritten.is_ok()
    }
}
