//! `POST /join` reports that a player has joined.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use uuid::Uuid;

use crate::{PlayerName, TextureHash, UnixSeconds};

/// A player who has joined. If the join is repeated, the first join time is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// Who joined.
    pub player: PlayerName,
    /// The hash of the skin they wear, if the plugin knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texture_hash: Option<TextureHash>,
    /// The account, with or without dashes.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_uuid"
    )]
    pub uuid: Option<Uuid>,
    /// When the plugin saw it, if not just now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixSeconds>,
}

impl JoinRequest {
    /// Makes the join of a player who has joined just now, of whom only the name is known.
    #[must_use]
    pub fn new(player: PlayerName) -> Self {
        Self {
            player,
            texture_hash: None,
            uuid: None,
            at: None,
        }
    }
}

/// Reads a UUID, with an error message for operators instead of the one from the `uuid` crate.
pub(super) fn optional_uuid<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Uuid>, D::Error> {
    let refused =
        |_| D::Error::custom("a player's uuid has 32 hexadecimal digits, with or without dashes");
    Option::<String>::deserialize(deserializer)?
        .map(|text| Uuid::try_parse(&text).map_err(refused))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LeaveRequest;

    #[track_caller]
    fn check_refused(body: &str, sentence: &str) {
        let error = serde_json::from_str::<JoinRequest>(body)
            .expect_err(body)
            .to_string();
        assert!(error.starts_with(sentence), "{error}");
    }

    #[test]
    fn a_join_needs_only_a_name() {
        let expected = JoinRequest::new(PlayerName::try_from("jeb_").expect("a name"));

        let nulls = r#"{"player": "jeb_", "texture_hash": null, "uuid": null, "at": null}"#;
        for body in [
            r#"{"player": "jeb_"}"#,
            r#"{"player": "jeb_", "dimension": "nether"}"#,
            nulls,
        ] {
            assert_eq!(
                serde_json::from_str::<JoinRequest>(body).expect(body),
                expected
            );
        }
    }

    #[test]
    fn an_invalid_field_is_refused_with_a_message_for_the_operator() {
        check_refused(r#"{"player": ""}"#, "a player name must not be empty");
        check_refused(
            r#"{"player": "a", "texture_hash": "abc"}"#,
            "a texture hash has exactly 64 hexadecimal digits",
        );
        check_refused(
            r#"{"player": "a", "uuid": "me"}"#,
            "a player's uuid has 32 hexadecimal digits",
        );
        check_refused(
            r#"{"player": "a", "at": 1700000000000}"#,
            "the time 1700000000000 looks like milliseconds",
        );
        check_refused("{}", "missing field `player`");
    }

    #[test]
    fn a_uuid_needs_no_dashes() {
        let body = r#"{"player": "jeb_", "uuid": "853c80ef3c3749fdaa49938b674adae6"}"#;

        let join: JoinRequest = serde_json::from_str(body).expect(body);

        assert_eq!(
            join.uuid.map(|uuid| uuid.to_string()).as_deref(),
            Some("853c80ef-3c37-49fd-aa49-938b674adae6")
        );
    }

    #[test]
    fn the_name_and_time_of_a_leave_are_checked() {
        let name =
            serde_json::from_str::<LeaveRequest>(r#"{"player": "a\n"}"#).expect_err("a line break");
        let time = serde_json::from_str::<LeaveRequest>(r#"{"player": "a", "at": 1700000000000}"#)
            .expect_err("ms");

        assert!(
            name.to_string()
                .starts_with("a player name must not contain control characters"),
            "{name}"
        );
        assert!(time.to_string().contains("milliseconds"), "{time}");
    }
}
