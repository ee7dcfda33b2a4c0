//! What of all this has to be written.

use std::collections::BTreeSet;

use oxeye_plugin_proto::UnixSeconds;

use super::Tracks;
use super::user::UserTrack;
use crate::ids::UserId;
use crate::presence::session::PresenceSession;

/// Names a session in memory.
pub(crate) type SessionName = (UserId, i64);

/// What memory held of some users, to be restored.
#[derive(Debug)]
pub(crate) struct SavedTracks {
    users: Vec<(UserId, Option<UserTrack>)>,
    changed: BTreeSet<SessionName>,
}

impl Tracks {
    /// Returns what memory holds of some users.
    pub(crate) fn save(&self, users: &[UserId]) -> SavedTracks {
        let users = users.iter();
        SavedTracks {
            users: users
                .map(|user| (*user, self.users.get(user).cloned()))
                .collect(),
            changed: self.changed.clone(),
        }
    }

    /// Restores what memory held of some users.
    pub(crate) fn restore(&mut self, saved: SavedTracks) {
        for (user, track) in saved.users {
            match track {
                Some(track) => drop(self.users.insert(user, track)),
                None => drop(self.users.remove(&user)),
            }
        }
        self.changed.extend(saved.changed);
    }

    /// Returns the sessions that have to be written, and takes them as written.
    pub(crate) fn take_changed(&mut self) -> Vec<PresenceSession> {
        let changed = std::mem::take(&mut self.changed);
        let mut sessions = Vec::with_capacity(changed.len());
        for (user, id) in changed {
            let user = self.users.get_mut(&user);
            let mut tracked = user.into_iter().flat_map(|user| &mut user.sessions);
            if let Some(tracked) = tracked.find(|of| of.session.id == id) {
                tracked.saved_seen_at = tracked.session.seen_at;
                sessions.push(tracked.session.clone());
            }
        }
        sessions
    }

    /// Takes back that sessions are written.
    pub(crate) fn put_back(&mut self, sessions: impl IntoIterator<Item = SessionName>) {
        self.changed.extend(sessions);
    }

    /// Returns the last evidence of all open sessions whose evidence in the file is older.
    pub(crate) fn unsaved_evidence(&self) -> Vec<(SessionName, UnixSeconds)> {
        let all = self
            .users
            .iter()
            .flat_map(|(id, user)| user.sessions.iter().map(|of| (*id, of)));
        let unsaved =
            all.filter(|(_, of)| of.session.is_open() && of.saved_seen_at != of.session.seen_at);
        unsaved
            .map(|(user, of)| ((user, of.session.id), of.session.seen_at))
            .collect()
    }

    /// Notes that evidence is in the file.
    pub(crate) fn note_saved(&mut self, evidence: &[(SessionName, UnixSeconds)]) {
        for ((user, id), seen_at) in evidence {
            let user = self.users.get_mut(user);
            let mut tracked = user.into_iter().flat_map(|user| &mut user.sessions);
            if let Some(tracked) = tracked.find(|of| of.session.id == *id) {
                tracked.saved_seen_at = *seen_at;
            }
        }
    }

    /// Returns the open sessions, with whether they are heard of.
    pub(crate) fn open(&self) -> impl Iterator<Item = &PresenceSession> {
        let all = self.users.values().flat_map(|user| &user.sessions);
        all.map(|of| &of.session)
            .filter(|session| session.is_open())
    }

    /// Returns the open sessions of a user.
    pub(crate) fn open_of(&self, user: UserId) -> impl Iterator<Item = &PresenceSession> {
        let all = self
            .users
            .get(&user)
            .into_iter()
            .flat_map(|user| &user.sessions);
        all.map(|of| &of.session)
            .filter(|session| session.is_open())
    }
}
