//! Whether a log is understood, and what is missing from it.

use super::LogReader;
use crate::log::family::Family;

impl LogReader {
    /// Whether the log is understood: something was read, its family is known, or there are patterns
    /// for players. A family that the user named counts as long as the lines do not contradict it.
    #[must_use]
    pub(crate) fn is_understood(&self) -> bool {
        let patterns = &self.options.patterns;
        let recognition = &self.state.recognition;
        if patterns.join.is_some() || patterns.leave.is_some() {
            return true;
        }
        if self.translated().is_some() {
            return false;
        }
        match self.options.family {
            Some(_) => recognition.is_understood_as_given(),
            None => recognition.is_understood(self.state.family),
        }
    }

    /// Returns the family that the user named, if the lines do not belong to it, and the family that
    /// they look like.
    #[must_use]
    pub(crate) fn wrong_family(&self) -> Option<(Family, Option<Family>)> {
        let named = self.options.family.filter(|_| !self.is_understood())?;
        Some((named, self.state.recognition.contradicted_by()))
    }

    /// Returns the family of the log if it is in a language that is not supported.
    #[must_use]
    pub(crate) fn translated(&self) -> Option<Family> {
        let translated = self.state.recognition.translated()?;
        let known = self.family();
        let may_be = known.is_none_or(|known| known == translated);
        may_be.then_some(translated)
    }

    /// Whether events were read but none had a time, so that events cannot be dated unless they are
    /// read live.
    #[must_use]
    pub(crate) fn lacks_times(&self) -> bool {
        self.state.recognition.lacks_times()
    }

    /// Whether events were read whose lines have complete dates that cannot be read, so that events from
    /// while the agent was away may get another day.
    #[must_use]
    pub(crate) fn has_unread_dates(&self) -> bool {
        self.state.recognition.has_unread_dates()
    }

    /// Whether the log is that of a proxy that records joins but no leaves, so that everyone seems to
    /// stay.
    #[must_use]
    pub(crate) fn records_no_leaves(&self) -> bool {
        self.state.records_no_leaves()
    }

    /// Whether joins and leaves stand behind words that are not understood, and none was read. The user's
    /// patterns read such lines.
    #[must_use]
    pub(crate) fn hides_joins(&self) -> bool {
        let patterns = &self.options.patterns;
        let has_patterns = patterns.join.is_some() || patterns.leave.is_some();
        !has_patterns && self.state.recognition.hides_joins()
    }
}
