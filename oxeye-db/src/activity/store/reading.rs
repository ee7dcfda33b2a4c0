//! Reads the file of activity for questions.

use rusqlite::Connection;

use crate::activity::recent::places::RecentEvents;
use crate::store::StoreError;
use crate::store::side_file::FileToRead;

/// The file of activity for a question, with the places of recent events.
#[derive(Clone, Default)]
pub(in crate::activity) struct FileOfActivity<'a> {
    file: FileToRead<'a>,
    recent: RecentEvents,
}

impl<'a> FileOfActivity<'a> {
    /// `recent` is where the recent events are now.
    pub(in crate::activity) fn new(file: FileToRead<'a>, recent: RecentEvents) -> Self {
        Self { file, recent }
    }

    /// Reads one state of the file, or returns an empty answer if there is none.
    pub(in crate::activity) async fn read<T: Default + Send + 'static>(
        self,
        read: impl FnOnce(&Connection, &RecentEvents) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.read_or(T::default(), read).await
    }

    /// Reads one state of the file, or returns `without` if there is none.
    pub(in crate::activity) async fn read_or<T: Send + 'static>(
        self,
        without: T,
        read: impl FnOnce(&Connection, &RecentEvents) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let recent = self.recent;
        let read = move |file: &Connection| {
            let snapshot = file.unchecked_transaction()?;
            read(&snapshot, &recent)
        };
        self.file.read_or(without, read).await
    }
}
