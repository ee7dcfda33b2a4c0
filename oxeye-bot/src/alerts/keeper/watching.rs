//! Looks at the servers, and has the store remember what is to be said of them.

use std::time::Duration;

use oxeye_db::{AlertEvent, AlertId, FeedEvent, ServerId, ServerSummary, UnixSeconds};
use tokio::time::Instant;

use super::super::outage::{Announcement, Evidence, Outage};
use super::Keeper;

impl Keeper<'_> {
    /// Looks at the servers that may have changed.
    pub(super) async fn note(&mut self, change: FeedEvent) {
        match change {
            FeedEvent::Everything => self.look_at_all().await,
            FeedEvent::Server(change) => self.look_at(change.server).await,
        }
    }

    /// Returns when a server has to be looked at although nothing was reported.
    pub(super) fn next_look(&self) -> Option<Instant> {
        let next = self.due.values().min()?;
        let now = (self.tools.clock)();
        // Not all the time while the store cannot be written.
        let wait = next.saturating_since(now).max(Duration::from_millis(200));
        Some(Instant::now() + wait)
    }

    /// Looks at the servers that are about to count as down, or as back up.
    pub(super) async fn look_at_due(&mut self) {
        let now = (self.tools.clock)();
        let due = self.due.iter().filter(|(_, at)| **at <= now);
        let servers: Vec<_> = due.map(|(server, _)| *server).collect();
        for server in servers {
            self.look_at(server).await;
        }
    }

    /// Looks at all servers.
    pub(super) async fn look_at_all(&mut self) {
        if self.alerts.is_empty() {
            return;
        }
        let now = (self.tools.clock)();
        for server in self.tools.database.known_servers(now) {
            self.observe(&server, now).await;
        }
    }

    pub(super) async fn look_at(&mut self, id: ServerId) {
        if self.alerts.is_empty() {
            return;
        }
        let now = (self.tools.clock)();
        match self.tools.database.server_summary(id, now) {
            Some(server) => self.observe(&server, now).await,
            None => {
                self.due.remove(&id);
                self.outages.retain(|(_, server), _| *server != id);
                self.records.retain(|(_, server), _| *server != id);
                self.told.retain(|(_, server), _| *server != id);
            }
        }
    }

    /// Takes note of the state of a server for each alert about it.
    async fn observe(&mut self, server: &ServerSummary, now: UnixSeconds) {
        if !self.is_read {
            return;
        }
        let evidence = Evidence::of(server, self.started_at, now);
        let is_about = |alert: &&oxeye_db::Alert| {
            alert.guild == server.guild
                && alert.stopped.is_none()
                && alert.server.is_none_or(|only| only == server.id)
        };
        let alerts: Vec<_> = self.alerts.values().filter(is_about).collect();
        // A channel hears of a server once, from the alert that is about it alone.
        let is_first = |alert: &&&oxeye_db::Alert| {
            let mut others = alerts.iter();
            alert.server.is_some()
                || !others.any(|other| other.server.is_some() && other.channel == alert.channel)
        };
        let alerts: Vec<_> = alerts
            .iter()
            .filter(is_first)
            .map(|alert| (alert.id, alert.topics.records))
            .collect();
        let mut due = None;
        for (alert, tells_records) in alerts {
            let next = self.observe_for(alert, server.id, evidence, now).await;
            due = due.into_iter().chain(next).min();
            if tells_records {
                let next = self.count_for(alert, server, now).await;
                due = due.into_iter().chain(next).min();
            }
        }
        match due {
            Some(due) => self.due.insert(server.id, due),
            None => self.due.remove(&server.id),
        };
    }

    /// Returns when to look again.
    async fn observe_for(
        &mut self,
        alert: AlertId,
        server: ServerId,
        evidence: Evidence,
        now: UnixSeconds,
    ) -> Option<UnixSeconds> {
        let known = self.outages.get(&(alert, server));
        let mut outage = known.copied().unwrap_or_default();
        if let Some(change) = outage.observe(evidence, now) {
            let event = change.announcement.map(event);
            let (database, of) = (&self.tools.database, (alert, server));
            match database.set_alert_phase(of, change.phase, event, now).await {
                Ok(None) => {}
                Ok(Some(message)) => {
                    tracing::info!(alert = alert.0, %server, event = ?message.event, "an alert is due");
                    self.add(message, false);
                }
                Err(error) => {
                    // Nothing is said of it before it is written. The next look tries again.
                    tracing::warn!(%error, "could not remember what an alert says");
                    return None;
                }
            }
        }
        if outage == Outage::default() {
            self.outages.remove(&(alert, server));
        } else {
            self.outages.insert((alert, server), outage);
        }
        outage.due()
    }
}

/// Returns what is said about an announcement.
fn event(announcement: Announcement) -> AlertEvent {
    match announcement {
        Announcement::Down {
            since,
            is_silent: false,
        } => AlertEvent::Down { since },
        Announcement::Down {
            since,
            is_silent: true,
        } => AlertEvent::Silent { since },
        Announcement::Up { since, down_since } => AlertEvent::Up { since, down_since },
    }
}
