//! What is found when the plugin starts.

use std::path::{Path, PathBuf};

use oxeye_plugin_proto::{Epoch, UnixSeconds};

use super::{Spool, SpoolError, SpoolLimits, contents::Contents, file::SpoolFile, line::Line};

/// What [`Spool::open`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpoolFound {
    /// No file, or an empty one: a new epoch begins.
    Nothing,
    /// A file in which all is well.
    Intact,
    /// The last line was cut by a crash in the middle of a push, and is dropped. That push never
    /// returned.
    TornLine,
    /// The file cannot be right. It was moved aside, over one that was moved there before, and a new
    /// epoch begins. What waited does not reach the backend, so the next
    /// [`Delivery`](crate::Delivery) asks for a sync.
    Damaged {
        /// Where the file is now.
        moved_to: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl Spool {
    /// Opens the spool in this file, or begins one with an epoch made from `now`.
    ///
    /// # Errors
    ///
    /// When another process has it open, or the disk says no.
    pub fn open(
        path: impl AsRef<Path>,
        now: UnixSeconds,
        limits: SpoolLimits,
    ) -> Result<(Self, SpoolFound), SpoolError> {
        let path = path.as_ref();
        let Some((mut file, bytes)) = SpoolFile::open(path)? else {
            let contents = Contents::empty(epoch_at_least(now.0));
            let file = SpoolFile::create(path, &contents.header())?;
            return Ok((Self::new(file, contents, limits), SpoolFound::Nothing));
        };
        match Contents::read(&bytes) {
            Ok(contents) => {
                let found = if contents.intact_bytes < bytes.len() {
                    SpoolFound::TornLine
                } else {
                    SpoolFound::Intact
                };
                file.cut_after(contents.intact_bytes)?;
                Ok((Self::new(file, contents, limits), found))
            }
            Err(damage) => {
                let moved_to = file.move_aside()?;
                let after_old = damage.epoch.map_or(0, |old| old.get().saturating_add(1));
                let contents = Contents::empty(epoch_at_least(now.0.max(after_old)));
                let file = SpoolFile::create(path, &contents.header())?;
                let why = damage.why;
                let mut spool = Self::new(file, contents, limits);
                spool.missed = true;
                Ok((spool, SpoolFound::Damaged { moved_to, why }))
            }
        }
    }

    fn new(file: SpoolFile, contents: Contents, limits: SpoolLimits) -> Self {
        let mut spool = Self {
            file,
            limits,
            epoch: contents.epoch,
            first: contents.first_seq,
            bytes: contents.lines.iter().map(Line::length).sum(),
            // An earlier process may have sent all of it.
            offered: contents.lines.len(),
            waiting: contents.lines.into(),
            dropped: 0,
            missed: false,
        };
        spool.drop_oldest();
        spool
    }
}

pub(super) fn epoch_at_least(number: i64) -> Epoch {
    Epoch::try_from(number.max(0)).expect("a number that is not negative is an epoch")
}
