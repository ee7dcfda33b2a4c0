//! What is known now, for the heartbeats, the sources and `oxeye-agent status`.

use super::{Link, Reconciler};
use crate::roster::Roster;
use crate::source_update::SourceKind;

/// What a heartbeat can report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// No source works, so nothing is known.
    Unknown,
    /// A source works, and everyone on the roster is still online.
    Roster,
    /// A source works, but it knows only the number of players.
    Count(u32),
}

impl Reconciler {
    /// Whether nobody except the reported players can be online.
    #[must_use]
    pub(crate) fn knows_everyone(&self) -> bool {
        let by_source = self
            .believed
            .is_some_and(|source| self.views.knows_everyone(source));
        by_source || self.is_down()
    }

    /// Returns what a heartbeat can report.
    #[must_use]
    pub(crate) fn liveness(&self) -> Liveness {
        if self.is_down() {
            return Liveness::Roster;
        }
        let Some(source) = self.believed else {
            return Liveness::Unknown;
        };
        let reported = self.reporter.reported().len();
        match self.views.count(source) {
            None => Liveness::Roster,
            Some(count) if reported == 0 => Liveness::Count(count),
            Some(_) => Liveness::Roster,
        }
    }

    /// Returns the source that is believed.
    #[must_use]
    pub(crate) fn believed(&self) -> Option<SourceKind> {
        self.believed
    }

    /// Whether the believed source knows which server behind a proxy each player is on.
    #[must_use]
    pub(crate) fn knows_servers(&self) -> bool {
        !self.believes_a_list()
    }

    /// Whether a source other than the log is believed.
    pub(super) fn believes_a_list(&self) -> bool {
        self.believed
            .is_some_and(|source| source != SourceKind::Log)
    }

    /// Whether this source worked when it was last polled and is still in use.
    #[must_use]
    pub(crate) fn works(&self, kind: SourceKind) -> bool {
        self.views.works(kind)
    }

    /// Whether this source is worth polling, because no better one names everyone or may yet do so.
    #[must_use]
    pub(crate) fn wants(&self, kind: SourceKind) -> bool {
        self.views.lacks_better_than(kind)
    }

    /// Returns who is online, as reported to the backend.
    #[must_use]
    pub(crate) fn reported(&self) -> &Roster {
        self.reporter.reported()
    }

    /// Returns each source that does not work, with the reason.
    pub(crate) fn failures(&self) -> impl Iterator<Item = (SourceKind, &str)> {
        SourceKind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, self.views.failure(kind)?)))
    }

    /// Returns the number of players on this linked server.
    #[must_use]
    pub(crate) fn online_at(&self, link: &Link) -> usize {
        self.reporter.online_at(link).count()
    }
}
