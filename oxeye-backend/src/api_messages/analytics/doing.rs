//! How many members do what now. Whoever hides is counted, too: a number names nobody.

use std::collections::BTreeSet;

use oxeye_db::{PresenceKind, PresenceSession, UnixSeconds};
use serde::Serialize;

use super::counts::KindCounts;
use super::iso;

/// The members who joined, and what they do.
pub(crate) struct CountedMembers {
    /// Number of members.
    pub(crate) joined: usize,
    /// Their open sessions.
    pub(crate) open: Vec<PresenceSession>,
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

impl CountedMembers {
    /// Returns how many members have an open session of such a kind.
    fn doing(&self, is_counted: impl Fn(PresenceKind) -> bool) -> usize {
        let sessions = self.open.iter();
        let counted = sessions.filter(|session| is_counted(session.kind()));
        let users: BTreeSet<_> = counted.map(|session| session.user).collect();
        users.len()
    }
}

impl ServerStats {
    pub(crate) fn new(members: &CountedMembers, now: UnixSeconds) -> Self {
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
    pub(crate) fn new(members: &CountedMembers, now: UnixSeconds) -> Self {
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
