//! Opens a spool when the plugin starts.

use std::path::{Path, PathBuf};

use oxeye_plugin_proto::{Epoch, UnixSeconds};

use super::{
    Spool, SpoolError, SpoolLimits, Spooled, contents::Contents, file::SpoolFile, line::Line,
};

/// What [`Spool::open`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpoolFound {
    /// There was no file, or an empty one. A new epoch starts.
    Nothing,
    /// The file was intact.
    Intact,
    /// A crash in the middle of a push truncated the last line, which is dropped. That push never
    /// returned.
    TornLine,
    /// The file was damaged. It was moved aside, replacing any earlier damaged file, and a new epoch
    /// starts. The waiting events will never reach the backend, so the next
    /// [`Delivery`](crate::Delivery) of presence events asks for a sync.
    Damaged {
        /// Where the file is now.
        moved_to: PathBuf,
        /// What is wrong with the file.
        why: String,
    },
}

impl<E: Spooled> Spool<E> {
    /// Opens the spool in this file, or creates it with an epoch based on `now`.
    ///
    /// # Errors
    ///
    /// When another process has it open, or when the file cannot be used.
    pub fn open(
        path: impl AsRef<Path>,
        now: UnixSeconds,
        limits: SpoolLimits,
    ) -> Result<(Self, SpoolFound), SpoolError> {
        let path = path.as_ref();
        let Some((mut file, bytes)) = SpoolFile::open(path)? else {
            let contents = Contents::<E>::empty(epoch_at_least(now.0));
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
                let contents = Contents::<E>::empty(epoch_at_least(now.0.max(after_old)));
                let file = SpoolFile::create(path, &contents.header())?;
                let why = damage.why;
                let mut spool = Self::new(file, contents, limits);
                spool.unseen_loss = E::IS_PRESENCE;
                Ok((spool, SpoolFound::Damaged { moved_to, why }))
            }
        }
    }

    fn new(file: SpoolFile, contents: Contents<E>, limits: SpoolLimits) -> Self {
        let mut spool = Self {
            file,
            limits,
            epoch: contents.epoch,
            first: contents.first_seq,
            source_number: contents.source_number,
            bytes: contents.lines.iter().map(Line::length).sum(),
            // An earlier process may have sent all of them.
            offered: contents.lines.len(),
            waiting: contents.lines.into(),
            dropped: 0,
            unseen_loss: false,
        };
        spool.drop_oldest();
        spool
    }
}

pub(super) fn epoch_at_least(number: i64) -> Epoch {
    Epoch::try_from(number.max(0)).expect("the number is not negative")
}
