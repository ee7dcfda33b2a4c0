//! Embeds.

use serde_json::Value;

use super::super::answer::Attachment;
use super::{count, items, length};

/// Returns all violations in the embeds of a message with these files.
pub(super) fn violations(embeds: &Value, files: &[Attachment]) -> Vec<String> {
    let mut found: Vec<_> = items(embeds)
        .flat_map(|embed| of_one(embed, files))
        .collect();
    let sum: usize = items(embeds).map(text_length).sum();
    if sum > 6000 {
        found.push(format!(
            "the embeds have {sum} characters in total; 6000 are allowed"
        ));
    }
    found
}

fn of_one(embed: &Value, files: &[Attachment]) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(length("an embed's title", &embed["title"], 0..=256));
    found.extend(length(
        "an embed's description",
        &embed["description"],
        0..=4096,
    ));
    found.extend(length(
        "an embed's footer",
        &embed["footer"]["text"],
        0..=2048,
    ));
    found.extend(length(
        "an embed's author",
        &embed["author"]["name"],
        0..=256,
    ));
    found.extend(count("fields of an embed", &embed["fields"], 25));
    for field in items(&embed["fields"]) {
        found.extend(length("a field's name", &field["name"], 1..=256));
        found.extend(length("a field's value", &field["value"], 1..=1024));
    }
    if embed["color"]
        .as_u64()
        .is_some_and(|colour| colour > 0xFF_FFFF)
    {
        found.push("an embed's colour is beyond 0xFFFFFF".to_owned());
    }
    for (what, url) in [
        ("image", &embed["image"]["url"]),
        ("thumbnail", &embed["thumbnail"]["url"]),
    ] {
        found.extend(length(what, url, 0..=2048));
        found.extend(unattached(url, files));
    }
    found.extend(timestamp(&embed["timestamp"]));
    found.extend(shown_as_code(embed));
    found
}

/// Returns a violation if a time is not in ISO 8601.
fn timestamp(time: &Value) -> Option<String> {
    let valid = time
        .as_str()
        .is_some_and(|time| chrono::DateTime::parse_from_rfc3339(time).is_ok());
    (!(time.is_null() || valid)).then(|| format!("an embed has the timestamp {time}"))
}

/// Returns a violation if an embed shows a file that the message does not have.
fn unattached(url: &Value, files: &[Attachment]) -> Option<String> {
    let name = url.as_str()?.strip_prefix("attachment://")?;
    let attached = files.iter().any(|file| file.name == name);
    (!attached).then(|| format!("an embed shows {name}, which is not attached"))
}

/// Returns violations for `<t:...>` outside descriptions and field values: elsewhere Discord does
/// not render it, and people see the code.
fn shown_as_code(embed: &Value) -> Vec<String> {
    let names = items(&embed["fields"]).map(|field| ("a field's name", &field["name"]));
    let places = [
        ("an embed's title", &embed["title"]),
        ("an embed's footer", &embed["footer"]["text"]),
        ("an embed's author", &embed["author"]["name"]),
    ];
    let places = places.into_iter().chain(names);
    let coded = places.filter(|(_, text)| text.as_str().is_some_and(|text| text.contains("<t:")));
    coded
        .map(|(what, _)| format!("{what} contains a <t:...>, which is not rendered there"))
        .collect()
}

fn text_length(embed: &Value) -> usize {
    let own = [
        &embed["title"],
        &embed["description"],
        &embed["footer"]["text"],
        &embed["author"]["name"],
    ];
    let fields = items(&embed["fields"]).flat_map(|field| [&field["name"], &field["value"]]);
    let texts = own.into_iter().chain(fields).filter_map(Value::as_str);
    texts.map(|text| text.chars().count()).sum()
}
