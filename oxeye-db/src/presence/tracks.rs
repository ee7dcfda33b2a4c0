//! The sessions of all members that are open or may still go on, and the rules that change them. No clock, no store.
//!
//! A session lives on evidence: a report that names it, or time that passes while its guild is heard. While nothing is
//! heard, its last evidence stays where it is. What follows decides about the time in between: if the session goes on,
//! that time is a gap, which counts for nobody; if it does not, the session ended at its last evidence.
//!
//! | module    | subject                                                  |
//! |-----------|----------------------------------------------------------|
//! | `user`    | the sessions of one user: what a report makes of them    |
//! | `tracked` | one session, and whether it is heard of                  |
//! | `hearing` | time that passes, connections that are lost and resumed  |
//! | `quota`   | how many sessions of a user may begin on one day         |
//! | `proving` | members of whom there is no evidence but time that passes |
//! | `saving`  | which sessions have to be written                        |
//! | `model`   | a naive model of all this (tests)                        |

mod hearing;
#[cfg(test)]
mod model;
mod proving;
mod quota;
mod saving;
mod tracked;
mod user;

use std::collections::BTreeSet;
use std::time::Duration;

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::UnixSeconds;

use super::consents::Consents;
use super::key::PresenceKey;
use super::observation::{MemberActivity, Observation, Voice};
use super::seen::{Seen, in_activities, in_voice};
use super::session::PresenceSession;
use crate::ids::{GuildId, UserId};
use quota::Quota;
pub(crate) use saving::{SavedTracks, SessionName};
use tracked::{Away, Tracked, may_go_on};
use user::{Ledger, Report, Scope, UserTrack, note_end};

/// Time without evidence after which a session is ended by estimate.
pub(crate) const STALE_AFTER: Duration = Duration::from_secs(300);
/// Time after the last evidence at which such a session ends.
const GRACE: Duration = Duration::from_secs(120);
/// The oldest beginning that an activity may claim.
pub(crate) const LONGEST_CLAIM: Duration = Duration::from_secs(24 * 3600);
/// Maximum number of gaps in a session. What would be another one begins the next session.
const MAX_GAPS: usize = 256;

/// The sessions of all members that are open or may still go on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tracks {
    users: HashMap<UserId, UserTrack>,
    /// The guilds of which we hear.
    heard: HashSet<GuildId>,
    /// The guilds of which we heard until the connection of their shard was lost, which may be resumed.
    heard_before: HashSet<GuildId>,
    /// Users whom guilds in which they joined no longer have as members. These guilds tell nothing of them.
    left: HashSet<(GuildId, UserId)>,
    next_id: i64,
    /// Number of sessions since the start that did not begin because too many had begun that day.
    over_quota: u64,
    /// The sessions that have to be written.
    changed: BTreeSet<(UserId, i64)>,
}

/// The sessions that a file holds, for a start.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Sessions that are open, or ended within [`LONGEST_CLAIM`] by estimate, or within a minute.
    pub(crate) sessions: Vec<PresenceSession>,
    /// When the last session of each user and key ended, within [`LONGEST_CLAIM`].
    pub(crate) ended: Vec<(UserId, PresenceKey, UnixSeconds)>,
    /// The sessions of each user that have begun today.
    pub(crate) quotas: HashMap<UserId, Quota>,
    /// The largest number of a session.
    pub(crate) last_id: i64,
}

impl Loaded {
    /// Adds a session that is open.
    pub(crate) fn add_open(&mut self, session: PresenceSession, now: UnixSeconds) {
        self.note_begin(&session, now);
        self.sessions.push(session);
    }

    fn note_begin(&mut self, session: &PresenceSession, now: UnixSeconds) {
        let quota = self.quotas.entry(session.user).or_default();
        quota.note(&session.key, session.started_at, now);
    }

