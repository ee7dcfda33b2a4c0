//! How many sessions of members are open, and how many of them are stale.

use std::num::NonZeroU32;

use oxeye_db::{PresenceCounts, PresenceHealth, PresenceKind, PresenceSession, UnixSeconds};
use serde::Serialize;

use super::iso;
use super::rows::{Row, Table, row};

/// The number of stale sessions above which there is a warning.
const STALE_TOLERATED: usize = 5;

/// What `GET /api/analytics/session-health` answers about members, and `GET /api/analytics/status` alone.
#[derive(Debug, Serialize)]
pub(crate) struct MemberSessionHealth {
    status: &'static str,
    timestamp: String,
    summary: Summary,
    /// The sessions themselves; only with `?details=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
    /// Sentences; only if there is something to warn of.
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    active: KindCounts,
    stale: KindCounts,
    active_users: usize,
    stale_threshold_minutes: u32,
}

/// Numbers of sessions. The total is that of games, voice and Spotify, as clients expect it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KindCounts {
    games: usize,
    voice: usize,
    spotify: usize,
    pub(super) total: usize,
    pub(super) streams: usize,
    pub(super) screen_shares: usize,
    pub(super) cameras: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    active_sessions: Lists,
    stale_sessions: Lists,
}

#[derive(Debug, Serialize)]
struct Lists {
    games: Vec<Row>,
    voice: Vec<Row>,
    spotify: Vec<Row>,
    streams: Vec<Row>,
}

/// What `POST /api/analytics/session-health` answers about members.
#[derive(Debug, Serialize)]
pub(crate) struct MemberCleanUp {
    status: &'static str,
    message: &'static str,
    results: CleanUpResults,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CleanUpResults {
    progress_updated: bool,
    stale_sessions_cleaned: bool,
    validation_performed: bool,
    /// Sessions that are open after the clean-up.
    active_sessions: usize,
    /// Sessions that it ended.
    ended_sessions: usize,
    timestamp: String,
}

impl MemberSessionHealth {
    /// Makes the answer, with details if there is a list of open sessions.
    pub(crate) fn new(
        health: PresenceHealth,
        stale_minutes: NonZeroU32,
        open: Option<&[PresenceSession]>,
        now: UnixSeconds,
    ) -> Self {
        let stale = KindCounts::from(health.stale);
        let warning = (stale.total > STALE_TOLERATED).then(|| {
            let count = stale.total;
            format!(
                "High number of stale sessions detected: {count} sessions older than {stale_minutes} minutes"
            )
        });
        let stale_secs = 60 * u64::from(stale_minutes.get());
        let is_stale = |session: &PresenceSession| {
            now.saturating_since(session.seen_at).as_secs() > stale_secs
        };
        Self {
            status: "healthy",
            timestamp: iso(now),
            details: open.map(|open| Details {
                active_sessions: Lists::of(open, |_| true),
                stale_sessions: Lists::of(open, is_stale),
            }),
            summary: Summary {
                active: health.active.into(),
                stale,
                active_users: health.active_users,
                stale_threshold_minutes: stale_minutes.get(),
            },
            warnings: warning.map(|warning| vec![warning]),
        }
    }
}

impl Lists {
    fn of(open: &[PresenceSession], is_listed: impl Fn(&PresenceSession) -> bool) -> Self {
        let screens: Vec<_> = open
            .iter()
            .filter(|session| session.kind() == PresenceKind::ScreenShare)
            .collect();
        let rows = |table: Table| {
            let listed = open
                .iter()
                .filter(|session| session.kind() == table.kind() && is_listed(session));
            listed.map(|session| row(session, &screens)).collect()
        };
        Self {
            games: rows(Table::Games),
            voice: rows(Table::Voice),
            spotify: rows(Table::Spotify),
            streams: rows(Table::Streaming),
        }
    }
}

impl KindCounts {
    /// Counts sessions.
    pub(super) fn of(sessions: &[PresenceSession]) -> Self {
        let count = |kind| {
            let of_kind = sessions.iter().filter(|session| session.kind() == kind);
            of_kind.count()
        };
        Self::from(PresenceCounts {
            games: count(PresenceKind::Game),
            voice: count(PresenceKind::Voice),
            spotify: count(PresenceKind::Spotify),
            streams: count(PresenceKind::Streaming),
            screen_shares: count(PresenceKind::ScreenShare),
            cameras: count(PresenceKind::Camera),
        })
    }
}

impl From<PresenceCounts> for KindCounts {
    fn from(counts: PresenceCounts) -> Self {
        Self {
            games: counts.games,
            voice: counts.voice,
            spotify: counts.spotify,
            total: counts.games + counts.voice + counts.spotify,
            streams: counts.streams,
            screen_shares: counts.screen_shares,
            cameras: counts.cameras,
        }
    }
}

impl MemberCleanUp {
    pub(crate) fn new(active_sessions: usize, ended_sessions: usize, now: UnixSeconds) -> Self {
        Self {
            status: "success",
            message: "Session cleanup completed",
            results: CleanUpResults {
                progress_updated: true,
                stale_sessions_cleaned: true,
                validation_performed: true,
                active_sessions,
                ended_sessions,
                timestamp: iso(now),
            },
        }
    }
}
