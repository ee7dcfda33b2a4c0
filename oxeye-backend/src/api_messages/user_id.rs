//! An id of a Discord account in JSON: a string of digits, because JavaScript and jq round numbers above 2^53.
//!
//! Used as `#[serde(with = "crate::api_messages::user_id")]`, or `user_id::optional` for one that may be `null`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

const EXPECTED: &str = "a user id is a string of digits such as \"123456789012345678\"";

pub(crate) fn serialize<S: Serializer>(user: &u64, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(user)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    parsed(&String::deserialize(from)?)
}

/// Reads the id of a Discord account: digits and nothing else.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all_digits)
}

fn parsed<E: Error>(digits: &str) -> Result<u64, E> {
    parse(digits).ok_or_else(|| E::custom(EXPECTED))
}

/// An id that may be `null`.
pub(crate) mod optional {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(user: &Option<u64>, to: S) -> Result<S::Ok, S::Error> {
        match user {
            Some(user) => super::serialize(user, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
        let digits = Option::<String>::deserialize(from)?;
        digits.map(|digits| parsed(&digits)).transpose()
    }
}
