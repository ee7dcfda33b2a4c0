//! Members whose sessions go on after a restart. What the gateway tells is taken at once, so their sessions are open
//! already when somebody asks.

use oxeye_db::{PresenceKind, PresenceSession, UnixSeconds, UserId};
use serde::Serialize;

use super::iso;
use super::rows::artist;

/// What `GET /api/analytics/recover-sessions` answers about members.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembersToRecover {
    status: &'static str,
    timestamp: String,
    summary: Summary,
    potential_sessions: Vec<PotentialSessions>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    /// Members who joined.
    total_members: usize,
    /// Those who do something.
    online_members: usize,
    potential_game_sessions: usize,
    potential_spotify_sessions: usize,
    potential_voice_sessions: usize,
}

/// What one member does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PotentialSessions {
    user_id: String,
    /// The id again: names of members are not kept.
    display_name: String,
    status: &'static str,
    activities: Vec<ActivityLine>,
    could_recover_game: bool,
    could_recover_spotify: bool,
    could_recover_voice: bool,
    voice_channel: Option<VoiceChannel>,
}

#[derive(Debug, Serialize)]
struct ActivityLine {
    /// Discord's number for the kind.
    r#type: u8,
    name: String,
    details: Option<String>,
    state: Option<String>,
}

#[derive(Debug, Serialize)]
struct VoiceChannel {
    id: String,
    name: String,
    /// Whether the screen is shared.
    streaming: bool,
}

/// What `POST /api/analytics/recover-sessions` answers about members.
#[derive(Debug, Serialize)]
pub(crate) struct MembersRecovered {
    status: &'static str,
    message: &'static str,
    timestamp: String,
    results: Results,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Results {
    total_members: usize,
    active_users: usize,
    /// Sessions of games, voice and Spotify that are open.
    recovered_sessions: usize,
    active_user_details: Vec<ActiveUser>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ActiveUser {
    user_id: String,
    display_name: String,
    current_game: Option<String>,
    game_session_id: Option<i64>,
    is_in_voice: bool,
    voice_session_id: Option<i64>,
    is_streaming: bool,
    current_spotify: Option<TrackLine>,
    spotify_session_id: Option<i64>,
}

#[derive(Debug, Serialize)]
struct TrackLine {
    track: String,
    artist: String,
}

/// The answer of both while the gateway is not ready.
#[derive(Debug, Serialize)]
pub(crate) struct GatewayNotReady {
    status: &'static str,
    error: &'static str,
    /// The code, as in every other error.
    code: &'static str,
    timestamp: String,
}

/// The open sessions of one member.
struct Doing<'a> {
    user: UserId,
    open: Vec<&'a PresenceSession>,
}

impl<'a> Doing<'a> {
    /// Groups sessions by member.
    fn of_all(open: &'a [PresenceSession]) -> Vec<Self> {
        let mut sorted: Vec<_> = open.iter().collect();
        sorted.sort_by_key(|session| (session.user, session.id));
        let by_user = sorted.chunk_by(|one, two| one.user == two.user);
        let members = by_user.map(|open| Self {
            user: open[0].user,
            open: open.to_vec(),
        });
        members.collect()
    }

    fn first(&self, kind: PresenceKind) -> Option<&'a PresenceSession> {
        self.open
            .iter()
            .find(|session| session.kind() == kind)
            .copied()
    }

    fn has(&self, kind: PresenceKind) -> bool {
        self.first(kind).is_some()
    }

    fn potential(&self) -> PotentialSessions {
        let voice = self.first(PresenceKind::Voice);
        let channel = voice.and_then(|voice| {
            Some(VoiceChannel {
                id: voice.key.place?.channel.to_string(),
                name: voice.about.name.clone(),
                streaming: self.has(PresenceKind::ScreenShare),
            })
        });
        let activities = self.open.iter();
        PotentialSessions {
            user_id: self.user.to_string(),
            display_name: self.user.to_string(),
            status: "online",
            activities: activities
                .filter_map(|session| ActivityLine::of(session))
                .collect(),
            could_recover_game: self.has(PresenceKind::Game),
            could_recover_spotify: self.has(PresenceKind::Spotify),
            could_recover_voice: voice.is_some(),
            voice_channel: channel,
        }
    }

    fn active(&self) -> ActiveUser {
        let game = self.first(PresenceKind::Game);
        let voice = self.first(PresenceKind::Voice);
        let spotify = self.first(PresenceKind::Spotify);
        ActiveUser {
            user_id: self.user.to_string(),
            display_name: self.user.to_string(),
            current_game: game.map(|game| game.about.name.clone()),
            game_session_id: game.map(|game| game.id),
            is_in_voice: voice.is_some(),
            voice_session_id: voice.map(|voice| voice.id),
            is_streaming: self.has(PresenceKind::ScreenShare) || self.has(PresenceKind::Streaming),
            current_spotify: spotify.map(|spotify| TrackLine {
                track: spotify.about.name.clone(),
                artist: artist(spotify),
            }),
            spotify_session_id: spotify.map(|spotify| spotify.id),
        }
    }
}

impl ActivityLine {
    /// Returns an activity; `None` for what happens in voice.
    fn of(session: &PresenceSession) -> Option<Self> {
        let about = &session.about;
        let (r#type, name, details, state) = match session.kind() {
            PresenceKind::Game => (0, &about.name, about.details.clone(), about.state.clone()),
            PresenceKind::Streaming => (1, &about.name, about.details.clone(), about.state.clone()),
            PresenceKind::Spotify => {
                let (track, artist) = (about.name.clone(), artist(session));
                return Some(Self {
                    r#type: 2,
                    name: "Spotify".to_owned(),
                    details: Some(track),
                    state: Some(artist),
                });
            }
            PresenceKind::Voice | PresenceKind::ScreenShare | PresenceKind::Camera => return None,
        };
        Some(Self {
            r#type,
            name: name.clone(),
            details,
            state,
        })
    }
}

fn count(open: &[PresenceSession], kind: PresenceKind) -> usize {
    open.iter().filter(|session| session.kind() == kind).count()
}

impl MembersToRecover {
    pub(crate) fn new(joined: usize, open: &[PresenceSession], now: UnixSeconds) -> Self {
        let members = Doing::of_all(open);
        Self {
            status: "ready",
            timestamp: iso(now),
            summary: Summary {
                total_members: joined,
                online_members: members.len(),
                potential_game_sessions: count(open, PresenceKind::Game),
                potential_spotify_sessions: count(open, PresenceKind::Spotify),
                potential_voice_sessions: count(open, PresenceKind::Voice),
            },
            potential_sessions: members.iter().map(Doing::potential).collect(),
        }
    }
}

impl MembersRecovered {
    pub(crate) fn new(joined: usize, open: &[PresenceSession], now: UnixSeconds) -> Self {
        let members = Doing::of_all(open);
        let kinds = [
            PresenceKind::Game,
            PresenceKind::Voice,
            PresenceKind::Spotify,
        ];
        Self {
            status: "success",
            message: "Session recovery completed",
            timestamp: iso(now),
            results: Results {
                total_members: joined,
                active_users: members.len(),
                recovered_sessions: kinds.map(|kind| count(open, kind)).iter().sum(),
                active_user_details: members.iter().map(Doing::active).collect(),
            },
        }
    }
}

impl GatewayNotReady {
    pub(crate) fn new(now: UnixSeconds) -> Self {
        Self {
            status: "error",
            error: "Discord Gateway not ready",
            code: "gateway_not_ready",
            timestamp: iso(now),
        }
    }
}
