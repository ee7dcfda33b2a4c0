//! The rules by which Discord refuses messages and commands, from its documentation and its OpenAPI
//! description.
//!
//! Lengths are counted in Unicode scalar values, as Discord counts them.

pub(super) mod commands;
mod components;
mod embeds;
pub(super) mod messages;

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
