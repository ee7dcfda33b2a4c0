//! How messages are recognised: by what people see in them.

use serde_json::{Value, json};

use crate::rest::Payload;

/// The text of a message and the sizes of its files, as Discord has them or as we send them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Looks(Value);

impl Looks {
    /// Returns how a message looks.
    pub(crate) fn of_message(message: &Value) -> Self {
        let files = list(message, "attachments").map(|file| file["size"].clone());
        Self::new(message, files)
    }

    /// Returns how the message that a payload makes will look.
    pub(crate) fn of_payload(payload: &Payload) -> Self {
        let sizes = payload.files.iter().map(|file| file.bytes.len().into());
        Self::new(&payload.json, sizes)
    }

    fn new(json: &Value, sizes: impl Iterator<Item = Value>) -> Self {
        let embeds = list(json, "embeds")
            .map(|embed| json!([trimmed(&embed["title"]), trimmed(&embed["description"])]));
        let (embeds, sizes): (Value, Value) = (embeds.collect(), sizes.collect());
        Self(json!([trimmed(&json["content"]), embeds, sizes]))
    }
}

fn list<'a>(json: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    json[name].as_array().into_iter().flatten()
}

/// Discord removes white space at both ends of a text.
fn trimmed(text: &Value) -> &str {
    text.as_str().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::File;

    #[test]
    fn a_message_is_recognised_by_its_text_and_the_sizes_of_its_files() {
        let sent = Payload {
            json: json!({"content": "", "embeds": [{"title": "a", "description": "b\n"}],
                         "attachments": [{"id": 0, "filename": "status.png"}]}),
            files: vec![File {
                name: "status.png",
                bytes: b"png".as_slice().into(),
            }],
        };
        let message = |description: &str, size: usize| {
            json!({"content": "", "attachments": [{"id": "77", "size": size}],
                   "embeds": [{"title": "a", "description": description, "type": "rich"}]})
        };
        let looks = |message: &Value| Looks::of_message(message);

        assert_eq!(looks(&message("b", 3)), Looks::of_payload(&sent));
        assert_ne!(looks(&message("c", 3)), Looks::of_payload(&sent));
        assert_ne!(looks(&message("b", 4)), Looks::of_payload(&sent));
    }
}
