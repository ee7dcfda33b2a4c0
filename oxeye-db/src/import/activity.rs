//! Imports what players did.

use oxeye_plugin_proto::UnixSeconds;

use super::Imported;
use crate::activity::portable::PortableActivity;
use crate::database::Database;
use crate::portable::PortableRecord;
use crate::store::StoreError;

impl Database {
    /// Adds what players did in guilds that have a server.
    pub(super) async fn add_activity(
        &self,
        mut activity: Vec<PortableActivity>,
        imported: &mut Imported,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let given = activity.len() as u64;
        if !self.keeps_activity() {
            imported.activity_left_out = given;
            return Ok(());
        }
        activity.retain(|record| self.any_server_of(record.guild).is_some());
        let added = self.import_activity(activity, now).await? as u64;
        imported.added += added;
        imported.skipped += given - added;
        Ok(())
    }
}

/// Separates what players did from the records of presence.
pub(super) fn split_off(
    records: Vec<PortableRecord>,
) -> (Vec<PortableActivity>, Vec<PortableRecord>) {
    let mut activity = Vec::new();
    let mut others = Vec::with_capacity(records.len());
    for record in records {
        match record {
            PortableRecord::Activity(record) => activity.push(record),
            other => others.push(other),
        }
    }
    (activity, others)
}
