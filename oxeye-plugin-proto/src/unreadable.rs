//! Why JSON is not a message, as a sentence for server operators: serde's own words name types of Rust.

use std::fmt;

use crate::limits::MAX_REASON_CHARS;

/// The most characters of a value that are repeated.
const QUOTED_CHARS: usize = 60;

/// What stands for the words of the library that reads UUIDs.
const UUID_FORM: &str = "a UUID is written like 853c80ef-3c37-49fd-aa49-938b674adae6";

/// Returns why JSON could not be read, as a sentence of at most [`MAX_REASON_CHARS`] characters without a final stop.
/// It has no position, which means nothing in a game console.
#[must_use]
pub fn why_unreadable(error: &serde_json::Error) -> String {
    let sentence = Unreadable::of_json(error).to_string();
    sentence.chars().take(MAX_REASON_CHARS).collect()
}

/// What is wrong with something that is not a message. It displays as a sentence without a final stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// This field is missing.
    Missing(String),
    /// This field is there twice.
    Twice(String),
    /// There is no such field.
    UnknownField {
        /// The name of the field.
        sent: String,
        /// The names of those that there are.
        known: Vec<String>,
    },
    /// The value is none of a few words.
    UnknownWord {
        /// The value.
        sent: String,
        /// The words.
        known: Vec<String>,
    },
    /// The value is of another kind than the one that belongs there.
    OtherKind {
        /// The value.
        sent: Sent,
        /// The kind that belongs there.
        wanted: Wanted,
    },
    /// Anything else, in words of its own.
    Other(String),
}

/// A value as far as it is repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// A text.
    Text(String),
    /// A number, `true`, `false` or `null`, as it is written.
    Literal(String),
    /// A list.
    List,
    /// An object in braces.
    Object,
}

/// The kind of value that belongs somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A list.
    List,
    /// An object in braces.
    Object,
    /// A text or an object in braces.
    TextOrObject,
    /// A whole number from 0 to this.
    UpTo(u64),
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A kind that has words of its own.
    Own(String),
}

impl Unreadable {
    /// Returns what is wrong with JSON that could not be read.
    #[must_use]
    pub fn of_json(error: &serde_json::Error) -> Unreadable {
        let words = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        Self::of_words(words.strip_suffix(&place).unwrap_or(&words))
    }

    /// Returns what serde's words mean. Sentences of our own are none of them.
    #[must_use]
    pub fn of_words(words: &str) -> Unreadable {
        Self::of_serde(words).unwrap_or_else(|| Self::Other(words.to_owned()))
    }

    fn of_serde(words: &str) -> Option<Unreadable> {
        if let Some(field) = words.strip_prefix("missing field ") {
            return Some(Self::Missing(unquoted(field)));
        }
        if let Some(field) = words.strip_prefix("duplicate field ") {
            return Some(Self::Twice(unquoted(field)));
        }
        if words.starts_with("UUID parsing failed") {
            return Some(Self::Other(UUID_FORM.to_owned()));
        }
        let (what, rest) = [
            "unknown field ",
            "unknown variant ",
            "invalid type: ",
            "invalid value: ",
        ]
        .into_iter()
        .find_map(|what| Some((what, words.strip_prefix(what)?)))?;
        // What was sent may say the same, but what was expected never does.
        let (sent, expected) = rest.rsplit_once(", expected ")?;
        Some(match what {
            "unknown field " => Self::UnknownField {
                sent: cut(&unquoted(sent)),
                known: known(expected),
            },
            "unknown variant " => Self::UnknownWord {
                sent: cut(&unquoted(sent)),
                known: known(expected),
            },
            _ => Self::OtherKind {
                sent: Sent::of_serde(sent),
                wanted: Wanted::of_serde(expected),
            },
        })
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field) => write!(formatter, "`{field}` is missing"),
            Self::Twice(field) => write!(formatter, "`{field}` is there twice"),
            Self::UnknownField { sent, known } => {
                write!(formatter, "there is no `{sent}`, only {}", listed(known))
            }
            Self::UnknownWord { sent, known } => {
                let known = listed(known);
                write!(formatter, "this Oxeye does not know `{sent}`, only {known}")
            }
            Self::OtherKind { sent, wanted } => {
                write!(formatter, "found {sent} where {wanted} belongs")
            }
            Self::Other(words) => formatter.write_str(words),
        }
    }
}