    /// Adds a session that has ended.
    pub(crate) fn add_ended(&mut self, session: PresenceSession, now: UnixSeconds) {
        self.note_begin(&session, now);
        if may_go_on(&session, now) {
            self.sessions.push(session);
        } else {
            let until = session.until();
            self.ended.push((session.user, session.key, until));
        }
    }
}

impl Tracks {
    /// Returns what a file holds. Of none of it anything was heard since its last evidence.
    pub(crate) fn load(loaded: Loaded) -> Self {
        let mut tracks = Self {
            next_id: loaded.last_id + 1,
            ..Self::default()
        };
        let mut sessions = loaded.sessions;
        sessions.sort_by_key(|session| session.id);
        for session in sessions {
            let user = tracks.users.entry(session.user).or_default();
            user.sessions.push(Tracked {
                away: Some(Away::Unheard),
                told_at: session.seen_at,
                saved_seen_at: session.seen_at,
                session,
            });
        }
        for (user, key, at) in loaded.ended {
            let user = tracks.users.entry(user).or_default();
            note_end(&mut user.ended, &key, at);
        }
        for (user, quota) in loaded.quotas {
            if let Some(track) = tracks.users.get_mut(&user) {
                track.quota = quota;
            }
        }
        tracks
    }

    /// Takes what the gateway tells.
    pub(crate) fn observe(
        &mut self,
        consents: &Consents,
        observation: &Observation,
        now: UnixSeconds,
    ) {
        match observation {
            Observation::Activities {
                guild,
                user,
                activities,
            } => {
                if consents.has(*guild, *user) {
                    self.note_told(*guild, *user);
                    self.take_activities(consents, *user, activities, now);
                }
            }
            Observation::Voice { guild, user, voice } => {
                if consents.has(*guild, *user) {
                    self.note_told(*guild, *user);
                    self.take_voice(consents, *guild, *user, voice.as_ref(), now);
                }
            }
            Observation::Guild {
                guild,
                voices,
                activities,
            } => {
                self.heard.insert(*guild);
                self.take_guild(consents, *guild, voices, activities.as_deref(), now);
            }
            Observation::Left { guild, user } => {
                if consents.has(*guild, *user) {
                    self.take_leaving(consents, *guild, *user);
                }
            }
            Observation::OutOfVoice { guild, user } => self.take_out_of_voice(*guild, *user),
            Observation::Away { guilds } => self.lose(consents, *guilds, now),
            Observation::Resumed(shard) => self.resume(consents, *shard, now),
        }
    }

    fn take_activities(
        &mut self,
        consents: &Consents,
        user: UserId,
        activities: &[MemberActivity],
        now: UnixSeconds,
    ) {
        let seen = in_activities(activities);
        self.take(consents, user, Scope::Activities, seen, now);
    }

    fn take_voice(
        &mut self,
        consents: &Consents,
        guild: GuildId,
        user: UserId,
        voice: Option<&Voice>,
        now: UnixSeconds,
    ) {
        let seen = voice.map_or_else(Vec::new, |voice| in_voice(guild, voice));
        self.take(consents, user, Scope::VoiceOf(guild), seen, now);
    }

    fn take_guild(
        &mut self,
        consents: &Consents,
        guild: GuildId,
        voices: &[(UserId, Voice)],
        activities: Option<&[(UserId, Vec<MemberActivity>)]>,
        now: UnixSeconds,
    ) {
        let voices: HashMap<_, _> = voices.iter().map(|(user, voice)| (*user, voice)).collect();
        let activities = activities.map(|all| {
            let all = all.iter().map(|(user, list)| (*user, list.as_slice()));
            all.collect::<HashMap<_, _>>()
        });
        for user in consents.members(guild) {
            let voice = voices.get(&user).copied();
            let is_active = activities
                .as_ref()
                .is_some_and(|all| all.contains_key(&user));
            if voice.is_some() || is_active {
                self.note_told(guild, user);
            }
            self.take_voice(consents, guild, user, voice, now);
            let Some(activities) = &activities else {
                continue;
            };
            match activities.get(&user) {
                Some(list) => self.take_activities(consents, user, list, now),
                None => self.take_absence(consents, guild, user, now),
            }
        }
    }

