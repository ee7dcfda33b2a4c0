//! Happenings and rosters become events, for each linked server its own.

use std::time::Duration;

use oxeye_plugin_proto::{
    Event, HeartbeatSecs, SyncPlayer, SyncReason, UnixSeconds, limits::MAX_PLAYERS_PER_SYNC,
};

use super::{Link, Report};
use crate::happening::{Happening, Present};
use crate::presence::Presence;

/// How much later than it happens something may be told by a log, which is written and read with a
/// little delay.
const SOURCE_LAG: Duration = Duration::from_secs(1);

/// What the backend was told, and what it is to be told next.
#[derive(Debug)]
pub(super) struct Reporter {
    links: Vec<Link>,
    heartbeat: HeartbeatSecs,
    told: Presence,
    /// The backend holds nobody else: a full list was told since the agent started, or the list of an
    /// earlier run is known.
    is_all: bool,
    knows_servers: bool,
    /// The time of the latest happening that was told.
    latest: UnixSeconds,
    reports: Vec<Report>,
}

impl Reporter {
    pub(super) fn new(links: Vec<Link>, heartbeat: HeartbeatSecs) -> Self {
        Self {
            links,
            heartbeat,
            told: Presence::default(),
            is_all: false,
            knows_servers: true,
            latest: UnixSeconds(0),
            reports: Vec::new(),
        }
    }

    /// Who is on, as the backend was told.
    pub(super) fn told(&self) -> &Presence {
        &self.told
    }

    /// The time of the latest happening that was told.
    pub(super) fn latest(&self) -> UnixSeconds {
        self.latest
    }

    /// Whether the backend holds nobody but those who were told.
    pub(super) fn is_all(&self) -> bool {
        self.is_all
    }

