//! The id by which plugins notice that the backend has forgotten who is online.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// The random id of the backend's presence memory. A plugin that sees it change sends a full sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BootId(Uuid);

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a boot id is a UUID")]
pub struct InvalidBootId;

impl BootId {
    /// Generates an id that has never been used before.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Returns an id that follows from this one and a number: this one if the number is 0, and another for
    /// each other number.
    #[must_use]
    pub fn with_number(self, number: u32) -> Self {
        Self(Uuid::from_u128(self.0.as_u128() ^ u128::from(number)))
    }
}

impl FromStr for BootId {
    type Err = InvalidBootId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidBootId)
    }
}

impl fmt::Display for BootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_makes_another_boot_id() {
        let boot_id = BootId::random();
        assert_eq!(boot_id.with_number(0), boot_id);
        assert_ne!(boot_id.with_number(1), boot_id);
        assert_ne!(boot_id.with_number(1), boot_id.with_number(2));
    }

    #[test]
    fn a_boot_id_survives_the_round_trip_through_text() {
        let boot_id = BootId::random();

        assert_eq!(boot_id.to_string().parse(), Ok(boot_id));
        assert_ne!(boot_id, BootId::random());
        assert_eq!("restarted".parse::<BootId>(), Err(InvalidBootId));
    }
}
