//! Why something in a request or in a line cannot be used: in English, and for programs.

use std::fmt;

use oxeye_db::InvalidStay;
use oxeye_plugin_proto::limits::MAX_REASON_CHARS;
use oxeye_plugin_proto::{InvalidPlayerName, InvalidServerName, Sent, Unreadable, Wanted};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use crate::api_messages::guild_id::TooLargeForANumber;

/// The code of a reason, under `reason_code`, and the facts that it names. A code never changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason_code", rename_all = "snake_case")]
pub(crate) enum Reason {
    // JSON, and the parameters of a URL.
    MalformedJson {
        /// The place of the mistake, counted in bytes from 1.
        column: usize,
    },
    KeyMissing {
        key: String,
    },
    KeyTwice {
        key: String,
    },
    KeyUnknown {
        sent: String,
        known: Vec<String>,
    },
    WordUnknown {
        sent: String,
        known: Vec<String>,
    },
    KindWrong {
        /// What is there, as JSON; `[...]` and `{...}` for lists and objects.
        sent: String,
        wanted: WantedKind,
    },

    // Names.
    PlayerNameEmpty,
    PlayerNameTooLong,
    PlayerNameControlCharacter,
    PlayerNameSpacesAtEnds,
    ServerNameNothingVisible,
    ServerNameTooLong,
    ServerNameInvisible,

    // Questions and orders.
    FutureTime,
    LocalGuild,
    RoleOfEveryone,
    CounterUnknown {
        counter: String,
        /// All that can be asked for in its place.
        known: Vec<String>,
    },
    CounterOfOneServer {
        counter: String,
    },

    // Lines of an export.
    SessionTimes,
    SessionInFuture,
    SessionHalfEnded,
    SessionEndUnknown {
        known: Vec<String>,
    },
    AccountTimes,
    GuildIdTooLarge,
}

/// The kind of value that belongs somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WantedKind {
    Text,
    Bool,
    List,
    Object,
    TextOrObject,
    /// A whole number from 0 to a limit.
    Count,
    WholeNumber,
    Number,
    #[serde(other)]
    Other,
}

/// Why something cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Why {
    /// The reason in English.
    pub(crate) words: String,
    /// The same for programs, if it has a code.
    pub(crate) reason: Option<Reason>,
}

impl Why {
    /// Makes a reason that has a code.
    pub(crate) fn coded(reason: Reason, words: impl Into<String>) -> Why {
        Why {
            words: words.into(),
            reason: Some(reason),
        }
    }

    /// Returns why JSON could not be read.
    pub(crate) fn of_json(error: &serde_json::Error) -> Why {
        if error.classify() != Category::Data {
            let column = error.column();
            let words = format!("it is not JSON: the mistake is at byte {column}");
            return Why::coded(Reason::MalformedJson { column }, words);
        }
        Unreadable::of_json(error).into()
    }
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)
    }
}

impl From<String> for Why {
    fn from(words: String) -> Why {
        Why {
            words,
            reason: None,
        }
    }
}

impl From<&str> for Why {
    fn from(words: &str) -> Why {
        words.to_owned().into()
    }
}

impl From<Unreadable> for Why {
    fn from(unreadable: Unreadable) -> Why {
        let words = unreadable.to_string();
        let words: String = words.chars().take(MAX_REASON_CHARS).collect();
        let reason = match unreadable {
            Unreadable::Missing(key) => Reason::KeyMissing { key },
            Unreadable::Twice(key) => Reason::KeyTwice { key },
            Unreadable::UnknownField { sent, known } => Reason::KeyUnknown { sent, known },
            Unreadable::UnknownWord { sent, known } => Reason::WordUnknown { sent, known },
            Unreadable::OtherKind { sent, wanted } => Reason::KindWrong {
                sent: in_json(sent),
                wanted: kind(&wanted),
            },
            Unreadable::Other(words) => return of_name(&words).unwrap_or_else(|| words.into()),
        };
        Why::coded(reason, words)
    }
}

/// Returns why a name cannot be used, if these words say that: JSON is read through the constructors of names.
fn of_name(words: &str) -> Option<Why> {
    let player = [
        InvalidPlayerName::Empty,
        InvalidPlayerName::TooLong,
        InvalidPlayerName::ControlCharacter,
        InvalidPlayerName::OuterWhiteSpace,
    ];
    let server = [
        InvalidServerName::NothingVisible,
        InvalidServerName::TooLong,
        InvalidServerName::Invisible,
    ];
    let player = player.into_iter().map(Why::from);
    let mut all = player.chain(server.into_iter().map(Why::from));
    all.find(|why| why.words == words)
}

