//! Sessions of members as rows of the tables that the original design has.

use oxeye_db::{PresenceKind, PresenceSession, Span};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{iso, minutes};

/// A table with sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Games,
    Voice,
    Spotify,
    Streaming,
}

/// The fields of a session, always the same ones in a table.
#[derive(Debug)]
pub(crate) struct Row(Vec<(&'static str, Value)>);

impl Table {
    /// The name of the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Games => "game_sessions",
            Self::Voice => "voice_sessions",
            Self::Spotify => "spotify_sessions",
            Self::Streaming => "streaming_sessions",
        }
    }

    /// The kind of the sessions in it. Screen shares are a column of those in voice.
    pub(crate) fn kind(self) -> PresenceKind {
        match self {
            Self::Games => PresenceKind::Game,
            Self::Voice => PresenceKind::Voice,
            Self::Spotify => PresenceKind::Spotify,
            Self::Streaming => PresenceKind::Streaming,
        }
    }
}

impl Row {
    /// The names of the fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// The values as a line of a file with commas.
    pub(crate) fn csv(&self) -> String {
        let cells = self.0.iter().map(|(_, value)| cell(value));
        cells.collect::<Vec<_>>().join(",")
    }
}

/// Returns a value as a cell of a file with commas. No text becomes a formula in a spreadsheet.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text,
        other => return other.to_string(),
    };
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.clone()
    };
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Returns a session as a row of its table. `screens` are the screen shares among which those of a session in voice
/// are.
pub(crate) fn row(session: &PresenceSession, screens: &[&PresenceSession]) -> Row {
    let about = &session.about;
    let mut fields = vec![
        ("id", json!(session.id)),
        ("user_id", json!(session.user.to_string())),
    ];
    match session.kind() {
        PresenceKind::Game => fields.extend([
            ("game_name", json!(about.name)),
            (
                "application_id",
                json!(session.key.application().map(|id| id.to_string())),
            ),
        ]),
        PresenceKind::Streaming => fields.extend([
            ("stream_name", json!(about.name)),
            ("details", json!(about.details)),
            ("url", json!(about.url)),
        ]),
        PresenceKind::Spotify => fields.extend([
            ("track_name", json!(about.name)),
            ("artist", json!(artist(session))),
            ("album", json!(about.album)),
            ("track_id", json!(about.track_id)),
        ]),
        PresenceKind::Voice | PresenceKind::ScreenShare | PresenceKind::Camera => {
            let place = session.key.place;
            let screen_secs = screen_secs(session, screens, Span::ALL);
            fields.extend([
                (
                    "guild_id",
                    json!(place.map(|place| place.guild.to_string())),
                ),
                (
                    "channel_id",
                    json!(place.map(|place| place.channel.to_string())),
                ),
                ("channel_name", json!(about.name)),
                ("screen_share_minutes", json!(minutes(screen_secs))),
                ("screen_share_secs", json!(screen_secs)),
            ]);
        }
    }
    let duration = session.duration_secs();
    fields.extend([
        ("start_time", json!(iso(session.started_at))),
        ("end_time", json!(session.end.map(|end| iso(end.at)))),
        ("duration_minutes", json!(minutes(duration))),
        ("duration_secs", json!(duration)),
        ("gap_secs", json!(session.gap_secs())),
        ("last_updated", json!(iso(session.seen_at))),
        ("status", json!(status(session))),
        ("created_at", json!(iso(session.started_at))),
    ]);
    Row(fields)
}

/// The artists of a track in one text.
pub(super) fn artist(session: &PresenceSession) -> String {
    session.about.artists.join("; ")
}

/// Returns for how many seconds of a span the screen was shared during a session in voice.
pub(super) fn screen_secs(
    voice: &PresenceSession,
    screens: &[&PresenceSession],
    span: Span,
) -> u64 {
    let during = voice.span().within(span);
    let here = screens
        .iter()
        .filter(|screen| screen.user == voice.user && screen.key.place == voice.key.place);
    here.map(|screen| screen.secs_within(during)).sum()
}

fn status(session: &PresenceSession) -> &'static str {
    match (session.is_open(), session.has_estimated_end()) {
        (true, _) => "active",
        (false, false) => "ended",
        (false, true) => "stale",
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::{PresenceDetails, PresenceKey, UnixSeconds, UserId};

    use super::*;

    #[test]
    fn a_shared_screen_counts_only_within_the_span() {
        let span = |from, to| Span {
            from: UnixSeconds(from),
            to: UnixSeconds(to),
        };
        let session = |kind| PresenceSession {
            id: 1,
            user: UserId(5),
            key: PresenceKey {
                kind,
                place: None,
                subject: String::new(),
            },
            about: PresenceDetails::default(),
            started_at: UnixSeconds(0),
            seen_at: UnixSeconds(7200),
            end: None,
            gaps: vec![],
        };
        let voice = session(PresenceKind::Voice);
        let screen = session(PresenceKind::ScreenShare);

        assert_eq!(screen_secs(&voice, &[&screen], Span::ALL), 7200);
        assert_eq!(screen_secs(&voice, &[&screen], span(3600, 9000)), 3600);
        assert_eq!(screen_secs(&voice, &[&screen], span(8000, 9000)), 0);
    }

    #[track_caller]
    fn check(value: &Value, expected: &str) {
        assert_eq!(cell(value), expected, "{value}");
    }

    #[test]
    fn a_cell_is_one_cell_whatever_a_game_is_called() {
        check(&json!("Factorio"), "Factorio");
        check(
            &json!("Rock, Paper, \"Scissors\""),
            "\"Rock, Paper, \"\"Scissors\"\"\"",
        );
        check(&json!("two\nlines"), "\"two\nlines\"");
        check(&json!("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        check(&json!("-1,2"), "\"'-1,2\"");
        check(&json!(-7), "-7");
        check(&Value::Null, "");
    }
}
