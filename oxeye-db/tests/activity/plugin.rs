//! A plugin that reports what players do, and the day of the tests.

use std::time::Duration;

use oxeye_db::activity::day::UtcDay;
use oxeye_db::testing::{TestStore, player};
use oxeye_db::{ActivityReport, GuildId, Reporter, TakeActivityError, UnixSeconds};
use oxeye_plugin_proto::{ActivityEvent, Epoch, EventBatch, Seq};
use serde_json::Value;

/// 2026-11-28 12:00 UTC.
pub(crate) const NOON: UnixSeconds = UnixSeconds(1_795_867_200);
pub(crate) const GUILD: GuildId = GuildId(7);
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// A plugin that reports what players do.
pub(crate) struct Plugin<'a> {
    pub(crate) store: &'a TestStore,
    pub(crate) reporter: Reporter,
}

impl<'a> Plugin<'a> {
    pub(crate) async fn linked(store: &'a TestStore, server: &str) -> Self {
        let (server, _) = store.link(GUILD, server, NOON).await;
        Self {
            store,
            reporter: server.into(),
        }
    }

    pub(crate) async fn did(
        &self,
        event: Value,
        now: UnixSeconds,
    ) -> Result<(), TakeActivityError> {
        self.did_with_key(event, None, now).await
    }

    pub(crate) async fn did_with_key(
        &self,
        event: Value,
        key: Option<&str>,
        now: UnixSeconds,
    ) -> Result<(), TakeActivityError> {
        let report = ActivityReport::Single {
            event: event_of(event),
            idempotency_key: key.map(str::to_owned),
        };
        self.store
            .take_activity(self.reporter, report, now)
            .await
            .map(|_| ())
    }

    /// Sends a batch; returns the numbers that were refused.
    pub(crate) async fn batch(
        &self,
        first_seq: i64,
        events: &[Value],
        now: UnixSeconds,
    ) -> Vec<u64> {
        let events = events.iter().cloned().map(event_of).collect();
        let epoch = Epoch::try_from(1_700_000_000).expect("an epoch");
        let first_seq = Seq::try_from(first_seq).expect("a number");
        let batch = EventBatch::new(epoch, first_seq, events).expect("a batch");
        let report = ActivityReport::Batch(batch);
        let answer = self
            .store
            .take_activity(self.reporter, report, now)
            .await
            .expect("the batch is taken");
        answer.refused.iter().map(|refused| refused.seq).collect()
    }
}

fn event_of(event: Value) -> ActivityEvent {
    serde_json::from_value(event).expect("an event")
}

pub(crate) async fn today(store: &TestStore, name: &str, counter: &str) -> f64 {
    let day = store
        .activity_day(GUILD, player(name), UtcDay::of(NOON), NOON)
        .await;
    day.expect("the store is open").counters[counter]
}