impl Sent {
    fn of_serde(sent: &str) -> Sent {
        match sent.split_once(' ') {
            Some(("integer" | "boolean", value)) => Self::Literal(cut(value.trim_matches('`'))),
            Some(("floating", value)) => {
                let value = value.trim_start_matches("point ");
                Self::Literal(cut(value.trim_matches('`')))
            }
            Some(("string", text)) => Self::Text(cut(text.trim_matches('"'))),
            _ if sent == "sequence" => Self::List,
            _ if sent == "map" => Self::Object,
            _ => Self::Literal(cut(sent)),
        }
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(formatter, "the text \"{text}\""),
            Self::Literal(literal) => formatter.write_str(literal),
            Self::List => formatter.write_str("a list"),
            Self::Object => formatter.write_str("an object in braces"),
        }
    }
}

impl Wanted {
    fn of_serde(expected: &str) -> Wanted {
        match expected {
            "a string" | "a borrowed string" | "variant identifier" => Self::Text,
            "a boolean" => Self::Bool,
            "a sequence" => Self::List,
            "a map" => Self::Object,
            "string or map" => Self::TextOrObject,
            "u8" => Self::UpTo(u8::MAX.into()),
            "u16" => Self::UpTo(u16::MAX.into()),
            "u32" => Self::UpTo(u32::MAX.into()),
            "u64" | "usize" => Self::UpTo(u64::MAX),
            "i8" | "i16" | "i32" | "i64" => Self::Whole,
            "f32" | "f64" | "a JSON number" => Self::Number,
            _ if expected.starts_with("struct ") || expected.contains("tagged enum ") => {
                Self::Object
            }
            own => Self::Own(own.to_owned()),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "a text",
            Self::Bool => "true or false",
            Self::List => "a list",
            Self::Object => "an object in braces",
            Self::TextOrObject => "a text or an object in braces",
            Self::UpTo(most) => return write!(formatter, "a whole number from 0 to {most}"),
            Self::Whole => "a whole number",
            Self::Number => "a number",
            Self::Own(words) => words,
        })
    }
}

