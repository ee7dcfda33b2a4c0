//! The days that a ranking by a counter covers.

use std::fmt;
use std::str::FromStr;

use oxeye_db::Range;

/// How many UTC days a ranking covers, of which today is the last. Activity is counted by days that end at midnight
/// UTC, so `week` and `month` are the last 7 and 30 of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RankedDays(pub(crate) u16);

/// The text does not name days of which everything is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a ranking covers today, week, month, or a number of days from 1d to {}d, such as 3d", RankedDays::MAX.0)]
pub(crate) struct InvalidRankedDays;

impl RankedDays {
    /// Everything that is kept.
    pub(crate) const MAX: Self = Self(30);
}

impl FromStr for RankedDays {
    type Err = InvalidRankedDays;

    fn from_str(text: &str) -> Result<Self, InvalidRankedDays> {
        let days = match text.parse().map_err(|_| InvalidRankedDays)? {
            Range::Today => 1,
            Range::Week => 7,
            Range::Month => Self::MAX.0,
            Range::Days(days) if days <= Self::MAX.0 => days,
            Range::Days(_) | Range::All => return Err(InvalidRankedDays),
        };
        Ok(Self(days))
    }
}

/// Writes the days as a range, such as 7d.
impl fmt::Display for RankedDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranking_covers_at_most_the_days_that_are_kept() {
        for (text, days) in [
            ("today", 1),
            ("week", 7),
            ("month", 30),
            ("3d", 3),
            ("30d", 30),
        ] {
            assert_eq!(text.parse(), Ok(RankedDays(days)), "{text}");
        }
        for text in ["all", "31d", "0d", "", "yesterday"] {
            assert_eq!(text.parse::<RankedDays>(), Err(InvalidRankedDays), "{text}");
        }
    }
}
