//! The sessions of one user: what each report and each passing minute makes of them.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::quota::Quota;
use super::tracked::{Away, Tracked, may_go_on};
use super::{GRACE, LONGEST_CLAIM, MAX_GAPS};
use crate::ids::{GuildId, UserId};
use crate::presence::key::PresenceKey;
use crate::presence::seen::Seen;
use crate::presence::session::PresenceSession;

/// Maximum number of keys of a user of which it is noted when their last session ended.
const MAX_ENDED: usize = 256;

/// The sessions of a user that something can still happen to.
#[derive(Debug, Clone, Default)]
pub(super) struct UserTrack {
    pub(super) sessions: Vec<Tracked>,
    /// When sessions ended that are no longer in `sessions`. Nothing that begins later may have begun before.
    pub(super) ended: Vec<(PresenceKey, UnixSeconds)>,
    pub(super) quota: Quota,
    /// What the last reports name that did not begin because too many had begun that day.
    pub(super) skipped: Vec<PresenceKey>,
}

/// Which sessions of a user a report is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope {
    Activities,
    VoiceOf(GuildId),
}

impl Scope {
    fn has(self, key: &PresenceKey) -> bool {
        match self {
            Self::Activities => key.place.is_none(),
            Self::VoiceOf(guild) => key.place.is_some_and(|place| place.guild == guild),
        }
    }
}

/// A report about a user.
pub(super) struct Report {
    pub(super) user: UserId,
    pub(super) scope: Scope,
    /// Everything that the user does, each with the time since when it may be kept.
    pub(super) seen: Vec<(Seen, UnixSeconds)>,
}

/// Where sessions get their numbers, and which of them have to be written.
pub(super) struct Ledger<'a> {
    pub(super) next_id: &'a mut i64,
    /// Number of sessions that did not begin because too many had begun that day.
    pub(super) over_quota: &'a mut u64,
    pub(super) changed: &'a mut Vec<i64>,
}

impl UserTrack {
    /// Takes a report.
    pub(super) fn take(&mut self, report: Report, now: UnixSeconds, ledger: &mut Ledger<'_>) {
        let Report { user, scope, seen } = report;
        let is_seen = |key: &PresenceKey| seen.iter().any(|(seen, _)| seen.key == *key);
        self.skipped.retain(|key| !scope.has(key) || is_seen(key));
        let mut beginning = Vec::new();
        let mut going_on = Vec::new();
        for (seen, kept_since) in seen {
            if self.goes_on(&seen, now, ledger) {
                going_on.push(seen.key);
            } else {
                let start = self.start_of(&seen, kept_since, now);
                beginning.push((seen, start));
            }
        }
        for tracked in &mut self.sessions {
            let key = &tracked.session.key;
            if !scope.has(key) || going_on.contains(key) {
                continue;
            }
            if !tracked.session.is_open() {
                // What ended by estimate and is not there is over, also for a connection that is resumed.
                tracked.away = tracked.away.map(|_| Away::Unheard);
            } else {
                // A track ends when the next one begins.
                let next = beginning.iter().find(|(seen, _)| seen.key.excludes(key));
                tracked.finish(next.map_or(now, |(_, start)| *start));
                ledger.changed.push(tracked.session.id);
            }
        }
        for (seen, start) in beginning {
            self.begin(user, seen, start, now, ledger);
        }
    }

    /// Continues the open session that something belongs to. Returns false if there is none.
    fn goes_on(&mut self, seen: &Seen, now: UnixSeconds, ledger: &mut Ledger<'_>) -> bool {
        let mut sessions = self.sessions.iter_mut();
        let open = sessions.find(|of| of.session.is_open() && of.session.key == seen.key);
        let Some(open) = open else { return false };
        let mut has_changed;
        if open.away.is_none() {
            has_changed = open.hear(now);
        } else if open.is_proven_by(seen) {
            open.go_on(now);
            has_changed = true;
        } else {
            return false;
        }
        open.tell(now);
        has_changed |= open.show(&seen.about);
        if has_changed {
            ledger.changed.push(open.session.id);
        }
        true
    }

    /// Returns the latest evidence of a session that cannot be open together with another of this key.
    fn latest_evidence(&self, key: &PresenceKey) -> Option<UnixSeconds> {
        let tracked = self.sessions.iter();
        let tracked = tracked.map(|of| (&of.session.key, of.session.seen_at));
        let ended = self.ended.iter().map(|(key, at)| (key, *at));
        let all = tracked.chain(ended).filter(|(of, _)| of.excludes(key));
        all.map(|(_, at)| at).max()
    }

    /// Returns when something began that has no open session: when it says, if that can be, otherwise now.
    fn start_of(&self, seen: &Seen, kept_since: UnixSeconds, now: UnixSeconds) -> UnixSeconds {
        let before = self.latest_evidence(&seen.key);
        let oldest = now.minus(LONGEST_CLAIM);
        let since = seen.since.filter(|since| (oldest..=now).contains(since));
        let since = since.filter(|since| before.is_none_or(|before| before < *since));
        let start = since.map_or(now, |since| since.max(kept_since));
        // The clock may have been set back.
        before.map_or(start, |before| start.max(before))
    }