fn unquoted(name: &str) -> String {
    name.trim_matches('`').to_owned()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the names between backticks.
fn known(expected: &str) -> Vec<String> {
    let names = expected.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use uuid::Uuid;

    use super::*;
    use crate::{Event, HeartbeatRequest, JoinRequest, LeaveRequest};

    /// Has fields of many kinds, and no others.
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether they can be read matters")]
    struct Odd {
        #[serde(default)]
        whole: u8,
        #[serde(default)]
        signed: i64,
        #[serde(default)]
        number: f64,
        #[serde(default)]
        switch: bool,
        #[serde(default)]
        list: Vec<u16>,
        #[serde(default)]
        leave: Option<LeaveRequest>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Few {
        #[expect(dead_code, reason = "only its name matters")]
        only: u64,
    }

    #[track_caller]
    fn check<T: DeserializeOwned>(body: &str, expected: &str) {
        let Err(error) = serde_json::from_str::<T>(body) else {
            panic!("{body} can be read");
        };
        assert_eq!(why_unreadable(&error), expected, "{error}");
    }

    #[test]
    fn what_is_missing_doubled_or_unknown_is_named() {
        check::<JoinRequest>("{}", "`player` is missing");
        check::<Event>(r#"{"at":5}"#, "`type` is missing");
        check::<Event>(r#"{"type":"leave","player":"a"}"#, "`at` is missing");
        let twice = r#"{"player":"a","player":"b"}"#;
        check::<LeaveRequest>(twice, "`player` is there twice");
        check::<Event>(
            r#"{"type":"kick","at":5}"#,
            "this Oxeye does not know `kick`, only `join`, `leave`, `sync`, `heartbeat` and `about`",
        );
        check::<HeartbeatRequest>(
            r#"{"server":"off"}"#,
            "this Oxeye does not know `off`, only `up`, `starting` and `down`",
        );
        check::<Odd>(
            r#"{"hat":1}"#,
            "there is no `hat`, only `whole`, `signed`, `number`, `switch`, `list` and `leave`",
        );
        check::<Few>(r#"{"hat":1}"#, "there is no `hat`, only `only`");
    }

    #[test]
    fn a_value_of_another_kind_is_repeated_beside_what_belongs_there() {
        check::<LeaveRequest>(r#"{"player":7}"#, "found 7 where a text belongs");
        check::<LeaveRequest>(r#"{"player":null}"#, "found null where a text belongs");
        check::<LeaveRequest>(r#"{"player":[1]}"#, "found a list where a text belongs");
        check::<LeaveRequest>(
            r#"{"player":{}}"#,
            "found an object in braces where a text belongs",
        );
        check::<LeaveRequest>(
            r#"{"player":"a","at":"now"}"#,
            r#"found the text "now" where a whole number belongs"#,
        );
        check::<Event>(
            r#"{"type":"leave","player":"a","at":1.5}"#,
            "found 1.5 where a whole number belongs",
        );
        check::<HeartbeatRequest>(
            r#"{"players":-1}"#,
            "found -1 where a whole number from 0 to 4294967295 belongs",
        );
        check::<Odd>(
            r#"{"whole":256}"#,
            "found 256 where a whole number from 0 to 255 belongs",
        );
        check::<Odd>(
            r#"{"signed":true}"#,
            "found true where a whole number belongs",
        );
        check::<Odd>(r#"{"number":false}"#, "found false where a number belongs");
        check::<Odd>(r#"{"switch":1}"#, "found 1 where true or false belongs");
        check::<Odd>(r#"{"list":1}"#, "found 1 where a list belongs");
        check::<Odd>(
            r#"{"list":[-1]}"#,
            "found -1 where a whole number from 0 to 65535 belongs",
        );
        check::<Odd>(
            r#"{"leave":"a"}"#,
            r#"found the text "a" where an object in braces belongs"#,
        );
    }

    #[test]
    fn the_form_of_a_uuid_is_shown() {
        for wrong in ["zz", "", "853c80ef", "853c80ef-3c37-49fd-aa49-938b674adaeg"] {
            check::<Option<Uuid>>(
                &format!("\"{wrong}\""),
                "a UUID is written like 853c80ef-3c37-49fd-aa49-938b674adae6",
            );
        }
    }

    #[test]
    fn our_own_sentences_stay_as_they_are() {
        check::<LeaveRequest>(r#"{"player":""}"#, "a player name must not be empty");
        let milliseconds =
            "the time 1700000000000 looks like milliseconds; send whole seconds since 1970";
        check::<LeaveRequest>(r#"{"player":"a","at":1700000000000}"#, milliseconds);
    }

    #[test]
    fn a_long_value_is_cut_and_what_belongs_there_is_not() {
        let long = "x".repeat(10_000);
        let cut = "x".repeat(QUOTED_CHARS);
        check::<Event>(
            &format!(r#"{{"type":"{long}","at":5}}"#),
            &format!(
                "this Oxeye does not know `{cut}...`, only `join`, `leave`, `sync`, `heartbeat` and `about`"
            ),
        );
        check::<LeaveRequest>(
            &format!(r#"{{"player":"a","at":"{long}"}}"#),
            &format!(r#"found the text "{cut}..." where a whole number belongs"#),
        );
        let sly = r#"{"type":"a`, expected one of `b","at":5}"#;
        check::<Event>(
            sly,
            "this Oxeye does not know `a`, expected one of `b`, only `join`, `leave`, `sync`, `heartbeat` and `about`",
        );
    }
}
