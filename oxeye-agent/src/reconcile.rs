//! Reconciles the sources: decides which one is believed and what is reported from it. No I/O, no
//! clock.
//!
//! At most one source is believed at a time: the best of those that work. Updates from the others are
//! kept, so that a changeover loses nothing.
//!
//! | module           | what it does                                                    |
//! |------------------|-----------------------------------------------------------------|
//! | `changeover`     | changes over from one source to another                         |
//! | `choice`         | keeps the last update of each source and chooses the best one   |
//! | `game_server`    | works out whether the game server runs                          |
//! | `hidden`         | leaves out staff who are online but hidden                      |
//! | `knowledge`      | what is known now: who is believed, what a heartbeat can report |
//! | `outage`         | decides what a dead port means                                  |
//! | `port`           | tracks whether the port on which players connect is alive       |
//! | `report`         | turns events and rosters into reports for each linked server    |
//! | `server_reports` | reports whether the game server runs                            |

mod changeover;
mod choice;
mod game_server;
mod hidden;
mod knowledge;
mod outage;
mod port;
mod report;
mod server_reports;
#[cfg(test)]
mod tests;

use std::time::Duration;

use oxeye_plugin_proto::{Event, HeartbeatSecs, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use self::choice::Views;
use self::game_server::GameServer;
use self::hidden::Hidden;
pub(crate) use self::knowledge::Liveness;
use self::outage::Outage;
pub(crate) use self::port::{PortChange, PortCheck, PortState};
use self::report::Reporter;
use crate::game_event::TimedEvent;
use crate::source_update::{SourceKind, SourceUpdate};

/// The longest time between two full syncs, which correct any differences from the backend's list.
pub(crate) const SYNC_EVERY: Duration = Duration::from_secs(5 * 60);

/// A linked server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Link {
    /// The server or the whole proxy.
    Main,
    /// One server behind the proxy, by the proxy's name for it.
    Behind(ServerName),
}

/// An event for one linked server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    /// The linked server.
    pub(crate) link: Link,
    /// The event.
    pub(crate) event: Event,
}

/// What is known about one Minecraft server or proxy.
#[derive(Debug)]
pub(crate) struct Reconciler {
    views: Views,
    believed: Option<SourceKind>,
    reporter: Reporter,
    hidden: Hidden,
    /// When the log will have caught up with the previous source, if it is to be believed next.
    log_caught_up_at: Option<UnixSeconds>,
    outage: Outage,
    game: GameServer,
    /// Since when no source has been believed.
    blind_since: Option<UnixSeconds>,
    /// When the believed source last sent its whole roster.
    named_at: Option<UnixSeconds>,
    /// The reasons why no source works, as last logged.
    last_complaint: Option<String>,
    next_sync: UnixSeconds,
    last_tick: UnixSeconds,
}

impl Reconciler {
    /// Returns a reconciler that knows nothing yet. `settling` sources will soon report whether they
    /// work; until each has done so, no lesser one is believed.
    #[must_use]
    pub(crate) fn new(
        links: Vec<Link>,
        heartbeat: HeartbeatSecs,
        settling: impl IntoIterator<Item = SourceKind>,
    ) -> Self {
        Self {
            views: Views::settling(settling),
            believed: None,
            reporter: Reporter::new(links, heartbeat),
            hidden: Hidden::default(),
            log_caught_up_at: None,
            outage: Outage::None,
            game: GameServer::default(),
            blind_since: None,
            named_at: None,
            last_complaint: None,
            next_sync: UnixSeconds(i64::MAX),
            last_tick: UnixSeconds(0),
        }
    }

    /// Takes in an update from a source.
    pub(crate) fn take(
        &mut self,
        from: SourceKind,
        update: SourceUpdate,
        now: UnixSeconds,
    ) -> Vec<Report> {
        match update {
            SourceUpdate::Resumed {
                before,
                is_reported,
                run,
                visited,
                last_event,
                events,
                forgotten,
                visible_until,
            } => {
                self.reporter.note_last_event(last_event);
                self.resume_server(run, visited);
                self.catch_up(before, is_reported, &events, now);
                self.forget(forgotten, visible_until);
            }
            SourceUpdate::Events(events) => self.happened(from, &events, now),
            SourceUpdate::Roster { .. } | SourceUpdate::Count(_) | SourceUpdate::Failed(_) => {
                self.note_source(from, &update, now);
                let events = self.views.take(from, update);
                if self.views.best() == Some(from) {
                    self.report_events(&events);
                }
                let mut reveals = false;
                if from == SourceKind::Log {
                    reveals = self.reveal_from_log();
                }
                match self.believed {
                    Some(source) if (source == from || reveals) && !self.must_change_over() => {
                        self.adopt_changes(source, now);
                    }
                    _ => self.change_over(now),
                }
            }
        }
        self.report_outage();
        self.report_server(now);
        self.views.discard_stale_lists();
        self.take_reports()
    }

    /// Reports the events of the log with their times, whichever source is believed now.
    fn report_events(&mut self, events: &[TimedEvent]) {
        for event in events {
            self.note_hiding_in_log(event);
            self.reporter.happened(&event.what, event.at);
            self.server_happened(event, event.at);
        }
    }

    fn happened(&mut self, from: SourceKind, events: &[TimedEvent], now: UnixSeconds) {
        for event in events {
            self.views.happened(from, &event.what, event.at);
            let is_believed = self.believed == Some(from);
            let is_reported = if from == SourceKind::Log {
                let changes_hiding = self.note_hiding_in_log(event);
                is_believed || changes_hiding
            } else if is_believed {
                self.hidden.may_show(&event.what)
            } else {
                false
            };
            if is_reported && is_believed {
                self.revive(from, event);
            }
            if is_reported {
                self.reporter.happened(&event.what, event.at);
            }
            self.server_happened(event, now);
        }
        if self.must_change_over() {
            self.change_over(now);
        }
    }

    /// Returns a full sync, if everyone is known. The backend has asked for it, or its list may differ
    /// from ours.
    pub(crate) fn resync(&mut self, now: UnixSeconds) -> Vec<Report> {
        if self.knows_everyone() {
            self.sync(now);
        }
        self.take_reports()
    }

    /// Does what is due. Must be called every second.
    pub(crate) fn tick(&mut self, now: UnixSeconds) -> Vec<Report> {
        if now < self.last_tick {
            self.clock_was_set_back(now);
        }
        self.last_tick = now;
        self.change_over(now);
        self.end_outage(now);
        self.server_tick(now);
        if now >= self.next_sync && self.knows_everyone() {
            self.sync(now);
        }
        self.take_reports()
    }

    /// Adjusts all deadlines, which would otherwise be an hour late after the clock is set back by an
    /// hour.
    fn clock_was_set_back(&mut self, now: UnixSeconds) {
        self.log_caught_up_at = None;
        self.outage.clock_was_set_back(now);
        self.game.clock_was_set_back(now);
        self.blind_since = self.blind_since.map(|since| since.min(now));
        self.reporter.clock_was_set_back(now);
        self.next_sync = self.next_sync.min(now.plus(SYNC_EVERY));
    }

    fn sync_empty(&mut self, reason: &str, at: UnixSeconds) {
        self.reporter.sync_empty(reason, at);
    }

    fn sync(&mut self, now: UnixSeconds) {
        self.reporter.sync("full list", now);
        self.next_sync = now.plus(SYNC_EVERY);
    }
}
