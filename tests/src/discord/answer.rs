//! What a person sees.

use std::time::Instant;

use image::DynamicImage;
use oxeye_plugin_proto::LinkCode;
use serde_json::Value;

use super::world::Message;

/// A file attached to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: u64,
    /// Its file name.
    pub name: String,
    /// Its alt text.
    pub description: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// One version of a message that the bot has written of its own accord.
#[derive(Debug, Clone)]
pub struct Written {
    /// When Discord accepted it.
    pub at: Instant,
    /// Every piece of text that a person could read.
    pub text: String,
    /// Whether the bot was not told that it was accepted.
    pub reply_lost: bool,
}

/// The bot's message in its current state.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(super) message: u64,
    pub(super) edition: usize,
    /// Whether only the person who asked sees it.
    pub ephemeral: bool,
    /// The files attached to it.
    pub files: Vec<Attachment>,
    /// The fields as the bot wrote them: `content`, `embeds`, `components`, `allowed_mentions`.
    pub body: Value,
}

impl Answer {
    pub(super) fn new(id: u64, message: &Message) -> Self {
        Self {
            message: id,
            edition: message.edition,
            ephemeral: message.ephemeral,
            files: message.files.clone(),
            body: Value::Object(message.body.clone()),
        }
    }

    /// Returns every piece of text that a person can read, line by line: content, titles,
    /// descriptions, fields, footers, labels of buttons and options.
    pub fn text(&self) -> String {
        text(&self.body)
    }

    /// Returns the link code in the text.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn link_code(&self) -> LinkCode {
        let text = self.text();
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        match words
            .filter(|word| word.starts_with("oxeye-"))
            .find_map(|word| word.parse().ok())
        {
            Some(code) => code,
            None => panic!("no link code in {text:?}"),
        }
    }

    /// Returns the `custom_id` of the button or menu whose label, placeholder or id contains
    /// `words`.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn component(&self, words: &str) -> String {
        match self.find(words)["custom_id"].as_str() {
            Some(id) => id.to_owned(),
            None => panic!("no component {words:?} in {:#}", self.body),
        }
    }

    /// Whether there is a button or menu whose label, placeholder or id contains `words`.
    pub fn has_component(&self, words: &str) -> bool {
        !self.find(words).is_null()
    }

    /// Whether the button whose label or id contains `words` cannot be pressed.
    pub fn is_disabled(&self, words: &str) -> bool {
        self.find(words)["disabled"] == true
    }

    fn find(&self, words: &str) -> &Value {
        let mut components = self.components();
        let found = components.find(|component| {
            let texts = ["label", "placeholder", "custom_id"].iter();
            texts
                .filter_map(|name| component[name].as_str())
                .any(|text| text.contains(words))
        });
        found.unwrap_or(&Value::Null)
    }

    /// Returns the values in the menus of the message, with their labels.
    pub fn menu(&self) -> Vec<(String, String)> {
        self.components()
            .filter_map(|component| component["options"].as_array())
            .flatten()
            .filter_map(|option| {
                Some((
                    option["label"].as_str()?.to_owned(),
                    option["value"].as_str()?.to_owned(),
                ))
            })
            .collect()
    }

    /// Returns the one picture on the message, decoded.
    ///
    /// # Panics
    /// If there is not exactly one file, or it is not a valid PNG, or no embed shows it.
    #[track_caller]
    pub fn picture(&self) -> DynamicImage {
        let [file] = &self.files[..] else {
            panic!("not one file but {}", self.files.len())
        };
        let shown = format!("attachment://{}", file.name);
        assert!(
            self.body.to_string().contains(&shown),
            "no embed shows {shown}: {:#}",
            self.body
        );
        match image::load_from_memory_with_format(&file.bytes, image::ImageFormat::Png) {
            Ok(picture) => picture,
            Err(error) => panic!("{} does not decode: {error}", file.name),
        }
    }

    fn components(&self) -> impl Iterator<Item = &Value> {
        let rows = self.body["components"].as_array().into_iter().flatten();
        rows.filter_map(|row| row["components"].as_array())
            .flatten()
    }
}

/// Returns every piece of text in a message that a person can read, line by line.
pub(super) fn text(body: &Value) -> String {
    let mut lines = Vec::new();
    collect_text(body, &mut lines);
    lines.join("\n")
}

fn collect_text(value: &Value, lines: &mut Vec<String>) {
    const TEXTS: [&str; 8] = [
        "content",
        "title",
        "description",
        "name",
        "value",
        "text",
        "label",
        "placeholder",
    ];
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if TEXTS.contains(&name.as_str()) => {
                        lines.push(text.clone())
                    }
                    _ => collect_text(value, lines),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_text(value, lines)),
        _ => {}
    }
}

/// An emoji of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emoji {
    /// By which it is shown.
    pub id: u64,
    /// What it is called.
    pub name: String,
}