    /// Takes that a guild names a user in no list. That may also mean that the user has left the guild, so as long as
    /// another one may tell more, nothing follows.
    fn take_absence(
        &mut self,
        consents: &Consents,
        guild: GuildId,
        user: UserId,
        now: UnixSeconds,
    ) {
        let guilds = consents.guilds_of(user).iter();
        let guilds = guilds.filter(|of| **of == guild || !self.left.contains(&(**of, user)));
        let guilds: Vec<_> = guilds.collect();
        let all_are_heard = guilds.iter().all(|guild| self.heard.contains(*guild));
        let Some(track) = self.users.get(&user) else {
            return;
        };
        let mut open = track
            .sessions
            .iter()
            .filter(|of| of.session.is_open() && of.session.key.place.is_none());
        let is_told_elsewhere = guilds.len() > 1 && open.any(|of| of.away.is_none());
        if all_are_heard && !is_told_elsewhere {
            self.take_activities(consents, user, &[], now);
        }
    }

    fn take(
        &mut self,
        consents: &Consents,
        user: UserId,
        scope: Scope,
        seen: Vec<Seen>,
        now: UnixSeconds,
    ) {
        let kept = seen.into_iter().filter_map(|seen| {
            let since = consents.recorded_since(user, &seen.key)?;
            Some((seen, since))
        });
        let report = Report {
            user,
            scope,
            seen: kept.collect(),
        };
        if report.seen.is_empty() && !self.users.contains_key(&user) {
            return;
        }
        let mut changed = Vec::new();
        let mut ledger = Ledger {
            next_id: &mut self.next_id,
            over_quota: &mut self.over_quota,
            changed: &mut changed,
        };
        let track = self.users.entry(user).or_default();
        track.take(report, now, &mut ledger);
        self.changed
            .extend(changed.into_iter().map(|session| (user, session)));
    }

    /// Ends the open sessions of a user that may not be recorded any more.
    pub(crate) fn end_unrecorded(&mut self, consents: &Consents, user: UserId, now: UnixSeconds) {
        let Some(track) = self.users.get_mut(&user) else {
            return;
        };
        let open = track.sessions.iter_mut();
        for tracked in open.filter(|of| of.session.is_open()) {
            if consents
                .recorded_since(user, &tracked.session.key)
                .is_none()
            {
                tracked.finish(now);
                self.changed.insert((user, tracked.session.id));
            }
        }
    }

    /// Returns how many sessions since the start did not begin because too many had begun that day.
    pub(crate) fn over_quota(&self) -> u64 {
        self.over_quota
    }

    /// Drops what a user's consents no longer cover.
    pub(crate) fn cut(&mut self, consents: &Consents, user: UserId) {
        self.left
            .retain(|(guild, of)| *of != user || consents.has(*guild, user));
        let Some(track) = self.users.get_mut(&user) else {
            return;
        };
        let sessions = std::mem::take(&mut track.sessions).into_iter();
        let kept = sessions.filter_map(|mut tracked| {
            let since = consents.since(user, &tracked.session.key)?;
            tracked.session = tracked.session.since(since)?;
            Some(tracked)
        });
        track.sessions = kept.collect();
        track
            .ended
            .retain(|(key, at)| consents.since(user, key).is_some_and(|since| since < *at));
        track
            .skipped
            .retain(|key| consents.since(user, key).is_some());
        let kept: HashSet<_> = track.sessions.iter().map(|of| of.session.id).collect();
        self.changed
            .retain(|(of, id)| *of != user || kept.contains(id));
        if track.sessions.is_empty() && track.ended.is_empty() {
            self.users.remove(&user);
        }
    }
}
