//! Turns events and rosters into reports for each linked server.

use std::time::Duration;

use oxeye_plugin_proto::limits::MAX_PLAYERS_PER_SYNC;
use oxeye_plugin_proto::{Event, HeartbeatSecs, SyncPlayer, SyncReason, UnixSeconds};

use super::{Link, Report};
use crate::game_event::GameEvent;
use crate::roster::{Roster, RosterEntry};
use crate::server_run::ServerRun;

/// How late an event from a log may arrive, because logs are written and read with a small delay.
const SOURCE_LAG: Duration = Duration::from_secs(1);

/// What the backend knows, and the reports that have not been sent yet.
#[derive(Debug)]
pub(super) struct Reporter {
    links: Vec<Link>,
    heartbeat: HeartbeatSecs,
    reported: Roster,
    /// Whether the backend lists nobody else, because a full sync was sent since the agent started or
    /// the roster of an earlier run is known.
    is_complete: bool,
    /// Whether the believed source knows which server behind a proxy each player is on.
    knows_servers: bool,
    /// The time of the latest reported event.
    latest: UnixSeconds,
    reports: Vec<Report>,
}

impl Reporter {
    pub(super) fn new(links: Vec<Link>, heartbeat: HeartbeatSecs) -> Self {
        Self {
            links,
            heartbeat,
            reported: Roster::default(),
            is_complete: false,
            knows_servers: true,
            latest: UnixSeconds(0),
            reports: Vec::new(),
        }
    }

    /// Returns who is online, as reported to the backend.
    pub(super) fn reported(&self) -> &Roster {
        &self.reported
    }

    /// Returns the time of the latest reported event.
    pub(super) fn latest(&self) -> UnixSeconds {
        self.latest
    }

    /// Whether the backend lists nobody except the reported players.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns the linked servers.
    pub(super) fn links(&self) -> &[Link] {
        &self.links
    }

    /// Reports the state of a linked server since this time.
    pub(super) fn report_run(&mut self, link: Link, run: ServerRun, at: UnixSeconds) {
        let event = Event::Heartbeat {
            players: None,
            heartbeat_secs: Some(self.heartbeat),
            server: Some(run.state),
            since: run.since,
            at,
        };
        self.reports.push(Report { link, event });
    }

