//! Counts the players of a server, and has the store remember the record that is to be said.

use oxeye_db::{AlertEvent, AlertId, LinkState, ServerSummary, ToldRecord, UnixSeconds};

use super::super::records::{NEWS_FOR, Records};
use super::Keeper;

impl Keeper<'_> {
    /// Takes note of how many players are on a server, for one alert. Returns when to look again.
    pub(super) async fn count_for(
        &mut self,
        alert: AlertId,
        server: &ServerSummary,
        now: UnixSeconds,
    ) -> Option<UnixSeconds> {
        let of = (alert, server.id);
        let set_at = self.alerts.get(&alert)?.set_at;
        let told = self.told.get(&of).copied();
        let known = self.records.get(&of).copied();
        let mut records = known.unwrap_or_else(|| Records::of(set_at, told));
        let is_online = server.state == LinkState::Online;
        records.note(if is_online { server.online } else { 0 }, now);
        if records.due(now).is_some_and(|due| due <= now) {
            let database = &self.tools.database;
            // Whatever is no news any more is part of the record before.
            let until = records.since().max(now.minus(NEWS_FOR));
            let record = database.server_record(server.id, until, now).await;
            let record = record.unwrap_or_else(|error| {
                tracing::warn!(%error, "could not count the most players of a server");
                None
            });
            if let Some(broken) = records.count(record, now) {
                let told = ToldRecord {
                    record_at: broken.new.at,
                    told_at: now,
                };
                let event = AlertEvent::Record {
                    new: broken.new,
                    before: broken.before,
                };
                match database.tell_record(of, told, event).await {
                    Ok(message) => {
                        self.told.insert(of, told);
                        if let Some(message) = message {
                            self.add(message, false);
                        }
                    }
                    Err(error) => {
                        // Nothing is said of it before it is written. The next look counts again.
                        tracing::warn!(%error, "could not remember a record");
                        self.records.remove(&of);
                        return None;
                    }
                }
            }
        }
        self.records.insert(of, records);
        records.due(now)
    }
}
