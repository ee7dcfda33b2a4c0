//! What one user did in a span of time.

use std::collections::{BTreeMap, BTreeSet};

use oxeye_db::{PresenceKind, PresenceSession, Span, UnixSeconds, UserId};
use serde::Serialize;

use super::rows::{artist, screen_secs};
use super::{iso, minutes};

/// The shortest listening that counts as a play, in seconds.
const SHORTEST_PLAY: u64 = 30;

/// The most artists, tracks and recent sessions.
const LISTED: usize = 10;

/// The response of `GET /api/analytics/user/{user_id}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserAnalytics {
    success: bool,
    user_id: String,
    time_range: String,
    date_range: DateRange,
    data: UserData,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DateRange {
    /// The day on which the range begins; `null` for all time.
    start_date: Option<String>,
    end_date: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserData {
    /// Always empty: days are not kept apart.
    daily_snapshots: [u8; 0],
    game_sessions: Vec<GameFigures>,
    voice_activity: Vec<VoiceFigures>,
    spotify_activity: Vec<ArtistFigures>,
    top_tracks: Vec<TrackFigures>,
    /// Always empty: there are none.
    achievements: [u8; 0],
    recent_sessions: Vec<RecentSession>,
    totals: Totals,
    activity_patterns: ActivityPatterns,
}

#[derive(Debug, Serialize)]
struct GameFigures {
    game_name: String,
    session_count: usize,
    total_minutes: u64,
    total_secs: u64,
    avg_minutes: u64,
    first_played: String,
    last_played: String,
}

#[derive(Debug, Serialize)]
struct VoiceFigures {
    channel_id: String,
    channel_name: String,
    session_count: usize,
    total_minutes: u64,
    total_secs: u64,
    screen_share_minutes: u64,
    avg_minutes: u64,
}

#[derive(Debug, Serialize)]
struct ArtistFigures {
    artist: String,
    plays_count: usize,
    unique_tracks: usize,
}

#[derive(Debug, Serialize)]
struct TrackFigures {
    track_name: String,
    artist: String,
    play_count: usize,
}

#[derive(Debug, Serialize)]
struct RecentSession {
    r#type: &'static str,
    name: String,
    start_time: String,
    end_time: Option<String>,
    duration_minutes: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    /// Always 0: whether somebody is online is not kept.
    total_online_time: u64,
    total_game_time: u64,
    total_voice_time: u64,
    total_songs_played: usize,
    total_screen_share_time: u64,
    games_played: usize,
    voice_channels_used: usize,
    artists_listened: usize,
    achievements_earned: u64,
}

/// Both are always empty.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivityPatterns {
    hourly_activity: [u8; 0],
    daily_activity: [u8; 0],
}

/// Sessions with the same subject, and how many seconds of them lie in the span.
#[derive(Default)]
struct Group<'a> {
    sessions: Vec<&'a PresenceSession>,
    secs: u64,
}

impl Group<'_> {
    /// The newest name.
    fn name(&self) -> String {
        let named = self
            .sessions
            .iter()
            .rev()
            .find(|session| !session.about.name.is_empty());
        named.map_or_else(String::new, |session| session.about.name.clone())
    }

    fn average_minutes(&self) -> u64 {
        minutes(self.secs / self.sessions.len().max(1) as u64)
    }
}

/// Groups the sessions of a kind, those with most time first.
fn grouped<'a>(sessions: &'a [PresenceSession], kind: PresenceKind, span: Span) -> Vec<Group<'a>> {
    let mut groups = BTreeMap::<_, Group>::new();
    for session in sessions.iter().filter(|session| session.kind() == kind) {
        let group = groups.entry(&session.key).or_default();
        group.sessions.push(session);
        group.secs += session.secs_within(span);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.secs));
    groups
}

fn total_secs(groups: &[Group]) -> u64 {
    groups.iter().map(|group| group.secs).sum()
}

impl UserAnalytics {
    /// Makes the answer of the sessions that overlap a span, the oldest first.
    pub(crate) fn new(
        user: UserId,
        time_range: String,
        span: Span,
        sessions: &[PresenceSession],
        now: UnixSeconds,
    ) -> Self {
        let day = |at| iso(at)[..10].to_owned();
        Self {
            success: true,
            user_id: user.to_string(),
            time_range,
            date_range: DateRange {
                start_date: (span.from > Span::ALL.from).then(|| day(span.from)),
                end_date: day(now),
            },
            data: UserData::new(sessions, span),
        }
    }
}

