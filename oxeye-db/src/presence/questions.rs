//! Questions about members. Those for a guild are answered with members who joined it, since they joined, and the kinds
//! that it keeps.

use std::collections::BTreeSet;
use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;

use super::Presence;
use super::figures::{Company, PlayedTogether, PresenceTop, Sum};
use super::kinds::PresenceKind;
use super::session::PresenceSession;
use super::store::rows::sessions;
use crate::ids::{GuildId, UserId};
use crate::record::span::Span;
use crate::store::StoreError;
use crate::store::side_file::FileToRead;

/// A member in a voice channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InVoice {
    /// The member.
    pub user: UserId,
    /// The channel.
    pub channel: u64,
    /// Its name; empty if it is not known.
    pub channel_name: String,
    /// Since when.
    pub since: UnixSeconds,
    /// Whether the screen is shared.
    pub shares_screen: bool,
    /// Whether the camera is on.
    pub has_camera: bool,
}

/// Numbers of sessions by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PresenceCounts {
    /// Sessions in voice channels.
    pub voice: usize,
    /// Screens that are shared.
    pub screen_shares: usize,
    /// Cameras that are on.
    pub cameras: usize,
    /// Games.
    pub games: usize,
    /// Streams.
    pub streams: usize,
    /// Tracks on Spotify.
    pub spotify: usize,
}

/// What operators monitor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PresenceHealth {
    /// Sessions that are open.
    pub active: PresenceCounts,
    /// Those of them of which nothing was heard for longer than was asked for.
    pub stale: PresenceCounts,
    /// Number of members with open sessions.
    pub active_users: usize,
    /// Number of members who joined in any guild.
    pub joined_users: usize,
    /// Number of times since the start that a session of a member did not begin, because too many of its kind had begun
    /// that day.
    pub over_quota: u64,
}

/// What a member did in a span of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PresenceSummary {
    /// How much time went into what, by kind. Kinds without any time are missing.
    pub by_kind: Vec<(PresenceKind, PresenceTop)>,
}

impl PresenceCounts {
    /// Returns the number of all sessions.
    #[must_use]
    pub fn total(self) -> usize {
        let in_voice = self.voice + self.screen_shares + self.cameras;
        in_voice + self.games + self.streams + self.spotify
    }

    fn add(&mut self, kind: PresenceKind) {
        *match kind {
            PresenceKind::Voice => &mut self.voice,
            PresenceKind::ScreenShare => &mut self.screen_shares,
            PresenceKind::Camera => &mut self.cameras,
            PresenceKind::Game => &mut self.games,
            PresenceKind::Streaming => &mut self.streams,
            PresenceKind::Spotify => &mut self.spotify,
        } += 1;
    }
}

