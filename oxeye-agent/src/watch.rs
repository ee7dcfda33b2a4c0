//! Which source is believed, and what the backend is told by it. No I/O, no clock.
//!
//! Exactly one source is believed at a time: the best of those that work. What the others tell is
//! kept, so that a change-over loses nothing.
//!
//! | module   | what it holds                                                       |
//! |----------|---------------------------------------------------------------------|
//! | `belief` | which source is believed, and the change-over                       |
//! | `choice` | what each source last said, and which is the best                   |
//! | `death`  | what a dead port means                                              |
//! | `hidden` | staff who are on but do not want to be seen                         |
//! | `report` | happenings and rosters become events, per linked server             |
//! | `port`   | whether anybody listens where players connect                       |

mod belief;
mod choice;
mod death;
mod hidden;
mod port;
mod report;
#[cfg(test)]
mod tests;

use std::time::Duration;

use oxeye_plugin_proto::{Event, HeartbeatSecs, PlayerName, ServerName, UnixSeconds};

use self::choice::Views;
use self::hidden::Hidden;
pub use self::port::{Knock, Port, PortChange};
use self::report::Reporter;
use crate::happening::{Happening, Seen};
use crate::news::{News, SourceKind};
use crate::presence::Presence;

/// A full sync at least this often, so that whatever went wrong is right again soon.
pub const DRIFT_CONTROL: Duration = Duration::from_secs(5 * 60);

/// A server as the backend knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// The server or the whole proxy.
    Main,
    /// One server behind the proxy, by the proxy's name for it.
    Behind(ServerName),
}

/// What one linked server is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub link: Link,
    /// What.
    pub event: Event,
}

/// What a heartbeat may say now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pulse {
    /// We do not see the server, so nothing is vouched for.
    Silent,
    /// The server is watched; everybody we know of is still on.
    Names,
    /// The server is watched, but tells only how many are on.
    Count(u32),
}

/// All that is known of one Minecraft server or proxy.
#[derive(Debug)]
pub struct Watch {
    views: Views,
    believed: Option<SourceKind>,
    reporter: Reporter,
    hidden: Hidden,
    /// When a log that is to be believed after another source will have caught up with it.
    log_caught_up_at: Option<UnixSeconds>,
    /// Since when nobody listens on the server's port, if so.
    port_dead_since: Option<UnixSeconds>,
    /// Since when somebody listens again on a port that was dead.
    port_alive_since: Option<UnixSeconds>,
    /// Since when no source is believed.
    blind_since: Option<UnixSeconds>,
    /// When the source that is believed last told all it knows.
    named_at: Option<UnixSeconds>,
    /// Why no source worked when that was last said.
    last_complaint: Option<String>,
    next_sync: UnixSeconds,
    last_tick: UnixSeconds,
}

