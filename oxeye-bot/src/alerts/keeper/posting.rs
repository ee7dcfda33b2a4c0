//! Posts the messages: those of one channel one after the other, in their order.

use std::collections::HashSet;
use std::time::Duration;

use oxeye_db::{
    AlertEvent, AlertId, AlertMessage, AlertMessageId, AlertUpdate, ServerId, UnixSeconds,
};
use tokio::time::Instant;

use super::super::PostError;
use super::super::delivery::{Delivered, Refusal, deliver};
use super::super::notice::trouble;
use super::{Ended, Keeper, MOST_ATTEMPTS, Waiting};
use crate::rest::RestError;

/// Pause after the first attempt that failed, which doubles, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Pause after a refusal that somebody has to put right.
const REFUSED_PAUSE: Duration = Duration::from_secs(600);
/// How long after it was due a message is tried. Later than this it is no news.
const TRIED_FOR: Duration = Duration::from_secs(6 * 3600);

/// Whether a message was due so long ago that it is no news any more.
fn is_no_news(message: &AlertMessage, now: UnixSeconds) -> bool {
    now.saturating_since(message.created_at) >= TRIED_FOR
}

impl Keeper<'_> {
    /// Adds a message that Discord does not have yet.
    pub(super) fn add(&mut self, message: AlertMessage, is_inherited: bool) {
        let waiting = Waiting {
            is_inherited,
            is_posted: false,
            attempts: 0,
            retry_at: None,
            waiting: Vec::new(),
            message,
        };
        self.messages.insert(waiting.message.id, waiting);
    }

    /// Begins the attempts that are due.
    pub(super) fn begin(&mut self) {
        let now = Instant::now();
        for id in self.next_of_each_channel() {
            let clock = (self.tools.clock)();
            let Some(waiting) = self.messages.get_mut(&id) else {
                continue;
            };
            let Some(alert) = self.alerts.get(&waiting.message.alert) else {
                continue;
            };
            let is_due = waiting.retry_at.is_none_or(|at| at <= now);
            if !is_due || self.busy.len() >= MOST_ATTEMPTS || self.away.contains(&alert.guild) {
                continue;
            }
            let is_old = is_no_news(&waiting.message, clock);
            waiting.attempts += 1;
            waiting.retry_at = None;
            self.busy.insert(alert.channel);
            let (tools, alert) = (self.tools.clone(), alert.clone());
            let (message, is_inherited) = (waiting.message.clone(), waiting.is_inherited);
            if waiting.message.tried_at.is_none() {
                waiting.message.tried_at = Some((self.tools.clock)());
            }
            self.under_way.push(Box::pin(async move {
                let channel = alert.channel;
                if is_old {
                    return Ended::Attempt(id, channel, Delivered::TooLate);
                }
                let delivered = deliver(&tools, (&alert, &message), is_inherited).await;
                Ended::Attempt(id, channel, delivered)
            }));
        }
    }

    /// Returns when the next attempt is due that is not due yet.
    pub(super) fn next_attempt(&self) -> Option<Instant> {
        let next = self.next_of_each_channel().into_iter();
        let next = next.filter_map(|id| self.messages.get(&id)?.retry_at);
        // One that is due and was not begun waits for something else.
        next.filter(|at| *at > Instant::now()).min()
    }

    /// Returns the first message of each channel in which nothing is being posted.
    fn next_of_each_channel(&self) -> Vec<AlertMessageId> {
        let mut channels: HashSet<u64> = self.busy.clone();
        let first = self.messages.values().filter(|waiting| {
            let alert = self.alerts.get(&waiting.message.alert);
            alert.is_some_and(|alert| channels.insert(alert.channel))
        });
        first.map(|waiting| waiting.message.id).collect()
    }

    /// Takes note of how an attempt ended.
    pub(super) async fn settle(&mut self, id: AlertMessageId, delivered: Delivered) {
        // It is missing if the alert was removed meanwhile.
        let Some(waiting) = self.messages.get_mut(&id) else {
            return;
        };
        let alert = waiting.message.alert;
        match delivered {
            Delivered::Posted(posted) => {
                waiting.is_posted = true;
                self.answer(id, &Ok(posted));
                self.accepted(alert).await;
                self.drop_message(id).await;
            }
            Delivered::Gone => {
                self.answer(id, &Err(PostError::Gone));
                self.messages.remove(&id);
            }
            Delivered::TooLate => self.give_up(id).await,
            Delivered::NotWritten => self.retry_after(id, FIRST_PAUSE),
            Delivered::Refused(error) => self.refused(id, alert, error).await,
        }
    }

    async fn refused(&mut self, id: AlertMessageId, alert: AlertId, error: RestError) {
        let now = (self.tools.clock)();
        tracing::debug!(alert = alert.0, %error, "Discord refused an alert");
        let Some(waiting) = self.messages.get(&id) else {
            return;
        };
        let is_test = matches!(waiting.message.event, AlertEvent::Test { .. });
        let pause = FIRST_PAUSE * 2_u32.pow(waiting.attempts.clamp(1, 10) - 1);
        let is_over = is_no_news(&waiting.message, now);
        match Refusal::of(&error) {
            _ if is_over => self.give_up(id).await,
            Refusal::Transient => {
                let pause = pause.min(LONGEST_PAUSE);
                let retry_after = error.retry_after().unwrap_or_default();
                self.retry_after(id, pause.max(retry_after));
            }
            Refusal::NoChannel => {
                let is_awaited = self.answer(id, &Err(error.into()));
                self.stop(alert, !is_awaited).await;
                // An alert that was given up before may still have had this message.
                self.drop_message(id).await;
            }
            Refusal::Lasting => {
                let code = error.code();
                let is_awaited = self.answer(id, &Err(error.into()));
                self.block(alert, code, !is_awaited).await;
                // Whoever tested the alert knows by now.
                match is_test {
                    true => self.drop_message(id).await,
                    false => self.retry_after(id, REFUSED_PAUSE),
                }
            }
        }
    }

    /// Gives up a message that Discord did not take for hours. If it is about an outage, the recovery is not said either.
    async fn give_up(&mut self, id: AlertMessageId) {
        let Some(waiting) = self.messages.get(&id) else {
            return;
        };
        let message = waiting.message.clone();
        tracing::warn!(
            alert = message.alert.0,
            "an alert could not be posted for hours"
        );
        self.drop_message(id).await;
        let (AlertEvent::Down { since } | AlertEvent::Silent { since }) = message.event else {
            return;
        };
        let is_recovery = |waiting: &&Waiting| {
            let of = &waiting.message;
            let is_same = of.alert == message.alert && of.server == message.server;
            is_same && matches!(of.event, AlertEvent::Up { down_since, .. } if down_since == since)
        };
        let recovery = self.messages.values().find(is_recovery);
        if let Some(recovery) = recovery.map(|waiting| waiting.message.id) {
            self.drop_message(recovery).await;
        } else if let Some(server) = message.server {
            self.keep_quiet((message.alert, server), since).await;
        }
    }

    /// Takes note that nobody heard of an outage that goes on.
    async fn keep_quiet(&mut self, of: (AlertId, ServerId), since: UnixSeconds) {
        let Some(outage) = self.outages.get_mut(&of) else {
            return;
        };
        let Some(phase) = outage.keep_quiet(since) else {
            return;
        };
        let now = (self.tools.clock)();
        let database = &self.tools.database;
        if let Err(error) = database.set_alert_phase(of, Some(phase), None, now).await {
            tracing::warn!(%error, "could not remember that an outage was not said");
        }
    }

    fn retry_after(&mut self, id: AlertMessageId, pause: Duration) {
        if let Some(waiting) = self.messages.get_mut(&id) {
            waiting.retry_at = Some(Instant::now() + pause);
        }
    }

    /// Forgets a message, in the store first. If that fails, an attempt will find out that Discord has it.
    pub(super) async fn drop_message(&mut self, id: AlertMessageId) {
        match self.tools.database.end_alert_message(id).await {
            Ok(()) => {
                self.answer(id, &Err(PostError::Gone));
                self.messages.remove(&id);
            }
            Err(error) => {
                tracing::warn!(%error, "could not write down what became of an alert");
                if let Some(waiting) = self.messages.get_mut(&id) {
                    waiting.is_inherited |= waiting.is_posted;
                }
                self.retry_after(id, LONGEST_PAUSE);
            }
        }
    }

    /// Whatever was wrong with an alert is over.
    pub(super) async fn accepted(&mut self, id: AlertId) {
        let Some(alert) = self.alerts.get_mut(&id) else {
            return;
        };
        if alert.blocked_since.take().is_some() {
            alert.told_at = None;
            self.update(id, AlertUpdate::Accepted).await;
        }
    }

    /// Takes note that Discord refuses an alert for a reason that somebody can put right.
    pub(super) async fn block(&mut self, id: AlertId, code: u32, tell: bool) {
        let now = (self.tools.clock)();
        let Some(alert) = self.alerts.get_mut(&id) else {
            return;
        };
        if alert.blocked_since.is_some() {
            return;
        }
        alert.blocked_since = Some(now);
        alert.blocked_code = code;
        tracing::info!(
            alert = id.0,
            channel = alert.channel,
            code,
            "an alert is blocked"
        );
        self.update(id, AlertUpdate::Blocked(now, code)).await;
        if tell {
            self.tell(id);
        }
    }

    /// Tells whoever set an alert what is wrong.
    pub(super) fn tell(&mut self, id: AlertId) {
        let Some(alert) = self.alerts.get(&id) else {
            return;
        };
        let (Some(person), Some(words)) = (alert.set_by, trouble(alert)) else {
            return;
        };
        let rest = self.tools.rest.clone();
        self.under_way.push(Box::pin(async move {
            Ended::Notice(id, rest.tell(person, &words).await)
        }));
    }

    /// Takes note of whether somebody was told.
    pub(super) async fn told(&mut self, id: AlertId, told: Result<(), RestError>) {
        match told {
            Ok(()) => {
                self.update(id, AlertUpdate::Told((self.tools.clock)()))
                    .await
            }
            Err(error) => {
                // The next private answer to an admin says it.
                tracing::debug!(alert = id.0, %error, "could not tell who set an alert");
            }
        }
    }

    /// Remembers what happened to an alert.
    pub(super) async fn update(&mut self, id: AlertId, update: AlertUpdate) {
        if let Err(error) = self.tools.database.update_alert(id, update).await {
            tracing::warn!(%error, "could not remember what happened to an alert");
        }
    }

    /// Answers those who wait for a message. Returns whether anybody did.
    pub(super) fn answer(&mut self, id: AlertMessageId, answer: &Result<u64, PostError>) -> bool {
        let Some(waiting) = self.messages.get_mut(&id) else {
            return false;
        };
        let is_awaited = !waiting.waiting.is_empty();
        for waiting in waiting.waiting.drain(..) {
            // This fails only if nobody waits any more.
            let _ = waiting.send(answer.clone());
        }
        is_awaited
    }
}
