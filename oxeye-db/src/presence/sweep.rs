//! Deletes what is too old: sessions, and members of whom nothing was told for long, because they left their guild.

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::Presence;
use super::consenting::Withdrawal;
use super::kinds::PresenceKind;
use super::store::rows::sessions;
use crate::store::StoreError;

/// The most sessions of a kind that one sweep deletes.
const SWEEP: usize = 500;

/// How long a member stays joined of whom the guild tells nothing.
const UNSEEN_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Presence {
    /// Deletes some of what is too old. Returns whether there may be more. Can be repeated.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn sweep(&self, now: UnixSeconds) -> Result<bool, StoreError> {
        let Some(store) = self.file.existing() else {
            return Ok(false);
        };
        let unseen = now.minus(UNSEEN_LIFETIME);
        let unseen = self.live.read(|live| live.consents.unseen_since(unseen));
        if !unseen.is_empty() {
            self.withdraw(store, Withdrawal::Members(unseen)).await?;
        }
        let edge = now.minus(DAY * u32::from(self.retention_days));
        let delete = move |file: &Connection| {
            let mut is_full = false;
            for kind in PresenceKind::ALL {
                is_full |= sessions::delete_ended(file, kind, edge, SWEEP)? == SWEEP;
            }
            Ok(is_full)
        };
        let is_full = store.write(delete, |is_full, _| is_full).await?;
        if !is_full && self.wiping.take_turn(now) {
            let wiping = Arc::clone(&self.wiping);
            let wipe = move |file: &Connection| wiping.wipe(file);
            store.between_transactions(wipe).await?;
        }
        Ok(is_full)
    }
}
