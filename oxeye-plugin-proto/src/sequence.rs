//! The two numbers that identify an event of a batch, so that a backend recognises a repetition.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Number;

/// The number of a plugin's list of events. A plugin that has lost its list starts a new one with a higher
/// number, usually the time in Unix seconds. From 0 to 2^63 - 1, the largest integer of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Epoch(i64);

/// The position of an event in its epoch. From 0 to 2^63 - 1, the largest integer of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Seq(i64);

/// The number is negative, not whole, or too large for the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is a whole number from 0 to {}, not {given}", i64::MAX)]
pub struct InvalidSequence {
    what: &'static str,
    given: String,
}

const EPOCH: &str = "the epoch of a batch";
const SEQ: &str = "a sequence number of a batch";

impl Epoch {
    /// Returns the number, which is never negative.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl Seq {
    /// The first number of an epoch. A backend that receives a later one first knows that events are
    /// missing.
    pub const FIRST: Self = Self(1);

    /// Returns the number, which is never negative.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }

    /// Returns the number this many events later, or `None` if it would be too large.
    #[must_use]
    pub fn checked_add(self, events: usize) -> Option<Self> {
        self.0.checked_add(i64::try_from(events).ok()?).map(Self)
    }

    /// Returns the number of events from `earlier` up to but excluding this one, or zero if `earlier`
    /// is not earlier.
    #[must_use]
    pub fn saturating_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0 - earlier.0).unwrap_or(0)
    }
}

impl TryFrom<i64> for Epoch {
    type Error = InvalidSequence;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        checked(EPOCH, &number.into()).map(Self)
    }
}

impl TryFrom<i64> for Seq {
    type Error = InvalidSequence;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        checked(SEQ, &number.into()).map(Self)
    }
}

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        checked(EPOCH, &number).map(Self).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Seq {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        checked(SEQ, &number).map(Self).map_err(D::Error::custom)
    }
}

fn checked(what: &'static str, number: &Number) -> Result<i64, InvalidSequence> {
    number
        .as_i64()
        .filter(|number| *number >= 0)
        .ok_or_else(|| InvalidSequence {
            what,
            given: number.to_string(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_that_fits_into_the_store_is_accepted() {
        for number in [0, 1, i64::MAX] {
            let text = number.to_string();
            assert_eq!(
                serde_json::from_str::<Epoch>(&text).ok(),
                Some(Epoch(number))
            );
            assert_eq!(serde_json::from_str::<Seq>(&text).ok(), Some(Seq(number)));
        }
    }

    #[test]
    fn a_number_that_does_not_fit_into_the_store_is_refused_with_a_clear_message() {
        for given in ["-1", "9223372036854775808", "18446744073709551615", "1.5"] {
            let epoch = serde_json::from_str::<Epoch>(given)
                .expect_err(given)
                .to_string();
            let seq = serde_json::from_str::<Seq>(given)
                .expect_err(given)
                .to_string();

            let sentence = format!("is a whole number from 0 to 9223372036854775807, not {given}");
            assert!(
                epoch.starts_with(&format!("the epoch of a batch {sentence}")),
                "{epoch}"
            );
            assert!(
                seq.starts_with(&format!("a sequence number of a batch {sentence}")),
                "{seq}"
            );
        }
    }

    #[test]
    fn adding_beyond_the_largest_number_gives_none() {
        assert_eq!(Seq(7).checked_add(3), Some(Seq(10)));
        assert_eq!(Seq(i64::MAX).checked_add(0), Some(Seq(i64::MAX)));
        assert_eq!(Seq(i64::MAX).checked_add(1), None);
        assert_eq!(Seq(0).checked_add(usize::MAX), None);
    }

    #[test]
    fn the_distance_to_an_earlier_number_is_counted() {
        assert_eq!(Seq(10).saturating_since(Seq(7)), 3);
        assert_eq!(Seq(7).saturating_since(Seq(10)), 0);
    }
}
