//! Whether activity is kept, and what every question about it needs: the open file, and the kinds.

use oxeye_plugin_proto::{ServerName, UnixSeconds};

use super::Activity;
use super::feed::ActivityChanges;
use super::store::reading::FileOfActivity;
use crate::database::Database;
use crate::server_names::is_same;
use crate::store::Store;
use crate::store::side_file::FileToRead;

impl Database {
    /// Returns a listener for players whose activity changes, from now on. Playtime that merely passes is no change.
    #[must_use]
    pub fn activity_changes(&self) -> ActivityChanges {
        self.inner.memory.activity_feed.listen()
    }

    /// Whether activity is kept.
    #[must_use]
    pub fn keeps_activity(&self) -> bool {
        self.inner.activity.is_some()
    }

    /// Whether there is anything that players did.
    #[must_use]
    pub fn has_activity(&self) -> bool {
        let activity = self.inner.activity.as_ref();
        activity.is_some_and(|activity| activity.file.existing().is_some())
    }

    /// Returns the open file; `None` if nothing was ever reported.
    pub(crate) fn activity_store(&self) -> Option<&Store> {
        self.inner.activity.as_ref()?.file.existing()
    }

    /// Returns the names of all counters, sorted.
    #[must_use]
    pub fn counter_names(&self) -> Vec<String> {
        let kinds = self.inner.activity.as_ref().map(|activity| &activity.kinds);
        let names = kinds.map(|kinds| kinds.counters().into_iter().map(str::to_owned).collect());
        names.unwrap_or_default()
    }

    /// Returns how many days counters are kept; 0 if activity is turned off.
    #[must_use]
    pub fn activity_days_kept(&self) -> u16 {
        let activity = self.inner.activity.as_ref();
        activity.map_or(0, |activity| activity.retention_days)
    }

    /// Returns the names of the servers on which kinds ignore players although no server of any guild has such a
    /// name: probably the result of a typing error.
    #[must_use]
    pub fn unknown_servers_in_kinds(&self, now: UnixSeconds) -> Vec<ServerName> {
        let servers = self.known_servers(now);
        let is_unknown =
            |name: &&ServerName| !servers.iter().any(|server| is_same(&server.name, name));
        let kinds = self.inner.activity.as_ref().map(|activity| &activity.kinds);
        let named = kinds.into_iter().flat_map(|kinds| kinds.servers());
        named.filter(is_unknown).cloned().collect()
    }

    /// Returns the file of activity as far as there is one.
    pub(super) fn in_file(&self) -> FileOfActivity<'_> {
        let activity = self.inner.activity.as_ref();
        activity.map(Activity::file_to_read).unwrap_or_default()
    }
}

impl Activity {
    /// Returns the file as far as there is one.
    pub(super) fn file_to_read(&self) -> FileOfActivity<'_> {
        FileOfActivity::new(FileToRead(self.file.existing()), self.recent.now())
    }
}
