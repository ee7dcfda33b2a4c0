//! A span of time cut into steps, with a fast way to find the step that a moment lies in.

use std::fmt;
use std::str::FromStr;

use oxeye_plugin_proto::UnixSeconds;

use crate::record::calendar::{HourOfWeek, TimeZone};
use crate::record::span::Span;

/// Maximum number of steps in a question.
pub const MAX_STEPS: usize = 10_000;

/// Maximum length of a step in seconds.
const MAX_STEP: u32 = 366 * 86_400;

/// The length of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A number of seconds, at least one.
    Seconds(u32),
    /// A day in the time zone.
    Day,
    /// A week in the time zone; it begins on Monday.
    Week,
    /// A month in the time zone.
    Month,
}

/// A text that is not a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a step is a number of seconds, minutes or hours such as 900s, 15m or 6h (at most 8784h), or day, week or month"
)]
pub struct InvalidStep;

/// Why a span was not cut into steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepsError {
    /// The end of the span is not after its beginning.
    #[error("from must be earlier than to, and not in the future")]
    Empty,
    /// There would be too many steps.
    #[error("this would be more than {MAX_STEPS} steps; ask for a longer step or a shorter time")]
    TooMany,
}

/// The steps of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// The edges of the steps, from the beginning of the first to the end of the last.
    edges: Vec<UnixSeconds>,
    /// The distance of the hints in seconds. No step except the first and the last is much shorter.
    grain: u32,
    /// The step that each multiple of the grain lies in.
    hints: Vec<u32>,
}

impl Steps {
    /// Cuts a span. Steps of seconds start at the beginning of the span, days and longer steps at
    /// midnight; the first and the last may be shorter than the others.
    ///
    /// # Errors
    /// When the span is empty or there would be more than [`MAX_STEPS`] steps.
    pub fn cut(span: Span, step: Step, zone: TimeZone) -> Result<Self, StepsError> {
        let end = |at: UnixSeconds| match step {
            Step::Seconds(seconds) => UnixSeconds(at.0.saturating_add(seconds.into())),
            Step::Day => zone.day(at).to,
            Step::Week => zone.week(at).to,
            Step::Month => zone.month(at).to,
        };
        let grain = match step {
            Step::Seconds(seconds) => seconds,
            Step::Day | Step::Week | Step::Month => 86_400,
        };
        Self::by(span, grain, MAX_STEPS, end)
    }

    /// Cuts a span at the full hours of the time zone. Also returns which hour of the week each
    /// step is.
    ///
    /// # Errors
    /// When the span is empty or longer than a century.
    pub fn hours_of_week(
        span: Span,
        zone: TimeZone,
    ) -> Result<(Self, Vec<HourOfWeek>), StepsError> {
        let mut hours = Vec::new();
        let steps = Self::by(span, 3600, 100 * 366 * 24, |at| {
            let (hour, until) = zone.hour_of_week(at);
            hours.push(hour);
            until
        })?;
        Ok((steps, hours))
    }

    /// Cuts each step further at the times that `next_edge` names: the next one after a moment. Also
    /// returns the number of the step that each part lies in.
    pub(super) fn cut_further(
        &self,
        next_edge: impl Fn(UnixSeconds) -> UnixSeconds,
    ) -> (Self, Vec<usize>) {
        let (mut step, mut owners) = (0, Vec::new());
        let parts = Self::by(self.span(), self.grain, usize::MAX, |at| {
            while self.edges[step + 1] <= at {
                step += 1;
            }
            owners.push(step);
            self.edges[step + 1].min(next_edge(at))
        });
        (parts.expect("steps are not empty"), owners)
    }

    fn by(
        span: Span,
        grain: u32,
        limit: usize,
        mut end: impl FnMut(UnixSeconds) -> UnixSeconds,
    ) -> Result<Self, StepsError> {
        if span.to <= span.from {
            return Err(StepsError::Empty);
        }
        let (mut at, mut edges, mut hints) = (span.from, vec![span.from], Vec::new());
        while at < span.to {
            if edges.len() > limit {
                return Err(StepsError::TooMany);
            }
            at = end(at).min(span.to);
            let step = edges.len() as u32 - 1;
            let hinted = at
                .saturating_since(span.from)
                .as_secs()
                .div_ceil(grain.into());
            hints.resize(hinted as usize, step);
            edges.push(at);
        }
        Ok(Self {
            edges,
            grain,
            hints,
        })
    }

    /// Returns the number of steps.
    #[must_use]
    pub fn count(&self) -> usize {
        self.edges.len() - 1
    }

    /// Returns the span of all steps together.
    #[must_use]
    pub fn span(&self) -> Span {
        Span {
            from: self.edges[0],
            to: self.edges[self.count()],
        }
    }

    /// Returns each step.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Span> + '_ {
        self.edges.windows(2).map(|edges| Span {
            from: edges[0],
            to: edges[1],
        })
    }

    /// Returns the step with a number.
    pub(crate) fn at(&self, step: usize) -> Span {
        Span {
            from: self.edges[step],
            to: self.edges[step + 1],
        }
    }

    /// Returns the number of the step that a moment lies in. The moment must lie in one of them.
    #[inline]
    pub(crate) fn index(&self, at: UnixSeconds) -> usize {
        let since = (at.0 - self.edges[0].0).cast_unsigned();
        // Dividing 32-bit numbers takes half as long.
        let hint = match u32::try_from(since) {
            Ok(since) => u64::from(since / self.grain),
            Err(_) => since / u64::from(self.grain),
        };
        let mut step = self.hints[hint as usize] as usize;
        while self.edges[step + 1] <= at {
            step += 1;
        }
        step
    }
}

impl FromStr for Step {
    type Err = InvalidStep;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "day" => Ok(Self::Day),
            "week" => Ok(Self::Week),
            "month" => Ok(Self::Month),
            _ => seconds(text).map(Self::Seconds).ok_or(InvalidStep),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write!(formatter, "{seconds}s"),
            Self::Day => formatter.write_str("day"),
            Self::Week => formatter.write_str("week"),
            Self::Month => formatter.write_str("month"),
        }
    }
}

fn seconds(text: &str) -> Option<u32> {
    let unit = match text.bytes().last()? {
        b'm' => 60,
        b'h' => 3600,
        _ => 1,
    };
    let digits = text.trim_end_matches(['s', 'm', 'h']);
    let is_plain = digits.len() + 1 >= text.len() && digits.bytes().all(|d| d.is_ascii_digit());
    let seconds = digits.parse::<u32>().ok()?.checked_mul(unit)?;
    (is_plain && (1..=MAX_STEP).contains(&seconds)).then_some(seconds)
}

#[cfg(test)]
mod tests;
