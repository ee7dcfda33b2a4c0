//! The rules by which Discord refuses messages and commands, from its documentation and its OpenAPI
//! description.
//!
//! Lengths are counted in Unicode scalar values, as Discord counts them.

pub(super) mod commands;
mod components;
mod embeds;
pub(super) mod messages;
pub(super) mod modals;

use serde_json::Value;

/// Returns a violation if a text is shorter or longer than allowed. An absent text is allowed
/// unless a minimum length is required.
fn length(what: &str, text: &Value, allowed: std::ops::RangeInclusive<usize>) -> Option<String> {
    let length = text.as_str().map_or(0, |text| text.chars().count());
    if text.is_null() && *allowed.start() == 0 || allowed.contains(&length) {
        return None;
    }
    Some(format!(
        "{what} has {length} characters; {allowed:?} are allowed"
    ))
}

/// Returns a violation if a list is longer than allowed.
fn count(what: &str, list: &Value, most: usize) -> Option<String> {
    let count = list.as_array().map_or(0, Vec::len);
    (count > most).then(|| format!("{count} {what}; {most} are allowed"))
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Returns all violations in an update of the bot's presence.
pub(super) fn presence_violations(update: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let statuses = ["online", "dnd", "idle", "invisible", "offline"];
    if !statuses.iter().any(|status| update["status"] == **status) {
        found.push(format!("a presence has the status {}", update["status"]));
    }
    for activity in items(&update["activities"]) {
        found.extend(length("an activity's name", &activity["name"], 1..=128));
        found.extend(length("an activity's state", &activity["state"], 0..=128));
        if !matches!(activity["type"].as_u64(), Some(0..=5)) {
            found.push(format!("an activity has the type {}", activity["type"]));
        }
    }
    found
}

/// Returns a violation if the name of a channel or thread is too short or too long.
pub(super) fn name_violations(name: &Value) -> Vec<String> {
    length("a channel's name", name, 1..=100)
        .into_iter()
        .collect()
}

/// Returns a violation if the status of a voice channel is too long or no text.
pub(super) fn voice_status_violations(status: &Value) -> Vec<String> {
    let mut found: Vec<_> = length("a voice status", status, 0..=500)
        .into_iter()
        .collect();
    if !(status.is_null() || status.is_string()) {
        found.push(format!("a voice status is {status}"));
    }
    found
}

/// Returns all violations in a request for a thread or for a post in a forum.
pub(super) fn thread_violations(body: &Value) -> Vec<String> {
    let mut found = name_violations(&body["name"]);
    let duration = &body["auto_archive_duration"];
    if !(duration.is_null() || [60, 1_440, 4_320, 10_080].iter().any(|one| duration == one)) {
        found.push(format!("a thread has the auto_archive_duration {duration}"));
    }
    if !body["message"].is_object() {
        found.push("a post in a forum has no message".to_owned());
    }
    found
}