fn in_json(sent: Sent) -> String {
    match sent {
        Sent::Text(text) => format!("\"{text}\""),
        Sent::Literal(literal) => literal,
        Sent::List => "[...]".to_owned(),
        Sent::Object => "{...}".to_owned(),
    }
}

fn kind(wanted: &Wanted) -> WantedKind {
    match wanted {
        Wanted::Text => WantedKind::Text,
        Wanted::Bool => WantedKind::Bool,
        Wanted::List => WantedKind::List,
        Wanted::Object => WantedKind::Object,
        Wanted::TextOrObject => WantedKind::TextOrObject,
        Wanted::UpTo(_) => WantedKind::Count,
        Wanted::Whole => WantedKind::WholeNumber,
        Wanted::Number => WantedKind::Number,
        Wanted::Own(_) => WantedKind::Other,
    }
}

impl From<InvalidPlayerName> for Why {
    fn from(error: InvalidPlayerName) -> Why {
        let reason = match error {
            InvalidPlayerName::Empty => Reason::PlayerNameEmpty,
            InvalidPlayerName::TooLong => Reason::PlayerNameTooLong,
            InvalidPlayerName::ControlCharacter => Reason::PlayerNameControlCharacter,
            InvalidPlayerName::OuterWhiteSpace => Reason::PlayerNameSpacesAtEnds,
        };
        Why::coded(reason, error.to_string())
    }
}

impl From<InvalidServerName> for Why {
    fn from(error: InvalidServerName) -> Why {
        let reason = match error {
            InvalidServerName::NothingVisible => Reason::ServerNameNothingVisible,
            InvalidServerName::TooLong => Reason::ServerNameTooLong,
            InvalidServerName::Invisible => Reason::ServerNameInvisible,
        };
        Why::coded(reason, error.to_string())
    }
}

impl From<InvalidStay> for Why {
    fn from(error: InvalidStay) -> Why {
        let reason = match error {
            InvalidStay::OutOfOrder => Reason::SessionTimes,
            InvalidStay::InTheFuture => Reason::SessionInFuture,
        };
        Why::coded(reason, error.to_string())
    }
}

impl From<TooLargeForANumber> for Why {
    fn from(error: TooLargeForANumber) -> Why {
        Why::coded(Reason::GuildIdTooLarge, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::{JoinRequest, PlayerName};
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::super::ErrorAnswer;
    use super::super::Refusal;
    use super::*;

    #[test]
    fn the_reason_stands_beside_the_code_and_an_unknown_one_is_left_out() {
        let reason = Reason::CounterOfOneServer {
            counter: "deaths".to_owned(),
        };
        let refusal = Refusal::InvalidUrl {
            reason: Some(reason),
        };
        let json = json!({"error": "No.", "code": "invalid_url",
            "reason_code": "counter_of_one_server", "counter": "deaths"});
        let answer: ErrorAnswer = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(answer.refusal, Some(refusal));
        assert_eq!(serde_json::to_value(&answer).unwrap(), json);

        for unknown in [
            json!({"error": "No.", "code": "invalid_url"}),
            json!({"error": "No.", "code": "invalid_url", "reason_code": "from_the_future"}),
        ] {
            let answer: ErrorAnswer = serde_json::from_value(unknown).unwrap();
            assert_eq!(answer.refusal, Some(Refusal::InvalidUrl { reason: None }));
        }
    }

    #[track_caller]
    fn check<T: DeserializeOwned>(json: &str, words: &str, reason: Option<Reason>) {
        let Err(error) = serde_json::from_str::<T>(json) else {
            panic!("{json} can be read");
        };
        let expected = Why {
            words: words.to_owned(),
            reason,
        };
        assert_eq!(Why::of_json(&error), expected, "{error}");
    }

    #[test]
    fn json_that_cannot_be_read_has_a_code_and_a_plain_sentence() {
        check::<JoinRequest>(
            r#"{"player":"a""#,
            "it is not JSON: the mistake is at byte 13",
            Some(Reason::MalformedJson { column: 13 }),
        );
        check::<JoinRequest>(
            "{}",
            "`player` is missing",
            Some(Reason::KeyMissing {
                key: "player".to_owned(),
            }),
        );
        check::<PlayerName>(
            "[1]",
            "found a list where a text belongs",
            Some(Reason::KindWrong {
                sent: "[...]".to_owned(),
                wanted: WantedKind::Text,
            }),
        );
        check::<PlayerName>(
            r#"" a""#,
            "a player name must not start or end with white space",
            Some(Reason::PlayerNameSpacesAtEnds),
        );
        check::<JoinRequest>(
            r#"{"player":"a","uuid":"x"}"#,
            "a player's uuid has 32 hexadecimal digits, with or without dashes",
            None,
        );
    }
}
