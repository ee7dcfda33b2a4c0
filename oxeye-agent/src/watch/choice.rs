//! What each source last said, and which one is to be believed.

use std::collections::BTreeMap;

use oxeye_plugin_proto::UnixSeconds;

use crate::happening::{Happening, Seen};
use crate::news::{News, SourceKind};
use crate::presence::Presence;

/// What is known by one source's word.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// It has not said yet whether it works.
    Settling,
    /// It names players.
    Names { knows_everyone: bool },
    /// It tells how many.
    Count(u32),
    /// It does not work, for this reason.
    Fails(String),
}

#[derive(Debug)]
struct View {
    state: State,
    /// Who was on by its word when it last worked.
    presence: Presence,
}

/// All sources.
#[derive(Debug)]
pub(super) struct Views {
    views: BTreeMap<SourceKind, View>,
    nobody: Presence,
}

/// How good a source is now; the smallest is the best.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Everybody(SourceKind),
    Somebody(SourceKind),
    Number(SourceKind),
}

impl Views {
    pub(super) fn settling(kinds: impl IntoIterator<Item = SourceKind>) -> Self {
        let settling = |kind| {
            let view = View {
                state: State::Settling,
                presence: Presence::default(),
            };
            (kind, view)
        };
        Self {
            views: kinds.into_iter().map(settling).collect(),
            nobody: Presence::default(),
        }
    }

    /// Takes what the source says of itself as a whole, and gives back what has led to it.
    pub(super) fn take(&mut self, from: SourceKind, news: News) -> Vec<Seen> {
        let view = self.view(from);
        match news {
            News::Names {
                presence,
                knows_everyone,
                seen,
            } => {
                view.presence = presence;
                view.state = State::Names { knows_everyone };
                return seen;
            }
            News::Count(count) => view.state = State::Count(count),
            News::Fails(why) => view.state = State::Fails(why),
            News::Resumed { .. } | News::Happened(_) => {}
        }
        Vec::new()
    }

    /// A list that nobody asks for any more is old; it has to tell anew before it is believed.
    pub(super) fn rest_lists(&mut self) {
        for kind in [SourceKind::Rcon, SourceKind::Query, SourceKind::Ping] {
            let rests = !self.lacks_better_than(kind);
            if rests && let Some(view) = self.views.get_mut(&kind) {
                view.state = State::Settling;
            }
        }
    }

    /// Whether a source that is worth asking has still to say whether it works.
    pub(super) fn is_settling(&self) -> bool {
        self.views
            .values()
            .any(|view| view.state == State::Settling)
    }

    /// Takes in one thing that has happened by this source's word.
    pub(super) fn happened(&mut self, from: SourceKind, what: &Happening, at: UnixSeconds) {
        let view = self.view(from);
        view.presence.apply(what, at);
        let nobody_else = matches!(
            what,
            Happening::Boot | Happening::Start | Happening::Stop | Happening::Crash
        );
        if nobody_else && let State::Names { knows_everyone } = &mut view.state {
            *knows_everyone = true;
        }
    }

    /// The source to believe: whoever names everybody, before whoever names some, before whoever
    /// only counts. None while a better one has still to say whether it works.
    pub(super) fn best(&self) -> Option<SourceKind> {
        let ranked = self.views.iter().filter_map(|(kind, view)| {
            let rank = match view.state {
                State::Names {
                    knows_everyone: true,
                } => Rank::Everybody(*kind),
                State::Names {
                    knows_everyone: false,
                } => Rank::Somebody(*kind),
                State::Count(_) => Rank::Number(*kind),
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
            Rank::Everybody(kind) => settled(kind),
            Rank::Somebody(_) | Rank::Number(_) => self
                .views
                .values()
                .all(|view| view.state != State::Settling),
        };
        may_be_believed.then_some(best)
    }

    /// Whether no better source names everybody or has still to say whether it works.
    pub(super) fn lacks_better_than(&self, kind: SourceKind) -> bool {
        self.views.range(..kind).all(|(_, view)| match &view.state {
            State::Settling => false,
            State::Names { knows_everyone } => !knows_everyone,
            State::Count(_) | State::Fails(_) => true,
        })
    }

    pub(super) fn presence(&self, kind: SourceKind) -> &Presence {
        self.views
            .get(&kind)
            .map_or(&self.nobody, |view| &view.presence)
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
            presence: Presence::default(),
        })
    }
}
