//! Why JSON is not a message, as a sentence for server operators: serde's own words name types of Rust.

use crate::limits::MAX_REASON_CHARS;

/// The most characters of a value that are repeated.
const QUOTED_CHARS: usize = 60;

/// Returns why JSON could not be read, as a sentence of at most [`MAX_REASON_CHARS`] characters without a final stop.
/// It has no position, which means nothing in a game console.
#[must_use]
pub fn why_unreadable(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let words = words.strip_suffix(&place).unwrap_or(&words);
    let sentence = in_plain_words(words);
    let sentence = sentence.as_deref().unwrap_or(words);
    sentence.chars().take(MAX_REASON_CHARS).collect()
}

/// Puts what serde says into plain words. Sentences of our own are not among it.
fn in_plain_words(words: &str) -> Option<String> {
    let (what, rest) = [
        "missing field ",
        "duplicate field ",
        "unknown field ",
        "unknown variant ",
        "invalid type: ",
        "invalid value: ",
    ]
    .into_iter()
    .find_map(|what| Some((what, words.strip_prefix(what)?)))?;
    match what {
        "missing field " => return Some(format!("{rest} is missing")),
        "duplicate field " => return Some(format!("{rest} is there twice")),
        _ => {}
    }
    // What was sent may say the same, but what was expected never does.
    let (sent, expected) = rest.rsplit_once(", expected ")?;
    Some(match what {
        "unknown field " => format!("there is no {}, only {}", quoted(sent), known(expected)),
        "unknown variant " => {
            let (sent, known) = (quoted(sent), known(expected));
            format!("this Oxeye does not know {sent}, only {known}")
        }
        _ => format!("found {} where {} belongs", found(sent), wanted(expected)),
    })
}

/// Shortens a text between backticks.
fn quoted(sent: &str) -> String {
    let inside = sent.trim_matches('`');
    format!("`{}`", cut(inside))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Lists the names between backticks.
fn known(expected: &str) -> String {
    let names = expected.split('`').skip(1).step_by(2);
    let mut names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
        None => expected.to_owned(),
    }
}

/// Says what was found.
fn found(sent: &str) -> String {
    match sent.split_once(' ') {
        Some(("integer" | "boolean", value)) => cut(value.trim_matches('`')),
        Some(("floating", value)) => {
            let value = value.trim_start_matches("point ");
            cut(value.trim_matches('`'))
        }
        Some(("string", text)) => format!("the text \"{}\"", cut(text.trim_matches('"'))),
        _ if sent == "sequence" => "a list".to_owned(),
        _ if sent == "map" => "an object in braces".to_owned(),
        _ => cut(sent),
    }
}

/// Says what belongs there.
fn wanted(expected: &str) -> String {
    let words = match expected {
        "a string" | "a borrowed string" | "variant identifier" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object in braces",
        "string or map" => "a text or an object in braces",
        "u8" => return up_to(u8::MAX.into()),
        "u16" => return up_to(u16::MAX.into()),
        "u32" => return up_to(u32::MAX.into()),
        "u64" | "usize" => return up_to(u64::MAX),
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "f32" | "f64" | "a JSON number" => "a number",
        _ if expected.starts_with("struct ") || expected.contains("tagged enum ") => {
            "an object in braces"
        }
        own => own,
    };
    words.to_owned()
}

fn up_to(most: u64) -> String {
    format!("a whole number from 0 to {most}")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

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
