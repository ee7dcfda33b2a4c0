//! How many members do what now. Whoever hides in any guild is in no count.

use std::collections::BTreeSet;

use oxeye_db::{PresenceKind, PresenceSession, UnixSeconds, UserId};
use serde::Serialize;

use super::counts::KindCounts;
use super::iso;

/// The members who joined and do not hide, and what they do.
pub(crate) struct ShownMembers {
    joined: usize,
    open: Vec<PresenceSession>,
}

/// The response of `GET /api/discord/server-stats`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerStats {
    status: &'static str,
    timestamp: String,
    total_members: usize,
    /// Those who do something.
    online_members: usize,
    active: KindCounts,
}

/// The response of `GET /api/discord/streaming-status`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StreamingStatus {
    status: &'static str,
    timestamp: String,
    is_streaming: bool,
    /// Members who stream or share their screens. A camera is no stream.
    active_streamers: usize,
    streams: usize,
    screen_shares: usize,
    cameras: usize,
}

impl ShownMembers {
    /// Leaves out the members who hide.
    pub(crate) fn new(
        joined: Vec<UserId>,
        mut open: Vec<PresenceSession>,
        hidden: &BTreeSet<UserId>,
    ) -> Self {
        let joined = joined.into_iter().filter(|user| !hidden.contains(user));
        open.retain(|session| !hidden.contains(&session.user));
        Self {
            joined: joined.count(),
            open,
        }
    }

    /// Returns how many members have an open session of such a kind.
    fn doing(&self, is_counted: impl Fn(PresenceKind) -> bool) -> usize {
        let sessions = self.open.iter();
        let counted = sessions.filter(|session| is_counted(session.kind()));
        let users: BTreeSet<_> = counted.map(|session| session.user).collect();
        users.len()
    }
}

impl ServerStats {
    pub(crate) fn new(members: &ShownMembers, now: UnixSeconds) -> Self {
        Self {
            status: "ready",
            timestamp: iso(now),
            total_members: members.joined,
            online_members: members.doing(|_| true),
            active: KindCounts::of(&members.open),
        }
    }
}

impl StreamingStatus {
    pub(crate) fn new(members: &ShownMembers, now: UnixSeconds) -> Self {
        let counts = KindCounts::of(&members.open);
        let active_streamers = members
            .doing(|kind| matches!(kind, PresenceKind::Streaming | PresenceKind::ScreenShare));
        Self {
            status: "ready",
            timestamp: iso(now),
            is_streaming: active_streamers > 0,
            active_streamers,
            streams: counts.streams,
            screen_shares: counts.screen_shares,
            cameras: counts.cameras,
        }
    }
}
