//! Alerts: the bot says in a channel that a server is down and that it is back up, and what else there is to say about
//! it. Here is what it has to remember so that it says each once.

use oxeye_plugin_proto::UnixSeconds;

use crate::alert::{
    Alert, AlertEvent, AlertId, AlertMessage, AlertMessageId, AlertUpdate, NewAlert, ServerPhase,
    ToldRecord,
};
use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::store::StoreError;
use crate::store::alerts::{self, Set};

/// Why an alert was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetAlertError {
    /// The guild has this many alerts, which is the limit.
    #[error("the guild has {0} alerts already")]
    TooMany(usize),
    /// The server has been removed.
    #[error("the server was removed")]
    UnknownServer,
    /// The guild has removed the bot meanwhile.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Sets an alert, in place of the one that the channel had of the same servers. A guild can have
    /// `limit` alerts.
    ///
    /// # Errors
    /// When the alert was not set.
    pub async fn set_alert(
        &self,
        new: NewAlert,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<Alert, SetAlertError> {
        let notify = self.waking_the_bot(|set: &Set| matches!(set, Set::Alert(_)));
        match alerts::set(&self.inner.store, new, limit, now, notify).await? {
            Set::Alert(alert) => Ok(self.alert_in_own_language(alert)),
            Set::TooMany(count) => Err(SetAlertError::TooMany(count)),
            Set::UnknownServer => Err(SetAlertError::UnknownServer),
            Set::BotRemoved => Err(SetAlertError::BotRemoved),
        }
    }

    /// Deletes an alert of a guild with everything that it was about to say. Returns whether it existed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_alert(&self, guild: GuildId, id: AlertId) -> Result<bool, StoreError> {
        let notify = self.waking_the_bot(|was_there: &bool| *was_there);
        alerts::remove(&self.inner.store, guild, id, notify).await
    }

    /// Returns all alerts, in the order in which they were set.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn alerts(&self) -> Result<Vec<Alert>, StoreError> {
        let alerts = alerts::all(&self.inner.store, None).await?.into_iter();
        Ok(alerts
            .map(|alert| self.alert_in_own_language(alert))
            .collect())
    }

    /// Returns the alerts of a guild, in the order in which they were set.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn guild_alerts(&self, guild: GuildId) -> Result<Vec<Alert>, StoreError> {
        let alerts = alerts::all(&self.inner.store, Some(guild))
            .await?
            .into_iter();
        Ok(alerts
            .map(|alert| self.alert_in_own_language(alert))
            .collect())
    }

    /// Returns an alert in the language that its guild has set, if it has.
    fn alert_in_own_language(&self, mut alert: Alert) -> Alert {
        self.put_into_own_language(alert.guild, &mut alert.locale);
        alert
    }

    /// Remembers what happened to an alert. Returns whether it still exists.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn update_alert(&self, id: AlertId, update: AlertUpdate) -> Result<bool, StoreError> {
        alerts::update(&self.inner.store, id, update).await
    }

    /// Returns what all alerts have said of servers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn alert_phases(&self) -> Result<Vec<(AlertId, ServerId, ServerPhase)>, StoreError> {
        alerts::phases(&self.inner.store).await
    }

    /// Remembers what an alert says of a server from now on, and the message that says so, in one. Returns
    /// that message; `None` if there is none, or the alert or the server does not exist any more, or it is the end of
    /// an outage whose message gave way to others.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_alert_phase(
        &self,
        (alert, server): (AlertId, ServerId),
        phase: Option<ServerPhase>,
        event: Option<AlertEvent>,
        now: UnixSeconds,
    ) -> Result<Option<AlertMessage>, StoreError> {
        alerts::set_phase(&self.inner.store, (alert, server), phase, event, now).await
    }

    /// Returns the last record of each server that alerts have said.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn alert_records(&self) -> Result<Vec<(AlertId, ServerId, ToldRecord)>, StoreError> {
        alerts::records(&self.inner.store).await
    }

    /// Remembers that an alert says a record of a server, and the message that says so, in one. Returns that message;
    /// `None` if the alert or the server does not exist any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn tell_record(
        &self,
        (alert, server): (AlertId, ServerId),
        told: ToldRecord,
        event: AlertEvent,
    ) -> Result<Option<AlertMessage>, StoreError> {
        alerts::tell_record(&self.inner.store, (alert, server), told, event).await
    }

    /// Has an alert of a guild say that it works. Returns the message; `None` if there is no such alert.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn test_alert(
        &self,
        guild: GuildId,
        id: AlertId,
        now: UnixSeconds,
    ) -> Result<Option<AlertMessage>, StoreError> {
        let notify = self.waking_the_bot(Option::is_some);
        alerts::test(&self.inner.store, (guild, id), now, notify).await
    }

    /// Returns the messages that Discord does not have yet, in their order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn alert_messages(&self) -> Result<Vec<AlertMessage>, StoreError> {
        alerts::messages(&self.inner.store).await
    }

    /// Remembers that Discord is about to be asked to take a message, and in which words. Returns the words of the first
    /// attempt, which later ones repeat; `None` if the message does not exist any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn try_alert_message(
        &self,
        id: AlertMessageId,
        body: String,
        now: UnixSeconds,
    ) -> Result<Option<String>, StoreError> {
        alerts::note_try(&self.inner.store, id, body, now).await
    }

    /// Forgets a message, since Discord has it or nobody needs it any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_alert_message(&self, id: AlertMessageId) -> Result<(), StoreError> {
        alerts::end_message(&self.inner.store, id).await
    }
}

#[cfg(test)]
mod tests;
