//! A guild id in JSON: a string of digits, because JavaScript and jq round numbers above 2^53.
//!
//! Used as `#[serde(with = "crate::api_messages::guild_id")]`, which also reads a number up to 2^53.

use std::fmt;

use oxeye_db::{GuildId, InvalidGuildId};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The limit up to which no program rounds a whole number.
const LARGEST_EXACT_NUMBER: u64 = 1 << 53;

const EXPECTED: &str =
    "a guild id is a string of digits such as \"123456789012345678\", or a number up to 2^53";

/// A guild id as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenGuildId {
    /// As a string.
    Digits(GuildId),
    /// As a number, which a program may have rounded.
    Number(u64),
}

/// The id was written as a number that is too large: it may stand for another guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("programs round numbers above 2^53, so a guild id must be a string of digits: \"{0}\"")]
pub(crate) struct TooLargeForANumber(u64);

pub(crate) fn serialize<S: Serializer>(guild: &GuildId, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(guild)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<GuildId, D::Error> {
    let written = WrittenGuildId::deserialize(from)?;
    written.exact().map_err(D::Error::custom)
}

impl WrittenGuildId {
    /// Returns the id, if no program can have rounded it.
    pub(crate) fn exact(self) -> Result<GuildId, TooLargeForANumber> {
        match self {
            Self::Digits(guild) => Ok(guild),
            Self::Number(number) if number <= LARGEST_EXACT_NUMBER => Ok(GuildId(number)),
            Self::Number(number) => Err(TooLargeForANumber(number)),
        }
    }
}

/// Returns whether a number may be the rounded form of another. Programs that store numbers as doubles write either
/// the exact value of the double or its shortest digits, padded with zeros.
pub(crate) fn may_be_rounded(number: u64) -> bool {
    let digits = number.to_string();
    let is_written_for =
        |double: f64| digits == format!("{double}") || digits == format!("{double:.0}");
    number > LARGEST_EXACT_NUMBER && digits.parse().is_ok_and(is_written_for)
}

impl Serialize for WrittenGuildId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Digits(guild) => to.collect_str(guild),
            Self::Number(number) => to.serialize_u64(*number),
        }
    }
}

impl<'de> Deserialize<'de> for WrittenGuildId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(DigitsOrNumber)
    }
}

struct DigitsOrNumber;

impl Visitor<'_> for DigitsOrNumber {
    type Value = WrittenGuildId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a guild id: a string of digits, or a number up to 2^53")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<WrittenGuildId, E> {
        let guild = text.parse();
        let guild = guild.map_err(|InvalidGuildId| E::custom(EXPECTED))?;
        Ok(WrittenGuildId::Digits(guild))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<WrittenGuildId, E> {
        Ok(WrittenGuildId::Number(number))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<WrittenGuildId, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<WrittenGuildId, E> {
        Err(E::custom(EXPECTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Message(#[serde(with = "crate::api_messages::guild_id")] GuildId);

    #[track_caller]
    fn check(json: &str, expected: Result<u64, &str>) {
        let read = serde_json::from_str::<Message>(json).map_err(|error| error.to_string());
        match (read, expected) {
            (Ok(Message(guild)), Ok(id)) => assert_eq!(guild, GuildId(id), "{json}"),
            (Err(why), Err(words)) => assert!(why.contains(words), "{json}: {why}"),
            (read, _) => panic!("{json}: {read:?}"),
        }
    }

    #[test]
    fn a_guild_id_is_written_as_digits_and_read_as_digits_or_a_small_number() {
        let written = serde_json::to_string(&Message(GuildId(1_234_567_890_123_456_789)));
        assert_eq!(written.unwrap(), "\"1234567890123456789\"");
        check("\"1234567890123456789\"", Ok(1_234_567_890_123_456_789));
        check("\"0\"", Ok(0));
        check("7", Ok(7));
        check("9007199254740992", Ok(1 << 53));
        check(
            "9007199254740993",
            Err("must be a string of digits: \"9007199254740993\""),
        );
        check("18446744073709551616", Err("string of digits"));
        for json in ["-1", "7.0", "1e3", "\"-1\"", "\"\"", "\"seven\"", "\"+7\""] {
            check(json, Err("string of digits"));
        }
        for json in ["null", "true", "[]", "{}"] {
            check(json, Err("a guild id: a string of digits"));
        }
    }

    #[test]
    fn an_id_that_was_rounded_to_a_double_is_recognised() {
        for id in [
            1_234_567_890_123_456_789_u64,
            81_384_788_765_712_384,
            u64::MAX - 5,
            (1 << 53) + 1,
        ] {
            let double: f64 = id.to_string().parse().unwrap();
            for rounded in [format!("{double}"), format!("{double:.0}")] {
                let Ok(rounded) = rounded.parse() else {
                    continue;
                };
                assert!(rounded <= 1 << 53 || may_be_rounded(rounded), "{rounded}");
            }
        }
        assert!(!may_be_rounded(1_234_567_890_123_456_789));
        assert!(!may_be_rounded(0) && !may_be_rounded(1 << 53));
        assert!(may_be_rounded(1_234_567_890_123_456_800));
        assert!(may_be_rounded(1_234_567_890_123_456_768));
    }
}
