//! Wipes what was deleted from the bytes of the file and its log. A small file is rewritten at once, and once for all who
//! left while it was rewritten before. A large one would keep its writer busy for seconds, so it is rewritten by a sweep,
//! once an hour at most. That it has to be is in the file, so no crash prevents it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use parking_lot::Mutex;
use rusqlite::Connection;

use crate::file_wipe::FileWipe;
use crate::store::side_file::rewriting;
use crate::wal_truncation::WalTruncation;

/// The size in bytes up to which a file is rewritten at once: about half a second of work.
const SMALL: i64 = 64 << 20;

/// How often a larger file is rewritten at most.
const PAUSE: Duration = Duration::from_secs(3600);

/// The most deletions that wait for one rewriting.
const MOST_WAITING: usize = 256;

/// Whoever waits until a deletion that is committed is wiped, and is told whether it is.
pub(super) struct Waiting(Box<dyn FnOnce(bool) + Send>);

impl Waiting {
    pub(super) fn new(tell: impl FnOnce(bool) + Send + 'static) -> Self {
        Self(Box::new(tell))
    }

    fn tell(self, is_wiped: bool) {
        self.0(is_wiped);
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting")
    }
}

/// A deletion that is on its way to the file.
#[derive(Debug)]
pub(super) struct Coming(Arc<Wiping>);

impl Coming {
    pub(super) fn new(wiping: &Arc<Wiping>) -> Self {
        wiping.coming.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(wiping))
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        let was_last = self.0.coming.fetch_sub(1, Ordering::AcqRel) == 1;
        // The one for which the others waited came to nothing. A sweep rewrites the file.
        if was_last {
            self.0.answer_waiting(false);
        }
    }
}

/// Whether the file has to be rewritten, and when it was.
#[derive(Debug)]
pub(super) struct Wiping {
    file: FileWipe,
    /// The last time that a sweep rewrote the file, in Unix seconds.
    swept_at: AtomicI64,
    /// Number of deletions on their way.
    coming: AtomicUsize,
    waiting: Mutex<Vec<Waiting>>,
}

impl Wiping {
    pub(super) fn new(is_due: bool) -> Self {
        Self {
            file: FileWipe::new("presence", is_due),
            swept_at: AtomicI64::new(i64::MIN),
            coming: AtomicUsize::new(0),
            waiting: Mutex::default(),
        }
    }

    /// When the log is to be truncated.
    pub(super) fn wal(&self) -> &Arc<WalTruncation> {
        self.file.wal()
    }

    /// Wipes what a transaction has just deleted, if the file is small: once no other deletion is on its way.
    pub(super) fn after_deletion(&self, file: &Connection, told: Waiting, coming: Coming) {
        self.file.require();
        match rewriting::size(file) {
            Ok(size) if size <= SMALL => {
                let waiting = {
                    let mut waiting = self.waiting.lock();
                    waiting.push(told);
                    waiting.len()
                };
                let is_last = self.coming.load(Ordering::Acquire) == 1;
                if is_last || waiting >= MOST_WAITING {
                    let is_wiped = self.wipe(file);
                    self.answer_waiting(is_wiped);
                }
            }
            Ok(_) => {
                // What was deleted is in the log as a whole, and hardly ever in the file.
                self.wal().truncate(file);
                told.tell(false);
            }
            Err(error) => {
                tracing::warn!(%error, "the size of the file of presence is unknown");
                told.tell(false);
            }
        }
        drop(coming);
    }

    fn answer_waiting(&self, is_wiped: bool) {
        let waiting = std::mem::take(&mut *self.waiting.lock());
        waiting.into_iter().for_each(|told| told.tell(is_wiped));
    }

    /// Whether a sweep is to wipe the file now. Takes it as done.
    pub(super) fn take_turn(&self, now: UnixSeconds) -> bool {
        let last = UnixSeconds(self.swept_at.load(Ordering::Relaxed));
        let is_turn = self.file.must_rewrite() && now.saturating_since(last) >= PAUSE;
        if is_turn {
            self.swept_at.store(now.0, Ordering::Relaxed);
        }
        is_turn
    }

    /// Rewrites the file and truncates its log. Returns whether both succeeded.
    pub(super) fn wipe(&self, file: &Connection) -> bool {
        self.file.wipe(file)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn file() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let file = Connection::open(folder.path().join("presence.db")).unwrap();
        file.execute_batch(
            "PRAGMA journal_mode = WAL; CREATE TABLE rewriting (id INTEGER PRIMARY KEY);",
        )
        .unwrap();
        (folder, file)
    }

    fn waiting() -> (Waiting, mpsc::Receiver<bool>) {
        let (told, heard) = mpsc::channel();
        (
            Waiting::new(move |is_wiped| told.send(is_wiped).unwrap()),
            heard,
        )
    }

    #[test]
    fn deletions_that_follow_each_other_closely_are_wiped_together() {
        let (_folder, file) = file();
        let wiping = Arc::new(Wiping::new(false));
        let coming = [(); 3].map(|()| Coming::new(&wiping));

        let answered = coming.map(|coming| {
            rewriting::require(&file).unwrap();
            let (told, answered) = waiting();
            wiping.after_deletion(&file, told, coming);
            // Only the last one leaves nothing to be done.
            (rewriting::is_required(&file).unwrap(), answered)
        });

        assert_eq!(
            answered.each_ref().map(|(is_due, _)| *is_due),
            [true, true, false]
        );
        for (_, answered) in answered {
            assert_eq!(answered.try_recv(), Ok(true));
        }
    }

    #[test]
    fn whoever_waits_for_a_deletion_that_fails_is_told_that_the_bytes_are_still_there() {
        let (_folder, file) = file();
        let wiping = Arc::new(Wiping::new(false));
        let (first, failing) = (Coming::new(&wiping), Coming::new(&wiping));
        let (told, answered) = waiting();
        wiping.after_deletion(&file, told, first);
        assert!(answered.try_recv().is_err());

        drop(failing);

        assert_eq!(answered.try_recv(), Ok(false));
        assert!(wiping.take_turn(UnixSeconds(1_700_000_000)));
    }

    #[test]
    fn no_end_of_deletions_keeps_anybody_waiting() {
        let (_folder, file) = file();
        let wiping = Arc::new(Wiping::new(false));
        let _never_ends = Coming::new(&wiping);
        let mut all = Vec::new();
        for _ in 0..MOST_WAITING {
            let (told, answered) = waiting();
            wiping.after_deletion(&file, told, Coming::new(&wiping));
            all.push(answered);
        }

        for answered in all {
            assert_eq!(answered.try_recv(), Ok(true));
        }
    }
}
