//! One session, and whether it is heard of.

use std::time::Duration;

use hashbrown::HashSet;
use oxeye_plugin_proto::UnixSeconds;

use super::{LONGEST_CLAIM, MAX_GAPS, STALE_AFTER};
use crate::ids::GuildId;
use crate::presence::kinds::PresenceKind;
use crate::presence::seen::Seen;
use crate::presence::session::{PresenceDetails, PresenceSession};

/// A session, and whether it is heard of.
#[derive(Debug, Clone)]
pub(super) struct Tracked {
    pub(super) session: PresenceSession,
    /// Why nothing is heard of it; `None` while its last evidence moves on with the time.
    pub(super) away: Option<Away>,
    /// When a report last named it. Later evidence is that no report said otherwise.
    pub(super) told_at: UnixSeconds,
    /// The last evidence in the file.
    pub(super) saved_seen_at: UnixSeconds,
}

/// Why nothing is heard of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Away {
    /// The connection over which we heard of it was lost, and may be resumed.
    Connection,
    /// Its guild has an outage, or we were not there.
    Unheard,
}

impl Tracked {
    /// Takes a moment as evidence. If there was none for long, we were away: that time is a gap. Returns whether it is.
    pub(super) fn hear(&mut self, now: UnixSeconds) -> bool {
        let session = &mut self.session;
        let was_away = now.saturating_since(session.seen_at) >= STALE_AFTER;
        if was_away {
            session.add_gap(now);
        } else {
            session.seen_at = session.seen_at.max(now);
        }
        was_away
    }

    /// Stops hearing of the session, which went on until now.
    pub(super) fn lose(&mut self, why: Away, now: UnixSeconds) {
        if now.saturating_since(self.session.seen_at) < STALE_AFTER {
            self.hear(now);
        }
        self.away = Some(why);
    }

    /// Whether its guild, or for what belongs to the user any guild that tells of the user, is in a set.
    pub(super) fn is_in(&self, heard: &HashSet<GuildId>, telling: &[GuildId]) -> bool {
        match self.session.key.place {
            Some(place) => heard.contains(&place.guild),
            None => telling.iter().any(|guild| heard.contains(guild)),
        }
    }

    /// Takes note that a report names the session.
    pub(super) fn tell(&mut self, now: UnixSeconds) {
        self.told_at = self.told_at.max(now);
    }

    /// Takes back all evidence since a report last named it.
    pub(super) fn take_back(&mut self) {
        let session = &mut self.session;
        session.seen_at = self.told_at.clamp(session.started_at, session.seen_at);
        let seen_at = session.seen_at;
        session.gaps.retain(|gap| gap.from < seen_at);
        for gap in &mut session.gaps {
            gap.to = gap.to.min(seen_at);
        }
    }

    /// Whether a report is about this session rather than about a new one of the same key, after nothing was heard.
    pub(super) fn is_proven_by(&self, seen: &Seen) -> bool {
        if self.session.gaps.len() >= MAX_GAPS {
            return false;
        }
        if self.session.key.place.is_some() {
            return self.session.about.connection == seen.about.connection;
        }
        let latest = self.session.seen_at.plus(Duration::from_secs(1));
        seen.since.is_none_or(|since| since <= latest)
    }

    /// Whether something that is there now is the same session after a short break.
    pub(super) fn is_continued(&self, now: UnixSeconds) -> bool {
        let session = &self.session;
        let pause = now.saturating_since(session.seen_at);
        session.gaps.len() < MAX_GAPS && pause <= longest_break(session.kind())
    }

    /// Continues the session. The time since the last evidence is unknown.
    pub(super) fn go_on(&mut self, at: UnixSeconds) {
        self.away = None;
        self.session.end = None;
        self.session.add_gap(at);
    }

    /// Ends the session, or notes that it had ended by the last evidence if nothing was heard since.
    pub(super) fn finish(&mut self, at: UnixSeconds) {
        if self.away.is_none() {
            self.hear(at);
        }
        self.away = None;
        self.session.end_at(self.session.seen_at);
    }

    /// Shows what a report says. Returns whether it is new.
    pub(super) fn show(&mut self, about: &PresenceDetails) -> bool {
        let mut about = about.clone();
        if about.name.is_empty() {
            // A channel whose name is not known at the moment.
            about.name.clone_from(&self.session.about.name);
        }
        let is_new = self.session.about != about;
        self.session.about = about;
        is_new
    }
}

/// Whether a session is open, or what follows may be part of it.
pub(super) fn may_go_on(session: &PresenceSession, now: UnixSeconds) -> bool {
    let limit = match session.has_estimated_end() {
        true => LONGEST_CLAIM,
        false => longest_break(session.kind()),
    };
    session.is_open() || now.saturating_since(session.seen_at) <= limit
}

/// Returns how long something may be over and still be one session with what follows.
fn longest_break(kind: PresenceKind) -> Duration {
    match kind {
        PresenceKind::Spotify => Duration::from_secs(10),
        _ => Duration::from_secs(60),
    }
}
