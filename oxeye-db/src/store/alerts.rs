//! Alerts, one per channel and servers and within a guild's limit, and their messages.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::guilds::{self, Admission};
use super::rows::{alert_messages, alert_phases, alert_records, alerts};
use super::{Store, StoreError, WriterThread};
use crate::alert::{
    Alert, AlertEvent, AlertId, AlertMessage, AlertMessageId, AlertUpdate, NewAlert, ServerPhase,
    ToldRecord,
};
use crate::ids::{GuildId, ServerId};

/// The most messages of one alert that wait for Discord. The oldest give way that Discord was not asked to take; the end
/// of an outage only with its beginning.
const MOST_WAITING: usize = 50;

/// The outcome of setting an alert.
pub(crate) enum Set {
    Alert(Alert),
    TooMany(usize),
    UnknownServer,
    BotRemoved,
}

/// Sets an alert, in place of the one that the channel had of the same servers.
pub(crate) async fn set<R: Send + 'static>(
    store: &Store,
    new: NewAlert,
    limit: usize,
    now: UnixSeconds,
    committed: impl FnOnce(Set, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let set = move |file: &Connection| upsert(file, &new, limit, now);
    store.write(set, committed).await
}

/// Deletes an alert of a guild. Yields whether it existed.
pub(crate) async fn remove<R: Send + 'static>(
    store: &Store,
    guild: GuildId,
    id: AlertId,
    committed: impl FnOnce(bool, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let remove = move |file: &Connection| alerts::delete(file, guild, id);
    store.write(remove, committed).await
}

/// Returns the alerts of one guild, or all alerts.
pub(crate) async fn all(store: &Store, only: Option<GuildId>) -> Result<Vec<Alert>, StoreError> {
    store.read(move |file| alerts::all(file, only)).await
}

/// Remembers what happened to an alert. Returns whether it still exists.
pub(crate) async fn update(
    store: &Store,
    id: AlertId,
    update: AlertUpdate,
) -> Result<bool, StoreError> {
    let update = move |file: &Connection| alerts::update(file, id, update);
    store.write(update, |exists, _| exists).await
}

/// Returns what all alerts have said of servers.
pub(crate) async fn phases(
    store: &Store,
) -> Result<Vec<(AlertId, ServerId, ServerPhase)>, StoreError> {
    store.read(alert_phases::all).await
}

/// Remembers what an alert says of a server, and the message that says so.
pub(crate) async fn set_phase(
    store: &Store,
    (alert, server): (AlertId, ServerId),
    phase: Option<ServerPhase>,
    event: Option<AlertEvent>,
    now: UnixSeconds,
) -> Result<Option<AlertMessage>, StoreError> {
    let set = move |file: &Connection| {
        if !alerts::may_name(file, alert, server)? {
            return Ok(None);
        }
        // The outage may have given way to newer messages since the last look.
        let is_quiet = match event {
            Some(AlertEvent::Up { down_since, .. }) => {
                alert_phases::is_quiet(file, alert, server, down_since)?
            }
            _ => false,
        };
        match phase {
            Some(phase) => alert_phases::set(file, alert, server, phase)?,
            None => alert_phases::delete(file, alert, server)?,
        }
        event
            .filter(|_| !is_quiet)
            .map(|event| add_message(file, alert, Some(server), event, now))
            .transpose()
    };
    store.write(set, |message, _| message).await
}

/// Returns the last records of servers that all alerts have said.
pub(crate) async fn records(
    store: &Store,
) -> Result<Vec<(AlertId, ServerId, ToldRecord)>, StoreError> {
    store.read(alert_records::all).await
}

/// Remembers that an alert says a record of a server, and the message that says so.
pub(crate) async fn tell_record(
    store: &Store,
    (alert, server): (AlertId, ServerId),
    told: ToldRecord,
    event: AlertEvent,
) -> Result<Option<AlertMessage>, StoreError> {
    let tell = move |file: &Connection| {
        if !alerts::may_name(file, alert, server)? {
            return Ok(None);
        }
        alert_records::set(file, (alert, server), told)?;
        add_message(file, alert, Some(server), event, told.told_at).map(Some)
    };
    store.write(tell, |message, _| message).await
}

/// Has an alert of a guild say that it works.
pub(crate) async fn test<R: Send + 'static>(
    store: &Store,
    (guild, id): (GuildId, AlertId),
    at: UnixSeconds,
    committed: impl FnOnce(Option<AlertMessage>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let test = move |file: &Connection| {
        let known = alerts::all(file, Some(guild))?;
        let works = |alert: &&Alert| alert.id == id && alert.stopped.is_none();
        let Some(alert) = known.iter().find(works) else {
            return Ok(None);
        };
        add_message(file, id, alert.server, AlertEvent::Test { at }, at).map(Some)
    };
    store.write(test, committed).await
}

/// Returns the messages that Discord does not have yet.
pub(crate) async fn messages(store: &Store) -> Result<Vec<AlertMessage>, StoreError> {
    store.read(alert_messages::all).await
}

/// Remembers that Discord is about to be asked to take a message.
pub(crate) async fn note_try(
    store: &Store,
    id: AlertMessageId,
    body: String,
    now: UnixSeconds,
) -> Result<Option<String>, StoreError> {
    let note = move |file: &Connection| alert_messages::note_try(file, id, &body, now);
    store.write(note, |body, _| body).await
}

/// Deletes a message.
pub(crate) async fn end_message(store: &Store, id: AlertMessageId) -> Result<(), StoreError> {
    let delete = move |file: &Connection| alert_messages::delete(file, id);
    store.write(delete, |(), _| ()).await
}

fn add_message(
    file: &Connection,
    alert: AlertId,
    server: Option<ServerId>,
    event: AlertEvent,
    now: UnixSeconds,
) -> rusqlite::Result<AlertMessage> {
    let dropped = alert_messages::make_room(file, alert, MOST_WAITING - 1)?;
    if dropped > 0 {
        tracing::warn!(
            alert = alert.0,
            dropped,
            "more messages of an alert wait for Discord than are kept; the oldest are not said"
        );
    }
    alert_messages::insert(file, alert, server, event, now)
}

fn upsert(
    file: &Connection,
    new: &NewAlert,
    limit: usize,
    now: UnixSeconds,
) -> rusqlite::Result<Set> {
    let admission = match new.set_by {
        Some(_) => guilds::admit(file, new.servers, now)?,
        None => guilds::check(file, new.servers)?,
    };
    match admission {
        Admission::Granted => {}
        Admission::BotRemoved => return Ok(Set::BotRemoved),
        Admission::UnknownServer => return Ok(Set::UnknownServer),
    }
    let known = alerts::all(file, Some(new.servers.guild()))?;
    let is_same =
        |alert: &&Alert| alert.channel == new.channel && alert.server == new.servers.server();
    match known.iter().find(is_same) {
        Some(same) => {
            if same.stopped.is_some() {
                // What it has said since then is nothing.
                alert_phases::delete_for_alert(file, same.id)?;
            }
            alerts::replace(file, same.id, new, now).map(Set::Alert)
        }
        None => {
            let (stopped, works): (Vec<_>, Vec<_>) =
                known.iter().partition(|alert| alert.stopped.is_some());
            if works.len() >= limit {
                return Ok(Set::TooMany(works.len()));
            }
            if known.len() >= limit {
                // What was given up holds no place. Its channel is gone, so nobody can choose it any more.
                for alert in stopped {
                    alerts::delete(file, alert.guild, alert.id)?;
                }
            }
            alerts::insert(file, new, now).map(Set::Alert)
        }
    }
}
