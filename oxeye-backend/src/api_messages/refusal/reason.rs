//! Why something in a request or in a line cannot be used: in English, and for programs.

use std::fmt;

use oxeye_db::InvalidStay;
use oxeye_plugin_proto::{InvalidPlayerName, InvalidServerName};
use serde::{Deserialize, Serialize};

use crate::api_messages::guild_id::TooLargeForANumber;

/// The code of a reason, under `reason_code`, and the facts that it names. A code never changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason_code", rename_all = "snake_case")]
pub(crate) enum Reason {
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
}
