//! The details of an activity event: a small JSON object whose keys mean something to the game.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Number, Value};

use crate::limits::{MAX_DETAILS_BYTES, MAX_DETAILS_DEPTH, MAX_DETAILS_KEYS};

/// A JSON object of at most [`MAX_DETAILS_KEYS`] keys and, written without blanks, at most
/// [`MAX_DETAILS_BYTES`] bytes. Its values may be lists and objects up to [`MAX_DETAILS_DEPTH`] levels
/// deep, the object itself not counted. No key comes twice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Details(Map<String, Value>);

/// Why a JSON object cannot be an event's details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDetails {
    /// More than [`MAX_DETAILS_KEYS`] keys.
    #[error("details have at most {MAX_DETAILS_KEYS} keys")]
    TooManyKeys,
    /// More than [`MAX_DETAILS_BYTES`] bytes.
    #[error("details have at most {MAX_DETAILS_BYTES} bytes")]
    TooLong,
    /// Deeper than [`MAX_DETAILS_DEPTH`] levels.
    #[error("details are nested at most {MAX_DETAILS_DEPTH} levels deep")]
    TooDeep,
}

impl Details {
    /// Checks an object.
    ///
    /// # Errors
    /// When it is too large or nested too deep.
    pub fn new(object: Map<String, Value>) -> Result<Self, InvalidDetails> {
        if object.len() > MAX_DETAILS_KEYS {
            return Err(InvalidDetails::TooManyKeys);
        }
        if object
            .values()
            .any(|value| depth(value) > MAX_DETAILS_DEPTH)
        {
            return Err(InvalidDetails::TooDeep);
        }
        let details = Self(object);
        if details.to_string().len() > MAX_DETAILS_BYTES {
            return Err(InvalidDetails::TooLong);
        }
        Ok(details)
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Whether there are no details.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes the object as JSON without blanks.
impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(&self.0).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

impl<'de> Deserialize<'de> for Details {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match (Strict { depth: 0 }).deserialize(deserializer)? {
            Value::Object(object) => Self::new(object).map_err(D::Error::custom),
            _ => Err(D::Error::custom("details are a JSON object")),
        }
    }
}

/// Reads a JSON value, but refuses a key that comes twice, where serde_json would drop the first one, and
/// stops at the first level that is too deep.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        // The object itself is level 0.
        if self.depth > MAX_DETAILS_DEPTH {
            return Err(E::custom(InvalidDetails::TooDeep));
        }
        let depth = self.depth + 1;
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        let number = Number::from_f64(number);
        number
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is finite"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            let value = object.next_value_seed(inner)?;
            if values.insert(key, value).is_some() {
                return Err(A::Error::custom("details have a key twice"));
            }
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(text: &str, sentence: &str) {
        let error = serde_json::from_str::<Details>(text).expect_err(text);
        assert!(error.to_string().contains(sentence), "{error}");
    }

    #[test]
    fn what_was_sent_is_kept_to_the_digit() {
        let text =
            r#"{"a":12345678901234567,"b":0.30000000000000004,"c":[],"d":{},"e":null,"f":true}"#;

        let details: Details = serde_json::from_str(text).expect("details");

        assert_eq!(details.to_string(), text);
        assert_eq!(details.get("f"), Some(&Value::Bool(true)));
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_on_every_level() {
        check_refused(r#"{"a": 1, "a": 1}"#, "a key twice");
        check_refused(r#"{"a": {"b": 1, "b": 2}}"#, "a key twice");
    }

    #[test]
    fn only_an_object_can_be_details() {
        for text in ["[]", "7", "\"a\"", "true", "null"] {
            check_refused(text, "a JSON object");
        }
    }

    #[test]
    fn details_are_small_and_shallow() {
        let keys: Vec<_> = (0..17).map(|key| format!("\"{key}\":0")).collect();
        check_refused(&format!("{{{}}}", keys.join(",")), "at most 16 keys");
        check_refused(
            &format!("{{\"a\":\"{}\"}}", "x".repeat(1017)),
            "at most 1024 bytes",
        );
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
        check_refused(&deep, "at most 4 levels deep");
        check_refused(r#"{"a":[[[[[]]]]]}"#, "at most 4 levels deep");

        assert!(serde_json::from_str::<Details>(&format!("{{{}}}", keys[1..].join(","))).is_ok());
        assert!(
            serde_json::from_str::<Details>(&format!("{{\"a\":\"{}\"}}", "x".repeat(1016))).is_ok()
        );
        assert!(serde_json::from_str::<Details>(r#"{"a":[[[[]]]]}"#).is_ok());
        check_refused(
            r#"{"a":{"b":{"c":{"d":{"e":{}}}}}}"#,
            "at most 4 levels deep",
        );
        assert!(serde_json::from_str::<Details>(r#"{"a":{"b":{"c":{"d":{}}}}}"#).is_ok());
    }
}
