//! Decides whether a log is understood, for `doctor`, `run` and `parse` alike.

use serde::{Deserialize, Serialize};

use super::family::Family;
use super::grammar::{self, Statement};
use super::head::Head;
use crate::game_event::GameEvent;

/// What is known about a log, apart from its family.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Recognition {
    /// Whether an event was read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    speaks: bool,
    /// Whether the lines could come from a supported server even if no event was read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    looks_familiar: bool,
    /// Whether a line was read that only the family prints that the user gave.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_confirmed: bool,
    /// The family that prints such lines, if it is not the one that the user gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    contradicted_by: Option<Family>,
    /// Whether something that looks like a login was not understood.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_unread_logins: bool,
    /// Whether logins or a boot stand behind something that the layout of the log puts before them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hides_sentences: bool,
    /// Whether one line about a player looks like that. It may be chat.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hides_player: bool,
    /// Whether join or leave messages have words before the name that are no name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hides_joins: bool,
    /// Whether one message looks like that. It may be chat.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hides_join: bool,
    /// The family that prints its logins in a language that is not supported.
    #[serde(skip_serializing_if = "Option::is_none")]
    translated: Option<Family>,
    /// Whether a join or leave was read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    names_players: bool,
    /// Whether a line with an event had a time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_times: bool,
    /// Whether a line with an event had a complete date that could not be read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_unread_dates: bool,
}

impl Recognition {
    /// Notes a line with an event.
    pub(super) fn note_event(&mut self, what: &GameEvent, has_time: bool) {
        self.speaks = true;
        self.has_times |= has_time;
        self.names_players |= matches!(what, GameEvent::Join { .. } | GameEvent::Leave { .. });
    }

    /// Notes an event whose line has a complete date that could not be read.
    pub(super) fn note_unread_date(&mut self) {
        self.has_unread_dates = true;
    }

    /// Whether events were read whose dates could not be read.
    pub(super) fn has_unread_dates(&self) -> bool {
        self.has_unread_dates
    }

    /// Notes a line that has no meaning in any family that it may belong to.
    pub(super) fn note_unread(&mut self, head: &Head<'_>) {
        self.looks_familiar |= grammar::is_familiar(head);
        self.has_unread_logins |= grammar::is_unread_login(head);
        self.note_hidden_sentence(head);
        self.note_hidden_join(head);
        self.translated = self.translated.or_else(|| grammar::translated(head));
    }

    /// Notes a line without a meaning in a log of this family.
    pub(super) fn note_unread_in(&mut self, family: Family, head: &Head<'_>) {
        self.note_hidden_sentence(head);
        if family == Family::Java {
            self.note_hidden_join(head);
        }
        if family == Family::Pocketmine {
            self.translated = self.translated.or_else(|| grammar::translated(head));
        }
    }

    fn note_hidden_sentence(&mut self, head: &Head<'_>) {
        if self.speaks || self.hides_sentences {
            return;
        }
        let hides_player = grammar::hides_player(head);
        self.hides_sentences = (hides_player && self.hides_player) || grammar::hides_boot(head);
        self.hides_player |= hides_player;
    }

    fn note_hidden_join(&mut self, head: &Head<'_>) {
        if self.names_players || self.hides_joins {
            return;
        }
        let hides_join = grammar::hides_shown_player(head);
        self.hides_joins = hides_join && self.hides_join;
        self.hides_join |= hides_join;
    }

    /// Whether joins and leaves stand behind words that are not understood, and none was read.
    pub(super) fn hides_joins(&self) -> bool {
        self.hides_joins && !self.names_players
    }

    /// Whether anything was read, or could have been. `family` is that which the lines have revealed.
    pub(super) fn is_understood(&self, family: Option<Family>) -> bool {
        let looks_right = family.is_some() || (self.looks_familiar && !self.has_unread_logins);
        self.speaks || (looks_right && !self.hides_something())
    }

    fn hides_something(&self) -> bool {
        self.hides_sentences || self.hides_joins()
    }

