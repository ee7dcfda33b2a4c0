//! Keeps the last update of each source and chooses the source to believe.

use std::collections::BTreeMap;

use oxeye_plugin_proto::UnixSeconds;

use crate::game_event::{GameEvent, TimedEvent};
use crate::roster::Roster;
use crate::source_update::{SourceKind, SourceUpdate};

/// The state of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// It has not reported yet whether it works.
    Settling,
    /// It names players.
    Names { knows_everyone: bool },
    /// It knows only the number of players.
    Count(u32),
    /// It does not work, for this reason.
    Fails(String),
}

/// What one source last reported.
#[derive(Debug)]
struct View {
    state: State,
    /// The roster when the source last worked.
    roster: Roster,
}

/// What all sources last reported.
#[derive(Debug)]
pub(super) struct Views {
    views: BTreeMap<SourceKind, View>,
    nobody: Roster,
}

/// How good a source is at present. The least rank is the best.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It names everyone.
    Everyone(SourceKind),
    /// It names some players.
    Some(SourceKind),
    /// It only counts players.
    Count(SourceKind),
}

impl Views {
    pub(super) fn settling(kinds: impl IntoIterator<Item = SourceKind>) -> Self {
        let settling = |kind| {
            let view = View {
                state: State::Settling,
                roster: Roster::default(),
            };
            (kind, view)
        };
        Self {
            views: kinds.into_iter().map(settling).collect(),
            nobody: Roster::default(),
        }
    }

    /// Takes in an update about a source as a whole, and returns the events that came with it.
    pub(super) fn take(&mut self, from: SourceKind, update: SourceUpdate) -> Vec<TimedEvent> {
        let view = self.view(from);
        match update {
            SourceUpdate::Roster {
                roster,
                knows_everyone,
                events,
                run: _,
            } => {
                view.roster = roster;
                view.state = State::Names { knows_everyone };
                return events;
            }
            SourceUpdate::Count(count) => view.state = State::Count(count),
            SourceUpdate::Failed(why) => view.state = State::Fails(why),
            SourceUpdate::Resumed { .. } | SourceUpdate::Events(_) => {}
        }
        Vec::new()
    }

    /// Marks lists that are no longer polled as settling, so that they must report again before they
    /// are believed.
    pub(super) fn discard_stale_lists(&mut self) {
        for kind in [SourceKind::Rcon, SourceKind::Query, SourceKind::Ping] {
            let is_stale = !self.lacks_better_than(kind);
            if is_stale && let Some(view) = self.views.get_mut(&kind) {
                view.state = State::Settling;
            }
        }
    }

    /// Whether any source has yet to report whether it works.
    pub(super) fn is_settling(&self) -> bool {
        self.views
            .values()
            .any(|view| view.state == State::Settling)
    }

    /// Takes in an event from this source.
    pub(super) fn happened(&mut self, from: SourceKind, what: &GameEvent, at: UnixSeconds) {
        let view = self.view(from);
        view.roster.apply(what, at);
        let nobody_else = matches!(
            what,
            GameEvent::Boot | GameEvent::Start | GameEvent::Stop | GameEvent::Crash
        );
        if nobody_else && let State::Names { knows_everyone } = &mut view.state {
            *knows_everyone = true;
        }
    }

    /// Returns the source to believe: one that names everyone, else one that names some players, else
    /// one that only counts. Returns `None` while a better one has yet to report whether it works.
    pub(super) fn best(&self) -> Option<SourceKind> {
        let ranked = self.views.iter().filter_map(|(kind, view)| {
            let rank = match view.state {
                State::Names {
                    knows_everyone: true,
                } => Rank::Everyone(*kind),
                State::Names {
                    knows_everyone: false,
                } => Rank::Some(*kind),
                State::Count(_) => Rank::Count(*kind),
                State::Settling | State::Fails(_) => return None,
            };
            Some((rank, *kind))
        });
        let (rank, best) = ranked.min()?;
        let settled = |until: SourceKind| {
            self.views
                .range(..until)
                .all(|(_, view)| view.state != State::Settling)
        };
        let may_be_believed = match rank {
            Rank::Everyone(kind) => settled(kind),
            Rank::Some(_) | Rank::Count(_) => self
                .views
                .values()
                .all(|view| view.state != State::Settling),
        };
        may_be_believed.then_some(best)
    }

    /// Whether no better source names everyone or has yet to report whether it works.
    pub(super) fn lacks_better_than(&self, kind: SourceKind) -> bool {
        self.views.range(..kind).all(|(_, view)| match &view.state {
            State::Settling => false,
            State::Names { knows_everyone } => !knows_everyone,
            State::Count(_) | State::Fails(_) => true,
        })
    }

    pub(super) fn roster(&self, kind: SourceKind) -> &Roster {
        self.views
            .get(&kind)
            .map_or(&self.nobody, |view| &view.roster)
    }

    pub(super) fn knows_everyone(&self, kind: SourceKind) -> bool {
        self.state(kind)
            == Some(&State::Names {
                knows_everyone: true,
            })
    }

    pub(super) fn works(&self, kind: SourceKind) -> bool {
        matches!(
            self.state(kind),
            Some(State::Names { .. } | State::Count(_))
        )
    }

    pub(super) fn count(&self, kind: SourceKind) -> Option<u32> {
        match self.state(kind) {
            Some(State::Count(count)) => Some(*count),
            _ => None,
        }
    }

    pub(super) fn failure(&self, kind: SourceKind) -> Option<&str> {
        match self.state(kind) {
            Some(State::Fails(why)) => Some(why),
            _ => None,
        }
    }

    fn state(&self, kind: SourceKind) -> Option<&State> {
        self.views.get(&kind).map(|view| &view.state)
    }

    fn view(&mut self, kind: SourceKind) -> &mut View {
        self.views.entry(kind).or_insert_with(|| View {
            state: State::Settling,
            roster: Roster::default(),
        })
    }
}
