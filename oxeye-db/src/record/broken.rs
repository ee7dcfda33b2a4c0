//! Whether there were more players at once on a server than ever before.

use oxeye_plugin_proto::UnixSeconds;

use super::chart::Peak;
use super::crowd::Crowd;
use crate::database::Database;
use crate::ids::ServerId;
use crate::store::StoreError;

/// The most players at once on a server until a time, and until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerRecord {
    /// When the first session began.
    pub begins_at: UnixSeconds,
    /// The record until the time; `None` if nobody was there.
    pub before: Option<Peak>,
    /// The record until now.
    pub ever: Peak,
}

impl Database {
    /// Returns the most players at once on a server until a time, which is included, and until now. `None` if nobody
    /// was ever there, or the server was removed.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn server_record(
        &self,
        server: ServerId,
        until: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<Option<ServerRecord>, StoreError> {
        self.compute(move |database| {
            let crowd = Crowd::of(vec![database.record_and_periods(server, now)?]);
            // A reporter's clock may be a little ahead of ours.
            let now = crate::server_state::latest(now);
            Some(ServerRecord {
                begins_at: crowd.begins_at()?,
                before: crowd.record(UnixSeconds(until.0.saturating_add(1)).min(now)),
                ever: crowd.record(now)?,
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::GuildId;
    use crate::testing::{TestStore, join_at, leave_at};

    #[tokio::test]
    async fn the_record_before_is_that_of_the_time_until_then() {
        let now = UnixSeconds(1_700_000_000);
        let store = TestStore::new(now);
        let (server, key) = store.link(GuildId(7), "survival", now).await;
        let nobody = store.server_record(server, now, now).await.unwrap();
        let reporter = store.authenticate(&key, now).unwrap().reporter;
        for (name, from, to) in [("Alex", 100, 50), ("Steve", 90, 80), ("jeb_", 85, 60)] {
            let (from, to) = (now.0 - from, now.0 - to);
            let joined = join_at(name, UnixSeconds(from));
            store.player_join(reporter, joined, now).await.unwrap();
            let left = leave_at(name, UnixSeconds(to));
            store.player_leave(reporter, left, now).await.unwrap();
        }
        let record = async |ago: i64| {
            let until = UnixSeconds(now.0 - ago);
            store.server_record(server, until, now).await.unwrap()
        };

        let peak = |players, ago| Peak {
            players,
            at: UnixSeconds(now.0 - ago),
        };
        let found = |before| {
            Some(ServerRecord {
                begins_at: UnixSeconds(now.0 - 100),
                before,
                ever: peak(3, 85),
            })
        };
        assert_eq!(nobody, None);
        assert_eq!(record(101).await, found(None));
        assert_eq!(record(100).await, found(Some(peak(1, 100))));
        assert_eq!(record(86).await, found(Some(peak(2, 90))));
        assert_eq!(record(85).await, found(Some(peak(3, 85))));
        assert_eq!(record(0).await, found(Some(peak(3, 85))));
    }
}
