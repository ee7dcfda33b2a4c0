//! What reaches the keeper: alerts that were set or removed, members who wait, and events of Discord.

use std::collections::HashSet;

use oxeye_db::{Alert, AlertId, AlertMessageId, AlertUpdate, StopReason, Stopped, StoreError};
use tokio::time::Instant;

use super::super::delivery::Refusal;
use super::super::outage::Outage;
use super::super::{Ask, PostError};
use super::{Keeper, READ_AGAIN_AFTER};
use crate::boards::Nudge;

impl Keeper<'_> {
    /// Reads the alerts and their messages as the store has them now.
    pub(super) async fn read(&mut self) {
        self.read_at = None;
        if let Err(error) = self.read_rows().await {
            tracing::warn!(%error, "could not read the alerts; trying again");
            self.read_at = Some(Instant::now() + READ_AGAIN_AFTER);
        }
    }

    async fn read_rows(&mut self) -> Result<(), StoreError> {
        let database = self.tools.database.clone();
        let rows = database.alerts().await?;
        let messages = database.alert_messages().await?;
        let is_new = |row: &Alert| {
            let known = self.alerts.get(&row.id);
            // One that was given up and set again starts over.
            known.is_none_or(|known| known.stopped.is_some() && row.stopped.is_none())
        };
        let new: HashSet<_> = rows
            .iter()
            .filter(|row| is_new(row))
            .map(|row| row.id)
            .collect();
        let kept: HashSet<_> = rows.iter().map(|row| row.id).collect();
        let is_kept = |id: &AlertId| kept.contains(id) && !new.contains(id);
        self.outages.retain(|(alert, _), _| is_kept(alert));
        // One that was set again knows no record of before.
        let is_same = |id: &AlertId| {
            let set_at = self.alerts.get(id).map(|alert| alert.set_at);
            rows.iter()
                .any(|row| row.id == *id && Some(row.set_at) == set_at)
        };
        self.records.retain(|(alert, _), _| is_same(alert));
        if !new.is_empty() {
            for (alert, server, told) in database.alert_records().await? {
                self.told.insert((alert, server), told);
            }
            for (alert, server, phase) in database.alert_phases().await? {
                if new.contains(&alert) {
                    self.outages
                        .insert((alert, server), Outage::of(Some(phase)));
                }
            }
        }
        self.alerts = rows.into_iter().map(|row| (row.id, row)).collect();
        let waiting: HashSet<_> = messages.iter().map(|message| message.id).collect();
        let is_over = |id: &AlertMessageId| !waiting.contains(id);
        let over: Vec<_> = self.messages.keys().copied().filter(is_over).collect();
        for id in over {
            self.answer(id, &Err(PostError::Gone));
            self.messages.remove(&id);
        }
        let is_first = !self.is_read;
        for message in messages {
            if !self.messages.contains_key(&message.id) {
                self.add(message, is_first);
            }
        }
        self.is_read = true;
        if !new.is_empty() {
            self.look_at_all().await;
        }
        Ok(())
    }

    pub(super) async fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Read(answer) => {
                self.read().await;
                // This fails only if nobody waits any more.
                let _ = answer.send(());
            }
            Ask::Post(id, answer) => {
                self.read().await;
                let Some(waiting) = self.messages.get_mut(&id) else {
                    let _ = answer.send(Err(PostError::Gone));
                    return;
                };
                waiting.waiting.push(answer);
                let alert = waiting.message.alert;
                let channel = self.alerts.get(&alert).map(|alert| alert.channel);
                self.hurry(|alert| Some(alert.channel) == channel);
            }
            Ask::Nudge(nudge) => self.follow(nudge).await,
            Ask::Accepted(alert) => self.accepted(alert).await,
            Ask::Refused(alert, error) => match Refusal::of(&error) {
                Refusal::NoChannel => self.stop(alert, true).await,
                Refusal::Lasting => self.block(alert, error.code(), true).await,
                Refusal::Transient => {}
            },
        }
    }

    async fn follow(&mut self, nudge: Nudge) {
        match nudge {
            Nudge::GuildAway(guild) => _ = self.away.insert(guild),
            Nudge::GuildBack(guild) => {
                self.away.remove(&guild);
                self.hurry(|alert| alert.guild == guild);
            }
            Nudge::Guild(guild) => self.hurry(|alert| alert.guild == guild),
            Nudge::Thread(channel) => self.hurry(|alert| alert.channel == channel),
            Nudge::ChannelGone(channel) => {
                let there = self.alerts.values();
                let there = there.filter(|alert| alert.channel == channel);
                let ids: Vec<_> = there.map(|alert| alert.id).collect();
                for id in ids {
                    self.stop(id, true).await;
                }
            }
        }
    }

    /// Tries at once what waits for these alerts.
    fn hurry(&mut self, concerns: impl Fn(&Alert) -> bool) {
        for waiting in self.messages.values_mut() {
            let alert = self.alerts.get(&waiting.message.alert);
            if alert.is_some_and(&concerns) {
                waiting.retry_at = None;
            }
        }
    }

    /// Gives up an alert whose channel does not exist any more, with everything that it was about to say.
    pub(super) async fn stop(&mut self, id: AlertId, tell: bool) {
        let at = (self.tools.clock)();
        let stopped = Stopped {
            at,
            reason: StopReason::ChannelDeleted,
        };
        let Some(alert) = self.alerts.get_mut(&id) else {
            return;
        };
        if alert.stopped.is_some() {
            return;
        }
        alert.stopped = Some(stopped);
        tracing::info!(
            alert = id.0,
            "an alert is given up: its channel was deleted"
        );
        self.update(id, AlertUpdate::Stopped(stopped)).await;
        self.outages.retain(|(alert, _), _| *alert != id);
        let of_alert = self.messages.values();
        let of_alert = of_alert.filter(|waiting| waiting.message.alert == id);
        let ids: Vec<_> = of_alert.map(|waiting| waiting.message.id).collect();
        for message in ids {
            self.drop_message(message).await;
        }
        if tell {
            self.tell(id);
        }
    }
}
