//! A server that was killed says nothing: its port does.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::{PortChange, Report, Watch};

/// A server that is started anew may open its port a moment before its log is read that far. So long a
/// port that has come back alive does not bring back those who were on before.
const LOG_COMES_WITHIN: Duration = Duration::from_secs(2);

impl Watch {
    /// What became of the port on which players connect. It counts while a log is believed: a log
    /// does not tell of a server that was killed.
    pub fn port(&mut self, change: PortChange, now: UnixSeconds) -> Vec<Report> {
        match change {
            PortChange::Dead { last_alive } => {
                if self.port_dead_since.is_none() {
                    tracing::warn!("nobody listens on the server's port any more");
                    // What an earlier run remembers may be of before the clock was set back.
                    self.port_dead_since = Some(last_alive.min(now));
                }
                self.port_alive_since = None;
            }
            PortChange::Alive => self.port_alive_since = Some(now),
        }
        self.bury();
        self.reporter.take_reports()
    }

    /// Whether the port is dead and no source that would know says otherwise.
    pub(super) fn is_buried(&self) -> bool {
        self.port_dead_since.is_some() && !self.believes_a_list()
    }

    pub(super) fn bury(&mut self) {
        if let Some(last_alive) = self.port_dead_since.filter(|_| self.is_buried())
            && !self.reporter.told().is_empty()
        {
            // Who came on after the last knock was let in by a server that lived.
            let last_alive = last_alive.max(self.reporter.latest());
            self.empty("the server's port is dead", last_alive);
        }
    }

    /// A port that was dead has been alive for long enough, and the log does not tell of a boot: it is
    /// the same server, and those who were on still are.
    pub(super) fn unbury(&mut self, now: UnixSeconds) {
        let is_alive = self
            .port_alive_since
            .is_some_and(|since| now.saturating_since(since) >= LOG_COMES_WITHIN);
        if is_alive
            && self.port_dead_since.take().is_some()
            && let Some(source) = self.believed
        {
            tracing::info!("the server's port answers again");
            self.adopt_anew(source, now);
        }
    }
}
