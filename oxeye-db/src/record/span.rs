//! A stretch of time.

use oxeye_plugin_proto::UnixSeconds;

/// From its first second to the one after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first second.
    pub from: UnixSeconds,
    /// The first second after it. One that is not after `from` makes the span empty.
    pub to: UnixSeconds,
}

impl Span {
    /// All of time.
    pub const ALL: Self = Self {
        from: UnixSeconds(i64::MIN),
        to: UnixSeconds(i64::MAX),
    };

    /// Its length.
    #[must_use]
    pub fn seconds(self) -> u64 {
        // Counted millions of times for one question, so without a detour.
        self.to.0.saturating_sub(self.from.0).max(0).cast_unsigned()
    }

    /// The part that lies in both.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            to: self.to.min(other.to),
        }
    }

    /// Whether a moment lies in it.
    #[must_use]
    pub fn contains(self, at: UnixSeconds) -> bool {
        self.from <= at && at < self.to
    }

    /// Whether a stay of this span was, for however short a time, in the other. A stay of no
    /// length was there at its one moment.
    #[must_use]
    pub fn touches(self, other: Self) -> bool {
        self.from < other.to && (self.to > other.from || self.from >= other.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, to: i64) -> Span {
        Span {
            from: UnixSeconds(from),
            to: UnixSeconds(to),
        }
    }

    #[test]
    fn what_ends_where_another_begins_does_not_touch_it() {
        let day = span(100, 200);
        assert!(!span(50, 100).touches(day) && span(50, 101).touches(day));
        assert!(span(199, 300).touches(day) && !span(200, 300).touches(day));
        assert!(span(100, 100).touches(day) && !span(200, 200).touches(day));
    }

    #[test]
    fn the_part_in_both_may_be_empty() {
        assert_eq!(span(50, 150).within(span(100, 200)).seconds(), 50);
        assert_eq!(span(0, 50).within(span(100, 200)).seconds(), 0);
        assert_eq!(Span::ALL.within(span(3, 5)), span(3, 5));
    }
}