impl Presence {
    /// Returns how much time members of a guild spent on what, of one kind: by game, by voice channel, by artist, or,
    /// for streaming, by member. Leaves out members who hide.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn top(
        &self,
        guild: GuildId,
        kind: PresenceKind,
        span: Span,
        hidden: &BTreeSet<UserId>,
        limit: usize,
    ) -> Result<PresenceTop, StoreError> {
        let mut shown = self.shown(guild, kind);
        shown.retain(|user, _| !hidden.contains(user));
        let read = move |file: &rusqlite::Connection| {
            let mut sum = Sum::default();
            sessions::each_within(file, kind, guild, span, |session| {
                if let Some(since) = shown.get(&session.user) {
                    sum.add(&session, since_of(span, *since));
                }
            })?;
            Ok(sum.top(limit))
        };
        self.in_file().read(read).await
    }

    /// Returns what a member of a guild did in a span of time, with the most important of each kind.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn mine(
        &self,
        guild: GuildId,
        user: UserId,
        span: Span,
        limit: usize,
    ) -> Result<PresenceSummary, StoreError> {
        let all = self.sessions_in_guild(guild, user, span).await?;
        let mut summary = PresenceSummary::default();
        for kind in PresenceKind::ALL {
            let mut sum = Sum::default();
            for (session, span) in all.iter().filter(|(session, _)| session.kind() == kind) {
                sum.add(session, *span);
            }
            let top = sum.top(limit);
            if top.total_secs > 0 {
                summary.by_kind.push((kind, top));
            }
        }
        Ok(summary)
    }

    /// Returns the sessions of a user in a guild that overlap a span of time, the oldest first, each with the part of
    /// the span that may be shown there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn sessions_in_guild(
        &self,
        guild: GuildId,
        user: UserId,
        span: Span,
    ) -> Result<Vec<(PresenceSession, Span)>, StoreError> {
        let shown = self.live.read(|live| {
            let kinds = PresenceKind::ALL.into_iter();
            let since = kinds.map(|kind| live.consents.since_in(guild, user, kind));
            since.collect::<Vec<_>>()
        });
        let all = self.sessions_of(user, span).await?.into_iter();
        let of_guild =
            all.filter(|session| session.key.place.is_none_or(|place| place.guild == guild));
        let with_span = of_guild.filter_map(|session| {
            let since = shown[session.kind() as usize]?;
            let span = since_of(span, since);
            (session.is_open() || session.span().touches(span)).then_some((session, span))
        });
        Ok(with_span.collect())
    }

    /// Returns the sessions of a user that overlap a span of time, in all guilds, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn sessions_of(
        &self,
        user: UserId,
        span: Span,
    ) -> Result<Vec<PresenceSession>, StoreError> {
        let read = move |file: &rusqlite::Connection| sessions::of_user(file, user, span);
        self.in_file().read(read).await
    }

    /// Returns with whom a member of a guild played the same game at the same time. Leaves out members who hide.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn played_together(
        &self,
        guild: GuildId,
        user: UserId,
        span: Span,
        hidden: &BTreeSet<UserId>,
        limit: usize,
    ) -> Result<Vec<PlayedTogether>, StoreError> {
        let mut own = self.sessions_in_guild(guild, user, span).await?;
        own.retain(|(session, _)| session.kind() == PresenceKind::Game);
        let mut shown = self.shown(guild, PresenceKind::Game);
        shown.retain(|other, _| *other != user && !hidden.contains(other));
        let read = move |file: &rusqlite::Connection| {
            let mut company = Company::of(&own);
            sessions::each_within(file, PresenceKind::Game, guild, span, |session| {
                if let Some(since) = shown.get(&session.user) {
                    company.add(&session, since_of(span, *since));
                }
            })?;
            Ok(company.longest(limit))
        };
        self.in_file().read(read).await
    }

    /// Returns the members of a guild who are in voice, by channel. Leaves out members who hide.
    #[must_use]
    pub fn in_voice(&self, guild: GuildId, hidden: &BTreeSet<UserId>) -> Vec<InVoice> {
        let mut all = self.live.read(|live| {
            let members = live
                .consents
                .members(guild)
                .filter(|user| !hidden.contains(user));
            let all = members.filter_map(|user| {
                let open = live.tracks.open_of(user);
                let here = open
                    .filter(|session| session.key.place.is_some_and(|place| place.guild == guild));
                in_voice(&here.collect::<Vec<_>>())
            });
            all.collect::<Vec<_>>()
        });
        all.sort_by_key(|member| (member.channel, member.since, member.user));
        all
    }

    /// Returns the members who do something of which Discord has told nothing for some time, each with a guild that is
    /// to be asked about them. Without an answer, it may go on although they have left the guild.
    #[must_use]
    pub fn unproven(&self, now: UnixSeconds) -> Vec<(GuildId, UserId)> {
        self.live
            .read(|live| live.tracks.unproven(&live.consents, now))
    }

    /// Returns the sessions that are open in all guilds, by number.
    #[must_use]
    pub fn open_sessions(&self) -> Vec<PresenceSession> {
        let mut open = self
            .live
            .read(|live| live.tracks.open().cloned().collect::<Vec<_>>());
        open.sort_by_key(|session| session.id);
        open
    }

    /// Returns what operators monitor. A session is stale if nothing was heard of it for longer than a time.
    #[must_use]
    pub fn health(&self, stale_after: Duration, now: UnixSeconds) -> PresenceHealth {
        self.live.read(|live| {
            let mut health = PresenceHealth {
                joined_users: live.consents.users(),
                over_quota: live.tracks.over_quota(),
                ..PresenceHealth::default()
            };
            let mut users = BTreeSet::new();
            for session in live.tracks.open() {
                users.insert(session.user);
                health.active.add(session.kind());
                if now.saturating_since(session.seen_at) > stale_after {
                    health.stale.add(session.kind());
                }
            }
            health.active_users = users.len();
            health
        })
    }

    /// Returns the members whose sessions of a kind a guild may show, and since when.
    fn shown(&self, guild: GuildId, kind: PresenceKind) -> HashMap<UserId, UnixSeconds> {
        self.live.read(|live| {
            let members = live.consents.members(guild);
            let shown = members.filter_map(|user| {
                let since = live.consents.since_in(guild, user, kind)?;
                Some((user, since))
            });
            shown.collect()
        })
    }

    fn in_file(&self) -> FileToRead<'_> {
        FileToRead(self.file.existing())
    }
}

fn since_of(span: Span, since: UnixSeconds) -> Span {
    Span {
        from: span.from.max(since),
        to: span.to,
    }
}

/// Returns what the open sessions of a member in a guild say about voice.
fn in_voice(open: &[&PresenceSession]) -> Option<InVoice> {
    let has = |kind| open.iter().any(|session| session.kind() == kind);
    let voice = open
        .iter()
        .find(|session| session.kind() == PresenceKind::Voice)?;
    Some(InVoice {
        user: voice.user,
        channel: voice.key.place?.channel,
        channel_name: voice.about.name.clone(),
        since: voice.started_at,
        shares_screen: has(PresenceKind::ScreenShare),
        has_camera: has(PresenceKind::Camera),
    })
}
