//! Decides what a dead port means, because a server that was killed reports nothing itself.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::{PortChange, Reconciler, Report};
use crate::game_event::{GameEvent, TimedEvent};
use crate::source_update::SourceKind;

/// How long a port must accept connections again before the earlier players count as still online. A
/// restarted server may open its port a moment before the boot in its log has been read.
const LOG_DELAY: Duration = Duration::from_secs(2);

/// An outage of the port on which players connect.
#[derive(Debug, Default)]
pub(super) enum Outage {
    /// There is no outage, as far as is known.
    #[default]
    None,
    /// The port has been dead since the last time it answered.
    Dead { since: UnixSeconds },
    /// The port was dead and has been accepting connections again since `alive_since`.
    Recovering {
        dead_since: UnixSeconds,
        alive_since: UnixSeconds,
    },
}

impl Outage {
    /// Returns since when the port has been dead, unless the outage is over.
    fn dead_since(&self) -> Option<UnixSeconds> {
        match *self {
            Self::None => None,
            Self::Dead { since } => Some(since),
            Self::Recovering { dead_since, .. } => Some(dead_since),
        }
    }

    fn port_died(&mut self, last_alive: UnixSeconds) {
        let since = self.dead_since().unwrap_or(last_alive);
        *self = Self::Dead { since };
    }

    fn port_answers(&mut self, now: UnixSeconds) {
        if let Some(dead_since) = self.dead_since() {
            *self = Self::Recovering {
                dead_since,
                alive_since: now,
            };
        }
    }

    /// Returns since when the port has been alive again, if that is long enough.
    fn recovered_since(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        match *self {
            Self::Recovering { alive_since, .. }
                if now.saturating_since(alive_since) >= LOG_DELAY =>
            {
                Some(alive_since)
            }
            _ => None,
        }
    }

    /// Adjusts a time in the future, which would delay the recovery.
    pub(super) fn clock_was_set_back(&mut self, now: UnixSeconds) {
        if let Self::Recovering { alive_since, .. } = self {
            *alive_since = (*alive_since).min(now);
        }
    }
}

impl Reconciler {
    /// Takes in a change of the port on which players connect. It matters while a log is believed,
    /// because a log does not show that its server was killed.
    pub(crate) fn port(&mut self, change: PortChange, now: UnixSeconds) -> Vec<Report> {
        match change {
            PortChange::Dead { last_alive } => {
                if self.outage.dead_since().is_none() {
                    tracing::warn!("the server's port no longer accepts connections");
                }
                // The time may come from an earlier run, before the clock was set back.
                self.outage.port_died(last_alive.min(now));
            }
            PortChange::Alive => self.outage.port_answers(now),
            PortChange::Unclear => {}
        }
        let awaited_port = self.game.awaits_port();
        self.game.note_port(change, now);
        self.report_outage();
        self.report_server(now);
        if awaited_port && self.knows_everyone() {
            self.sync(now);
        }
        self.take_reports()
    }

    /// Whether the port is dead and no list contradicts that.
    pub(super) fn is_down(&self) -> bool {
        self.dead_since().is_some()
    }

    /// Returns since when the port has been dead, unless a list contradicts that.
    pub(super) fn dead_since(&self) -> Option<UnixSeconds> {
        let dead_since = self.outage.dead_since();
        dead_since.filter(|_| !self.believes_a_list())
    }

    /// Reports that everyone has left, if the server is down.
    pub(super) fn report_outage(&mut self) {
        if let Some(last_alive) = self.dead_since()
            && !self.reporter.reported().is_empty()
        {
            // If a player joined after the last check, the server was still up then.
            let last_alive = last_alive.max(self.reporter.latest());
            self.sync_empty("the server's port is dead", last_alive);
        }
    }

    /// Ends the outage once the port has accepted connections for long enough without a boot in the
    /// log. It is the same run of the server then, and the earlier players are still online.
    pub(super) fn end_outage(&mut self, now: UnixSeconds) {
        let Some(alive_since) = self.outage.recovered_since(now) else {
            return;
        };
        self.outage = Outage::None;
        self.game.note_recovery(alive_since);
        if let Some(source) = self.believed {
            tracing::info!("the server's port answers again");
            self.adopt_whole(source, now);
        }
    }

    /// Ends the outage if the event shows that the server is up, which is better evidence than any
    /// check.
    pub(super) fn revive(&mut self, from: SourceKind, event: &TimedEvent) {
        let shows_life = matches!(
            event.what,
            GameEvent::Join { .. } | GameEvent::Boot | GameEvent::Start
        );
        if shows_life && self.outage.dead_since().is_some() {
            self.outage = Outage::None;
            let roster = self.shown(from);
            self.reporter.adopt(&roster, event.at, event.at);
        }
    }
}