    pub(super) fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }

    pub(super) fn clock_was_set_back(&mut self, now: UnixSeconds) {
        self.latest = self.latest.min(now);
    }

    /// Notes that an earlier run reported an event at this time.
    pub(super) fn note_last_event(&mut self, last_event: Option<UnixSeconds>) {
        self.latest = self.latest.max(last_event.unwrap_or(self.latest));
    }

    /// Continues with the roster that an earlier run reported.
    pub(super) fn resume(&mut self, reported: Roster) {
        self.reported = reported;
        self.is_complete = true;
    }

    /// Reports an event, unless it changes nothing.
    pub(super) fn happened(&mut self, what: &GameEvent, at: UnixSeconds) {
        self.latest = self.latest.max(at);
        match what {
            GameEvent::Join { player, .. } => {
                let is_new = self.reported.get(player).is_none();
                self.reported.apply(what, at);
                if let Some(entry) = self.reported.get(player).cloned().filter(|_| is_new) {
                    self.join(&entry, at);
                }
            }
            GameEvent::Leave { player } => {
                if let Some(entry) = self.reported.get(player).cloned() {
                    self.leave(&entry, at);
                    self.reported.apply(what, at);
                }
            }
            GameEvent::Switch { player, .. } => {
                if let Some(before) = self.reported.get(player).cloned() {
                    self.reported.apply(what, at);
                    self.switch(&before, at);
                }
            }
            GameEvent::Boot => {
                self.reported = Roster::default();
                self.sync_because(&SyncReason::Startup, at);
            }
            GameEvent::Stop => self.sync_empty("the server stops", at),
            GameEvent::Crash => self.sync_empty("the server crashed", at),
            GameEvent::Start | GameEvent::Activity(_) => {}
        }
    }

    /// Sets whether the believed source knows which server behind a proxy each player is on.
    pub(super) fn knows_servers(&mut self, knows: bool) {
        self.knows_servers = knows;
    }

    /// Reports the difference between the reported roster and this one. Players who are missing from it
    /// left at `gone_at`.
    pub(super) fn adopt(&mut self, roster: &Roster, now: UnixSeconds, gone_at: UnixSeconds) {
        let roster = &self.with_servers(roster);
        let gone: Vec<_> = self
            .reported
            .iter()
            .filter(|entry| roster.get(&entry.player).is_none())
            .cloned()
            .collect();
        for entry in &gone {
            self.leave(entry, gone_at);
        }
        for entry in roster.iter() {
            match self.reported.get(&entry.player).cloned() {
                None => {
                    let since = entry.since.unwrap_or(now);
                    self.latest = self.latest.max(since);
                    self.join(entry, since);
                }
                Some(before) if before.server != entry.server => {
                    self.moved(&before, entry, now);
                }
                Some(_) => {}
            }
        }
        let with_reported_since = |entry: &RosterEntry| {
            let before = self.reported.get(&entry.player);
            let since = before.map_or(entry.since.or(Some(now)), |before| before.since);
            RosterEntry {
                since,
                ..entry.clone()
            }
        };
        self.reported = roster.iter().map(with_reported_since).collect();
    }

    /// Returns the roster with the servers as last reported, if the source does not know them.
    fn with_servers(&self, roster: &Roster) -> Roster {
        if self.knows_servers {
            return roster.clone();
        }
        let known = |entry: &RosterEntry| {
            let before = self.reported.get(&entry.player);
            RosterEntry {
                server: before.and_then(|before| before.server.clone()),
                ..entry.clone()
            }
        };
        roster.iter().map(known).collect()
    }

    /// Reports the players who have not been reported yet.
    pub(super) fn add(&mut self, roster: &Roster, now: UnixSeconds) {
        let mut everyone: Vec<_> = self.reported.iter().cloned().collect();
        let new = roster.iter();
        let new = new.filter(|entry| self.reported.get(&entry.player).is_none());
        everyone.extend(new.cloned());
        self.adopt(&everyone.into_iter().collect(), now, now);
    }

    /// Reports that everyone left at this time. Each leave is reported, because a sync alone would end
    /// the sessions at the server's previous report.
    pub(super) fn sync_empty(&mut self, reason: &str, at: UnixSeconds) {
        for entry in std::mem::take(&mut self.reported).iter() {
            self.leave(entry, at);
        }
        self.sync_because(&SyncReason::Other(reason.to_owned()), at);
    }

    /// Reports everyone who is online in a full sync. It is backdated by [`SOURCE_LAG`], but not to
    /// before the latest event, so that a leave that arrives a moment late does not seem older than a
    /// sync that still names the player.
    pub(super) fn sync(&mut self, reason: &str, now: UnixSeconds) {
        let at = now.minus(SOURCE_LAG).max(self.latest).min(now);
        self.sync_because(&SyncReason::Other(reason.to_owned()), at);
    }

    /// Returns the players reported to be on this linked server.
    pub(super) fn online_at<'a>(&'a self, link: &'a Link) -> impl Iterator<Item = &'a RosterEntry> {
        self.reported.iter().filter(|entry| is_at(entry, link))
    }

    fn sync_because(&mut self, reason: &SyncReason, at: UnixSeconds) {
        self.is_complete = true;
        for link in &self.links {
            if *link != Link::Main && !self.knows_servers && !self.reported.is_empty() {
                continue;
            }
            let online = self.online_at(link);
            let players: Vec<_> = online.map(sync_player).collect();
            if players.len() > MAX_PLAYERS_PER_SYNC {
                // Joins and leaves are still reported.
                tracing::debug!(
                    "more players are online than a full sync may name, so none is sent"
                );
                continue;
            }
            let event = Event::Sync {
                players: players.into_iter().collect(),
                heartbeat_secs: Some(self.heartbeat),
                reason: Some(reason.clone()),
                at,
            };
            let link = link.clone();
            self.reports.push(Report { link, event });
        }
    }

    fn join(&mut self, entry: &RosterEntry, at: UnixSeconds) {
        self.report(
            entry,
            |link| is_at(entry, link),
            |player, uuid| Event::Join {
                player,
                texture_hash: None,
                uuid,
                at,
            },
        );
    }

    fn leave(&mut self, entry: &RosterEntry, at: UnixSeconds) {
        self.report(
            entry,
            |link| is_at(entry, link),
            |player, _| Event::leave(player, at),
        );
    }

    /// Reports a player who moved from one server to another, as a leave and a join.
    fn switch(&mut self, before: &RosterEntry, at: UnixSeconds) {
        if let Some(entry) = self.reported.get(&before.player).cloned() {
            self.moved(before, &entry, at);
        }
    }

    fn moved(&mut self, before: &RosterEntry, entry: &RosterEntry, at: UnixSeconds) {
        if before.server == entry.server {
            return;
        }
        let left = |link: &Link| *link != Link::Main && is_at(before, link);
        self.report(before, left, |player, _| Event::leave(player, at));
        let joined = |link: &Link| *link != Link::Main && is_at(entry, link);
        self.report(entry, joined, |player, uuid| Event::Join {
            player,
            texture_hash: None,
            uuid,
            at,
        });
    }

    fn report(
        &mut self,
        entry: &RosterEntry,
        to: impl Fn(&Link) -> bool,
        event: impl Fn(oxeye_plugin_proto::PlayerName, Option<uuid::Uuid>) -> Event,
    ) {
        for link in self.links.iter().filter(|link| to(link)) {
            self.reports.push(Report {
                link: link.clone(),
                event: event(entry.player.clone(), entry.uuid),
            });
        }
    }
}

fn is_at(entry: &RosterEntry, link: &Link) -> bool {
    match link {
        Link::Main => true,
        Link::Behind(server) => entry.server.as_ref() == Some(server),
    }
}

fn sync_player(entry: &RosterEntry) -> SyncPlayer {
    SyncPlayer {
        uuid: entry.uuid,
        ..SyncPlayer::new(entry.player.clone())
    }
}
