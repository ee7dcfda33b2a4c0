//! What one report says that a user does, reduced to sessions: bounded, and each key once.

use oxeye_plugin_proto::UnixSeconds;

use super::key::PresenceKey;
use super::kinds::PresenceKind;
use super::observation::{MemberActivity, Track, Voice};
use super::session::PresenceDetails;
use crate::ids::GuildId;

/// Maximum number of activities taken from one report. Discord shows no more than a few.
const MAX_ACTIVITIES: usize = 16;
/// Maximum length of a name or a line of text, in characters. Discord's own limit is 128.
const MAX_TEXT: usize = 128;
const MAX_TITLE: usize = 256;
const MAX_URL: usize = 512;
const MAX_ARTISTS: usize = 20;

/// Something that a user does, as a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) key: PresenceKey,
    pub(super) about: PresenceDetails,
    /// Since when, by its own word.
    pub(super) since: Option<UnixSeconds>,
}

/// Returns what a voice state says. Time in the AFK channel is nothing.
pub(super) fn in_voice(guild: GuildId, voice: &Voice) -> Vec<Seen> {
    if voice.is_afk_channel {
        return Vec::new();
    }
    let kinds = [
        (PresenceKind::Voice, true),
        (PresenceKind::ScreenShare, voice.shares_screen),
        (PresenceKind::Camera, voice.has_camera),
    ];
    let kinds = kinds.into_iter().filter(|(_, is_on)| *is_on);
    let seen = kinds.map(|(kind, _)| Seen {
        key: PresenceKey::of_voice(kind, guild, voice.channel),
        about: PresenceDetails {
            name: bounded(voice.channel_name.as_deref().unwrap_or_default(), MAX_TEXT),
            connection: Some(voice.connection),
            ..PresenceDetails::default()
        },
        since: None,
    });
    seen.collect()
}

/// Returns what a list of activities says. Of tracks, it is the first: nobody listens to two at once.
pub(super) fn in_activities(activities: &[MemberActivity]) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    for seen in activities.iter().take(MAX_ACTIVITIES).filter_map(activity) {
        if !all.iter().any(|other| other.key.excludes(&seen.key)) {
            all.push(seen);
        }
    }
    all
}

fn activity(activity: &MemberActivity) -> Option<Seen> {
    let (kind, name) = (activity.kind, activity.name.trim());
    match kind {
        PresenceKind::Spotify => {
            let track = activity.track.as_ref()?;
            let track = bounded_track(track);
            Some(Seen {
                key: PresenceKey::of_track(&track),
                // Its own `created_at` may be that of an earlier track.
                since: activity.starts_at.or(activity.created_at),
                about: PresenceDetails {
                    name: track.title,
                    artists: track.artists,
                    album: track.album,
                    track_id: track.id,
                    ..PresenceDetails::default()
                },
            })
        }
        PresenceKind::Game | PresenceKind::Streaming if !name.is_empty() => {
            let name = bounded(name, MAX_TEXT);
            let key = match activity.application.filter(|id| *id != 0) {
                // Everything that is streamed is streamed by the same few applications.
                Some(id) if kind == PresenceKind::Game => PresenceKey::of_application(kind, id),
                _ => PresenceKey::of_name(kind, &name),
            };
            Some(Seen {
                key,
                since: activity.created_at,
                about: PresenceDetails {
                    name,
                    details: bounded_line(activity.details.as_ref()),
                    state: bounded_line(activity.state.as_ref()),
                    url: activity.url.as_ref().map(|url| bounded(url, MAX_URL)),
                    ..PresenceDetails::default()
                },
            })
        }
        _ => None,
    }
}

fn bounded_track(track: &Track) -> Track {
    let artists = track.artists.iter().take(MAX_ARTISTS);
    Track {
        id: track.id.as_ref().map(|id| bounded(id, MAX_TEXT)),
        title: bounded(&track.title, MAX_TITLE),
        artists: artists.map(|artist| bounded(artist, MAX_TEXT)).collect(),
        album: track.album.as_ref().map(|album| bounded(album, MAX_TITLE)),
    }
}

fn bounded_line(line: Option<&String>) -> Option<String> {
    let line = line.map(|line| bounded(line, MAX_TEXT));
    line.filter(|line| !line.is_empty())
}

/// Returns at most this many characters of a text, on one line.
fn bounded(text: &str, max: usize) -> String {
    let printed = |c: char| if c.is_control() { ' ' } else { c };
    text.trim().chars().take(max).map(printed).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn game(name: &str) -> MemberActivity {
        MemberActivity {
            kind: PresenceKind::Game,
            name: name.to_owned(),
            application: None,
            created_at: None,
            starts_at: None,
            details: None,
            state: None,
            track: None,
            url: None,
        }
    }

    pub(crate) fn spotify(title: &str) -> MemberActivity {
        MemberActivity {
            kind: PresenceKind::Spotify,
            track: Some(Track {
                id: None,
                title: title.to_owned(),
                artists: vec!["Boards of Canada".to_owned()],
                album: None,
            }),
            ..game("Spotify")
        }
    }

    #[test]
    fn the_same_game_is_seen_once_and_only_the_first_track_is_listened_to() {
        let seen = in_activities(&[
            game("Factorio"),
            spotify("Roygbiv"),
            game("FACTORIO"),
            spotify("Olson"),
        ]);

        let names: Vec<_> = seen.iter().map(|seen| seen.about.name.as_str()).collect();
        assert_eq!(names, ["Factorio", "Roygbiv"]);
    }

    #[test]
    fn what_has_no_name_no_track_or_another_kind_is_nothing() {
        let mut voice = game("Factorio");
        voice.kind = PresenceKind::Voice;
        let mut nothing = spotify("Roygbiv");
        nothing.track = None;

        assert_eq!(in_activities(&[game(" "), voice, nothing]), []);
    }

    #[test]
    fn texts_and_lists_are_cut_and_stay_on_one_line() {
        let mut long = spotify(&"x".repeat(10_000));
        let track = long.track.as_mut().unwrap();
        track.artists = vec!["many".to_owned(); 50];
        let mut lines = game("two\nlines");
        lines.details = Some(String::new());
        let many = std::iter::repeat_n(game("Factorio"), 99);
        let all: Vec<_> = [long, lines]
            .into_iter()
            .chain(many)
            .chain([game("too many")])
            .collect();

        let seen = in_activities(&all);

        assert_eq!(seen.len(), 3);
        assert_eq!(seen[0].about.name.len(), MAX_TITLE);
        assert_eq!(seen[0].about.artists.len(), MAX_ARTISTS);
        assert_eq!(seen[1].about.name, "two lines");
        assert_eq!(seen[1].about.details, None);
    }

    #[test]
    fn a_game_is_known_by_its_application_and_a_stream_by_its_name() {
        let mut factorio = game("Factorio");
        factorio.application = Some(7);
        let mut stream = factorio.clone();
        stream.kind = PresenceKind::Streaming;
        let mut zero = game("Factorio");
        zero.application = Some(0);

        let seen = in_activities(&[factorio, stream, zero]);

        let keys: Vec<_> = seen.into_iter().map(|seen| seen.key.subject).collect();
        assert_eq!(keys, ["app:7", "name:factorio", "name:factorio"]);
    }
}
