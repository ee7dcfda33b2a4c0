//! Messages: text, embeds, components, files.

use serde_json::{Map, Value};

use super::super::answer::Attachment;
use super::{components, count, embeds, length};

const MIB: usize = 1024 * 1024;

/// Returns all violations in a message as it would be after this write.
pub(in super::super) fn violations(body: &Map<String, Value>, files: &[Attachment]) -> Vec<String> {
    let part = |name: &str| body.get(name).unwrap_or(&Value::Null);
    let mut found = Vec::new();
    found.extend(length("content", part("content"), 0..=2000));
    found.extend(count("embeds", part("embeds"), 10));
    found.extend(embeds::violations(part("embeds"), files));
    found.extend(components::violations(part("components")));
    found.extend(file_violations(files));
    let empty = part("content").as_str().unwrap_or_default().is_empty()
        && [part("embeds"), part("components")]
            .iter()
            .all(|list| super::items(list).count() == 0)
        && files.is_empty();
    if empty {
        found.push("the message is empty".to_owned());
    }
    found
}

/// Fields of a new message in a channel.
const NEW: [&str; 12] = [
    "content",
    "nonce",
    "enforce_nonce",
    "tts",
    "embeds",
    "allowed_mentions",
    "message_reference",
    "components",
    "sticker_ids",
    "attachments",
    "flags",
    "poll",
];
/// Fields of the first message of a post in a forum.
const FIRST: [&str; 7] = [
    "content",
    "embeds",
    "allowed_mentions",
    "components",
    "sticker_ids",
    "attachments",
    "flags",
];
/// Fields of an edit.
const EDITED: [&str; 6] = [
    "content",
    "embeds",
    "flags",
    "allowed_mentions",
    "components",
    "attachments",
];
/// `SUPPRESS_EMBEDS` and `SUPPRESS_NOTIFICATIONS`, the flags that a bot may set.
const FLAGS: u64 = 1 << 2 | 1 << 12;

/// Returns the violations in the request for a new message that are not about what is in it.
pub(in super::super) fn new_message_violations(body: &Map<String, Value>) -> Vec<String> {
    let mut found = request_violations(body, &NEW);
    let nonce = body.get("nonce").unwrap_or(&Value::Null);
    if nonce.is_string() {
        found.extend(length("nonce", nonce, 0..=25));
    } else if !(nonce.is_null() || nonce.is_i64() || nonce.is_u64()) {
        found.push(format!("a nonce is {nonce}"));
    }
    found
}

/// Returns the violations in the first message of a post that are not about what is in it.
pub(in super::super) fn first_message_violations(body: &Map<String, Value>) -> Vec<String> {
    request_violations(body, &FIRST)
}

/// Returns the violations in an edit that are not about what is in it.
pub(in super::super) fn edit_violations(body: &Map<String, Value>) -> Vec<String> {
    request_violations(body, &EDITED)
}

/// Unknown fields, wrong types, flags that a bot may not set, and mentions of people that nobody
/// meant.
fn request_violations(body: &Map<String, Value>, known: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let unknown = body.keys().filter(|name| !known.contains(&name.as_str()));
    found.extend(unknown.map(|name| format!("a message has the unknown field {name:?}")));
    let part = |name: &str| body.get(name).unwrap_or(&Value::Null);
    for name in ["embeds", "components", "attachments"] {
        if !(part(name).is_null() || part(name).is_array()) {
            found.push(format!("{name} is {}", part(name)));
        }
    }
    if !(part("content").is_null() || part("content").is_string()) {
        found.push(format!("content is {}", part("content")));
    }
    let flags = part("flags").as_u64().unwrap_or_default();
    if flags & !FLAGS != 0 {
        found.push(format!("a message has the flags {flags}"));
    }
    let content = part("content").as_str().unwrap_or_default();
    let mentions = ["@everyone", "@here", "<@"];
    let nobody = part("allowed_mentions")["parse"]
        .as_array()
        .is_some_and(Vec::is_empty);
    if mentions.iter().any(|mention| content.contains(mention)) && !nobody {
        found.push(format!("a message would mention people: {content:?}"));
    }
    found
}

fn file_violations(files: &[Attachment]) -> Vec<String> {
    let mut found = Vec::new();
    if files.len() > 10 {
        found.push(format!("{} files; 10 are allowed", files.len()));
    }
    if files.iter().map(|file| file.bytes.len()).sum::<usize>() > 25 * MIB {
        found.push("the files have more than 25 MiB".to_owned());
    }
    for file in files {
        if file.bytes.len() > 10 * MIB {
            found.push(format!("{} has more than 10 MiB", file.name));
        }
        if file
            .description
            .as_deref()
            .is_some_and(|alt| alt.chars().count() > 1024)
        {
            found.push(format!(
                "the alt text of {} has more than 1024 characters",
                file.name
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Expects exactly the violations that contain these words.
    #[track_caller]
    fn check(message: &Value, expected: &[&str]) {
        let body = message.as_object().expect("a message is an object");
        let found = violations(body, &[]);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    fn button(id: &str) -> Value {
        json!({"type": 2, "style": 1, "label": "Press", "custom_id": id})
    }

    #[test]
    fn text_may_be_as_long_as_discord_allows() {
        check(&json!({"content": "ü".repeat(2000)}), &[]);
        check(&json!({"content": "ü".repeat(2001)}), &["content has 2001"]);
        check(&json!({"embeds": [{"description": "x".repeat(4096)}]}), &[]);
        check(
            &json!({"embeds": [{"description": "x".repeat(4097)}]}),
            &["description has 4097"],
        );
        check(
            &json!({"embeds": [{"title": "x".repeat(257)}]}),
            &["title has 257"],
        );
        let two = json!({"description": "x".repeat(3001)});
        check(
            &json!({"embeds": [two, two]}),
            &["6002 characters in total"],
        );
        let fields = vec![json!({"name": "n", "value": "v"}); 26];
        check(&json!({"embeds": [{"fields": fields}]}), &["26 fields"]);
        check(&json!({}), &["the message is empty"]);
    }

    #[test]
    fn a_picture_must_be_attached_to_be_shown() {
        let embed = json!({"title": "t", "image": {"url": "attachment://status.png"}});
        check(&json!({"embeds": [embed]}), &["which is not attached"]);
    }

    #[test]
    fn times_are_not_rendered_in_titles() {
        check(
            &json!({"embeds": [{"title": "at <t:5:R>"}]}),
            &["not rendered"],
        );
    }

    #[test]
    fn components_have_limits_and_ids_of_their_own() {
        let row = |components: Vec<Value>| json!({"type": 1, "components": components});
        check(
            &json!({"components": [row(vec![button("a"), button("b")])]}),
            &[],
        );
        check(
            &json!({"components": [row(vec![button("a"), button("a")])]}),
            &["custom_id \"a\""],
        );
        check(
            &json!({"components": [row(vec![button(&"x".repeat(101))])]}),
            &["custom_id has 101"],
        );
        let options: Vec<_> = (0..26)
            .map(|n| json!({"label": "l", "value": n.to_string()}))
            .collect();
        let menu = json!({"type": 3, "custom_id": "m", "options": options});
        check(&json!({"components": [row(vec![menu])]}), &["26 options"]);
        let mut odd = button("a");
        odd["style"] = json!(9);
        odd["disabled"] = json!("yes");
        odd["label"] = json!("");
        check(
            &json!({"components": [row(vec![odd])]}),
            &["label has 0", "style 9", "disabled: \"yes\""],
        );
        let six = (0..6).map(|n| button(&n.to_string())).collect();
        check(&json!({"components": [row(six)]}), &["6 components"]);
    }
}
