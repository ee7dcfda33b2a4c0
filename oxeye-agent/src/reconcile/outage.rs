//! What a dead port means: a server that was killed reports nothing itself.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::{PortChange, Reconciler, Report};
use crate::game_event::{GameEvent, TimedEvent};
use crate::source_update::SourceKind;

/// How long a port must accept connections again before the players from before count as still on. A
/// server that was restarted may open its port a moment before its log has been read that far.
const LOG_COMES_WITHIN: Duration = Duration::from_secs(2);

/// An outage of the port on which players connect.
#[derive(Debug, Default)]
pub(super) enum Outage {
    /// The port is not known to be dead.
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
    /// Since when the port has been dead, unless the outage is over.
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

    fn has_recovered(&self, now: UnixSeconds) -> bool {
        matches!(self, Self::Recovering { alive_since, .. }
            if now.saturating_since(*alive_since) >= LOG_COMES_WITHIN)
    }

    /// A time that has not come yet must not delay the recovery.
    pub(super) fn clock_was_set_back(&mut self, now: UnixSeconds) {
        if let Self::Recovering { alive_since, .. } = self {
            *alive_since = (*alive_since).min(now);
        }
    }
}

impl Reconciler {
    /// Takes in a change of the port on which players connect. It counts while a log is believed: a
    /// log does not report that its server was killed.
    pub fn port(&mut self, change: PortChange, now: UnixSeconds) -> Vec<Report> {
        match change {
            PortChange::Dead { last_alive } => {
                if self.outage.dead_since().is_none() {
                    tracing::warn!("the server's port does not accept connections any more");
                }
                // What an earlier run remembers may be from before the clock was set back.
                self.outage.port_died(last_alive.min(now));
            }
            PortChange::Alive => self.outage.port_answers(now),
        }
        self.report_outage();
        self.reporter.take_reports()
    }

    /// Whether the port is dead and no list contradicts that.
    pub(super) fn is_down(&self) -> bool {
        self.outage.dead_since().is_some() && !self.believes_a_list()
    }

    /// Reports that everybody has left, if the server is down.
    pub(super) fn report_outage(&mut self) {
        if let Some(last_alive) = self.outage.dead_since().filter(|_| self.is_down())
            && !self.reporter.reported().is_empty()
        {
            // Whoever joined after the last check was let in by a server that was up.
            let last_alive = last_alive.max(self.reporter.latest());
            self.empty("the server's port is dead", last_alive);
        }
    }

    /// Ends the outage once the port has accepted connections for long enough and the log reports no
    /// boot: it is the same server, and the players from before are still on.
    pub(super) fn end_outage(&mut self, now: UnixSeconds) {
        if !self.outage.has_recovered(now) {
            return;
        }
        self.outage = Outage::None;
        if let Some(source) = self.believed {
            tracing::info!("the server's port answers again");
            self.adopt_whole(source, now);
        }
    }

    /// A player who joins shows better than any check that the server is up.
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
