//! A span of time.

use oxeye_plugin_proto::UnixSeconds;

/// A span of time, from its first second to the one after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first second.
    pub from: UnixSeconds,
    /// The first second after the span. The span is empty if this is not after `from`.
    pub to: UnixSeconds,
}

impl Span {
    /// All of time.
    pub const ALL: Self = Self {
        from: UnixSeconds(i64::MIN),
        to: UnixSeconds(i64::MAX),
    };

    /// Returns the length in seconds.
    #[must_use]
    pub fn seconds(self) -> u64 {
        // One question may compute this millions of times, so it is kept simple.
        self.to.0.saturating_sub(self.from.0).max(0).cast_unsigned()
    }

    /// Returns the part that lies in both spans.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            to: self.to.min(other.to),
        }
    }

    /// Whether a moment lies in the span.
    #[must_use]
    pub fn contains(self, at: UnixSeconds) -> bool {
        self.from <= at && at < self.to
    }

    /// Whether a stay of this span overlaps the other span. A stay of zero length overlaps a span
    /// that contains its moment.
    #[must_use]
    pub fn touches(self, other: Self) -> bool {
        self.from < other.to && (self.to > other.from || self.from >= other.from)
    }
}

/// Returns the time that lies in at least one of the spans, as spans that do not overlap, the earliest first.
pub(super) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|span| span.from);
    spans.dedup_by(|next, before| {
        let goes_on = next.from <= before.to;
        if goes_on {
            before.to = before.to.max(next.to);
        }
        goes_on
    });
    spans
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
    fn a_span_that_ends_where_another_begins_does_not_touch_it() {
        let day = span(100, 200);
        assert!(!span(50, 100).touches(day) && span(50, 101).touches(day));
        assert!(span(199, 300).touches(day) && !span(200, 300).touches(day));
        assert!(span(100, 100).touches(day) && !span(200, 200).touches(day));
    }

    #[test]
    fn merged_spans_have_each_second_once() {
        let spans = vec![
            span(40, 50),
            span(0, 10),
            span(5, 20),
            span(6, 7),
            span(20, 30),
        ];
        assert_eq!(merged(spans), [span(0, 30), span(40, 50)]);
        assert_eq!(merged(Vec::new()), []);
    }

    #[test]
    fn the_common_part_of_two_spans_may_be_empty() {
        assert_eq!(span(50, 150).within(span(100, 200)).seconds(), 50);
        assert_eq!(span(0, 50).within(span(100, 200)).seconds(), 0);
        assert_eq!(Span::ALL.within(span(3, 5)), span(3, 5));
    }
}