    pub(super) fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }

    pub(super) fn clock_was_set_back(&mut self, now: UnixSeconds) {
        self.latest = self.latest.min(now);
    }

    /// An earlier run has told of something that happened then.
    pub(super) fn lived_at(&mut self, last_event: Option<UnixSeconds>) {
        self.latest = self.latest.max(last_event.unwrap_or(self.latest));
    }

    /// These were told by an earlier run.
    pub(super) fn resume(&mut self, told: Presence) {
        self.told = told;
        self.is_all = true;
    }

    /// Tells one thing that has happened, unless it changes nothing.
    pub(super) fn happened(&mut self, what: &Happening, at: UnixSeconds) {
        self.latest = self.latest.max(at);
        match what {
            Happening::Join { player, .. } => {
                let news = self.told.get(player).is_none();
                self.told.apply(what, at);
                if let Some(present) = self.told.get(player).cloned().filter(|_| news) {
                    self.join(&present, at);
                }
            }
            Happening::Leave { player } => {
                if let Some(present) = self.told.get(player).cloned() {
                    self.leave(&present, at);
                    self.told.apply(what, at);
                }
            }
            Happening::Switch { player, .. } => {
                if let Some(before) = self.told.get(player).cloned() {
                    self.told.apply(what, at);
                    self.switch(&before, at);
                }
            }
            Happening::Boot => {
                self.told = Presence::default();
                self.sync_because(&SyncReason::Startup, at);
            }
            Happening::Stop => self.empty("the server stops", at),
            Happening::Crash => self.empty("the server crashed", at),
            Happening::Start => {}
        }
    }

    /// Whether the source that is believed tells on which server behind a proxy somebody is.
    pub(super) fn knows_servers(&mut self, knows: bool) {
        self.knows_servers = knows;
    }

    /// Tells the difference between what was told and who is on: whoever is not has left at
    /// `gone_at`.
    pub(super) fn adopt(&mut self, presence: &Presence, now: UnixSeconds, gone_at: UnixSeconds) {
        let presence = &self.with_servers(presence);
        let gone: Vec<_> = self
            .told
            .iter()
            .filter(|present| presence.get(&present.player).is_none())
            .cloned()
            .collect();
        for present in &gone {
            self.leave(present, gone_at);
        }
        for present in presence.iter() {
            match self.told.get(&present.player).cloned() {
                None => {
                    let since = present.since.unwrap_or(now);
                    self.latest = self.latest.max(since);
                    self.join(present, since);
                }
                Some(before) if before.server != present.server => {
                    self.moved(&before, present, now);
                }
                Some(_) => {}
            }
        }
        let since_told = |present: &Present| {
            let before = self.told.get(&present.player);
            let since = before.map_or(present.since.or(Some(now)), |before| before.since);
            Present {
                since,
                ..present.clone()
            }
        };
        self.told = presence.iter().map(since_told).collect();
    }

    /// A list that names no servers says nothing of where somebody is: they are where they were.
    fn with_servers(&self, presence: &Presence) -> Presence {
        if self.knows_servers {
            return presence.clone();
        }
        let known = |present: &Present| {
            let before = self.told.get(&present.player);
            Present {
                server: before.and_then(|before| before.server.clone()),
                ..present.clone()
            }
        };
        presence.iter().map(known).collect()
    }

    /// Tells those who are on and were not told.
    pub(super) fn add(&mut self, presence: &Presence, now: UnixSeconds) {
        let mut everybody: Vec<_> = self.told.iter().cloned().collect();
        let news = presence.iter();
        let news = news.filter(|present| self.told.get(&present.player).is_none());
        everybody.extend(news.cloned());
        self.adopt(&everybody.into_iter().collect(), now, now);
    }

    /// Nobody is on from this moment. Each leave is told, since a sync alone would end the stays
    /// when the server last spoke before it.
    pub(super) fn empty(&mut self, reason: &str, at: UnixSeconds) {
        for present in std::mem::take(&mut self.told).iter() {
            self.leave(present, at);
        }
        self.sync_because(&SyncReason::Other(reason.to_owned()), at);
    }

    /// Tells everybody who is on. The list is dated back by [`SOURCE_LAG`], but not to before what
    /// was told already: a leave that a source tells a moment late must not seem to be older than a
    /// list that still names the player.
    pub(super) fn sync(&mut self, reason: &str, now: UnixSeconds) {
        let at = now.minus(SOURCE_LAG).max(self.latest).min(now);
        self.sync_because(&SyncReason::Other(reason.to_owned()), at);
    }

    /// Those told to be on at this linked server.
    pub(super) fn online_at<'a>(&'a self, link: &'a Link) -> impl Iterator<Item = &'a Present> {
        self.told.iter().filter(|present| is_at(present, link))
    }

    fn sync_because(&mut self, reason: &SyncReason, at: UnixSeconds) {
        self.is_all = true;
        for link in &self.links {
            if *link != Link::Main && !self.knows_servers && !self.told.is_empty() {
                continue;
            }
            let online = self.online_at(link);
            let players: Vec<_> = online.map(sync_player).collect();
            if players.len() > MAX_PLAYERS_PER_SYNC {
                // The joins and leaves are told all the same.
                tracing::debug!("more players are on than one full list may have; none is sent");
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

    fn join(&mut self, present: &Present, at: UnixSeconds) {
        self.tell(
            present,
            |link| is_at(present, link),
            |player, uuid| Event::Join {
                player,
                texture_hash: None,
                uuid,
                at,
            },
        );
    }

    fn leave(&mut self, present: &Present, at: UnixSeconds) {
        self.tell(
            present,
            |link| is_at(present, link),
            |player, _| Event::leave(player, at),
        );
    }

    /// The player is told to be elsewhere by now; each of the two servers learns its half.
    fn switch(&mut self, before: &Present, at: UnixSeconds) {
        if let Some(present) = self.told.get(&before.player).cloned() {
            self.moved(before, &present, at);
        }
    }

    fn moved(&mut self, before: &Present, present: &Present, at: UnixSeconds) {
        if before.server == present.server {
            return;
        }
        let left = |link: &Link| *link != Link::Main && is_at(before, link);
        self.tell(before, left, |player, _| Event::leave(player, at));
        let joined = |link: &Link| *link != Link::Main && is_at(present, link);
        self.tell(present, joined, |player, uuid| Event::Join {
            player,
            texture_hash: None,
            uuid,
            at,
        });
    }

    fn tell(
        &mut self,
        present: &Present,
        to: impl Fn(&Link) -> bool,
        event: impl Fn(oxeye_plugin_proto::PlayerName, Option<uuid::Uuid>) -> Event,
    ) {
        for link in self.links.iter().filter(|link| to(link)) {
            self.reports.push(Report {
                link: link.clone(),
                event: event(present.player.clone(), present.uuid),
            });
        }
    }
}

fn is_at(present: &Present, link: &Link) -> bool {
    match link {
        Link::Main => true,
        Link::Behind(server) => present.server.as_ref() == Some(server),
    }
}

fn sync_player(present: &Present) -> SyncPlayer {
    SyncPlayer {
        uuid: present.uuid,
        ..SyncPlayer::new(present.player.clone())
    }
}
