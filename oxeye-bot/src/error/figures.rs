//! What can go wrong when a member asks about a player, or who has most.

use oxeye_text::{Text, escape_markdown};

use super::{BotError, Mistake, shown_typed};

/// The most leaderboards that a mistake names. An operator may define any number of counters.
const MOST_RANKINGS: usize = 12;

/// A mistake in a question about players.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FigureMistake {
    /// Nobody of this name is known here, or they hide. Nobody learns which.
    NobodyCalled(String),
    /// Nobody can be ranked by this; the words are what is possible.
    UnknownRanking(String, Vec<String>),
    /// This counter is not known by server.
    CounterOfOneServer(String),
    /// The member has no place on the leaderboard.
    NoOwnPlace,
}

impl From<FigureMistake> for BotError {
    fn from(mistake: FigureMistake) -> Self {
        Mistake::Figure(mistake).into()
    }
}

impl FigureMistake {
    /// Returns what is wrong and what to do about it, as markdown.
    pub(crate) fn sentence(&self, text: Text) -> String {
        match self {
            Self::NobodyCalled(typed) => text.nobody_called_here(&shown_typed(typed)),
            Self::UnknownRanking(typed, known) => {
                let shown = known.iter().take(MOST_RANKINGS);
                let mut shown: Vec<_> = shown.map(|word| escape_markdown(word)).collect();
                let more = known.len().saturating_sub(MOST_RANKINGS);
                if more > 0 {
                    shown.push(text.others(more));
                }
                text.unknown_ranking(&shown_typed(typed), &text.list(&shown))
            }
            Self::CounterOfOneServer(counter) => {
                text.ranking_of_one_server(&escape_markdown(&text.counter_name(counter)))
            }
            Self::NoOwnPlace => text.ranking_no_own(),
        }
    }
}
