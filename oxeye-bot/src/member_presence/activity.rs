//! What one activity of a presence says.

use oxeye_db::{MemberActivity, PresenceKind, Track};
use serde_json::Value;

use super::fields::{id, list, moment, shortened, text, url};

/// Most artists of a track that are kept.
const MOST_ARTISTS: usize = 20;
/// What stands before the id of whoever listens, and before the hash of a cover.
const SPOTIFY: &str = "spotify:";

/// An activity of no kind that we know, or one that lacks what identifies it.
#[derive(Debug)]
struct Odd;

/// Reads an activity; `None` if it is of a kind that is never kept, such as a custom status.
fn read(activity: &Value) -> Result<Option<MemberActivity>, Odd> {
    let kept = match activity["type"].as_u64() {
        // Playing and competing.
        Some(0 | 5) => named(activity, PresenceKind::Game),
        Some(1) => named(activity, PresenceKind::Streaming),
        Some(2) if is_spotify(activity) => spotify(activity),
        // Listening elsewhere, watching, a custom status, and a hang status.
        Some(2..=4 | 6) => return Ok(None),
        _ => None,
    };
    kept.map(Some).ok_or(Odd)
}

fn named(activity: &Value, kind: PresenceKind) -> Option<MemberActivity> {
    let url = url(activity, "url").filter(|_| kind == PresenceKind::Streaming);
    Some(MemberActivity {
        kind,
        name: text(activity, "name")?,
        application: id(activity, "application_id"),
        created_at: moment(activity, "created_at"),
        starts_at: moment(&activity["timestamps"], "start"),
        details: text(activity, "details"),
        state: text(activity, "state"),
        track: None,
        url,
    })
}

/// Returns whether an activity is Spotify's own, which no other program may imitate by its name.
fn is_spotify(activity: &Value) -> bool {
    let begins = |value: &Value| value.as_str().is_some_and(|id| id.starts_with(SPOTIFY));
    begins(&activity["id"])
        || begins(&activity["party"]["id"])
        || begins(&activity["assets"]["large_image"])
}

fn spotify(activity: &Value) -> Option<MemberActivity> {
    let artists = activity["state"].as_str().unwrap_or_default().split(';');
    let track = Track {
        id: text(activity, "sync_id"),
        title: text(activity, "details")?,
        artists: artists.filter_map(shortened).take(MOST_ARTISTS).collect(),
        album: text(&activity["assets"], "large_text"),
    };
    Some(MemberActivity {
        kind: PresenceKind::Spotify,
        name: "Spotify".to_owned(),
        application: None,
        created_at: moment(activity, "created_at"),
        starts_at: moment(&activity["timestamps"], "start"),
        details: None,
        state: None,
        track: Some(track),
        url: None,
    })
}

/// What a presence says that somebody does now.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Activities {
    pub(super) kept: Vec<MemberActivity>,
    /// Number of odd activities.
    pub(super) skipped: u64,
}

/// Most activities of one presence that are read. Discord shows a handful.
const MOST_ACTIVITIES: usize = 32;

/// Reads all activities of a presence. Somebody who is offline does nothing.
pub(super) fn activities(presence: &Value) -> Activities {
    let mut found = Activities::default();
    if presence["status"] == "offline" {
        return found;
    }
    let all = list(presence, "activities");
    for activity in all.iter().take(MOST_ACTIVITIES) {
        match read(activity) {
            Ok(activity) => found.kept.extend(activity),
            Err(Odd) => found.skipped += 1,
        }
    }
    let beyond = all.len().saturating_sub(MOST_ACTIVITIES);
    found.skipped += u64::try_from(beyond).unwrap_or(u64::MAX);
    found
}

#[cfg(test)]
mod tests;