    /// Begins a session, or continues the last one with the same key if it was over for a moment only.
    fn begin(
        &mut self,
        user: UserId,
        seen: Seen,
        start: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        self.correct_estimates(&seen.key, start, ledger);
        let latest = self.latest_evidence(&seen.key);
        // Nothing goes on after something that followed it.
        let mut sessions = self.sessions.iter_mut().rev();
        let last = sessions.find(|of| of.session.key.excludes(&seen.key));
        let last = last.filter(|of| {
            of.session.key == seen.key && latest.is_none_or(|latest| latest <= of.session.seen_at)
        });
        let Some(last) = last else {
            return self.add(user, seen, start, now, ledger);
        };
        if last.session.has_estimated_end() && last.is_proven_by(&seen) {
            last.go_on(now);
        } else if last.is_continued(now) {
            last.go_on(start);
            last.session.seen_at = last.session.seen_at.max(now);
        } else {
            return self.add(user, seen, start, now, ledger);
        }
        last.tell(now);
        last.show(&seen.about);
        ledger.changed.push(last.session.id);
    }

    /// Moves estimated ends to when the next session began, if that was earlier.
    fn correct_estimates(
        &mut self,
        key: &PresenceKey,
        start: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        for tracked in &mut self.sessions {
            let session = &mut tracked.session;
            let is_before = session.key.excludes(key) && session.has_estimated_end();
            if let Some(end) = session
                .end
                .as_mut()
                .filter(|end| is_before && end.at > start)
            {
                end.at = start;
                ledger.changed.push(session.id);
            }
        }
    }

    fn add(
        &mut self,
        user: UserId,
        seen: Seen,
        start: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let was_skipped = self.skipped.iter().position(|key| *key == seen.key);
        if !self.quota.take(&seen.key, now) {
            if was_skipped.is_none() {
                *ledger.over_quota += 1;
                self.skipped.push(seen.key);
            }
            return;
        }
        if let Some(place) = was_skipped {
            self.skipped.swap_remove(place);
        }
        let id = *ledger.next_id;
        *ledger.next_id += 1;
        ledger.changed.push(id);
        let session = PresenceSession {
            id,
            user,
            key: seen.key,
            about: seen.about,
            started_at: start,
            seen_at: start.max(now),
            end: None,
            gaps: Vec::new(),
        };
        self.sessions.push(Tracked {
            told_at: session.seen_at,
            saved_seen_at: session.seen_at,
            session,
            away: None,
        });
    }

    /// Ends sessions of which nothing was heard for some time, by estimate.
    pub(super) fn end_stale(&mut self, after: Duration, now: UnixSeconds, changed: &mut Vec<i64>) {
        let open = self.sessions.iter_mut().filter(|of| of.session.is_open());
        for tracked in open.filter(|of| of.away.is_some()) {
            let silence = now.saturating_since(tracked.session.seen_at);
            if silence >= after {
                tracked.session.end_by_estimate(silence.min(GRACE));
                changed.push(tracked.session.id);
            }
        }
    }

    /// Hears again of those sessions that a lost connection had told of. Returns those that change by it.
    pub(super) fn resume(
        &mut self,
        is_back: impl Fn(&Tracked) -> bool,
        now: UnixSeconds,
    ) -> Vec<i64> {
        let mut changed = Vec::new();
        for place in 0..self.sessions.len() {
            let tracked = &self.sessions[place];
            if tracked.away != Some(Away::Connection) || !is_back(tracked) {
                continue;
            }
            let session = &tracked.session;
            let mut later = self.sessions[place + 1..].iter();
            let is_over = later.any(|of| of.session.key.excludes(&session.key))
                || self.latest_evidence(&session.key) > Some(session.seen_at);
            let tracked = &mut self.sessions[place];
            if tracked.session.is_open() {
                tracked.away = None;
                tracked.session.seen_at = tracked.session.seen_at.max(now);
            } else if !is_over && tracked.session.gaps.len() < MAX_GAPS {
                tracked.go_on(now);
                changed.push(tracked.session.id);
            }
        }
        changed
    }

    /// Drops the sessions that nothing can happen to any more, but not those that have to be written.
    pub(super) fn prune(&mut self, now: UnixSeconds, is_changed: impl Fn(i64) -> bool) {
        let ended = &mut self.ended;
        self.sessions.retain(|of| {
            let session = &of.session;
            let stays = may_go_on(session, now) || is_changed(session.id);
            if !stays {
                note_end(ended, &session.key, session.until());
            }
            stays
        });
        let oldest = now.minus(LONGEST_CLAIM);
        ended.retain(|(_, at)| *at >= oldest);
        let too_many = ended.len().saturating_sub(MAX_ENDED);
        ended.drain(..too_many);
    }
}

/// Notes when the last session of a key ended.
pub(super) fn note_end(
    ended: &mut Vec<(PresenceKey, UnixSeconds)>,
    key: &PresenceKey,
    at: UnixSeconds,
) {
    let before = ended.iter().position(|(of, _)| of.excludes(key));
    let before = before.map(|place| ended.remove(place).1);
    ended.push((key.clone(), before.map_or(at, |before| before.max(at))));
}
