//! Counters that Discord refuses: the admin who set one is told once, and it is given up after a while.

use std::time::Duration;

use oxeye_db::{Counter, CounterUpdate, StopReason, Stopped};
use oxeye_text::Text;
use tokio::time::Instant;

use super::super::book::Key;
use super::super::notice::trouble;
use super::super::nudge::FirstAnswer;
use super::Keeper;

/// How long a counter is kept while a permission is missing.
const GIVE_UP_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

impl Keeper<'_> {
    /// Notes that a permission is missing, and gives up after a week.
    pub(super) async fn blocked(&mut self, key: Key) {
        let at = (self.clock)();
        let Some(entry) = self.book.entry(key) else {
            return;
        };
        entry.pace.refuse(Instant::now());
        let since = entry.counter.blocked_since;
        let is_new = since.is_none();
        entry.counter.blocked_since = Some(since.unwrap_or(at));
        if since.is_some_and(|since| at.saturating_since(since) >= GIVE_UP_AFTER) {
            return self.give_up(key, StopReason::NoPermission).await;
        }
        let mut counter = entry.counter.clone();
        if self.answer(key, FirstAnswer::Blocked) {
            counter.told_at = Some(at);
            self.told(key).await;
        }
        if is_new {
            self.update(key, CounterUpdate::Blocked(at)).await;
        }
        if counter.told_at.is_none() {
            self.tell(key, &counter).await;
        }
    }

    /// Gives up a counter whose text Discord does not accept.
    pub(super) async fn refused(&mut self, key: Key) {
        self.give_up(key, StopReason::Refused).await;
    }

    async fn give_up(&mut self, key: Key, reason: StopReason) {
        let Some(entry) = self.book.entry(key) else {
            return;
        };
        let at = (self.clock)();
        let stopped = Stopped { at, reason };
        entry.counter.stopped = Some(stopped);
        let counter = entry.counter.clone();
        self.book.remove(key);
        self.update(key, CounterUpdate::Stopped(stopped)).await;
        let (guild, channel) = key;
        tracing::info!(%guild, channel, reason = reason.as_str(), "gave up a counter");
        self.tell(key, &counter).await;
    }

    /// Tells the admin who set a counter what is wrong with it. If that cannot be delivered, the next
    /// answer to an admin says it.
    async fn tell(&mut self, key: Key, counter: &Counter) {
        let text = Text::of_tag(&counter.locale);
        let Some(words) = trouble(text, counter) else {
            return;
        };
        if self.rest.tell(counter.set_by, &words).await.is_ok() {
            self.told(key).await;
        }
    }

    /// Notes that the admin knows what is wrong with a counter.
    async fn told(&mut self, key: Key) {
        let at = (self.clock)();
        if let Some(entry) = self.book.entry(key) {
            entry.counter.told_at = Some(at);
        }
        self.update(key, CounterUpdate::Told(at)).await;
    }
}
