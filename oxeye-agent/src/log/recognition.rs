//! Whether a log is understood: doctor, `run` and `parse` ask the same question.

use serde::{Deserialize, Serialize};

use super::family::Family;
use super::grammar::{self, Said};
use super::head::Head;
use crate::game_event::GameEvent;

/// What was seen of the language of a log, apart from its family.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Recognition {
    /// Something was read in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    speaks: bool,
    /// The lines could be of a server that we read, though they have said nothing so far.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    looks_familiar: bool,
    /// Another family than the user named has such lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    contradicted_by: Option<Family>,
    /// Players log in in a language that is not read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_translated: bool,
    /// Somebody came or went in a language that is read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    names_players: bool,
    /// A line that told something had a time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_times: bool,
}

impl Recognition {
    /// A line said something; `timed`: with its time.
    pub(super) fn note_event(&mut self, what: &GameEvent, timed: bool) {
        self.speaks = true;
        self.has_times |= timed;
        self.names_players |= matches!(what, GameEvent::Join { .. } | GameEvent::Leave { .. });
    }

    /// A line meant nothing in any family, so far as that is known.
    pub(super) fn note_silence(&mut self, head: &Head<'_>) {
        self.looks_familiar |= grammar::is_familiar(head);
        self.is_translated |= grammar::is_translated(head);
    }

    /// A line meant nothing to PocketMine-MP or Nukkit, as its log is known to be.
    pub(super) fn note_silence_of_pocketmine(&mut self, head: &Head<'_>) {
        self.is_translated |= grammar::is_translated(head);
    }

    /// Whether anything was read, or could have been.
    pub(super) fn is_understood(&self) -> bool {
        self.speaks || self.looks_familiar
    }

    /// Players log in, but in a language that is not read.
    pub(super) fn is_translated(&self) -> bool {
        self.is_translated && !self.names_players
    }

    /// What is read in the family that the user named.
    pub(super) fn read_as(&mut self, given: Family, head: &Head<'_>) -> Option<Said> {
        let said = if grammar::boots(given, head) {
            Some(Said::Boot)
        } else {
            grammar::read(given, head)
        };
        match &said {
            Some(said) => self.speaks |= grammar::tells(given, said, head) || said == &Said::Boot,
            None if !self.speaks => {
                self.looks_familiar |= grammar::may_print(given, head);
                self.is_translated |= grammar::is_translated(head);
                if self.contradicted_by.is_none() {
                    self.contradicted_by = told_by(head).filter(|family| *family != given);
                }
            }
            None => {}
        }
        said
    }

    /// Whether the log can be of the family that the user named.
    pub(super) fn is_understood_as_given(&self) -> bool {
        self.speaks || (self.looks_familiar && self.contradicted_by.is_none())
    }

    pub(super) fn contradicted_by(&self) -> Option<Family> {
        self.contradicted_by
    }

    /// Something was read, and no line of it had a time.
    pub(super) fn lacks_times(&self) -> bool {
        self.speaks && !self.has_times
    }
}

/// The family that a line gives away.
pub(super) fn told_by(head: &Head<'_>) -> Option<Family> {
    let told = || match said_by_any(head) {
        AnySaid::Tells(family, _) => Some(family),
        AnySaid::Shared(_) | AnySaid::Nothing => None,
    };
    sign_of(head).or_else(told)
}

/// The family that a line gives away by anything but what it says of players.
pub(super) fn sign_of(head: &Head<'_>) -> Option<Family> {
    grammar::boot_of(head, None).or_else(|| grammar::sign_of(head))
}

/// What a line says while the family is not known.
pub(super) enum AnySaid {
    /// Only this family says it.
    Tells(Family, Said),
    /// Several families say it.
    Shared(Said),
    Nothing,
}

/// What a line says, in whichever family.
pub(super) fn said_by_any(head: &Head<'_>) -> AnySaid {
    match grammar::read_any(head) {
        Some((family, said)) if grammar::tells(family, &said, head) => AnySaid::Tells(family, said),
        Some((_, said)) => AnySaid::Shared(said),
        None => AnySaid::Nothing,
    }
}