    /// Returns the family whose lines that name players are all in a language that is not supported.
    pub(super) fn translated(&self) -> Option<Family> {
        self.translated.filter(|_| !self.names_players)
    }

    /// Reads a line with the grammar of the family that the user gave.
    pub(super) fn read_as(&mut self, given: Family, head: &Head<'_>) -> Option<Statement> {
        let statement = if grammar::boots(given, head) {
            Some(Statement::Boot)
        } else {
            grammar::read(given, head)
        };
        if statement.as_ref().is_none_or(Statement::is_uncertain) {
            self.note_unread_as(given, head);
        }
        if !self.is_confirmed {
            self.compare_with(given, statement.as_ref(), head);
        }
        statement
    }

    /// Notes a line that has no meaning in the family that the user gave.
    fn note_unread_as(&mut self, given: Family, head: &Head<'_>) {
        if !self.speaks {
            let is_possible = grammar::may_print(given, head);
            let is_familiar =
                grammar::is_familiar(head) || grammar::has_unusual_layout(given, head);
            self.looks_familiar |= is_possible && is_familiar;
            self.has_unread_logins |= grammar::is_unread_login(head);
            self.note_hidden_sentence(head);
        }
        if given == Family::Java {
            self.note_hidden_join(head);
        }
        self.translated = self.translated.or_else(|| grammar::translated(head));
    }

    /// Notes whether a line shows that the log is of the family that the user gave, or of another.
    fn compare_with(&mut self, given: Family, statement: Option<&Statement>, head: &Head<'_>) {
        // Geyser as a mod prints in the layout of its server.
        let is_own = grammar::may_print(given, head);
        let confirms = |statement: &Statement| {
            let is_boot = statement == &Statement::Boot;
            is_own && (is_boot || grammar::is_distinctive(given, statement, head))
        };
        let family = match statement {
            Some(statement) if confirms(statement) => Some(given),
            _ => family_of(head),
        };
        self.is_confirmed = family == Some(given);
        if self.contradicted_by.is_none() {
            self.contradicted_by = family.filter(|family| *family != given);
        }
    }

    /// Whether the log can belong to the family that the user gave. Events alone do not show it, because
    /// some sentences are the same in several families.
    pub(super) fn is_understood_as_given(&self) -> bool {
        let is_understood = self.speaks || !self.hides_something();
        (self.is_confirmed && is_understood)
            || (self.contradicted_by.is_none() && self.is_understood(None))
    }

    pub(super) fn contradicted_by(&self) -> Option<Family> {
        self.contradicted_by
    }

    /// Whether events were read, but none of their lines had a time.
    pub(super) fn lacks_times(&self) -> bool {
        self.speaks && !self.has_times
    }
}

/// Returns the family that a line reveals.
fn family_of(head: &Head<'_>) -> Option<Family> {
    let by_statement = || match statement_by_any(head) {
        AnyStatement::Distinctive(family, _) => Some(family),
        AnyStatement::Shared(_) | AnyStatement::Nothing => None,
    };
    revealed_family(head).or_else(by_statement)
}

/// Returns the family that a line reveals by something other than a statement about a player.
pub(super) fn revealed_family(head: &Head<'_>) -> Option<Family> {
    grammar::booting_family(head, None).or_else(|| grammar::revealed_family(head))
}

/// What a line states while the family is unknown.
pub(super) enum AnyStatement {
    /// Only this family prints it.
    Distinctive(Family, Statement),
    /// Several families print it.
    Shared(Statement),
    /// It states nothing.
    Nothing,
}

/// Reads a line with the grammars of all families.
pub(super) fn statement_by_any(head: &Head<'_>) -> AnyStatement {
    match grammar::read_any(head) {
        Some((family, statement)) if grammar::is_distinctive(family, &statement, head) => {
            AnyStatement::Distinctive(family, statement)
        }
        Some((_, statement)) => AnyStatement::Shared(statement),
        None => AnyStatement::Nothing,
    }
}