impl UserData {
    fn new(sessions: &[PresenceSession], span: Span) -> Self {
        let games = grouped(sessions, PresenceKind::Game, span);
        let voice = grouped(sessions, PresenceKind::Voice, span);
        let screens: Vec<_> = sessions
            .iter()
            .filter(|session| session.kind() == PresenceKind::ScreenShare)
            .collect();
        let plays: Vec<_> = sessions
            .iter()
            .filter(|session| session.kind() == PresenceKind::Spotify)
            .filter(|session| session.duration_secs() >= SHORTEST_PLAY)
            .collect();
        let screen_secs: u64 = screens.iter().map(|screen| screen.secs_within(span)).sum();
        let (spotify_activity, artists) = artists(&plays);
        Self {
            daily_snapshots: [],
            totals: Totals {
                total_online_time: 0,
                total_game_time: minutes(total_secs(&games)),
                total_voice_time: minutes(total_secs(&voice)),
                total_songs_played: plays.len(),
                total_screen_share_time: minutes(screen_secs),
                games_played: games.len(),
                voice_channels_used: voice.len(),
                artists_listened: artists,
                achievements_earned: 0,
            },
            game_sessions: games.iter().filter_map(GameFigures::of).collect(),
            voice_activity: voice
                .iter()
                .filter_map(|group| VoiceFigures::of(group, &screens, span))
                .collect(),
            spotify_activity,
            top_tracks: tracks(&plays),
            achievements: [],
            recent_sessions: recent(sessions, span),
            activity_patterns: ActivityPatterns {
                hourly_activity: [],
                daily_activity: [],
            },
        }
    }
}

impl GameFigures {
    fn of(group: &Group) -> Option<Self> {
        Some(Self {
            game_name: group.name(),
            session_count: group.sessions.len(),
            total_minutes: minutes(group.secs),
            total_secs: group.secs,
            avg_minutes: group.average_minutes(),
            first_played: iso(group.sessions.first()?.started_at),
            last_played: iso(group.sessions.last()?.started_at),
        })
    }
}

impl VoiceFigures {
    fn of(group: &Group, screens: &[&PresenceSession], span: Span) -> Option<Self> {
        let place = group.sessions.first()?.key.place?;
        let shared = group.sessions.iter();
        let shared = shared.map(|session| screen_secs(session, screens, span));
        Some(Self {
            channel_id: place.channel.to_string(),
            channel_name: group.name(),
            session_count: group.sessions.len(),
            total_minutes: minutes(group.secs),
            total_secs: group.secs,
            screen_share_minutes: minutes(shared.sum()),
            avg_minutes: group.average_minutes(),
        })
    }
}

/// Returns the artists with most plays, and the number of all artists.
fn artists(plays: &[&PresenceSession]) -> (Vec<ArtistFigures>, usize) {
    let mut found = BTreeMap::<_, (usize, BTreeSet<_>)>::new();
    for play in plays {
        let (count, tracks) = found.entry(artist(play)).or_default();
        *count += 1;
        tracks.insert(&play.key);
    }
    let figures = found
        .into_iter()
        .map(|(artist, (plays_count, tracks))| ArtistFigures {
            artist,
            plays_count,
            unique_tracks: tracks.len(),
        });
    let mut figures: Vec<_> = figures.collect();
    let all = figures.len();
    figures.sort_by_key(|figure| std::cmp::Reverse(figure.plays_count));
    figures.truncate(LISTED);
    (figures, all)
}

fn tracks(plays: &[&PresenceSession]) -> Vec<TrackFigures> {
    let mut found = BTreeMap::<_, Vec<&PresenceSession>>::new();
    for play in plays {
        found.entry(&play.key).or_default().push(play);
    }
    let figures = found.into_values().filter_map(|plays| {
        let newest = plays.last()?;
        Some(TrackFigures {
            track_name: newest.about.name.clone(),
            artist: artist(newest),
            play_count: plays.len(),
        })
    });
    let mut figures: Vec<_> = figures.collect();
    figures.sort_by_key(|figure| std::cmp::Reverse(figure.play_count));
    figures.truncate(LISTED);
    figures
}

/// Returns the newest sessions of games and in voice.
fn recent(sessions: &[PresenceSession], span: Span) -> Vec<RecentSession> {
    let mut recent: Vec<_> = sessions
        .iter()
        .filter(|session| matches!(session.kind(), PresenceKind::Game | PresenceKind::Voice))
        .collect();
    recent.sort_by_key(|session| std::cmp::Reverse(session.started_at));
    let newest = recent.into_iter().take(LISTED);
    let newest = newest.map(|session| RecentSession {
        r#type: session.kind().as_str(),
        name: session.about.name.clone(),
        start_time: iso(session.started_at),
        end_time: session.end.map(|end| iso(end.at)),
        duration_minutes: minutes(session.secs_within(span)),
    });
    newest.collect()
}