impl Watch {
    /// Nothing is known yet. `settling` sources will say soon whether they work; until each has, no
    /// lesser one is believed.
    #[must_use]
    pub fn new(
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
            port_dead_since: None,
            port_alive_since: None,
            blind_since: None,
            named_at: None,
            last_complaint: None,
            next_sync: UnixSeconds(i64::MAX),
            last_tick: UnixSeconds(0),
        }
    }

    /// A source has told something.
    pub fn take(&mut self, from: SourceKind, news: News, now: UnixSeconds) -> Vec<Report> {
        match news {
            News::Resumed {
                before,
                is_told,
                last_event,
                seen,
                forgotten,
                seen_until,
            } => {
                self.reporter.lived_at(last_event);
                self.catch_up(before, is_told, &seen, now);
                self.forget(forgotten, seen_until);
            }
            News::Happened(seen) => self.happened(from, &seen, now),
            News::Names { .. } | News::Count(_) | News::Fails(_) => {
                let seen = self.views.take(from, news);
                if self.views.best() == Some(from) {
                    self.tell_seen(&seen);
                }
                let unveils = from == SourceKind::Log && self.log_unveils();
                match self.believed {
                    Some(source) if (source == from || unveils) && !self.choose_differently() => {
                        self.adopt_changes(source, now);
                    }
                    _ => self.change_over(now),
                }
            }
        }
        self.bury();
        self.views.rest_lists();
        self.reporter.take_reports()
    }

    /// What an earlier run of the agent did not see. It happened, whatever source is believed now.
    fn catch_up(&mut self, before: Presence, is_told: bool, seen: &[Seen], now: UnixSeconds) {
        if self.believes_a_list() {
            // What is told now is by another source, and newer.
        } else if is_told {
            self.reporter.resume(before);
        } else {
            // Told twice is told once, since the times are the same.
            self.reporter.adopt(&before, now, now);
        }
        self.tell_seen(seen);
    }

    /// The log does not know any more whether these are on, and nobody better does.
    fn forget(&mut self, forgotten: Vec<PlayerName>, seen_until: UnixSeconds) {
        if !self.believes_a_list() {
            for player in forgotten {
                let left = Happening::Leave { player };
                self.reporter.happened(&left, seen_until);
            }
        }
    }

    /// Tells what the log has seen, at its times, whatever source is believed now.
    fn tell_seen(&mut self, seen: &[Seen]) {
        for seen in seen {
            self.log_told(seen);
            self.reporter.happened(&seen.what, seen.at);
        }
    }

    fn happened(&mut self, from: SourceKind, seen: &[Seen], now: UnixSeconds) {
        for seen in seen {
            self.views.happened(from, &seen.what, seen.at);
            let is_told_by_log = from == SourceKind::Log && self.log_told(seen);
            let is_believed = self.believed == Some(from);
            if is_believed && (from == SourceKind::Log || self.hidden.may_show(&seen.what)) {
                self.revive(from, seen);
                self.reporter.happened(&seen.what, seen.at);
            } else if is_told_by_log {
                self.reporter.happened(&seen.what, seen.at);
            }
        }
        if self.choose_differently() {
            self.change_over(now);
        }
    }

    /// Somebody who comes on shows better than any probe that the server is there.
    fn revive(&mut self, from: SourceKind, seen: &Seen) {
        let alive = matches!(
            seen.what,
            Happening::Join { .. } | Happening::Boot | Happening::Start
        );
        if alive && self.port_dead_since.take().is_some() {
            let presence = self.shown(from);
            self.reporter.adopt(&presence, seen.at, seen.at);
        }
    }

    /// The backend wants to know everybody, or its list may have drifted from ours.
    pub fn resync(&mut self, now: UnixSeconds) -> Vec<Report> {
        if self.knows_everyone() {
            self.sync(now);
        }
        self.reporter.take_reports()
    }

    /// To be called every second.
    pub fn tick(&mut self, now: UnixSeconds) -> Vec<Report> {
        if now < self.last_tick {
            self.clock_was_set_back(now);
        }
        self.last_tick = now;
        self.change_over(now);
        self.unbury(now);
        if now >= self.next_sync && self.knows_everyone() {
            self.sync(now);
        }
        self.reporter.take_reports()
    }

    /// What is awaited by the clock would take an hour longer if that was set back an hour, and nobody
    /// was seen at a time that has not come yet.
    fn clock_was_set_back(&mut self, now: UnixSeconds) {
        self.log_caught_up_at = None;
        self.port_alive_since = self.port_alive_since.map(|since| since.min(now));
        self.blind_since = self.blind_since.map(|since| since.min(now));
        self.reporter.clock_was_set_back(now);
        self.next_sync = self.next_sync.min(now.plus(DRIFT_CONTROL));
    }

    fn empty(&mut self, reason: &str, at: UnixSeconds) {
        self.reporter.empty(reason, at);
    }

    fn sync(&mut self, now: UnixSeconds) {
        self.reporter.sync("full list", now);
        self.next_sync = now.plus(DRIFT_CONTROL);
    }

    /// Nobody but those told of can be on.
    #[must_use]
    pub fn knows_everyone(&self) -> bool {
        let by_source = self
            .believed
            .is_some_and(|source| self.views.knows_everyone(source));
        by_source || self.is_buried()
    }

    /// What a heartbeat may say.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        if self.is_buried() {
            return Pulse::Names;
        }
        let Some(source) = self.believed else {
            return Pulse::Silent;
        };
        let told = self.reporter.told().len();
        match self.views.count(source) {
            None => Pulse::Names,
            Some(count) if told == 0 => Pulse::Count(count),
            Some(_) => Pulse::Names,
        }
    }

    /// The source that is believed.
    #[must_use]
    pub fn believed(&self) -> Option<SourceKind> {
        self.believed
    }

    /// Whether the source that is believed tells on which server behind a proxy somebody is.
    #[must_use]
    pub fn knows_servers(&self) -> bool {
        !self.believes_a_list()
    }

    /// Whether who is on is taken from anything but the log.
    fn believes_a_list(&self) -> bool {
        self.believed
            .is_some_and(|source| source != SourceKind::Log)
    }

    /// Whether this source told something when it was last asked, and is still asked.
    #[must_use]
    pub fn works(&self, kind: SourceKind) -> bool {
        self.views.works(kind)
    }

    /// Whether this source is worth asking: nothing better names everybody or may yet do so.
    #[must_use]
    pub fn wants(&self, kind: SourceKind) -> bool {
        self.views.lacks_better_than(kind)
    }

    /// Who is on, as the backend was told.
    #[must_use]
    pub fn told(&self) -> &Presence {
        self.reporter.told()
    }

    /// Why each source that does not work does not.
    pub fn failures(&self) -> impl Iterator<Item = (SourceKind, &str)> {
        SourceKind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, self.views.failure(kind)?)))
    }

    /// How many of those on are on this linked server.
    #[must_use]
    pub fn online_at(&self, link: &Link) -> usize {
        self.reporter.online_at(link).count()
    }
}
